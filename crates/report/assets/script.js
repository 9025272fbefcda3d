"use strict";
// Nothing here is needed to read a page: it filters tables, searches, and lets a quotation be clicked.
(() => {
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const tools = document.querySelector("[data-filters]");
  if (tools) {
    const rows = Array.from(document.getElementById(tools.dataset.filters).tBodies[0].rows,
      (row) => ({ row, text: fold(row.textContent) }));
    const search = tools.querySelector("input");
    const selects = Array.from(tools.querySelectorAll("select"));
    const count = tools.querySelector("output");
    const filter = () => {
      const words = fold(search.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { row, text } of rows) {
        const hit = words.every((word) => text.includes(word))
          && selects.every((select) => !select.value || row.dataset[select.name] === select.value);
        row.hidden = !hit;
        shown += hit;
      }
      count.textContent = `${shown} of ${rows.length}`;
    };
    tools.addEventListener("input", filter);
    filter();
  }

  const quotations = document.getElementById("quotations-data");
  if (quotations) {
    const { articles, rows } = JSON.parse(quotations.textContent);
    const folded = rows.map(([article, , speaker, text]) => fold(`${speaker} ${text} ${articles[article][1]}`));
    const search = document.getElementById("search");
    const results = document.getElementById("results");
    const count = document.getElementById("count");
    const link = (href, text) => {
      const a = document.createElement("a");
      a.href = href;
      a.textContent = text;
      return a;
    };
    const show = () => {
      const words = fold(search.value).split(/\s+/).filter(Boolean);
      results.replaceChildren();
      let found = 0;
      rows.forEach(([article, number, speaker, text], index) => {
        if (!words.length || !words.every((word) => folded[index].includes(word))) return;
        found += 1;
        if (found > 200) return;
        const [file, title, facts] = articles[article];
        const item = document.createElement("li");
        item.className = "card";
        const quote = document.createElement("blockquote");
        quote.dir = "auto";
        quote.textContent = text;
        const from = document.createElement("p");
        from.className = "soft";
        from.append(speaker || "speaker unknown", " · ", link(`${file}#q${number}`, title), ` · ${facts}`);
        item.append(quote, from);
        results.append(item);
      });
      count.textContent = words.length ? `${found} quotations${found > 200 ? ", the first 200 shown" : ""}` : "";
    };
    search.addEventListener("input", show);
    show();
  }

  const text = document.querySelector(".text");
  if (text) {
    text.addEventListener("click", (event) => {
      const quotation = event.target.closest("[data-q]");
      if (quotation && !event.target.closest("a") && getSelection().isCollapsed) {
        location.hash = `q${quotation.dataset.q}`;
      }
    });
  }
})();
