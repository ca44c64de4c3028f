// Trading: three companies seal their bids in their own browsers, nobody reads them before the instant, the centre opens, keys are brought, experts are drawn and one of them assesses.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, close, go, look, open, person, signIn } from "./harness.mjs";

const SOON = 30;
const [WIDE, NARROW] = SHAPES;
let people, parties;

before(async () => {
  await open();
  people = await accounts();
  parties = await (await fetch(`${BASE}/demo/trading.json`)).json();
});
after(close);

const post = (path, body) => fetch(BASE + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const account = (name) => people.find((one) => one.account === name);

/** Somebody who acts for a company; with scripts where a bid is sealed. */
async function company(one, shape, scripts) {
  const { account: name, code } = one;
  const answer = await post("/api/v1/sessions", { account: name, password: account(name).password, acting_for: code });
  const someone = await person(shape);
  if (scripts) {
    await someone.context.close();
    const { chromium } = await import("playwright-core");
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
    someone.context = await browser.newContext({ locale: "zh-CN", viewport: { width: shape.width, height: shape.height } });
    someone.page = await someone.context.newPage();
    someone.end = () => browser.close();
  }
  await someone.context.addCookies([{ name: "tb_session", value: (await answer.json()).token, url: BASE }]);
  return someone;
}

/** Joins, pays the deposit, seals in the browser and hands in; the opening key. */
async function bid(one, room, price) {
  const someone = await company(one, WIDE, true);
  const { page } = someone;
  await go(someone, room);
  await page.click("text=领取招标文件，参加投标");
  await page.click("text=演示：模拟银行到账");
  await page.fill("#price", price);
  await page.fill("#days", "120");
  const sent = [];
  page.on("request", (request) => sent.push(request.postDataBuffer() ?? Buffer.alloc(0)));
  await page.setInputFiles("#plain", { name: "投标文件.pdf", mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.7 绝密 ${price}`) });
  await page.click("text=在这台电脑上加密");
  await page.waitForFunction(() => document.getElementById("opening-key").value.startsWith("TB1."));
  const key = await page.inputValue("#opening-key");
  await page.click("main button.large");
  await page.waitForSelector("text=已经收到");
  const share = key.split(".")[2];
  for (const bytes of sent) assert.ok(!bytes.includes("绝密") && !bytes.includes(share), "neither the bid nor the key left the browser");
  await someone.end();
  return key;
}

test("sealed bids are opened at their instant, and not before", { timeout: 120_000 }, async () => {
  const { code } = await (await post("/demo/lot", { seconds: SOON })).json();
  const due = Date.now() + SOON * 1000;
  const room = `/trade/${code}/bid`;
  const visitor = await person(WIDE), phone = await person(NARROW);
  for (const someone of [visitor, phone]) {
    await go(someone, "/trade");
    await look(someone, "trade-list");
    await go(someone, `/trade/${code}`);
    await look(someone, "trade-tendering");
  }
  const prices = ["4310000.00", "4398000.50", "4486000"];
  const keys = await Promise.all(parties.bidders.map((one, n) => bid(one, room, prices[n])));

  const first = await company(parties.bidders[0], NARROW);
  await go(first, room);
  await look(first, "trade-room");
  const centre = await person(WIDE);
  await signIn(centre, account("centre.320102"));
  await go(centre, `/trading/${code}`);
  assert.equal(await centre.page.locator("text=演示市政").count(), 0, "nobody is told who bids");
  await new Promise((done) => setTimeout(done, Math.max(0, due - Date.now()) + 500));
  await go(centre, `/trading/${code}`);
  await centre.page.click("main button:has-text('开标')");
  for (const [n, one] of parties.bidders.entries()) {
    const someone = n === 0 ? first : await company(one, WIDE);
    await go(someone, room);
    if (n === 0) {
      await someone.page.fill("#key", keys[1]);
      await someone.page.click("main button:has-text('解密')");
      assert.match(await someone.page.textContent("#errors"), /另一份投标文件/);
      await look(someone, "trade-wrong-key");
    }
    await someone.page.fill("#key", keys[n]);
    await someone.page.click("main button:has-text('解密')");
    await someone.page.waitForSelector("text=已经开标");
  }
  await go(visitor, `/trade/${code}`);
  assert.match(await visitor.page.textContent("#opening"), /4,398,000\.50 元/);
  await go(centre, `/trading/${code}`);
  await centre.page.click("main button:has-text('结束开标')");
  await centre.page.click("main button:has-text('抽取')");
  await look(centre, "trading-desk");

  let seated;
  for (const one of people.filter((someone) => someone.role === "expert")) {
    const expert = await person(WIDE);
    await signIn(expert, one);
    const answer = await expert.page.goto(`${BASE}/trading/${code}/assess`);
    if (answer.status() === 200) { seated = expert; break; }
    assert.equal(answer.status(), 403);
    await expert.context.close();
  }
  await seated.page.click("main button:has-text('提交评审意见')");
  assert.match(await seated.page.textContent("#errors"), /请修改以下/);
  await look(seated, "trading-assess");
  for (const n of [0, 1, 2]) {
    await seated.page.fill(`#design-${n}`, "25.5");
    await seated.page.fill(`#record-${n}`, "17");
  }
  await seated.page.click("main button:has-text('提交评审意见')");
  await seated.page.waitForSelector("text=评审意见已经提交");
});

test("a finished lot shows candidates, contract and who sat, and its tenderer has a desk", { timeout: 60_000 }, async () => {
  for (const shape of [WIDE, NARROW]) {
    const visitor = await person(shape);
    await go(visitor, "/trade?stage=contracted");
    await visitor.page.click("main h2 a");
    await look(visitor, "trade-contracted");
    assert.match(await visitor.page.textContent("main"), /验算一致/);
    const tenderer = await company(parties.tenderer, shape);
    await go(tenderer, "/me/tenders");
    await look(tenderer, "trade-tenders");
    await go(tenderer, "/me/tenders/new");
    await tenderer.page.check('input[value="works-open"]');
    await tenderer.page.fill("#name", "示例项目");
    await tenderer.page.fill("#lot", "一标段");
    await tenderer.page.fill("#estimate", "5000000");
    await tenderer.page.click("main button.large");
    await tenderer.page.fill("#text", "公开招标。");
    await tenderer.page.fill("#documents_until", "2020-01-01");
    await tenderer.page.fill("#deadline", "2020-01-02");
    await tenderer.page.fill("#deposit", "100000");
    await tenderer.page.fill("#specialty", "市政工程");
    await tenderer.page.click("main button:has-text('提交核对')");
    assert.match(await tenderer.page.textContent("#errors"), /时间太短/);
    await look(tenderer, "trade-notice");
  }
});

test("a company registers for a piece of land, pays, and outbids the others without a script", { timeout: 60_000 }, async () => {
  const shape = NARROW, someone = await company(parties.bidders[2], shape), { page } = someone;
  await go(someone, "/trade?family=land&stage=tendering");
  await page.click("main h2 a");
  await look(someone, "trade-land");
  assert.equal(await page.locator("text=演示市政").count(), 0, "bidders are numbers");
  await page.click("text=进竞价室");
  await page.click("main button:has-text('报名')");
  await look(someone, "trade-registered");
  await page.click("text=演示：模拟银行到账");
  const least = await page.inputValue("#price");
  await page.fill("#price", "1");
  await page.click("main button:has-text('核对')");
  assert.match(await page.textContent("#errors"), /至少要报/);
  await page.fill("#price", least);
  await page.click("main button:has-text('核对')");
  await look(someone, "trade-sure");
  assert.match(await page.textContent("main"), /不能撤回/);
  await page.click("main button:has-text('确认')");
  assert.match(await page.textContent("#quotes"), /现在最高的是您/);
  await look(someone, "trade-leads");
  const sold = await person(WIDE);
  await go(sold, "/trade?family=property&stage=contracted");
  await sold.page.click("main h2 a");
  assert.match(await sold.page.textContent("#candidates"), /成交/);
  await look(sold, "trade-sold");
});
