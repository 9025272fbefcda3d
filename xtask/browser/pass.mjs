// One pass through a report in headless Chromium, as a reader would go: `node pass.mjs REPORT [HOSTILE [LINES]]`.
// REPORT and HOSTILE are folders of reports; the second is of an article that wants to be more than text. A line that
// corrects a speaker is copied from the report to the file LINES; `corrected.mjs` looks for what came of it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, hostile, lines] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wrong = [];
const must = (holds, words) => { if (!holds) wrong.push(words); };
const address = (folder, file) => `${pathToFileURL(folder)}/${file}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// A page that reports whatever it should not do.
const open = async (options = {}) => {
  const page = await (await browser.newContext(options)).newPage();
  page.on("console", (message) => must(!["error", "warning"].includes(message.type()), `console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`script: ${error}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => must(request.url().startsWith("file:"), `asks the network: ${request.url()}`));
  return page;
};

const page = await open({ viewport: { width: 1280, height: 900 } });
await page.goto(address(report, "index.html"));
must(await page.locator("svg[role=img]").count() >= 3, "the first page has its charts");

// From an event to an article to the speaker.
await page.click("#events tbody a");
must(await page.locator("h1").innerText() !== "", "an event has a headline");
const version = page.locator(".versions .card a").first();
if (await version.count()) {
  await version.click();
} else {
  await page.click("#articles tbody a");
}
const article = page.url().split("#")[0];
const quoted = page.locator(".q-at").first();
if (await quoted.count()) {
  const number = await quoted.getAttribute("data-q");
  // At its first letter: names inside are links of their own.
  await page.evaluate((element) => element.click(), await quoted.elementHandle());
  must(page.url().endsWith(`#q${number}`), "a click on a quotation leads to its card");
  must(await page.locator(`#q${number}:target dl`).isVisible(), "the card says how the quotation is known");
}
// A correction, by keyboard alone.
const correct = page.locator(".card[id] > button.link").first();
if (await correct.count()) {
  await correct.focus();
  await page.keyboard.press("Enter");
  const line = async () => JSON.parse(await page.locator("textarea[name=line]").inputValue());
  must(await page.evaluate(() => document.activeElement.name === "wrong"), "the keyboard goes on to what is wrong");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Zo\u00eb \"Quill\" Ek");
  await page.keyboard.press("Tab");
  must(await page.evaluate(() => document.activeElement.selectionEnd === document.activeElement.value.length), "the line is selected whole");
  const words = await page.locator(".card[id] blockquote").first().evaluate((quote) => quote.firstChild.data);
  const said = await line();
  must(said.quotation === words && said.speaker === "Zo\u00eb \"Quill\" Ek" && said.article, `the line is ${JSON.stringify(said)}`);
  if (lines) writeFileSync(lines, `${await page.locator("textarea[name=line]").inputValue()}\n`);
  for (const [wrong, key] of [["role", "role"], ["remove", "remove"], ["rename", "rename"], ["merge", "merge"], ["split", "split"]]) {
    await page.selectOption("select[name=wrong]", wrong);
    must(key in await line(), `a line for ${wrong}`);
  }
}
const speaker = page.locator(".card h3 a").first();
if (await speaker.count()) {
  const name = await speaker.innerText();
  await speaker.click();
  must(await page.locator("blockquote").count() > 0, `${name} has quotations on a page`);
}

// Search and filters.
await page.goto(address(report, "search.html"));
await page.fill("#search", "the");
must(await page.locator("#results li").count() > 0, "a search finds something");
await page.fill("#search", "qqqqzzzz");
must(await page.locator("#results li").count() === 0, "a search for nothing finds nothing");
await page.goto(address(report, "articles.html"));
const all = await page.locator("#articles tbody tr:visible").count();
const outlets = page.locator("select[name=outlet]");
if (await outlets.count()) {
  await outlets.selectOption({ index: 1 });
  const some = await page.locator("#articles tbody tr:visible").count();
  must(some > 0 && some < all, `an outlet has ${some} of ${all} articles`);
}
await page.keyboard.press("Tab");
must(await page.evaluate(() => document.activeElement !== document.body), "the keyboard reaches the page");

// Every kind of page: narrow, dark, and for screen readers.
const kinds = ["index.html", "events.html", "events/00001.html", "articles.html", "people.html", "people/00001.html", "search.html", "letters.html", article.slice(article.indexOf("articles/"))];
const narrow = await open({ viewport: { width: 360, height: 740 } });
const dark = await open({ colorScheme: "dark" });
const read = await (await browser.newContext({ bypassCSP: true })).newPage();
for (const kind of kinds) {
  await narrow.goto(address(report, kind));
  must(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${kind} is wider than a narrow screen`);
  await dark.goto(address(report, kind));
  must(await dark.evaluate(() => getComputedStyle(document.body).backgroundColor) === "rgb(23, 24, 27)", `${kind} is not dark`);
  await read.goto(address(report, kind));
  // With everything open that can be.
  await read.evaluate(() => document.querySelector(".card > button.link")?.click());
  await read.evaluate(axe);
  for (const violation of (await read.evaluate(() => globalThis.axe.run())).violations) {
    must(!["serious", "critical"].includes(violation.impact), `${kind}: ${violation.id}: ${violation.nodes[0].html}`);
  }
}

if (hostile) {
  const victim = await open();
  for (const kind of ["index.html", "articles.html", "articles/00001.html", "search.html", "people.html", "letters.html"]) {
    await victim.goto(address(hostile, kind));
    must(await victim.evaluate(() => !document.querySelector("main img, main a[href^=javascript]")), `${kind} lets an article in`);
  }
}

await browser.close();
for (const words of wrong) console.error(words);
console.log(wrong.length ? `browser: ${wrong.length} things wrong` : "browser: the report can be read");
process.exit(wrong.length ? 1 : 0);
