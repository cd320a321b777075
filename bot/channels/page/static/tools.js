// What can be done with an answer: open a source, copy, print, share, show a lawyer, say it is wrong.
(() => {
  "use strict";
  const { $, all, say, announce, actions } = window.habeas;
  const wide = matchMedia("(min-width: 64rem)");

  // Sources: beside the answer where there is room, else in a sheet over it.
  let opener = null;

  function source(element) {
    const article = element.closest("article");
    const one = `li[data-source="${CSS.escape(element.dataset.source)}"]`;
    const item = $(one, article) ?? $(`#sources ${one}`);
    if (!item) return;
    if (wide.matches && item.closest("#sources")) beside(item, element);
    else sheet(item, article.lang);
  }

  function beside(item, element) {
    for (const one of all("#sources li.here")) one.classList.remove("here");
    item.classList.add("here");
    const details = $("details", item);
    details.open = true;
    const panel = $("#sources");
    panel.scrollTop += item.getBoundingClientRect().top - panel.getBoundingClientRect().top - 48;
    opener = element;
    $("summary", item).focus({ preventScroll: true });
  }

  function sheet(item, lang) {
    const dialog = $("#sheet");
    const body = $(".sheet-body", dialog);
    const details = $("details", item).cloneNode(true);
    const head = $("summary", details);
    $(".sheet-title", dialog).replaceChildren(...head.childNodes);
    head.remove();
    body.replaceChildren(...details.childNodes);
    dialog.lang = lang;
    dialog.showModal();
    body.scrollTop = 0;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !opener || !event.target.closest?.("#sources")) return;
    opener.focus();
    opener = null;
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("dialog")) event.target.close();
  });

  // An answer as plain text, with every citation and its address.
  function cleaned(element) {
    const copy = element.cloneNode(true);
    for (const one of all(".unseen, .working, .urgent, .to-law, .to-card, .around", copy)) {
      one.remove();
    }
    for (const one of all("button:not(.cite-button)", copy)) one.remove();
    return copy;
  }

  const lines = (element) =>
    all("h3, p, li", element)
      .filter((one) => !$("p, li", one))
      .map((one) => (one.matches("li") ? "- " : "") + one.textContent.replace(/\s+/g, " ").trim())
      .filter((one) => one.length > 2);

  const sourcesOf = (article) => {
    const own = all(".old-sources li[data-source]", article);
    return own.length || article.closest("#past") ? own : all("#sources li[data-source]");
  };

  function sourceLine(item) {
    const about = [$(".label", item), $(".title", item), $(".as-of", item)];
    const said = about.filter(Boolean).map((one) => one.textContent.trim());
    return [...said, $(".open a", item)?.href].filter(Boolean).join(" · ");
  }

  function plain(article) {
    const lang = article.lang;
    return [
      `${say("question", lang)}: ${$(".asked", article).textContent.trim()}`,
      ...lines(cleaned($(".answer", article))),
      `${say("sources", lang)}:`,
      ...sourcesOf(article).map((one) => `- ${sourceLine(one)}`),
      `${say("from", lang)} · ${today(lang)}`,
    ].join("\n\n");
  }

  const today = (lang) =>
    new Date().toLocaleDateString(lang, { year: "numeric", month: "long", day: "numeric" });

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without encryption a browser has only the older way.
      const box = document.createElement("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  }

  function told(element, key) {
    const before = element.dataset.label ?? element.textContent;
    element.dataset.label = before;
    element.textContent = say(key, element.closest("[lang]")?.lang);
    announce(element.textContent);
    setTimeout(() => (element.textContent = before), 2500);
  }

  // Print: one answer with its sources opened, or the summary for a lawyer.
  let closed = [];

  addEventListener("beforeprint", () => {
    $("#print-line").textContent = `${say("from")} · ${today(window.habeas.lang())}`;
    closed = all("details:not([open])").filter((one) => !one.matches(".around"));
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
    document.body.classList.remove("print-one", "print-brief", "print-past");
    for (const one of all(".to-print")) one.classList.remove("to-print");
  });

  function brief(article) {
    const lang = article.lang;
    const dialog = $("#brief");
    const part = (title, ...items) => {
      const section = document.createElement("section");
      const head = document.createElement("h3");
      head.textContent = say(title, lang);
      section.append(head, ...items);
      return section;
    };
    const list = (texts) => {
      const made = document.createElement("ul");
      for (const text of texts) made.append(Object.assign(document.createElement("li"), { textContent: text }));
      return made;
    };
    const paragraph = (text) => Object.assign(document.createElement("p"), { textContent: text });
    const questions = all("#past .asked, #current .asked").map((one) => one.textContent.trim());
    const facts = all(".chip:not(.gone)", article).map((one) => cleaned(one).textContent.trim());
    const answer = cleaned($(".answer", article));
    const parts = [part("asked", list(questions))];
    if (facts.length) parts.push(part("facts", list(facts)));
    parts.push(part("rule", ...all(".rule > p, .rule > ul", answer)));
    for (const one of all(".law-says, .explained", answer)) parts.push(one);
    parts.push(part("sources", list(sourcesOf(article).map(sourceLine))));
    dialog.lang = lang;
    $(".sheet-title", dialog).textContent = say("brief", lang);
    $(".sheet-body", dialog).replaceChildren(
      paragraph(today(lang)), paragraph(say("brief_note", lang)), ...parts,
    );
    dialog.showModal();
    $(".sheet-body", dialog).scrollTop = 0;
  }

  // Feedback: what is kept is said in the form; words go only where the box is ticked.
  async function tell(section, about) {
    const article = section.closest("article");
    const agreed = $("input", section).checked && about !== "good";
    const { answer, rule, status, lang, corpus, digest } = section.dataset;
    const line = { answer, about, rule, status, lang, corpus, digest };
    if (about !== "good") line.comment = $("textarea", section).value.slice(0, 2000);
    if (agreed) {
      line.agreed = true;
      line.question = $(".asked", article).textContent;
      line.reply = plain(article).slice(0, 100000);
    }
    const note = $(".told", section);
    try {
      const response = await fetch("feedback/", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(line),
      });
      if (!response.ok) throw new Error(response.status);
      section.dataset.told = about;
      note.textContent = say("thanks", article.lang);
    } catch {
      note.textContent = say("not_kept", article.lang);
    }
    announce(note.textContent);
  }

  const article = (element) => element.closest("article");
  Object.assign(actions, {
    source,
    close: (element) => element.closest("dialog").close(),
    async copy(element) {
      await copy(plain(article(element)));
      told(element, "copied");
    },
    async share(element) {
      const text = plain(article(element));
      if (navigator.share) {
        try {
          await navigator.share({ title: "Habeas", text });
        } catch {
          // Whoever closes the list of apps shares nothing.
        }
        return;
      }
      await copy(text);
      told(element, "copied_to_share");
    },
    print(element) {
      article(element).classList.add("to-print");
      document.body.classList.add("print-one");
      document.body.classList.toggle("print-past", Boolean(element.closest("#past")));
      window.print();
    },
    lawyer: (element) => brief(article(element)),
    "print-brief"() {
      document.body.classList.add("print-brief");
      window.print();
    },
    async "copy-brief"(element) {
      await copy(lines($("#brief")).join("\n\n"));
      told(element, "copied");
    },
    vote(element) {
      const section = element.closest(".feedback");
      for (const one of all(".votes button", section)) {
        one.setAttribute("aria-pressed", String(one === element));
      }
      const more = $(".more", section);
      more.hidden = element.dataset.about === "good";
      section.dataset.about = element.dataset.about;
      if (more.hidden) tell(section, "good");
      else $("textarea", more).focus();
    },
    feedback(element) {
      const section = element.closest(".feedback");
      tell(section, section.dataset.about);
    },
  });
})();
