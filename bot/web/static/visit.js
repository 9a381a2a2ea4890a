/* The position is taken when the button is tapped, once, and stands in the form until it is sent. A photo in the form
   of iPhones (HEIC) is made a JPEG where the browser can read it. */
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

  var photo = form.elements.photo, seen = document.getElementById("photo-said");

  function plainer(file) {
    return createImageBitmap(file).then(function (picture) {
      var canvas = document.createElement("canvas");
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      return new Promise(function (done, no) {
        canvas.toBlob(function (blob) { if (blob) done(blob); else no(new Error("no picture")); }, "image/jpeg", 0.9);
      });
    }).then(function (blob) {
      var chosen = new DataTransfer();
      chosen.items.add(new File([blob], file.name.replace(/\.hei[cf]$/i, "") + ".jpg", { type: "image/jpeg" }));
      photo.files = chosen.files;
    });
  }

  photo.addEventListener("change", function () {
    var file = photo.files[0];
    seen.textContent = "";
    if (!file || !/hei[cf]/i.test(file.type + file.name.slice(-5))) return;
    plainer(file).catch(function () {
      photo.value = "";
      seen.textContent = "这张是 HEIC，这里打不开。点上面现拍一张就行，别的都还在。";
    });
  });

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
