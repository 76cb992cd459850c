// The report page in a browser: node page.mjs REPORT.html. CHROME names the browser, else it is searched on PATH.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const file = process.argv[2];
if (!file || !existsSync(file)) {
  console.error("page.mjs: no such report; call it as node page.mjs REPORT.html");
  process.exit(2);
}
const url = pathToFileURL(resolve(file)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const names = ["chromium", "chromium-browser", "google-chrome"];
const executablePath =
  process.env.CHROME ?? process.env.PATH.split(delimiter).flatMap((d) => names.map((n) => join(d, n))).find(existsSync);
if (!executablePath) {
  console.error(`page.mjs: none of ${names.join(", ")} is on PATH`);
  process.exit(2);
}

let passed = 0;
const failures = [];
function check(what, found) {
  const faults = Array.isArray(found) ? found : found ? [] : ["no"];
  if (faults.length === 0) passed++;
  else failures.push(`${what}: ${[...new Set(faults)].slice(0, 5).join("; ")}`);
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

async function open(options) {
  const page = await browser.newPage(options);
  const said = [];
  const asked = [];
  page.on("console", (m) => m.type() !== "log" && m.type() !== "info" && said.push(`${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => said.push(e.message));
  page.on("request", (r) => /^(file|data|blob):/.test(r.url()) && (r.url() === url || !r.url().startsWith("file:")) || asked.push(r.url()));
  await page.goto(url);
  return { page, said, asked };
}

const overflow = (page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("main *, header *, footer *")]
      .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".table-box, .formula, pre, svg, .sr, thead"))
      .map((e) => `${e.tagName}.${e.className}`)
      .concat(`${document.documentElement.scrollWidth} of ${width} px`);
  });

// Everything opened, and everything that is drawn when it comes near the screen.
async function openAll(page) {
  for (const button of await page.locator(".cards-head button").all()) await button.click();
  await page.evaluate(() => document.querySelectorAll(".more, .cite, footer details, .run, .numbers").forEach((d) => (d.open = true)));
  for (let i = 0; i < (await page.locator(".plot").count()); i++) {
    const plot = page.locator(".plot").nth(i);
    await plot.scrollIntoViewIfNeeded();
    await page.waitForFunction((e) => e.dataset.drawn === "true", await plot.elementHandle(), { timeout: 20000 }).catch(() => {});
  }
  for (let y = 0; y < (await page.evaluate(() => document.body.scrollHeight)); y += 1500) {
    await page.evaluate((top) => scrollTo({ top, behavior: "instant" }), y);
    await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))));
  }
  await page.waitForFunction(() => [...document.querySelectorAll(".formula")].every((f) => !f.checkVisibility() || f.querySelector("math")), null, { timeout: 20000 }).catch(() => {});
}

for (const width of [1280, 390])
  for (const colorScheme of ["light", "dark"]) {
    const name = `${width} px, ${colorScheme}`;
    const { page, said, asked } = await open({ viewport: { width, height: 900 }, colorScheme });
    const claims = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).papers.flatMap((p) => p.claims).length);
    check(`${name}: no overflow, closed`, await overflow(page));
    await openAll(page);
    check(`${name}: a card for each claim, all open`, (await page.locator(".card[open] .card-body:not(:empty)").count()) === claims && claims > 0);
    const undrawn = await page.evaluate(() =>
      [...document.querySelectorAll(".plot")].filter((p) => !p.querySelector(".main-svg .plot, .main-svg .cartesianlayer")).map((p) => p.getAttribute("aria-label")),
    );
    check(`${name}: every figure drawn`, undrawn);
    check(`${name}: figures`, (await page.locator(".plot").count()) > 0);
    const raw = await page.evaluate(() => [...document.querySelectorAll(".formula")].filter((f) => f.checkVisibility() && !f.querySelector("math")).map((f) => f.textContent.slice(0, 60)));
    check(`${name}: every formula typeset`, raw);
    check(`${name}: no overflow, open`, await overflow(page));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    check(
      `${name}: no serious axe violation`,
      violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 120)}`),
    );
    check(`${name}: no console message`, said);
    check(`${name}: no request`, asked);
    await page.close();
  }

// By keyboard: the first finding's link opens its card and moves the focus there.
{
  const { page } = await open({ viewport: { width: 1280, height: 900 } });
  const first = page.locator(".finding h4 a, .glance th a").first();
  const id = await first.textContent();
  await first.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((c) => document.getElementById(`claim-${c}`).open, id);
  check("a link opens its card", await page.evaluate((c) => document.activeElement.parentElement.id === `claim-${c}`, id));
  await page.keyboard.press("Space");
  check("space closes it", await page.evaluate((c) => !document.getElementById(`claim-${c}`).open, id));

  await page.locator("#filter").focus();
  await page.keyboard.type(id);
  const shown = () => page.locator(".card:visible").count();
  check("the filter leaves the claim", (await shown()) >= 1 && (await page.locator(`[id="claim-${id}"]`).isVisible()));
  await page.keyboard.type(" nosuchword");
  check("the filter leaves nothing", (await shown()) === 0 && (await page.locator("#filter-count").textContent()).startsWith("0 of"));
  await page.locator("#filter").fill("");
  const all = await shown();
  await page.locator("#filter-verdicts input").first().focus();
  await page.keyboard.press("Space");
  check("a verdict is filtered by keyboard", (await shown()) < all);
  await page.close();
}

// On paper nothing is cut off and nothing is dark: printed from a dark screen, the figures are drawn before the paper is there.
{
  const { page } = await open({ viewport: { width: 1280, height: 900 }, colorScheme: "dark" });
  await page.locator(".card > summary").first().click();
  await page.locator(".card .plot").first().waitFor();
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  // A4 and Letter within margins of 12 mm.
  await page.setViewportSize({ width: 703, height: 1030 });
  await page.waitForFunction(() => [...document.querySelectorAll(".plot")].every((p) => p.dataset.drawn === "true"), null, { timeout: 60000 });
  check("print: no overflow", await overflow(page));
  check("print: no controls", (await page.locator(".filter:visible, button:visible").count()) === 0);
  const faults = await page.evaluate(() => {
    const brightness = (colour) => Math.max(...colour.match(/[\d.]+/g).slice(0, 3).map(Number));
    const ink = (e) => getComputedStyle(e)[e instanceof SVGElement ? "fill" : "color"];
    const found = [];
    if (getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)") found.push("the paper is not white");
    for (const e of document.querySelectorAll("p, td, th, summary, .plot text"))
      if (e.checkVisibility() && brightness(ink(e)) > 180) found.push(`pale: ${e.tagName} ${e.textContent.slice(0, 40)}`);
    for (const plot of document.querySelectorAll(".plot")) {
      const [box, drawn] = [plot.getBoundingClientRect(), plot.querySelector(".main-svg").getBoundingClientRect()];
      if (drawn.width < 300 || drawn.right > box.right + 1 || drawn.height > 1030) found.push(`cut: ${plot.getAttribute("aria-label").slice(0, 40)}`);
    }
    return found;
  });
  check("print: dark on white, figures whole", faults);
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  const back = await page.evaluate(() => !document.documentElement.classList.contains("on-paper"));
  check("print: the screen's scheme comes back", back);
  await page.close();
}

await browser.close();
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
