// Documents a person adds: read by the server, kept in this tab, sent with each question.
(() => {
  "use strict";
  const { $, all, say, announce, actions } = window.habeas;
  const KEPT = "habeas-documents";
  const MOST = 5;
  const MOST_TEXT = 400000;

  let documents = saved();
  // Files that are being read; a new conversation lets go of them.
  let reading = new AbortController();

  function saved() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
    } catch {
      return [];
    }
  }

  function save() {
    try {
      if (documents.length) sessionStorage.setItem(KEPT, JSON.stringify(documents));
      else sessionStorage.removeItem(KEPT);
    } catch {
      // No room in the browser: then a reload forgets them.
    }
  }

  const filled = (key, values) =>
    say(key).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

  function complain(name, key, values = {}) {
    const line = $("#document-problem");
    line.hidden = !key;
    line.textContent = key ? `${name}: ${filled(key, values)}` : "";
  }

  function about(one) {
    const count = one.pages.length;
    const empty = one.pages.flatMap((page, n) => (page ? [] : [n + 1]));
    const told = [count === 1 ? say("one_page") : filled("pages", { count })];
    if (empty.length) told.push(filled("no_text", { numbers: empty.join(", ") }));
    return told.join(", ");
  }

  function draw() {
    const list = $("#document-list");
    if (!list) return;
    const items = documents.map((one, number) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.dir = "auto";
      name.className = "document-name";
      name.textContent = one.name;
      const more = document.createElement("span");
      more.textContent = about(one);
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.do = "remove-document";
      button.dataset.number = number;
      const which = document.createElement("span");
      which.className = "unseen";
      which.textContent = `: ${one.name}`;
      button.append(say("remove"), which);
      item.append(name, more, button);
      return item;
    });
    list.replaceChildren(...items);
    list.hidden = !items.length;
    $("#document-count").textContent = documents.length ? `(${documents.length})` : "";
    drawn = window.habeas.lang();
  }
  let drawn = "";

  const fits = (size) =>
    documents.length < MOST && documents.reduce((sum, one) => sum + one.size, size) <= MOST_TEXT;

  async function read(file) {
    const most = Number($(".documents").dataset.most);
    if (file.size > most * 2 ** 20) return complain(file.name, "document_too_large", { most });
    if (!fits(0)) return complain(file.name, "document_full");
    const mine = reading;
    announce(filled("reading", { name: file.name }));
    let response;
    try {
      response = await fetch("upload/", {
        method: "POST",
        headers: {
          "Content-Type": "application/octet-stream",
          "X-File-Name": encodeURIComponent(file.name.slice(-120)),
        },
        body: file,
        signal: mine.signal,
      });
    } catch {
      return mine.signal.aborted || complain(file.name, "document_lost");
    }
    const told = await response.json().catch(() => ({}));
    if (mine.signal.aborted) return;
    if (!response.ok) return complain(file.name, problem(response.status, told.code), { most });
    if (!fits(told.size)) return complain(file.name, "document_full");
    const twin = JSON.stringify(told.pages);
    if (documents.some((one) => JSON.stringify(one.pages) === twin)) {
      return complain(file.name, "document_twice");
    }
    documents.push({ name: told.name, pages: told.pages, size: told.size });
    save();
    draw();
    announce(filled("added", { name: told.name }));
  }

  function problem(status, code) {
    if (status === 413) return "document_too_large";
    if (status === 503) return "document_busy";
    if (status === 408) return "document_lost";
    const known = JSON.parse($("#words").textContent);
    return known[code] && code.startsWith("document_") ? code : "document_error";
  }

  async function add(files) {
    const button = $("[data-do=pick]");
    complain("", "");
    button.setAttribute("aria-busy", "true");
    // One after the other: the server reads few at a time.
    for (const file of files) await read(file);
    button.removeAttribute("aria-busy");
  }

  const { forget, ask } = window.habeas;
  Object.assign(window.habeas, {
    attached: () =>
      documents.length && $(".documents")
        ? JSON.stringify(documents.map(({ name, pages }) => ({ name, pages })))
        : "",
    ask(...asked) {
      // The answer needs the room.
      $(".documents")?.removeAttribute("open");
      return ask(...asked);
    },
    forget() {
      forget();
      reading.abort();
      reading = new AbortController();
      documents = [];
      if ($("#document-problem")) complain("", "");
      draw();
    },
  });

  Object.assign(actions, {
    pick: () => $("#document-file").click(),
    "remove-document"(element) {
      const [gone] = documents.splice(Number(element.dataset.number), 1);
      save();
      draw();
      complain("", "");
      announce(filled("removed", { name: gone.name }));
      (all("#document-list button")[0] ?? $("[data-do=pick]")).focus();
    },
  });

  document.addEventListener("change", (event) => {
    if (event.target.id !== "document-file") return;
    const files = [...event.target.files];
    // The same file can be chosen again after it was mended.
    event.target.value = "";
    add(files);
  });

  document.addEventListener("DOMContentLoaded", () => {
    // Gradio draws the place for the list when it is ready; the language changes at any time.
    new MutationObserver(() => {
      const list = $("#document-list");
      if (!list) return;
      const fresh = list.childElementCount !== documents.length;
      if (fresh || drawn !== window.habeas.lang()) draw();
    }).observe(document.documentElement, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["data-lang"],
    });
  });
})();
