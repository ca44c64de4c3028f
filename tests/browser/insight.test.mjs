// Figures: an analyst looks at one, splits it, looks into a part, takes the table out, asks what is to be expected; a reviewer sees which cases run late; everybody reads the open data.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, caller, close, go, look, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
/** 居民身份证换领 */
const ITEM = "320709902000";
const PDF = new TextEncoder().encode("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
let people;

before(async () => {
  await open();
  people = await accounts();
});
after(close);

const one = (role) => people.find((p) => p.role === role && (role === "citizen" || p.region === XUANWU));

/** An application that is accepted, and so waits for its review. */
async function accepted() {
  const ask = await caller(one("citizen"));
  const { digest } = await ask("POST", "/files", PDF, { "content-type": "application/pdf" });
  const form = { name: "林示范", resident_id: "320102190001019997", phone: "13800000997", reason: "坏了，看不清", away: false, temporary: false };
  const materials = [{ name: "居民户口簿", digest, file_name: "户口簿.pdf" }, { name: "原居民身份证", digest, file_name: "旧证.pdf" }];
  const { number } = await ask("POST", "/cases", { item: ITEM, region: XUANWU, form, materials });
  await (await caller(one("clerk")))("POST", `/cases/${number}/accept`, {});
}

for (const shape of SHAPES.slice(0, 2)) {
  test(`figures are looked at, split, taken out and forecast (${shape.name})`, { timeout: 60_000 }, async () => {
    await accepted();
    const analyst = await person(shape);
    await signIn(analyst, one("analyst"));
    const { page } = analyst;
    for (let tries = 0; tries < 50; tries += 1) {
      await go(analyst, "/insight");
      if (!(await page.locator(".stats b").first().innerText()).startsWith("0 ")) break;
      await page.waitForTimeout(100);
    }
    await look(analyst, "insight");
    await page.click('form[action="/insight"] button');
    assert.equal(await page.locator("h1").innerText(), "收件", "as it stands the form can be sent");
    await page.selectOption("#by", "item");
    await page.selectOption("#grain", "day");
    await page.click('form[action="/insight"] button');
    assert.match(page.url(), /by=item/);
    await look(analyst, "insight-items");
    await page.click(`td a[href*="item=${ITEM}"]`);
    assert.ok(await page.getByText("居民身份证换领").first().isVisible());

    const waiting = page.waitForEvent("download");
    await page.click('form[action="/insight/export"] button[value="csv"]');
    const text = readFileSync(await (await waiting).path(), "utf8");
    assert.ok(text.startsWith("\u{feff}指标,范围,名称"));

    const book = page.waitForEvent("download");
    await page.click('form[action="/insight/export"] button[value="xlsx"]');
    assert.equal(readFileSync(await (await book).path()).subarray(0, 2).toString(), "PK");

    await go(analyst, "/insight?figure=whole-days&by=department");
    await look(analyst, "insight-spread");
    await go(analyst, "/insight/forecast");
    const told = await page.locator("main").innerText();
    assert.ok(told.includes("数据还太少，不预测") || told.includes("平均差"), "a forecast is told with its error, or not at all");
    await look(analyst, "insight-forecast");
    await go(analyst, "/insight?figure=flags", 404);
    await go(analyst, "/insight?region=320500000000", 404);
    await analyst.context.close();

    const reviewer = await person(shape);
    await signIn(reviewer, one("reviewer"));
    await go(reviewer, "/insight/risk");
    await look(reviewer, "insight-risk");
    await reviewer.context.close();

    const reader = await person(shape);
    await go(reader, "/data");
    await look(reader, "data");
    await reader.page.click('a[href="/data/on-time"]');
    await look(reader, "data-set");
    await go(reader, "/data/flags", 404);
    await reader.context.close();
  });
}

test("who has nothing to do with figures sees none of the pages", { timeout: 30_000 }, async () => {
  const citizen = await person(SHAPES[0]);
  await signIn(citizen, one("citizen"));
  assert.equal((await citizen.page.goto(`${BASE}/insight`)).status(), 403);
  await citizen.context.close();
});
