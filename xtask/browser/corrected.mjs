// What came of a correction: `node corrected.mjs REPORT LINES`, after `pass.mjs` wrote LINES and the drop was run again.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, lines] = process.argv.slice(2);
const { quotation, speaker } = JSON.parse(readFileSync(lines, "utf8"));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.goto(`${pathToFileURL(report)}/people.html`);
await page.locator("#people").getByRole("link", { name: speaker, exact: true }).click();
await page.click(".card p a");
const card = page.locator(".card", { hasText: quotation }).first();
const head = await card.locator("h3").innerText();
const right = head.includes(speaker) && head.includes("corrected by hand");
await browser.close();
console.log(right ? "browser: the corrected speaker is there" : `browser: the corrected quotation says ${head}`);
process.exit(right ? 0 : 1);
