// Filters the rows of a table. The page can be read without.
(() => {
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
})();
