// Looks again by itself, and keeps what is known, with its time, while nobody answers.
"use strict";

(function () {
  var every = Number(document.body.dataset.refresh) * 1000;
  var words = document.body.dataset.away;

  function away() {
    var main = document.querySelector("main");
    var notice = document.querySelector(".away") || document.createElement("p");
    notice.className = "away";
    notice.textContent = words.replace("{time}", main.dataset.time);
    main.insertBefore(notice, main.firstChild);
  }

  function look() {
    fetch(window.location.href, { cache: "no-store" })
      .then(function (answer) {
        if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (text) {
        var found = new DOMParser().parseFromString(text, "text/html").querySelector("main");
        document.querySelector("main").replaceWith(document.importNode(found, true));
      })
      .catch(away);
  }

  window.setInterval(look, every);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) look();
  });
})();
