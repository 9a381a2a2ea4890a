/* The position is taken when the button is tapped, once, and stands in the form until it is sent. */
(function () {
  "use strict";
  var form = document.getElementById("visit"), button = document.getElementById("locate");
  var told = document.getElementById("where");
  if (!form || !button || !told) return;
  var most = Number(form.dataset.most) || 50;
  var line = navigator.connection;
  if (line) form.elements.network.value = line.type || line.effectiveType || "";

  function say(words, tone) {
    told.textContent = words;
    told.className = tone;
  }

  button.addEventListener("click", function () {
    if (!navigator.geolocation) return say("这台设备取不了位置，写一句原因就行。", "soon");
    say("在取位置，站着别动。", "");
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(function (found) {
      var metres = Math.round(found.coords.accuracy);
      form.elements.lat.value = found.coords.latitude;
      form.elements.lon.value = found.coords.longitude;
      form.elements.accuracy.value = found.coords.accuracy;
      button.disabled = false;
      button.textContent = "再取一次";
      if (metres <= most) say("✓ 误差 " + metres + " 米", "ok");
      else say("定位误差 " + metres + " 米，要 " + most + " 米内。到窗边再试，或拍门牌。", "soon");
    }, function (fault) {
      button.disabled = false;
      say(fault.code === 1 ? "没让取位置。在设置里打开，或写一句原因。" : "没取到位置。到窗边再试，或写一句原因。", "soon");
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  });
})();
