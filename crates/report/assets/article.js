"use strict";
// Lets a quotation be clicked, and writes lines that correct it. The page can be read without.
(() => {
  const text = document.querySelector(".text");
  text.addEventListener("click", (event) => {
    const quotation = event.target.closest("[data-q]");
    if (quotation && !event.target.closest("a") && getSelection().isCollapsed) {
      location.hash = `q${quotation.dataset.q}`;
    }
  });

  const template = document.getElementById("correct");
  if (!template) return;
  const part = template.content.firstElementChild.cloneNode(true);
  const field = (name) => part.querySelector(`[name=${name}]`);
  const [wrong, name, value, line] = ["wrong", "name", "value", "line"].map(field);
  const told = part.querySelector("output");
  const copy = part.querySelector("button");
  const asks = {
    speaker: "Who said it (empty: not known)",
    role: "Their role (empty: none)",
    rename: "What it is called",
    merge: "It is the same as",
    split: "The name that is somebody else's",
  };
  let card;

  const change = () => {
    const quotation = { quotation: card.querySelector("blockquote").firstChild.data };
    if (card.dataset.start) quotation.start = Number(card.dataset.start);
    const said = value.value.trim();
    // A name is never nothing: no line says so.
    if (!said && ["rename", "merge", "split"].includes(wrong.value)) return null;
    return {
      speaker: () => ({ ...quotation, speaker: said || null }),
      role: () => ({ ...quotation, role: said || null }),
      remove: () => ({ ...quotation, remove: true }),
      rename: () => ({ entity: name.value, rename: said }),
      merge: () => ({ entity: said, merge: [name.value] }),
      split: () => ({ entity: name.value, split: [said] }),
    }[wrong.value]();
  };
  const write = () => {
    for (const label of part.querySelectorAll("[data-for]")) {
      label.hidden = !label.dataset.for.split(" ").includes(wrong.value);
    }
    value.previousElementSibling.textContent = asks[wrong.value] ?? "";
    const changed = change();
    line.value = changed ? JSON.stringify({ article: template.dataset.article, ...changed }) : "";
    copy.disabled = !changed;
    told.textContent = "";
  };
  const show = (at) => {
    card = at;
    wrong.value = "speaker";
    value.value = "";
    name.value = card.querySelector("h3 bdi")?.textContent ?? "";
    card.append(part);
    write();
  };
  part.addEventListener("input", write);
  line.addEventListener("focus", () => line.select());
  copy.addEventListener("click", async () => {
    line.select();
    try {
      await navigator.clipboard.writeText(line.value);
      told.textContent = "Copied";
    } catch {
      told.textContent = "Copy the selected line";
    }
  });

  // Without the words of a quotation no line finds it.
  const hasWords = (at) => at.querySelector("blockquote[data-words]");
  for (const at of [...document.querySelectorAll(".card[id]")].filter(hasWords)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = "correct this";
    button.addEventListener("click", () => {
      show(at);
      wrong.focus();
    });
    const dot = document.createElement("span");
    dot.className = "screen";
    dot.textContent = " · ";
    at.append(dot, button);
  }
  const select = () => {
    const at = document.getElementById(location.hash.slice(1))?.closest(".card");
    if (at && hasWords(at)) show(at);
  };
  addEventListener("hashchange", select);
  select();
})();
