"use strict";
// Every case lies compressed in the page; one is unpacked when it is opened by #case/ID.
const dialog = document.querySelector("dialog");
let cases = null;

async function unpack() {
  if (cases) return cases;
  const bytes = Uint8Array.from(atob(document.getElementById("cases").textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  cases = JSON.parse(await new Response(stream).text());
  return cases;
}

// Text of a case is what strangers and models wrote: it is only ever set as text.
function add(parent, tag, text, name) {
  const one = document.createElement(tag);
  if (text !== undefined) one.textContent = text;
  if (name) one.className = name;
  parent.append(one);
  return one;
}

function section(parent, title, fill) {
  add(parent, "h3", title);
  fill(parent);
}

function show(id, seen, body) {
  add(body, "p", `${seen.model} · ${seen.lang} · ${seen.ms} ms`, "small");
  section(body, "Asked", (at) => seen.turns.forEach(([who, text]) => add(at, "div", `${who === "user" ? "Person" : "Earlier answer"}: ${text}`, "turn")));
  section(body, "Graded", (at) => {
    const list = add(at, "ul");
    for (const [name, stage, ok, detail] of seen.checks)
      add(list, "li", `${ok ? "right" : "wrong"}: ${name} (${stage})${ok || !detail ? "" : ": " + detail}`, ok ? "right" : "wrong");
  });
  if (seen.wanted) section(body, "Expected", (at) => add(at, "pre", JSON.stringify(seen.wanted, null, 1)));
  if (seen.label) add(body, "p", `Labelled ${seen.label}, form ${seen.form}`, "small");
  section(body, "Why", (at) => add(at, "p", [seen.authority, ...seen.rationale, seen.origin].filter(Boolean).join(" · "), "small"));
  section(body, `What came: ${seen.verdict}${seen.status ? ", " + seen.status + ", " + seen.answer : ""}`, (at) => {
    for (const [kind, text, cites, reason] of seen.parts) {
      const part = add(at, "div", text, `part ${kind}`);
      add(part, "small", [kind, ...cites, reason].filter(Boolean).join(" · "));
    }
  });
  if (seen.facts && seen.facts.length) section(body, "Facts taken", (at) => add(at, "p", seen.facts.join("; ")));
  if (seen.hits && seen.hits.length) section(body, `Found, confidence ${seen.confidence}`, (at) => {
    const list = add(at, "ol");
    for (const [authority, arms, text] of seen.hits) {
      const li = add(list, "li", text);
      add(li, "small", ` ${authority} · ${arms.join(", ")}`);
    }
  });
  if (seen.draft) section(body, "Raw draft, which no person sees", (at) => add(at, "pre", seen.draft));
  section(body, "Run it again", (at) => add(at, "pre", seen.again));
}

async function open() {
  const match = /^#case\/(.+)$/.exec(location.hash);
  if (!match) { if (dialog.open) dialog.close(); return; }
  const id = decodeURIComponent(match[1]);
  const body = dialog.querySelector(".case");
  body.replaceChildren();
  add(body, "h2", id).id = "case-title";
  const found = (await unpack())[id];
  if (found) found.forEach((seen) => show(id, seen, body));
  else add(body, "p", "There is no such case.");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

dialog.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
window.addEventListener("hashchange", open);
const find = document.getElementById("find");
find.addEventListener("input", async () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const list = document.getElementById("finds");
  list.replaceChildren();
  if (!words.length) return;
  const every = await unpack();
  let shown = 0;
  for (const [id, seen] of Object.entries(every)) {
    const text = (id + " " + seen[0].turns.map((turn) => turn[1]).join(" ")).toLowerCase();
    if (!words.every((word) => text.includes(word)) || ++shown > 40) continue;
    const link = add(add(list, "li"), "a", `${id}: ${seen[0].turns.at(-1)[1].slice(0, 110)}`);
    link.href = `#case/${encodeURIComponent(id)}`;
  }
  document.getElementById("found").textContent = `${shown} found${shown > 40 ? ", 40 shown" : ""}`;
});
open();
