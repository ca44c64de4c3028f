// 12345: a citizen writes in without signing in, the agent takes a call and dispatches, the unit signs and answers, the caller says it is solved; each in pages.
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

const named = (account) => people.find((p) => p.account === account);

async function desk(account, path, shape = SHAPES[0]) {
  const staff = await person(shape);
  await signIn(staff, named(account));
  await go(staff, path);
  return staff;
}

test("written in on a phone, without signing in: number and code lead back", { timeout: 60_000 }, async () => {
  const citizen = await person(SHAPES[1]);
  await go(citizen, "/ask");
  await citizen.page.click('form[action="/ask"] button');
  assert.match(await citizen.page.title(), /^有误/);
  await citizen.page.check('input[name="kind"][value="tip-off"]');
  await citizen.page.selectOption("#region", XUANWU);
  await citizen.page.fill("#text", "楼下作坊夜里往河里倒废水，气味很大。");
  await citizen.page.fill("#phone", "13800000992");
  await look(citizen, "hotline-ask");
  await citizen.page.click('form[action="/ask"] button');
  await look(citizen, "hotline-asked");
  const [number, code] = await citizen.page.locator(".confirm b").allTextContents();
  assert.match(code, /^\d{6}$/);
  await go(citizen, "/ticket");
  await citizen.page.fill("#number", number);
  await citizen.page.fill("#code", code === "000000" ? "000001" : "000000");
  await citizen.page.click('form[action="/ticket"] button');
  assert.match(await citizen.page.title(), /^有误/);
  await citizen.page.fill("#code", code);
  await citizen.page.click('form[action="/ticket"] button');
  assert.ok(await citizen.page.getByText("收到了").first().isVisible());
  await look(citizen, "hotline-ticket");
  await citizen.context.close();
});

test("a call becomes a work order that is dispatched, signed, answered, and rated by its caller", { timeout: 120_000 }, async () => {
  const agent = await desk("agent.320100", "/hotline/desk");
  await look(agent, "hotline-desk");
  await agent.page.fill("#caller", "13800000997");
  await agent.page.click('form[action="/hotline/call"] button');
  assert.ok(!agent.page.url().includes("13800000997"), "no number stands in an address");
  await agent.page.check('input[name="kind"][value="complaint"]');
  await agent.page.fill("#title", "楼下小酒馆夜里音响扰民");
  await agent.page.selectOption("#region", XUANWU);
  await agent.page.fill("#place", "梅园新村 126 号");
  await agent.page.fill("#text", "连着三天放到十一点多，要求晚上来测一测。");
  await agent.page.click('button[value="look"] >> nth=0');
  assert.ok(await agent.page.getByText("噪声污染防治法").first().isVisible());
  await look(agent, "hotline-desk-filled");
  await agent.page.click('button[value="dispatch"]');
  assert.match(agent.page.url(), /\/hotline\/orders\/\d{13}$/);
  await look(agent, "hotline-order");
  const path = new URL(agent.page.url()).pathname;
  await go(agent, "/hotline?stage=dispatched");
  await look(agent, "hotline-list");
  await agent.context.close();

  const handler = await desk("handler.320102.160", "/hotline/inbox");
  await look(handler, "hotline-inbox");
  await go(handler, path);
  await handler.page.click('form[action$="/sign"] button');
  await handler.page.locator('summary:has-text("联系来电人")').click();
  await handler.page.fill('form[action$="/contact"] textarea', "电话问清了时间和位置。");
  await handler.page.click('form[action$="/contact"] button');
  await handler.page.locator('summary:has-text("反馈")').click();
  await handler.page.check('form[action$="/feed-back"] input[value="solved"]');
  await handler.page.fill('form[action$="/feed-back"] textarea', "测了声级，责令十点以后关音响。");
  await handler.page.click('form[action$="/feed-back"] button');
  await look(handler, "hotline-order-unit");
  await handler.context.close();

  const officer = await desk("caller.320100", path);
  await officer.page.check('input[name="solved"][value="yes"]');
  await officer.page.check('input[name="satisfaction"][value="satisfied"]');
  await officer.page.check('input[name="next"][value="close"]');
  await look(officer, "hotline-follow-up");
  await officer.page.click('form[action$="/follow-up"] button');
  assert.ok(await officer.page.getByText("已办结").first().isVisible());
  await officer.page.click('a[href$="/print"]');
  assert.ok(await officer.page.getByText("经办人签名").isVisible());
  await look(officer, "hotline-print");
  await officer.context.close();

  const chief = await desk("chief.320100", "/hotline/knowledge");
  await look(chief, "hotline-knowledge");
  for (const [page, name] of [["/hotline/rates", "hotline-rates"], ["/hotline/supervised", "hotline-supervised"], ["/hotline/keys", "hotline-keys"]]) {
    await go(chief, page);
    await look(chief, name);
  }
  await chief.context.close();
});

test("signed in, one's own orders are under 我的; nobody else's", { timeout: 60_000 }, async () => {
  const citizen = await person(SHAPES[1]);
  await signIn(citizen, named("citizen.lin"));
  await go(citizen, "/ask");
  await citizen.page.check('input[name="kind"][value="suggestion"]');
  await citizen.page.fill("#text", "公交站牌的字再大一点。");
  await citizen.page.click('form[action="/ask"] button');
  assert.match(citizen.page.url(), /\/ticket\/\d{13}$/);
  const path = new URL(citizen.page.url()).pathname;
  await go(citizen, "/me/tickets");
  await look(citizen, "hotline-mine");
  await citizen.context.close();
  const other = await person(SHAPES[0]);
  await signIn(other, named("citizen.bai"));
  assert.equal((await other.page.goto(`${BASE}${path}`)).status(), 404);
  assert.equal((await other.page.goto(`${BASE}/hotline`)).status(), 403);
  await other.context.close();
});
