// Searches the quotations of the page.
(() => {
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
})();
