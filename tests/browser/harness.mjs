// Chromium with the rules that every page must keep: no request to another host, no console error, a title, one h1, and nothing serious for axe.
import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const BASE = process.env.BASE;
const SHOTS = process.env.SHOTS;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The shapes in which each journey is walked. */
export const SHAPES = [
  { name: "1280", width: 1280, height: 900, ui: "normal" },
  { name: "390", width: 390, height: 844, ui: "normal" },
  { name: "1280-elder", width: 1280, height: 900, ui: "elder" },
  { name: "390-elder", width: 390, height: 844, ui: "elder" },
];

let browser;
export async function open() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}
export const close = () => browser.close();

/** A person with a browser of their own, JavaScript off. */
export async function person(shape) {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    locale: "zh-CN",
    viewport: { width: shape.width, height: shape.height },
    extraHTTPHeaders: {},
  });
  if (shape.ui !== "normal") await context.addCookies([{ name: "ui", value: shape.ui, url: BASE }]);
  const page = await context.newPage();
  const strange = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(BASE) && !request.url().startsWith("data:")) strange.push(request.url());
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400 && !answer.request().isNavigationRequest()) strange.push(`${answer.status()} ${answer.url()}`);
  });
  page.on("console", (message) => {
    // A page that answers 404 or 422 is no error of the page; what it loads is watched above.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) strange.push(`console: ${message.text()}`);
  });
  return { context, page, shape, strange };
}

/** Looks at the page as it stands: picture, title, heading, width, axe. */
export async function look(someone, name) {
  const { page, shape, strange } = someone;
  if (SHOTS) {
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: `${SHOTS}/${name}-${shape.name}.png`, fullPage: true });
  }
  assert.deepEqual(strange, [], `${name}: requests to others or console errors`);
  assert.ok((await page.title()).length > 2, `${name}: no title`);
  assert.equal(await page.locator("h1").count(), 1, `${name}: one h1`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (shape.width < 720) assert.ok(wide <= 0, `${name}: ${wide} px too wide at ${shape.width}`);
  const serious = await judge(page.url(), await page.content(), shape);
  assert.deepEqual(serious, [], `${name} (${shape.name}): axe`);
}

/** What axe finds serious on a page. axe needs scripts, so the page as it stands is shown again in a browser that has them. */
async function judge(url, html, shape) {
  const context = await browser.newContext({ viewport: { width: shape.width, height: shape.height } });
  const page = await context.newPage();
  await page.route(url, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await page.goto(url);
  const found = await page.evaluate(async (source) => {
    (0, eval)(source);
    const result = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return result.violations
      .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
      .map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }, axeSource);
  await context.close();
  return found;
}

/** Goes somewhere and expects a status. */
export async function go(someone, path, status = 200) {
  const answer = await someone.page.goto(BASE + path);
  assert.equal(answer.status(), status, `${path} answered ${answer.status()}`);
}

/** Signs in with a demo account by the roles list. */
export async function signIn(someone, account) {
  await go(someone, "/login");
  await someone.page.fill('input[name="account"]', account.account);
  await someone.page.fill('input[name="password"]', account.password);
  await someone.page.click('main button.large');
}

/** The demo accounts as data. */
export async function accounts() {
  const answer = await fetch(`${BASE}/demo/accounts.json`);
  return answer.json();
}

/** Marks every material on a case page as looked at and there. */
export async function lookThrough(page) {
  for (const yes of await page.locator('fieldset.three label.yes input').all()) await yes.check();
}

/** A caller of the API, signed in with a demo account: `ask(method, path, body)` gives the answer as data. */
export async function caller(account) {
  const plain = (token) => async (method, path, body, headers = {}) => {
    const answer = await fetch(`${BASE}/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      body: body instanceof Uint8Array || body === undefined ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path} answered ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  const { token } = await plain()("POST", "/sessions", { account: account.account, password: account.password });
  return plain(token);
}
