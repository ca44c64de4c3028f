// A fee in the browser: the citizen reads what, why and how much, pays by the (simulated) channel, sees the truth while nothing is known; the
// money desk takes in, refunds with two people, and shows balanced books.
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, close, go, look, open, person, signIn } from "./harness.mjs";

/** 居民身份证换领: twenty yuan. */
const ITEM = "320709902000";
const REGION = "320102000000";

let people;
before(async () => {
  await open();
  const all = await accounts();
  const named = (name) => all.find((account) => account.account === name);
  people = { citizen: named("citizen.chen"), clerk: named("clerk.320102"), treasurer: named("treasurer.320102") };
});
after(close);

async function ask(method, path, token, body, type = "application/json") {
  const headers = { "content-type": type, ...(token && { authorization: `Bearer ${token}` }) };
  const sent = type === "application/json" && body !== undefined ? JSON.stringify(body) : body;
  const answer = await fetch(BASE + path, { method, headers, body: sent });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

async function token(account) {
  return (await ask("POST", "/api/v1/sessions", undefined, { account: account.account, password: account.password })).token;
}

/** A case with a fee that is owed. */
async function owed() {
  const [citizen, clerk] = [await token(people.citizen), await token(people.clerk)];
  const guide = await ask("GET", `/api/v1/items/${ITEM}?region=${REGION}`);
  const pdf = `%PDF-1.4\n% ${Math.random()}\ntrailer<</Root 1 0 R>>\n%%EOF\n`;
  const { digest } = await ask("POST", "/api/v1/files", citizen, pdf, "application/pdf");
  const wanted = guide.materials.filter((one) => one.required && one.source !== "government");
  const materials = wanted.map((one) => ({ name: one.name, digest }));
  const filed = await ask("POST", "/api/v1/cases", citizen, { item: ITEM, region: REGION, form: guide.form.example, materials });
  await ask("POST", `/api/v1/cases/${filed.number}/accept`, clerk, {});
  const bill = await ask("GET", `/api/v1/cases/${filed.number}/bill`, citizen);
  return { number: filed.number, code: bill.code, citizen, clerk };
}

async function until(path, bearer, wanted) {
  for (let n = 0; n < 100; n += 1) {
    const found = await ask("GET", path, bearer);
    if (wanted(found)) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.fail(`${path} did not come about`);
}

for (const shape of SHAPES) {
  test(`a citizen pays a fee (${shape.name})`, async () => {
    const { number, code } = await owed();
    const someone = await person(shape);
    await signIn(someone, people.citizen);
    await go(someone, `/case/${number}`);
    await look(someone, "pay-0-progress");
    await someone.page.click(".todo a.btn");
    await look(someone, "pay-1-bill");
    await someone.page.click('button[value="scan"]');
    assert.ok(await someone.page.locator(".qr svg").isVisible());
    await look(someone, "pay-2-scan");
    const link = await someone.page.locator("main a.btn.large").getAttribute("href");
    // Nobody has paid yet: the page says that it does not know.
    await go(someone, `/pay/${code}/result`);
    await look(someone, "pay-3-unknown");
    const paid = await fetch(link, { method: "POST" });
    assert.equal(paid.headers.get("x-simulator"), "1");
    assert.ok((await paid.text()).includes("模拟器，未发生真实支付"));
    await until(`/api/v1/bills/${code}`, await token(people.citizen), (bill) => bill.state === "paid");
    await someone.page.click("main form button");
    assert.ok((await someone.page.textContent("h1")).includes("已缴 20.00 元"));
    await look(someone, "pay-4-result");
    await go(someone, "/me/payments");
    await look(someone, "pay-5-list");
    await someone.context.close();
  });
}

test("the money desk takes in, refunds with two people, and its books balance", async () => {
  const shape = { name: "1280", width: 1280, height: 900, ui: "normal" };
  const { number, code } = await owed();
  const clerk = await person(shape);
  await signIn(clerk, people.clerk);
  await go(clerk, "/cashier");
  await look(clerk, "cashier-0-list");
  await clerk.page.fill('input[name="code"]', number);
  await clerk.page.click("form[role=search] button");
  await look(clerk, "cashier-1-bill");
  await clerk.page.fill('input[name="flow"]', "x");
  await clerk.page.click('form[action$="/take-in"] button');
  assert.ok((await clerk.page.textContent("main")).includes("流水号是 4 到 40 位"));
  await clerk.page.fill('input[name="flow"]', `W${code}`);
  await clerk.page.click('form[action$="/take-in"] button');
  await clerk.page.fill('input[name="refund_amount"]', "5.00");
  await clerk.page.fill('input[name="refund_reason"]', "多缴");
  await clerk.page.click('form[action$="/refund"] button');
  await look(clerk, "cashier-2-paid");
  assert.equal(await clerk.page.locator('form[action$="/approve"]').count(), 0, "who asks does not approve");

  const treasurer = await person(shape);
  await signIn(treasurer, people.treasurer);
  await go(treasurer, "/cashier");
  await look(treasurer, "cashier-3-waits");
  await go(treasurer, `/cashier/${code}`);
  await treasurer.page.click('form[action$="/approve"] button');
  await look(treasurer, "cashier-4-approved");
  await go(treasurer, "/accounts");
  await look(treasurer, "accounts-0");
  // Yesterday's account of the counters: nothing moved. A file that was changed afterwards is refused.
  const yesterday = new Date(Date.now() + 8 * 3600_000 - 86_400_000).toISOString().slice(0, 10);
  const body = `H|1|counter|${yesterday}|0|0.00|0.00\n`;
  const file = (text) => ({ name: "account.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
  const hash = createHash("sm3").update(body).digest("hex");
  await treasurer.page.setInputFiles('input[type="file"]', file(`${body.replace("0.00", "1.00")}T|${hash}\n`));
  await treasurer.page.click("form[enctype] button");
  assert.ok((await treasurer.page.textContent("main")).includes("摘要不符"));
  await look(treasurer, "accounts-1-refused");
  await treasurer.page.setInputFiles('input[type="file"]', file(`${body}T|${hash}\n`));
  await treasurer.page.click("form[enctype] button");
  assert.ok((await treasurer.page.textContent("main")).includes("没有差异"));
  await look(treasurer, "accounts-2-even");
  await go(treasurer, "/ledger");
  assert.ok((await treasurer.page.textContent("main")).includes("账是平的"));
  await look(treasurer, "ledger-0");
  await clerk.context.close();
  await treasurer.context.close();
});
