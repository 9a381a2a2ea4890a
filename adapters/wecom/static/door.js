/* Inside WeCom the client knows with whom the member talks: the page goes to that person. Elsewhere nothing happens,
   and the page's own list is there to choose from. */
(function () {
  "use strict";
  if (!window.ww || !/wxwork/i.test(navigator.userAgent)) return;

  function keys(url) {
    var asked = "/sidebar/keys?url=" + encodeURIComponent(url);
    return fetch(asked, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error("no keys: " + answer.status);
      return answer.json();
    });
  }

  function signature(kind) {
    return function (url) {
      return keys(url).then(function (all) { return all[kind]; });
    };
  }

  keys(location.href.split("#")[0]).then(function (all) {
    window.ww.register({
      corpId: all.corpId,
      agentId: all.agentId,
      jsApiList: ["getCurExternalContact", "getCurExternalChat"],
      getConfigSignature: signature("config"),
      getAgentConfigSignature: signature("agentConfig")
    });
    return window.ww.getCurExternalContact();
  }).then(function (found) {
    if (found && found.userId) location.replace("/sidebar/contact?external=" + encodeURIComponent(found.userId));
  }).catch(function () { /* no chat with a customer: the list stays */ });
})();
