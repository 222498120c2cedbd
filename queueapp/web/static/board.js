// The hall's board: paints what the server tells, each call once, and keeps the last state when nobody tells anything.
"use strict";

(function () {
  var FLASH_MS = 3000;
  var SHORTEST_MS = 800; // of a call while many wait to be told
  var EARLIER = 4;
  var SILENT_MS = 15000; // three beats missed: the line is dead, whatever the browser believes
  var BROKEN_MS = 3000;
  var AGAIN_MS = 5000;
  var RELOAD_MS = 60000;
  var WATCH_MS = 1000;
  var LONGEST_SOUND_MS = 30000;
  var REMEMBERED = 200;
  var KEY = "queueapp-board";

  var words = document.body.dataset;
  var board = null; // what was last told
  var source = null;
  var heardAt = Date.now();
  var triedAt = 0;
  var brokenAt = null;
  var aheadMs = 0; // by how much the office's clock is ahead of this machine's
  var zoneMs = null;
  var isAway = false;
  var asOf = null;
  var waiting = []; // calls to be told
  var told = []; // "seq code counter" of those that were
  var telling = null;
  var isSoundOn = false;
  var mark = "";
  var loadedAt = Date.now();

  function at(id) {
    return document.getElementById(id);
  }

  function put(id, text) {
    var box = typeof id === "string" ? at(id) : id;
    if (box.textContent !== text) box.textContent = text;
  }

  function add(parent, kind, name, text) {
    var box = document.createElement(kind);
    if (name) box.className = name;
    if (text !== undefined) box.textContent = text;
    parent.appendChild(box);
    return box;
  }

  function fill(id, items, build) {
    var fresh = document.createDocumentFragment();
    items.forEach(function (item) {
      build(add(fresh, "li"), item);
    });
    at(id).replaceChildren(fresh);
  }

  // What this page has told survives its being loaded again, and is not shared with another page.
  function remember() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ mark: mark, told: told, waiting: waiting }));
    } catch (error) {
      return; // a browser that keeps nothing tells what is still fresh
    }
  }

  function recall() {
    try {
      var kept = JSON.parse(sessionStorage.getItem(KEY) || "{}");
      mark = typeof kept.mark === "string" ? kept.mark : "";
      told = Array.isArray(kept.told) ? kept.told : [];
      waiting = Array.isArray(kept.waiting) ? kept.waiting : [];
    } catch (error) {
      mark = "";
    }
  }

  function officeNow() {
    return Date.now() + aheadMs;
  }

  function hour(ms, withSeconds) {
    var local = new Date(ms + (zoneMs || 0));
    return local.toISOString().slice(11, withSeconds ? 19 : 16);
  }

  // ---- painting

  function same(a, b) {
    return a && b && a.code === b.code;
  }

  function paintCalls() {
    var latest = board ? board.latest : [];
    var now = telling || latest[0] || null;
    put("code-label", now ? words.calling : words.welcome);
    put("code", now ? now.code : "–");
    put("counter", now ? String(now.counter) : "");
    at("code").classList.toggle("long", !!now && now.code.length > 6);
    at("counter").classList.toggle("long", !!now && String(now.counter).length > 2);
    at("now").classList.toggle("empty", !now);
    at("now").classList.toggle("flash", !!telling);
    put("earlier-label", latest.length ? words.earlier : words.nobody);
    var earlier = latest
      .filter(function (call) {
        return !same(call, now);
      })
      .slice(0, EARLIER);
    fill("calls", earlier, function (line, call) {
      add(line, "span", "code", call.code);
      add(line, "span", "arrow", "→");
      add(line, "span", "counter", String(call.counter));
    });
  }

  function paint() {
    put("office", board.office);
    at("training").hidden = !board.training;
    paintCalls();
    var list = at("at-counters");
    list.classList.toggle("many", board.counters.length > 5 && board.counters.length <= 9);
    list.classList.toggle("very-many", board.counters.length > 9);
    fill("at-counters", board.counters, function (line, counter) {
      add(line, "span", "number", String(counter.number));
      add(line, "span", counter.open ? "says" : "says closed", counter.says);
      add(line, "span", "fields", counter.fields);
    });
    fill("waiting", board.waiting, function (line, field) {
      line.appendChild(document.createTextNode(field.field + ": "));
      add(line, "b", "", String(field.count));
      if (field.says) {
        line.appendChild(document.createTextNode(" · "));
        add(line, "b", field.full ? "full" : "few", (field.full ? "✗ " : "! ") + field.says);
      } else if (field.expected) line.appendChild(document.createTextNode(" · " + field.expected));
    });
  }

  function isLost() {
    return Date.now() - heardAt > SILENT_MS || (brokenAt !== null && Date.now() - brokenAt > BROKEN_MS);
  }

  function paintNotice() {
    var kind = isLost() ? "lost" : isAway ? "away" : "";
    var notice = at("notice");
    if (!kind) {
      notice.hidden = true;
      return;
    }
    var text;
    if (asOf === null) text = words.nothingVi + "\n" + words.nothingEn;
    else text = (words[kind + "Vi"] + "\n" + words[kind + "En"]).split("{time}").join(hour(asOf, true));
    put(notice, text);
    notice.hidden = false;
  }

  function tick() {
    if (zoneMs !== null) put("clock", hour(officeNow(), true));
    paintNotice();
  }

  // ---- telling: one call after the other

  function tellNext() {
    telling = null;
    while (waiting.length && !telling) {
      var next = waiting.shift();
      if (officeNow() - next.at <= (board ? board.stale_ms : 120000)) telling = next;
    }
    remember();
    paintCalls();
    if (!telling) return;
    var began = Date.now();
    var least = Math.max(SHORTEST_MS, FLASH_MS / (1 + waiting.length));
    document.dispatchEvent(new CustomEvent("told", { detail: telling }));
    say(telling, function () {
      window.setTimeout(tellNext, Math.max(0, least - (Date.now() - began)));
    });
  }

  function say(call, after) {
    if (!isSoundOn) return after();
    var voice = at("voice");
    var left = board ? board.times : 1;
    var isDone = false;
    function end() {
      if (isDone) return;
      isDone = true;
      window.clearTimeout(guard);
      voice.onended = voice.onerror = null;
      after();
    }
    function play() {
      voice.src = "/board/sound/" + call.seq;
      voice.volume = (board ? board.volume : 100) / 100;
      var begun = voice.play();
      if (begun) begun.catch(end);
    }
    var guard = window.setTimeout(end, LONGEST_SOUND_MS); // a sound that never ends must not silence the next
    voice.onerror = end;
    voice.onended = function () {
      left -= 1;
      if (left > 0) play();
      else end();
    };
    play();
  }

  function hear(calls) {
    calls.forEach(function (call) {
      var name = call.seq + " " + call.code + " " + call.counter;
      if (told.indexOf(name) >= 0) return;
      told.push(name);
      if (call.tell) waiting.push({ seq: call.seq, code: call.code, counter: call.counter, at: call.at });
    });
    told = told.slice(-REMEMBERED);
    remember();
    if (!telling) tellNext();
  }

  // ---- listening

  function heard(data) {
    heardAt = Date.now();
    isAway = data.away;
    asOf = data.as_of;
    if (typeof data.now === "number") {
      aheadMs = data.now - Date.now();
      zoneMs = data.zone_ms;
    }
    if (data.build !== words.build && Date.now() - loadedAt > RELOAD_MS) window.location.reload();
  }

  function listen() {
    if (source) source.close();
    triedAt = Date.now();
    source = new EventSource("/board/events" + (mark ? "?after=" + encodeURIComponent(mark) : ""));
    source.addEventListener("board", function (event) {
      var data = JSON.parse(event.data);
      heard(data);
      board = data;
      if (data.mark) mark = data.mark;
      paint();
      hear(data.calls);
      tick();
    });
    source.addEventListener("beat", function (event) {
      heard(JSON.parse(event.data));
      tick();
    });
  }

  function watch() {
    if (source.readyState === 1) brokenAt = null;
    else if (brokenAt === null) brokenAt = Date.now();
    // The browser connects again by itself, but not after a refusal, and not on a line that died without a word.
    if (isLost() && Date.now() - triedAt > AGAIN_MS && (source.readyState !== 0 || Date.now() - heardAt > SILENT_MS)) {
      listen();
    }
    tick();
  }

  // ---- sound: a browser plays nothing before somebody has clicked

  function turnOn() {
    var voice = at("voice");
    voice.src = "/board/sound/bell";
    var begun = voice.play();
    if (!begun) return;
    begun.then(
      function () {
        isSoundOn = true;
        at("sound").hidden = true;
        document.body.classList.add("sounding");
      },
      function () {
        at("sound").hidden = false;
      }
    );
  }

  function start() {
    recall();
    at("sound").addEventListener("click", turnOn);
    if (window.location.search.indexOf("sound=1") >= 0) turnOn();
    listen();
    window.setInterval(watch, WATCH_MS);
    if (waiting.length) tellNext();
  }

  start();
})();
