// 数据交换: a departmental system is registered, sends over the API, its bad row is put right, a resource is asked for and permitted; in pages.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, close, go, look, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
let people;

before(async () => {
  await open();
  people = await accounts();
});
after(close);

const one = (role, region = XUANWU) => people.find((p) => p.role === role && p.region === region);

async function desk(account, path, shape = SHAPES[0]) {
  const staff = await person(shape);
  await signIn(staff, account);
  await go(staff, path);
  return staff;
}

async function send(key, batch, rows) {
  const answer = await fetch(`${BASE}/api/v1/exchange/batches`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ cd_batch: batch, rows }),
  });
  assert.equal(answer.status, 200);
  return answer.json();
}

async function registered(carer, id) {
  await go(carer, "/exchange");
  await carer.page.fill("#id", id);
  await carer.page.fill("#name", `审批系统 ${id}`);
  await carer.page.fill("#department", `${XUANWU}-310`);
  await carer.page.click('form[action="/exchange/sources"] button');
  const key = await carer.page.locator("code.secret").innerText();
  assert.match(key, /^tbx_[0-9a-f]{64}$/);
  return key;
}

test("a system sends, a bad row is put right, a resource is permitted", { timeout: 60_000 }, async () => {
  const carer = await desk(one("exchanger"), "/exchange");
  await look(carer, "exchange");
  await carer.page.fill("#id", "有汉字");
  await carer.page.click('form[action="/exchange/sources"] button');
  assert.match(await carer.page.title(), /^有误/);
  const mark = Date.now().toString(36);
  const key = await registered(carer, `sender-${mark}`);
  await look(carer, "exchange-secret");
  const org = await carer.page.locator("dt", { hasText: "统一社会信用代码" }).locator("+ dd").innerText();

  const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const number = `SC-${mark}`;
  const row = (table, minutes, more) => ({ table, row_guid: `${number}-${table}`, cd_operation: "I", cd_time: at(minutes), project_no: number, org_code: org, ...more });
  const basic = row("basic", 30, { catalog_code: "320131907000", task_name: "食品经营许可", applyer_name: "林示范", applyer_type: "0", applyer_page_type: "111", applyer_page_code: "320102190001019997", apply_date: at(40), accept_date: at(30), org_name: "区市场监督管理局", project_type: "2" });
  const result = row("result", 10, { result_type: "0", result_date: at(10), result_cetr_name: "食品经营许可证" });
  const answer = await send(key, `${mark}-1`, [result]);
  assert.equal(answer.rows[0].faults[0].code, "no-basic");

  await go(carer, "/exchange/quarantine");
  await look(carer, "exchange-quarantine");
  await carer.page.click(`text=${number}-result`);
  await look(carer, "exchange-row");
  assert.equal((await send(key, `${mark}-2`, [basic])).accepted, 1);
  await carer.page.click('form[action$="/requeue"] button');
  assert.ok(await carer.page.getByText("已经收下。").isVisible());
  await send(key, `${mark}-3`, [{ table: "basic", row_guid: `${number}-bad` }]);
  await go(carer, "/exchange/quarantine");
  await carer.page.click(`text=${number}-bad`);
  await carer.page.click('form[action$="/resolve"] button');
  assert.match(await carer.page.title(), /^有误/);
  await carer.page.fill("#reason", "测试数据，不再重报");
  await carer.page.click('form[action$="/resolve"] button');
  assert.ok(await carer.page.getByText("已放下").isVisible());

  await go(carer, "/exchange/resources");
  await carer.page.fill("#name", `食品经营许可结果 ${mark}`);
  await carer.page.fill("#department", `${XUANWU}-310`);
  await carer.page.fill("#terms", "办理关联许可时核对");
  await carer.page.click('form[action="/exchange/resources"] button');
  const resource = new URL(carer.page.url()).pathname;
  await carer.page.fill("#purpose", "办理卫生许可时核对经营资格");
  await carer.page.click('form[action$="/ask"] button');
  await look(carer, "exchange-resource");
  await carer.page.click('form[action$="/approve"] button');
  assert.ok(await carer.page.getByText("申请不能由提出的人自己批准").isVisible());
  await carer.context.close();

  const other = await desk(one("exchanger", "320000000000"), resource);
  await other.page.click('form[action$="/approve"] button');
  assert.ok(await other.page.getByText("可以使用").isVisible());
  await go(other, "/exchange/nodes");
  await look(other, "exchange-nodes");
  await other.context.close();

  const phone = await desk(one("exchanger"), "/exchange", SHAPES[1]);
  await look(phone, "exchange");
  for (const path of ["/exchange/quarantine?done=1", resource, "/exchange/nodes"]) {
    await go(phone, path);
    await look(phone, `exchange${path.replace(/\W/g, "-").slice(9, 30)}`);
  }
  await phone.context.close();

  const supervisor = await desk(one("supervisor"), "/exchange/cases");
  await supervisor.page.fill("#words", "320102190001019997");
  await supervisor.page.click('form[action="/exchange/cases"] button');
  assert.ok((await supervisor.page.getByText(number).count()) > 0);
  assert.equal(await supervisor.page.locator("dd", { hasText: "林示范" }).count(), 0, "the applicant is masked");
  assert.ok(!supervisor.page.url().includes("320102190001019997"), "what is looked for stands in no address");
  await look(supervisor, "exchange-cases");
  await go(supervisor, "/exchange");
  await look(supervisor, "exchange-watch");
  await supervisor.context.close();
});

test("who cares for nothing sees nothing", { timeout: 30_000 }, async () => {
  const clerk = await person(SHAPES[0]);
  await signIn(clerk, one("clerk"));
  assert.equal((await clerk.page.goto(`${BASE}/exchange`)).status(), 403);
  await clerk.context.close();
});
