// The page's own script: language, examples, keeping earlier answers, leaving. It loads nothing.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = JSON.parse(document.getElementById("words").textContent);
  const $ = (selector, from = document) => from.querySelector(selector);

  // Language: the one chosen, else that of the last answer, else the browser's.
  const asked = new URLSearchParams(location.search).get("lang");
  let chosen = ["en", "es"].includes(asked) ? asked : "";
  const ofBrowser = () => {
    const known = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
    return known.find((one) => one === "en" || one === "es") || "en";
  };
  const say = (key) => words[key][root.dataset.lang];

  function show(lang) {
    root.dataset.lang = lang;
    root.lang = lang;
    label();
  }

  function label() {
    const box = $("#question textarea");
    if (!box) return;
    box.setAttribute("aria-label", say("question"));
    box.placeholder = say("placeholder");
    $("#problem")?.setAttribute("role", "alert");
    for (const name of ["ask", "stop", "again"]) {
      const button = $(`#${name}-button`);
      if (button && button.textContent.trim() !== say(name)) button.textContent = say(name);
    }
    for (const one of document.querySelectorAll(".langs button")) {
      one.setAttribute("aria-pressed", String(one.dataset.lang === root.dataset.lang));
    }
  }

  function choose(lang) {
    chosen = lang;
    const url = new URL(location.href);
    url.searchParams.set("lang", lang);
    history.replaceState(null, "", url);
    show(lang);
  }

  // The text box belongs to Gradio, which hears of a change only through the event.
  function write(text) {
    const box = $("#question textarea");
    if (!box) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  // An answer is drawn in one place; before the next one is, the last is put with the earlier ones.
  let kept = null;
  let keptSources = null;
  let number = "0";
  let sent = "";
  let announced = "";

  function keep() {
    const article = $("#current article");
    kept = article ? article.cloneNode(true) : null;
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
    if (!list) return null;
    const details = document.createElement("details");
    details.className = "old-sources sources";
    const summary = document.createElement("summary");
    summary.textContent = $("#sources h2").firstChild.textContent.trim();
    details.append(summary, list.cloneNode(true));
    for (const one of details.querySelectorAll("details")) one.open = false;
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
    if (article.dataset.number !== number) {
      number = article.dataset.number;
      archive();
      document.body.classList.add("talking");
      article.scrollIntoView({ block: "start" });
    }
    const state = article.dataset.state;
    document.body.classList.toggle("busy", state === "busy");
    if (state === "done" && !chosen && article.lang !== root.dataset.lang) show(article.lang);
    if (announced !== number + state) {
      announced = number + state;
      if (state === "busy") $("#live").textContent = say("working");
      if (state === "done") {
        $("#live").textContent = say("ready");
        openSources();
      }
    }
  }

  // Beside the answer there is room for the first sources; below it, on a phone, they are a list.
  function openSources() {
    if (!matchMedia("(min-width: 64rem)").matches) return;
    const all = document.querySelectorAll("#sources li details");
    for (const one of [...all].slice(0, 3)) one.open = true;
  }

  // What the script itself has to say stands in a place of its own: the rest belongs to Gradio.
  function complain(text) {
    $("#complaint")?.remove();
    if (!text) return;
    document.body.classList.remove("busy");
    const line = document.createElement("p");
    line.id = "complaint";
    line.className = "problem";
    line.setAttribute("role", "alert");
    line.textContent = text;
    $("#ask")?.prepend(line);
  }

  // Gradio answers a lost connection by loading the page anew, which would lose the conversation.
  // So it is told of an answer that failed instead, and the page stays as it is.
  const fetched = window.fetch.bind(window);
  const LOST = 'data: {"msg":"unexpected_error","message":"lost","success":false}\n\n';
  const END = '"close_stream"';

  function unbroken(body) {
    const reader = body.getReader();
    const bytes = new TextEncoder();
    const text = new TextDecoder();
    let tail = "";
    return new ReadableStream({
      async pull(controller) {
        let part;
        try {
          part = await reader.read();
        } catch (error) {
          if (error.name === "AbortError") return controller.error(error);
          part = { done: true };
        }
        if (!part.done) {
          tail = (tail + text.decode(part.value, { stream: true })).slice(-200);
          return controller.enqueue(part.value);
        }
        if (!tail.includes(END)) controller.enqueue(bytes.encode(LOST));
        return controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }

  window.fetch = async (input, init) => {
    const url = String(input.url ?? input);
    const streams = url.includes("/gradio_api/queue/data");
    try {
      const response = await fetched(input, init);
      return streams && response.ok ? new Response(unbroken(response.body), response) : response;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      if (streams) return new Response(LOST);
      if (url.includes("/gradio_api/queue/join")) {
        return new Response('{"error":"lost"}', { status: 500 });
      }
      throw error;
    }
  };

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

  window.habeas = {
    // Called by Gradio before a question is sent; gives what is sent.
    ask(question, turns) {
      keep();
      keptSources = keepSources();
      sent = question;
      complain("");
      // Far over the limit it is refused all the same; there is no need to send a whole book.
      return [question.slice(0, 100000), turns, chosen, root.dataset.lang];
    },
    stop() {
      document.body.classList.remove("busy");
      const article = $("#current article");
      if (!article || article.dataset.state !== "busy") return;
      article.dataset.state = "stopped";
      const line = $(".working", article);
      if (line) line.textContent = say("stopped");
    },
    // Called by Gradio to forget the conversation; gives what the parts of the page become.
    again() {
      $("#past").textContent = "";
      kept = null;
      sent = "";
      return ["", "", "", "", ""];
    },
  };

  const actions = {
    lang: (element) => choose(element.dataset.lang),
    example(element) {
      write($(`[lang="${root.dataset.lang}"]`, element).textContent);
      // Gradio takes the text in first.
      setTimeout(() => $("#ask-button").click(), 60);
    },
    correct: () => write(say("correction")),
    "to-card": (element) => $(".card", element.closest("article")).scrollIntoView(),
    skip: () => $("#question textarea")?.focus(),
    leave(element) {
      document.body.textContent = "";
      document.title = "";
      location.replace(element.href);
    },
  };

  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-do]");
    const action = element && actions[element.dataset.do];
    if (!action) return;
    if (element.tagName === "A") event.preventDefault();
    action(element);
  });

  show(chosen || ofBrowser());
  document.addEventListener("DOMContentLoaded", () => {
    show(root.dataset.lang);
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
