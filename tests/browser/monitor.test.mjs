// Supervision: a case whose clock was stopped twice is noticed, ordered, signed for, put right and lifted; each in pages, by the people whose turn it is.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, caller, close, go, look, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
/** 居民身份证换领: promised, two uploads, two hands. */
const ITEM = "320709902000";
const SHAPE = SHAPES[0];
const PDF = new TextEncoder().encode("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
let people;

before(async () => {
  await open();
  people = await accounts();
});
after(close);

const one = (role) => people.find((p) => p.role === role && (role === "citizen" || p.region === XUANWU));

async function filed() {
  const ask = await caller(one("citizen"));
  const { digest } = await ask("POST", "/files", PDF, { "content-type": "application/pdf" });
  const form = { name: "林示范", resident_id: "320102190001019997", phone: "13800000997", reason: "坏了，看不清", away: false, temporary: false };
  const materials = [{ name: "居民户口簿", digest, file_name: "户口簿.pdf" }, { name: "原居民身份证", digest, file_name: "旧证.pdf" }];
  return (await ask("POST", "/cases", { item: ITEM, region: XUANWU, form, materials })).number;
}

async function command(role, number, name, words = {}) {
  return (await caller(one(role)))("POST", `/cases/${number}/${name}`, words);
}

async function desk(role, path, shape = SHAPE) {
  const staff = await person(shape);
  await signIn(staff, one(role));
  await go(staff, path);
  return staff;
}

/** The flag of this rule, once the follower has raised it. */
async function flagged(number, rule) {
  const ask = await caller(one("supervisor"));
  for (let tries = 0; tries < 100; tries += 1) {
    const { flags } = await ask("GET", `/supervision/flags?rule=${rule}`);
    const found = flags.find((flag) => flag.case === number);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${rule} did not fire for ${number}`);
}

test("a clock stopped twice is flagged, ordered, signed for, put right and lifted", { timeout: 120_000 }, async () => {
  const number = await filed();
  await command("clerk", number, "accept");
  const stop = { ground: "expert_review", days: 5, reason: "请专家评审" };
  await command("reviewer", number, "suspend", stop);
  await command("reviewer", number, "resume", { result: "评审完了" });
  await command("reviewer", number, "suspend", stop);
  const flag = await flagged(number, "P3");
  assert.equal(flag.grade, "yellow");

  const supervisor = await desk("supervisor", "/monitor");
  await look(supervisor, "monitor");
  await go(supervisor, "/monitor/flags?grade=yellow");
  await look(supervisor, "monitor-flags");
  await supervisor.page.click(`a[href="/monitor/flags/${flag.id}"]`);
  await look(supervisor, "monitor-flag");
  assert.ok(await supervisor.page.getByText(`tongban journal prove ${flag.evidence[0]}`).isVisible());
  await supervisor.page.click('form[action$="/order"] button');
  assert.match(await supervisor.page.title(), /^有误/);
  await supervisor.page.fill("#demand", "查明为什么停了两次表，三天内恢复计时。");
  await supervisor.page.click('form[action$="/order"] button');
  assert.match(supervisor.page.url(), /\/monitor\/orders\/DB\d{10}$/);
  await look(supervisor, "monitor-order");
  const order = new URL(supervisor.page.url()).pathname;

  const own = await desk("reviewer", order);
  await own.page.click('form[action$="/sign"] button');
  assert.ok(own.page.url().endsWith("/sign"), "who stopped the clock may not sign: it is about them");
  await own.context.close();

  const clerk = await desk("clerk", order);
  await clerk.page.click('form[action$="/sign"] button');
  await clerk.page.fill("#measures", "专家评审一次办完，已恢复计时。");
  await clerk.page.click('form[action$="/answer"] button');
  await look(clerk, "monitor-order-department");
  await clerk.context.close();

  await go(supervisor, order);
  await supervisor.page.check('input[name="finding"][value="yes"]');
  await supervisor.page.fill("#reason", "核对了办件，已恢复计时。");
  await supervisor.page.click('form[action$="/check"] button');
  assert.ok(await supervisor.page.getByText("核查通过，消牌").isVisible());
  for (const [path, name] of [
    [`/monitor/case/${number}`, "monitor-case"],
    ["/monitor/rules", "monitor-rules"],
    ["/monitor/orders?open=no", "monitor-orders"],
    [`/monitor/score?region=${XUANWU}`, "monitor-score"],
  ]) {
    await go(supervisor, path);
    await look(supervisor, name);
  }
  await supervisor.context.close();
  const lifted = await (await caller(one("supervisor")))("GET", `/supervision/flags/${flag.id}`);
  assert.equal(lifted.state, "lifted");
  const screen = await desk("supervisor", "/monitor/wall", { name: "wall", width: 1920, height: 1080, ui: "normal" });
  await look(screen, "monitor-wall");
  await screen.context.close();
});

test("who watches nothing sees nothing", { timeout: 60_000 }, async () => {
  const citizen = await person(SHAPE);
  await signIn(citizen, one("citizen"));
  const answer = await citizen.page.goto(`${BASE}/monitor`);
  assert.equal(answer.status(), 403);
  await citizen.context.close();
});
