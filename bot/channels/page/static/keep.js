// A conversation stored on the site, where the person asks for it. Its name is made here and stands
// behind the "#" of the address: that part is sent to nobody.
(() => {
  "use strict";
  const { $, say, announce, complain, actions } = window.habeas;
  const MARK = "#kept=";
  const { forget } = window.habeas;

  const named = /^#kept=([0-9a-f]{32})$/.exec(location.hash);
  let name = named ? named[1] : "";
  let until = "";

  const call = (method, of, more) =>
    fetch("kept/", { method, headers: { "X-Conversation": of }, ...more });

  function show() {
    document.body.classList.toggle("kept", Boolean(name));
    const line = $("#kept-until");
    if (line) line.textContent = until;
    const hash = name ? MARK + name : "";
    if (location.hash === hash) return;
    history.replaceState(null, "", location.pathname + location.search + hash);
  }

  function random() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  }

  async function keep() {
    const mine = random();
    try {
      const answer = await call("PUT", mine);
      if (!answer.ok) throw new Error(answer.status);
      ({ until } = await answer.json());
      name = mine;
      complain("");
      show();
    } catch {
      complain(say("kept_failed"));
    }
  }

  // True when it is gone from the site.
  async function drop() {
    const mine = name;
    name = "";
    show();
    // The page may be on its way out.
    const answer = await call("DELETE", mine, { keepalive: true }).catch(() => null);
    if (answer?.ok) return true;
    name = mine;
    show();
    return false;
  }

  // Gives the conversation as it was stored; null where there is none under this address.
  async function stored() {
    try {
      const answer = await call("GET", name);
      if (!answer.ok) throw new Error(answer.status);
      const kept = await answer.json();
      until = kept.until;
      show();
      return kept.exchanges;
    } catch {
      name = "";
      show();
      complain(say("kept_gone"));
      return null;
    }
  }

  Object.assign(window.habeas, {
    kept: () => name,
    stored,
    forget() {
      forget();
      if (name) drop().then((gone) => gone || complain(say("kept_stays")));
    },
  });

  Object.assign(actions, {
    keep,
    "keep-copy": () =>
      navigator.clipboard.writeText(location.href).then(() => announce(say("copied"))),
    "keep-delete": async () => {
      if (await drop()) announce(say("kept_deleted"));
      else complain(say("kept_stays"));
    },
  });

  // Deleted from another tab, or by time.
  function onProblem() {
    const told = name && $("#problem [data-code=kept_no_more]:not([data-seen])");
    if (!told) return;
    told.dataset.seen = "";
    name = "";
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    show();
    new MutationObserver(onProblem).observe(document.body, { childList: true, subtree: true });
  });
})();
