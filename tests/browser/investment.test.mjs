// An investment project: the company learns its procedure, files, gets its certificate, applies for a stage with one form; the lead unit sees
// who has what; the offices grant at their own desks; a finding is told, answered and settled.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, caller, close, go, look, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
const [WIDE, NARROW] = SHAPES;
const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
let people;

before(async () => {
  await open();
  people = await accounts();
});
after(close);

const one = (role) => people.find((p) => p.role === role && p.region === XUANWU);

/** The restaurant's owner, acting for the restaurant. */
async function company(shape) {
  const owner = await person(shape);
  await signIn(owner, people.find((p) => p.account === "citizen.zhou"));
  await go(owner, "/me/subject");
  await owner.page.locator("label.choice", { hasText: "餐饮有限公司" }).locator("input").check();
  await owner.page.click("main form button.btn");
  return owner;
}

async function staff(role, path) {
  const someone = await person(WIDE);
  await signIn(someone, one(role));
  await go(someone, path);
  return someone;
}

test("a project from its procedure to its second stage", { timeout: 120_000 }, async () => {
  const visitor = await person(NARROW);
  await go(visitor, "/projects");
  await look(visitor, "projects-home");
  await go(visitor, "/projects/route");
  await visitor.page.check('input[name="investor"][value="enterprise"]');
  await visitor.page.fill("#industry", "4415");
  await visitor.page.check('input[name="nature"][value="new"]');
  await visitor.page.click("main form button.btn");
  await look(visitor, "projects-route-ask");
  await visitor.page.check('input[name="line"][value="wind"]');
  await visitor.page.click("main form button.btn");
  assert.ok(await visitor.page.getByText("这个项目走核准").isVisible());
  await look(visitor, "projects-route");

  const owner = await company(WIDE);
  await go(owner, "/projects/new");
  await owner.page.click("main form button.large");
  assert.match(await owner.page.title(), /^有误/);
  await look(owner, "projects-new-wrong");
  await owner.page.check('input[name="investor"][value="enterprise"]');
  await owner.page.fill("#industry", "3912");
  await owner.page.check('input[name="nature"][value="new"]');
  await owner.page.fill("#name", `浏览器里登记的示例厂房 ${Date.now()}`);
  await owner.page.selectOption("#region", XUANWU);
  await owner.page.fill("#address", "示例路 9 号");
  await owner.page.fill("#scale", "新建厂房两栋，共两万平方米，年产十万件。");
  await owner.page.fill("#total", "12000");
  await owner.page.fill("#start", "2040-06-01");
  await owner.page.fill("#finish", "2041-12-31");
  await owner.page.check('input[name="declared"]');
  await owner.page.click("main form button.large");
  assert.ok(await owner.page.getByText("备案完成").isVisible());
  await look(owner, "project-new");
  const path = new URL(owner.page.url()).pathname;
  const code = path.split("/").at(-1);

  await owner.page.click(`a[href="${path}/stage/land"]`);
  await owner.page.fill("#contact_phone", "13800000000");
  await owner.page.click("main form button.large");
  assert.match(await owner.page.title(), /^有误/);
  await look(owner, "project-stage-wrong");
  for (const input of await owner.page.locator('main input[type="file"]').all()) {
    await input.setInputFiles({ name: "材料.pdf", mimeType: "application/pdf", buffer: PDF });
  }
  await owner.page.click("main form button.large");
  assert.ok(owner.page.url().includes(`${path}#land`));
  await look(owner, "project-running");

  const { stages } = await (await caller(one("clerk")))("GET", `/projects/${code}`);
  const cases = stages[0].approvals.map((approval) => approval.case);
  assert.equal(cases.length, 2);
  for (const number of cases) await (await caller(one("clerk")))("POST", `/cases/${number}/accept`, {});
  for (const number of cases) await (await caller(one("reviewer")))("POST", `/cases/${number}/review`, { agree: true, opinion: "符合规划，建议准予。" });

  const lead = await staff("decider", "/invest");
  await look(lead, "invest-list");
  await go(lead, `/invest/${code}`);
  await lead.page.getByText("符合规划，建议准予。").first().waitFor({ timeout: 10_000 }).catch(async () => go(lead, `/invest/${code}`));
  await look(lead, "invest-project");
  for (const number of cases) await (await caller(one("decider")))("POST", `/cases/${number}/decide`, { grant: true });
  for (let tries = 0; tries < 50; tries += 1) {
    const now = await (await caller(one("clerk")))("GET", `/projects/${code}`);
    if (now.stages[1].state === "open") break;
    await new Promise((done) => setTimeout(done, 100));
  }
  await go(owner, `${path}/stage/works`);
  await look(owner, "project-choose");
  await go(owner, path);
  await look(owner, "project-second-stage");

  await lead.page.fill("#what", "现场没有见到备案的厂房用地。");
  await lead.page.click('form[action$="/challenge"] button');
  await look(lead, "invest-challenged");
  await go(owner, path);
  await owner.page.click(`a[href="${path}/explain"]`);
  await owner.page.fill("#words", "用地在隔壁地块，已经更正门牌。");
  await owner.page.click("main form button.large");
  await look(owner, "project-explained");
  await go(lead, `/invest/${code}`);
  await lead.page.check('input[name="result"][value="lift"]');
  await lead.page.fill("#reason", "现场复核，属实。");
  await lead.page.click('form[action$="/settle"] button');
  for (const [there, name] of [["/invest/reports", "invest-reports"], ["/invest/abnormal", "invest-abnormal"]]) {
    await go(lead, there);
    await look(lead, name);
  }
  await go(visitor, `/projects/find?code=${code}`);
  await look(visitor, "projects-find");
  const narrow = await company(NARROW);
  await go(narrow, path);
  await look(narrow, "project-narrow");
  await go(narrow, "/me/projects");
  await look(narrow, "projects-mine");
  for (const someone of [visitor, owner, lead, narrow]) await someone.context.close();
});

test("other people's projects are not there", { timeout: 60_000 }, async () => {
  const owner = await caller(people.find((p) => p.account === "citizen.xu"));
  const projects = await owner("GET", "/projects").catch((error) => error.message);
  assert.match(String(projects), /403/);
  const citizen = await person(WIDE);
  await signIn(citizen, people.find((p) => p.account === "citizen.xu"));
  const answer = await citizen.page.goto(`${BASE}/me/projects/2603-320102-89-01-123452`);
  assert.equal(answer.status(), 404);
  await citizen.context.close();
});
