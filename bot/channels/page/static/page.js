// What the page's other scripts share: language, words, the text box, announcements. Loads nothing.
(() => {
  "use strict";
  const root = document.documentElement;
  const words = JSON.parse(document.getElementById("words").textContent);
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // Language: the one chosen, else that of the last answer, else the browser's.
  const asked = new URLSearchParams(location.search).get("lang");
  let chosen = ["en", "es"].includes(asked) ? asked : "";
  const ofBrowser = () => {
    const known = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
    return known.find((one) => one === "en" || one === "es") || "en";
  };
  const say = (key, lang = root.dataset.lang) => words[key][lang === "es" ? "es" : "en"];

  function show(lang) {
    root.dataset.lang = lang;
    root.lang = lang;
    label();
    paint();
  }

  function label() {
    for (const one of all(".langs button")) {
      one.setAttribute("aria-pressed", String(one.dataset.lang === root.dataset.lang));
    }
    const box = $("#question textarea");
    if (!box) return;
    box.setAttribute("aria-label", say("question"));
    box.placeholder = say("placeholder");
    $("#problem")?.setAttribute("role", "alert");
    for (const name of ["ask", "stop", "again"]) {
      const button = $(`#${name}-button`);
      if (button && button.textContent.trim() !== say(name)) button.textContent = say(name);
    }
  }

  // Light, dark, or as the system is; kept in this tab, like the conversation.
  const THEMES = ["auto", "light", "dark"];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let theme = "auto";
  try {
    theme = THEMES.find((one) => one === sessionStorage.getItem("theme")) ?? "auto";
  } catch {
    // The browser keeps nothing: then the system's choice is followed.
  }

  const isDark = () => theme === "dark" || (theme === "auto" && dark.matches);

  // Gradio's own parts go by a class, which it sets by the system's choice when it has loaded.
  function mark() {
    const has = document.body.classList.contains("dark");
    if (has !== isDark()) document.body.classList.toggle("dark");
  }

  function paint() {
    root.dataset.theme = isDark() ? "dark" : "light";
    if (document.body) mark();
    const button = $(".theme");
    if (!button) return;
    button.dataset.theme = theme;
    button.title = say(`theme_${theme}`);
    $(".unseen", button).textContent = button.title;
  }

  function turn() {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    try {
      sessionStorage.setItem("theme", theme);
    } catch {
      // It lasts until the page is loaded again.
    }
    paint();
    announce(say(`theme_${theme}`));
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

  function send(text) {
    write(text);
    // Gradio takes the text in first.
    setTimeout(() => $("#ask-button").click(), 60);
  }

  function announce(text) {
    const live = $("#live");
    if (live.textContent !== text) live.textContent = text;
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

  function leave(address) {
    window.habeas.forget();
    document.body.textContent = "";
    document.title = "";
    location.replace(address);
  }

  // Whoever cannot reach the button in time presses Escape three times.
  let escapes = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    escapes = [...escapes, event.timeStamp].filter((one) => event.timeStamp - one < 1500);
    if (escapes.length > 2) leave($(".leave").href);
  });

  const actions = {
    lang: (element) => choose(element.dataset.lang),
    theme: turn,
    example: (element) => send($(`[lang="${root.dataset.lang}"]`, element).textContent),
    skip: () => $("#question textarea")?.focus(),
    leave: (element) => leave(element.href),
  };

  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-do]");
    const action = element && actions[element.dataset.do];
    if (!action) return;
    if (element.tagName === "A") event.preventDefault();
    action(element);
  });

  // The page may stand in the browser's memory when somebody else presses "back".
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  window.habeas = {
    $, all, say, show, label, write, send, announce, complain, actions,
    chosen: () => chosen,
    lang: () => root.dataset.lang,
    forget: () => {},
    attached: () => "",
    kept: () => "",
  };
  dark.addEventListener("change", paint);
  show(chosen || ofBrowser());
  document.addEventListener("DOMContentLoaded", () => {
    show(root.dataset.lang);
    new MutationObserver(mark).observe(document.body, { attributeFilter: ["class"] });
  });
})();
