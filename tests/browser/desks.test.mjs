// What the main job does not pass through: declining, correcting and handing in again, stopping and stretching the clock, denying, granting
// against an opinion, and two clerks at one case. Each is done in pages; what came of it is read from the journal through the API.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, caller, close, go, look, lookThrough, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
/** 居民身份证换领: promised, two uploads, two hands. */
const ITEM = "320709902000";
const SHAPE = SHAPES[0];
const ELDER = SHAPES[2];
const PDF = new TextEncoder().encode("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
let people;

before(async () => {
  await open();
  people = await accounts();
});
after(close);

const one = (role) => {
  const found = people.find((p) => p.role === role && (role === "citizen" || p.region === XUANWU));
  assert.ok(found, `no demo account for ${role}`);
  return found;
};

/** An application over the API. */
async function filed() {
  const ask = await caller(one("citizen"));
  const { digest } = await ask("POST", "/files", PDF, { "content-type": "application/pdf" });
  const form = { name: "林示范", resident_id: "320102190001019997", phone: "13800000997", reason: "坏了，看不清", away: false, temporary: false };
  const materials = [{ name: "居民户口簿", digest, file_name: "户口簿.pdf" }, { name: "原居民身份证", digest, file_name: "旧证.pdf" }];
  return (await ask("POST", "/cases", { item: ITEM, region: XUANWU, form, materials })).number;
}

/** Does something to a case over the API, as its role would. */
async function command(role, number, name, words = {}) {
  return (await caller(one(role)))("POST", `/cases/${number}/${name}`, words);
}

/** What the journal says happened, in order. */
async function journal(number) {
  const { events } = await (await caller(one("clerk")))("GET", `/cases/${number}/events`);
  return events;
}

const kinds = async (number) => (await journal(number)).map((event) => event.kind);

async function desk(role, path, shape = SHAPE) {
  const staff = await person(shape);
  await signIn(staff, one(role));
  await go(staff, path);
  return staff;
}

test("declining is read once more before it goes out", { timeout: 60_000 }, async () => {
  const number = await filed();
  const clerk = await desk("clerk", `/desk/${number}`);
  await clerk.page.click('a[href$="/decline"]');
  await look(clerk, "decline");
  await clerk.page.fill("#reason", "户籍不在本区");
  await clerk.page.click("main button.plum");
  assert.match(await clerk.page.title(), /^有误/);
  await look(clerk, "decline-wrong");
  await clerk.page.fill("#article", "居民身份证法 第十条");
  await clerk.page.click("main button.plum");
  await look(clerk, "decline-sure");
  assert.ok(await clerk.page.getByText("60日内向").first().isVisible(), "the remedy stands in the notice");
  assert.deepEqual(await kinds(number), ["submitted"], "nothing went out yet");
  await clerk.page.click('button[name="sure"][value="no"]');
  assert.equal(await clerk.page.inputValue("#reason"), "户籍不在本区", "what was typed is still there");
  await clerk.page.click("main button.plum");
  await clerk.page.click('button[name="sure"][value="yes"]');
  assert.equal(clerk.page.url(), `${BASE}/desk/${number}`);
  assert.deepEqual((await kinds(number)).slice(0, 2), ["submitted", "declined"]);
  await clerk.context.close();
});

test("what is missing is told once, handed in, and accepted", { timeout: 90_000 }, async () => {
  const number = await filed();
  const clerk = await desk("clerk", `/desk/${number}`);
  await lookThrough(clerk.page);
  const row = clerk.page.locator("li", { has: clerk.page.locator("b", { hasText: "居民户口簿" }) });
  await row.locator("label.no input").check();
  await row.locator("input.input").fill("缺首页，请补拍");
  await clerk.page.click('button[formaction$="/notice"]');
  await look(clerk, "notice-sure");
  await clerk.page.click('button[name="sure"][value="yes"]');
  const citizen = await person(ELDER);
  await signIn(citizen, one("citizen"));
  await go(citizen, `/case/${number}`);
  await citizen.page.locator('#correct input[type="file"]').setInputFiles({ name: "假的.pdf", mimeType: "application/pdf", buffer: Buffer.from("GIF89a") });
  await citizen.page.click("#correct button.large");
  await look(citizen, "correct-refused");
  await citizen.page.locator('#correct input[type="file"]').setInputFiles({ name: "首页.pdf", mimeType: "application/pdf", buffer: Buffer.concat([PDF, Buffer.from("%2")]) });
  await citizen.page.click("#correct button.large");
  await go(clerk, `/desk/${number}`);
  await lookThrough(clerk.page);
  await clerk.page.click('button[formaction$="/accept"]');
  assert.deepEqual(await kinds(number), ["submitted", "correction-requested", "resubmitted", "accepted"]);
  await citizen.context.close();
  await clerk.context.close();
});

test("the clock is stopped, started and stretched", { timeout: 90_000 }, async () => {
  const number = await filed();
  await command("clerk", number, "accept");
  const decider = await desk("decider", `/review/${number}`);
  await decider.page.click('a[href$="/suspend"]');
  await decider.page.selectOption("#ground", "appraisal");
  await decider.page.fill("#days", "3");
  await decider.page.fill("#reason", "照片要鉴定");
  await decider.page.click("main button.plum");
  await look(decider, "suspend-sure");
  await decider.page.click('button[name="sure"][value="yes"]');
  await decider.page.fill("#result", "鉴定完毕，照片无误");
  await look(decider, "review-suspended");
  await decider.page.click('form[action$="/resume"] button');
  await decider.page.click('a[href$="/extend"]');
  await decider.page.fill("#days", "5");
  await decider.page.fill("#reason", "系统核对尚未完成");
  await decider.page.click("main button.plum");
  await look(decider, "extend-sure");
  await decider.page.click('button[name="sure"][value="yes"]');
  assert.equal(await decider.page.locator('a[href$="/extend"]').count(), 0, "once only");
  assert.deepEqual(await kinds(number), ["submitted", "accepted", "suspended", "resumed", "extended"]);
  await decider.context.close();
});

test("denying shows the decision first; against the opinion it takes words", { timeout: 90_000 }, async () => {
  const number = await filed();
  await command("clerk", number, "accept");
  const reviewer = await desk("reviewer", `/review/${number}`);
  await reviewer.page.fill("#opinion", "照片与本人不符。");
  await reviewer.page.click('button[value="against"]');
  await look(reviewer, "against-sure");
  assert.deepEqual(await kinds(number), ["submitted", "accepted"]);
  await reviewer.page.click('button[name="sure"][value="yes"]');
  await reviewer.context.close();

  const decider = await desk("decider", `/review/${number}`);
  await look(decider, "review-against");
  await decider.page.click('a[href$="/grant"]');
  await decider.page.click("main button.plum");
  assert.match(await decider.page.title(), /^有误/, "no grant against the opinion without reasons");
  await look(decider, "grant-wrong");
  await go(decider, `/review/${number}/deny`);
  await decider.page.fill("#reason", "照片与本人不符");
  await decider.page.fill("#article", "居民身份证法 第十一条");
  await decider.page.click("main button.plum");
  await look(decider, "deny-sure");
  await decider.page.click('button[name="sure"][value="yes"]');
  const events = await journal(number);
  assert.deepEqual(events.map((event) => event.kind).slice(0, 4), ["submitted", "accepted", "reviewed", "denied"]);
  assert.match(events[3].text, /照片与本人不符（居民身份证法 第十一条）/);
  await decider.context.close();

  const other = await filed();
  await command("clerk", other, "accept");
  await command("reviewer", other, "review", { agree: false, opinion: "照片与本人不符。" });
  const again = await desk("decider", `/review/${other}/grant`);
  await again.page.fill("#reason", "已到场核对，是本人");
  await again.page.click("main button.plum");
  await look(again, "grant-sure");
  await again.page.click('button[name="sure"][value="yes"]');
  const granted = (await journal(other)).find((event) => event.kind === "granted");
  assert.match(granted.text, /已到场核对，是本人/);
  await again.context.close();
});

test("of two clerks at one case one is told, and the journal has one acceptance", { timeout: 60_000 }, async () => {
  const number = await filed();
  const [fast, slow] = [await desk("clerk", `/desk/${number}`), await desk("clerk", `/desk/${number}`)];
  for (const clerk of [fast, slow]) await lookThrough(clerk.page);
  await fast.page.click('button[formaction$="/accept"]');
  await slow.page.click('button[formaction$="/accept"]');
  assert.ok(await slow.page.getByText("有人先改了").first().isVisible());
  assert.deepEqual(await kinds(number), ["submitted", "accepted"]);
  await fast.context.close();
  await slow.context.close();
});

for (const shape of SHAPES) {
  test(`a person's own pages at ${shape.name}`, { timeout: 60_000 }, async () => {
    const citizen = await person(shape);
    await signIn(citizen, one("citizen"));
    for (const [name, path] of [["mandates", "/me/mandates"], ["mandate-new", "/me/mandates/new"], ["contact", "/me/contact"], ["password", "/me/password"], ["subject", "/me/subject"], ["demo", "/demo"]]) {
      await go(citizen, path);
      await look(citizen, name);
    }
    await go(citizen, "/me/licences");
    const licence = await citizen.page.locator('main a[href^="/me/licence/"]').first().getAttribute("href");
    await go(citizen, `${licence}/show`);
    await citizen.page.click("main button.large");
    await look(citizen, "present");
    assert.ok(await citizen.page.getByText("以前有效").isVisible(), "without a script the page says until when");
    await citizen.context.close();
  });
}
