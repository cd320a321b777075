// The conversation: it lives in this tab, is put back after a reload, and goes when it is deleted.
(() => {
  "use strict";
  const { $, all, say, show, label, write, send, announce, complain, actions } = window.habeas;
  const KEPT = "habeas";

  // An answer is drawn in one place; before the next one is, the last is put with the earlier ones.
  let kept = null;
  let keptSources = null;
  let number = "0";
  let sent = "";
  let announced = "";
  // Whether the next question takes the place of the last.
  let instead = false;
  let gone = false;
  let going = -Infinity;

  function keep() {
    const article = $("#current article");
    kept = article && !instead ? article.cloneNode(true) : null;
    keptSources = kept ? keepSources() : null;
  }

  function archive() {
    if (!kept) return;
    if (kept.dataset.state === "busy") kept.dataset.state = "stopped";
    $(".working", kept)?.remove();
    if (keptSources) kept.append(keptSources);
    $("#past").append(kept);
    kept = null;
  }

  function keepSources() {
    const list = $("#sources .sources ol");
    return list && oldSources(list);
  }

  function oldSources(list) {
    const details = document.createElement("details");
    details.className = "old-sources sources";
    const summary = document.createElement("summary");
    summary.textContent = say("sources");
    details.append(summary, list.cloneNode(true));
    for (const one of all("details", details)) one.open = false;
    return details;
  }

  function onAnswer() {
    const article = $("#current article");
    if (!article) {
      // A new conversation: back to the start.
      if (number !== "0") scrollTo(0, 0);
      number = "0";
      document.body.classList.remove("talking", "busy");
      return;
    }
    document.body.classList.add("talking");
    if (article.dataset.number !== number) {
      number = article.dataset.number;
      archive();
      article.scrollIntoView({ block: "start" });
    }
    const state = article.dataset.state;
    document.body.classList.toggle("busy", state === "busy");
    if (state === "done" && !window.habeas.chosen() && article.lang !== window.habeas.lang()) {
      show(article.lang);
    }
    if (announced === number + state) return;
    announced = number + state;
    if (state === "busy") announce(say("working"));
    if (state === "done") {
      const lead = $(".urgent h3, .card h3, .rule .lead", article)?.textContent ?? "";
      announce(`${say("ready")} ${lead}`.trim());
      openSources();
    }
    if (state !== "busy") setTimeout(save, 150);
  }

  // Beside the answer there is room for the first sources; below it, on a phone, they are a list.
  function openSources() {
    if (!matchMedia("(min-width: 64rem)").matches) return;
    for (const one of all("#sources li > details").slice(0, 3)) one.open = true;
  }

  // Gradio tells of failures in English and for programmers: by a notice, or, when an answer broke
  // off, by a mark on what it was drawing. Both are hidden; this says it instead.
  function onFailure() {
    const notice = $(".toast-body:not([data-seen])");
    if (notice) notice.dataset.seen = "";
    const article = $("#current article[data-state=busy]");
    const broken = article && $('#desk [data-testid="status-tracker"] .error');
    if (!notice && !broken) return;
    if (article) {
      article.dataset.state = "failed";
      $(".working", article)?.remove();
    }
    complain(say("lost"));
    if (sent && !$("#question textarea").value) write(sent);
  }

  const turns = () => $("#turns textarea")?.value ?? "";

  // The conversation without its last question and what was answered to it.
  function withoutLast(text) {
    const list = text ? JSON.parse(text) : [];
    const last = list.map((one) => one.role).lastIndexOf("user");
    return last < 0 ? text : JSON.stringify(list.slice(0, last));
  }

  function save() {
    const article = $("#current article");
    if (gone || performance.now() - going < 1000 || !article || !turns()) return;
    const now = article.cloneNode(true);
    if (now.dataset.state === "busy") stopped(now);
    const state = {
      turns: turns(),
      past: $("#past").innerHTML,
      now: now.outerHTML,
      sources: $("#sources .sources")?.outerHTML ?? "",
      number,
    };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(state));
    } catch {
      // The browser keeps nothing: then a reload begins anew.
    }
  }

  function saved() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT));
    } catch {
      return null;
    }
  }

  // What the site stored is put together as this tab would have kept it.
  async function stored() {
    const exchanges = window.habeas.kept() ? await window.habeas.stored() : null;
    if (!exchanges?.length) return null;
    const box = document.createElement("div");
    for (const one of exchanges.slice(0, -1)) {
      const article = parsed(one.html);
      const list = $("ol", parsed(one.sources) ?? box);
      if (list) article.append(oldSources(list));
      box.append(article);
    }
    const last = exchanges.at(-1);
    return {
      past: box.innerHTML,
      now: last.html,
      sources: last.sources,
      number: parsed(last.html).dataset.number,
      turns: JSON.stringify(
        exchanges.flatMap((one) => [
          { role: "user", content: one.question },
          { role: "assistant", content: one.text },
        ]),
      ),
    };
  }

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;

  function forget() {
    gone = true;
    try {
      sessionStorage.clear();
    } catch {
      // It kept nothing.
    }
  }

  function stopped(article) {
    article.dataset.state = "stopped";
    const line = $(".working", article);
    if (line) line.textContent = say("stopped");
  }

  function editing(on) {
    instead = on;
    $("#editing")?.remove();
    if (!on) return;
    const line = document.createElement("p");
    line.id = "editing";
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.dataset.do = "cancel";
    cancel.textContent = say("cancel");
    line.append(say("editing"), " ", cancel);
    $("#ask").prepend(line);
  }

  const lastQuestion = () => $("#current .asked")?.textContent ?? "";

  Object.assign(window.habeas, {
    forget,
    // Called by Gradio before a question is sent; gives what is sent.
    ask(question, history) {
      keep();
      const before = instead ? withoutLast(history) : history;
      editing(false);
      gone = false;
      sent = question;
      announced = "";
      complain("");
      // A keyboard on the screen would hide the answer.
      if (matchMedia("(pointer: coarse)").matches) document.activeElement?.blur();
      // Far over the limit it is refused all the same; there is no need to send a whole book.
      const said = [question.slice(0, 100000), before, window.habeas.chosen(), window.habeas.lang()];
      return [...said, window.habeas.attached(), window.habeas.kept()];
    },
    stop() {
      document.body.classList.remove("busy");
      const article = $("#current article");
      if (article?.dataset.state !== "busy") return;
      stopped(article);
      save();
    },
    // Called by Gradio to forget the conversation; gives what the parts of the page become.
    again() {
      window.habeas.forget();
      editing(false);
      $("#past").textContent = "";
      kept = null;
      sent = "";
      return ["", "", "", "", ""];
    },
    // Called by Gradio once the page stands; gives back what a reload would have lost.
    async restore() {
      const state = (await stored()) ?? saved();
      if (!state) return ["", "", "", "", $("#question textarea")?.value ?? ""];
      $("#past").innerHTML = state.past;
      number = state.number;
      const article = parsed(state.now);
      announced = number + article.dataset.state;
      setTimeout(() => $("#current article")?.scrollIntoView({ block: "start" }), 100);
      return ["", state.now, state.sources, state.turns, ""];
    },
  });

  Object.assign(actions, {
    ask: (element) => send(element.textContent),
    correct: (element) => send(element.dataset.words),
    amend: () => write(say("correction")),
    edit() {
      editing(true);
      write(lastQuestion());
    },
    retry() {
      instead = true;
      send(lastQuestion());
    },
    cancel() {
      editing(false);
      write("");
    },
    "to-card": (element) => {
      const card = $(".card", element.closest("article"));
      card.scrollIntoView();
      $("h3", card).tabIndex = -1;
      $("h3", card).focus({ preventScroll: true });
    },
  });

  // Before a page goes, its streams break off: what they leave is no answer that failed.
  addEventListener("beforeunload", () => {
    save();
    going = performance.now();
  });
  addEventListener("pagehide", save);
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      label();
      onAnswer();
      onFailure();
    }).observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["data-state", "data-number"],
    });
  });
})();
