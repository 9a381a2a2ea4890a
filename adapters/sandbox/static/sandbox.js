/* The page works without this: it only keeps itself fresh, clears what was sent, and shows who is asked. */
"use strict";
(() => {
  const live = () => document.getElementById("live");
  const busy = (on) => live()?.setAttribute("aria-busy", String(on));
  let turns = 0;

  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.sourceElement.matches("form")) { turns += 1; busy(true); }
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (!sourceElement.matches("form")) return;
    turns -= 1;
    if (turns === 0) busy(false);
    const ok = response && response.status < 400;
    if (ok) document.getElementById("notice")?.replaceChildren();
    if (ok && sourceElement.matches(".compose")) sourceElement.reset();
  });
  document.addEventListener("htmx:error", () => {
    turns = 0;
    busy(false);
    const box = document.getElementById("notice");
    const lost = document.getElementById("lost");
    if (box && lost) box.replaceChildren(lost.content.cloneNode(true));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("select.goes")) event.target.form.requestSubmit();
  });
  setInterval(() => {
    const element = live();
    const choosing = document.activeElement?.matches(".card select, .card input");
    if (element && document.visibilityState === "visible" && turns === 0 && !choosing) {
      element.dispatchEvent(new Event("refresh"));
    }
  }, 2000);
})();
