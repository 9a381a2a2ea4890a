/* What a page sends: said at once on the button, sent once, and kept whole where the line breaks, so that it can be sent
   again. A form carries a key, so that twice is still once. Without this script the forms work as forms do. */
(function () {
  "use strict";
  var words = document.currentScript.dataset, tapped = null, going = null;
  var STILL = 45000, THINKS = 180000, SLOW = 5000, ASKED = 10000, MB = 1048576;

  function label(button, said) {
    if (!button) return;
    var text = Array.prototype.filter.call(button.childNodes, function (one) {
      return one.nodeType === 3 && one.data.trim();
    }).pop();
    if (!text) return;
    if (!button.dataset.was) {
      button.dataset.was = text.data;
      button.style.minWidth = button.offsetWidth + "px";
    }
    text.data = said || button.dataset.was;
    button.classList.toggle("waits", Boolean(said));
    if (said) return button.setAttribute("aria-disabled", "true");
    button.removeAttribute("aria-disabled");
    button.style.minWidth = "";
    delete button.dataset.was;
  }

  function tell(form, title, text, soft, link) {
    if (form.told) form.told.remove();
    form.told = null;
    if (!title) return;
    var said = document.createElement("p"), inner = document.createElement("span"), head = document.createElement("b");
    said.className = soft ? "notice soon" : "notice bad";
    said.setAttribute("role", soft ? "status" : "alert");
    head.textContent = title;
    inner.append(head, document.createElement("br"), text || "");
    said.append(inner);
    if (link) said.append(document.adoptNode(link));
    var place = form.closest(".taps, .row, .toast, .tickets");
    var top = form.querySelector(".head");
    if (place) place.before(said); else if (top) top.after(said); else form.prepend(said);
    form.told = said;
    if (!soft) said.scrollIntoView({ block: "nearest" });
  }

  function ended(form, button) {
    form.sending = null;
    form.removeAttribute("aria-busy");
    label(button, "");
  }

  function swapped(main, title) {
    document.querySelector("main").replaceWith(document.adoptNode(main));
    document.title = title;
    window.scrollTo(0, 0);
    var head = main.querySelector("h1");
    if (!head) return;
    head.tabIndex = -1;
    head.focus();
  }

  function answered(form, button, call) {
    var to = call.getResponseHeader("HX-Redirect");
    if (to) return location.assign(to);
    var page = new DOMParser().parseFromString(call.responseText, "text/html");
    var main = page.querySelector("main"), wrong = page.querySelector("[role=alert] span");
    var link = page.querySelector("[role=alert] a");
    ended(form, button);
    if (call.status < 400 && main) return swapped(main, page.title);
    if (wrong) {
      var head = wrong.querySelector("b");
      return tell(form, head.textContent, wrong.textContent.slice(head.textContent.length), false, link);
    }
    if (main) return tell(form, main.querySelector("h1").textContent, main.querySelector("p").textContent);
    tell(form, words.broken, words.again);
  }

  function tooLarge(form) {
    return Array.prototype.find.call(form.querySelectorAll("input[type=file][data-most]"), function (one) {
      return one.files[0] && one.files[0].size > Number(one.dataset.most) * MB;
    });
  }

  function send(form, button) {
    var large = tooLarge(form), files = form.enctype === "multipart/form-data";
    if (large) return tell(form, words.large, words.most.replace("{most}", large.dataset.most));
    var old = form.querySelector("[role=alert]"), call = new XMLHttpRequest(), body = new FormData(form), still, slow;
    if (old) old.remove();
    tell(form, "");
    if (button && button.name) body.append(button.name, button.value);
    form.sending = call;
    form.setAttribute("aria-busy", "true");
    label(button, files ? words.uploading : words.saving);
    slow = setTimeout(function () { tell(form, words.slow, words.wait, true); }, SLOW);

    function moved(most) {
      clearTimeout(still);
      still = setTimeout(function () { call.abort(); }, most);
    }
    function over() {
      clearTimeout(still);
      clearTimeout(slow);
      if (form.told && form.told.className === "notice soon") tell(form, "");
    }
    function lost() {
      ended(form, button);
      tell(form, words.broken, words.again);
    }
    /* A server that wants no file hangs up while it is sent, and an answer may be lost when all came in: the page itself
       says which. */
    function broke() {
      over();
      if (!files) return lost();
      var why = new XMLHttpRequest();
      why.timeout = ASKED;
      why.onload = function () {
        var shut = why.status >= 400 && why.status < 500, open = why.responseText.indexOf("<form") >= 0;
        if (shut || (why.status === 200 && !open)) answered(form, button, why); else lost();
      };
      why.onerror = why.ontimeout = lost;
      why.open("GET", form.dataset.ask || location.href);
      why.setRequestHeader("HX-Request", "true");
      why.setRequestHeader("Accept", "text/html");
      why.send();
    }
    if (files) call.upload.onprogress = function (way) {
      var part = way.lengthComputable ? Math.floor(way.loaded * 100 / way.total) : 0;
      moved(part < 100 ? STILL : THINKS);
      label(button, part < 100 ? words.uploading + " " + part + "%" : words.saving);
    };
    call.onload = function () { over(); answered(form, button, call); };
    call.onerror = call.onabort = broke;
    call.open("POST", (button && button.getAttribute("formaction")) || form.getAttribute("action") || location.href);
    call.setRequestHeader("HX-Request", "true");
    call.setRequestHeader("Accept", "text/html");
    moved(STILL);
    call.send(files ? body : new URLSearchParams(body));
  }

  document.addEventListener("click", function (event) {
    tapped = event.target.closest("button");
    var link = event.target.closest("a.btn, .names a");
    if (!link || event.defaultPrevented || link.hasAttribute("hx-get") || link.hasAttribute("download")) return;
    going = link;
    link.classList.add("waits");
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    event.preventDefault();
    var button = event.submitter || (tapped && tapped.form === form ? tapped : form.querySelector("[type=submit]"));
    if (!form.sending) send(form, button);
  });

  /* The next piece of a line: who came by the keyboard stands at its first entry, and a broken line is said. */
  var more = null;
  document.addEventListener("htmx:before:request", function (event) {
    var entry = event.target.closest && event.target.closest("li");
    more = entry && { list: entry.parentNode, at: Array.prototype.indexOf.call(entry.parentNode.children, entry) };
    if (entry) tell(entry, "");
  });
  document.addEventListener("htmx:after:swap", function () {
    var first = more && more.list.children[more.at];
    more = null;
    if (!first) return;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:error", function () {
    if (more) tell(more.list.children[more.at], words.broken, words.retry);
    more = null;
  });

  window.addEventListener("pageshow", function (event) {
    if (going) going.classList.remove("waits");
    if (!event.persisted) return;
    Array.prototype.forEach.call(document.forms, function (form) {
      if (form.sending) ended(form, form.querySelector(".waits"));
    });
  });
})();
