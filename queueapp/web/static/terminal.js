// Opens the terminal once its font is there, and opens it again when the line is lost.
"use strict";

(function () {
  var LETTERS = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ →─█★↩";
  var COLUMNS = 120; // as many as fit when the page chooses the size of letters
  var WIDTH_OF_LETTER = 0.6;
  var PING_MS = 10000;
  var SILENT_MS = 30000; // without a word the line is dead, whatever the browser believes
  var LOOK_MS = 2000;
  var FOCUS_MS = [300, 1500];
  var QUICK_MS = 15000; // a line that ends as soon as it began is not tried at once again
  var box = document.getElementById("terminal");
  var isOver = false;

  function show(name) {
    ["opening", "left", "lost"].forEach(function (each) {
      document.getElementById(each).hidden = each !== name;
    });
  }

  function reload() {
    window.location.replace(window.location.href);
  }

  function lookForServer() {
    fetch("/up", { cache: "no-store" }).then(
      function (answer) {
        if (answer.ok) reload();
        else window.setTimeout(lookForServer, LOOK_MS);
      },
      function () {
        window.setTimeout(lookForServer, LOOK_MS);
      }
    );
  }

  function ended(code, lived) {
    if (isOver) return;
    isOver = true;
    if (code === 1000) {
      show("left");
      document.getElementById("again").focus();
    } else {
      show("lost");
      window.setTimeout(lookForServer, lived < QUICK_MS ? 5 * LOOK_MS : LOOK_MS / 2);
    }
  }

  // The emulator keeps its socket to itself; it is watched where it is made.
  var Plain = window.WebSocket;
  window.WebSocket = function (address) {
    var line = new Plain(address);
    var heard = Date.now();
    var begun = heard;
    var isSeen = false;
    var timer = window.setInterval(function () {
      if (Date.now() - heard > SILENT_MS) {
        window.clearInterval(timer);
        line.close();
        ended(1006, Date.now() - begun);
      } else if (line.readyState === Plain.OPEN) {
        line.send(JSON.stringify(["ping", String(Date.now())]));
      }
    }, PING_MS);
    line.addEventListener("message", function (event) {
      heard = Date.now();
      if (typeof event.data === "string" || isSeen) return;
      isSeen = true;
      show("");
      document.querySelector(".xterm-helper-textarea").focus();
      // The application takes its window for left when it starts, whatever was said before.
      FOCUS_MS.forEach(function (ms) {
        window.setTimeout(function () {
          if (line.readyState === Plain.OPEN && document.hasFocus()) line.send(JSON.stringify(["focus"]));
        }, ms);
      });
    });
    line.addEventListener("close", function (event) {
      window.clearInterval(timer);
      ended(event.code, Date.now() - begun);
    });
    return line;
  };

  function open() {
    if (box.dataset.fontSize === "0") {
      var size = Math.floor(window.innerWidth / COLUMNS / WIDTH_OF_LETTER);
      box.dataset.fontSize = String(Math.min(32, Math.max(12, size)));
    }
    var emulator = document.createElement("script");
    emulator.src = "/emulator/textual.js";
    emulator.onload = function () {
      window.onload(); // which the emulator has just set; the page itself was loaded before
      window.onload = null;
    };
    document.head.appendChild(emulator);
  }

  document.getElementById("again").addEventListener("click", reload);
  show("opening");
  var loaded = new Promise(function (done) {
    if (document.readyState === "complete") done();
    else window.addEventListener("load", done);
  });
  Promise.all([
    loaded,
    document.fonts.load('400 16px "Roboto Mono"', LETTERS),
    document.fonts.load('700 16px "Roboto Mono"', LETTERS),
  ]).then(open, open);
})();
