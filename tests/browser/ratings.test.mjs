// A closed case is rated poorly by whoever was served, put right by somebody who did not handle it, answered and followed up; another is
// rated by a link without signing in; something wrong is reported, verified, published and put right. JavaScript is off throughout.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, close, go, look, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
/** 公共图书馆读者证办理: done on the spot by the window's clerk, free of charge. */
const ITEM = "322022901000";
let people;

before(async () => {
  await open();
  people = await accounts();
});
after(close);

const one = (role, where) => {
  const found = people.find((p) => p.role === role && (!where || p.region === where));
  assert.ok(found, `no demo account for ${role} at ${where}`);
  return found;
};

/** A program of this account: asks the API with its token, and expects a status unless told that any will do. */
async function program(account) {
  let token;
  const ask = async (method, path, body, want) => {
    const headers = { "content-type": body instanceof Buffer ? "application/pdf" : "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    const sent = body === undefined || body instanceof Buffer ? body : JSON.stringify(body);
    const answer = await fetch(BASE + path, { method, headers, body: sent });
    if (want) assert.equal(answer.status, want, `${method} ${path}: ${await answer.clone().text()}`);
    return { status: answer.status, ...(await answer.json()) };
  };
  ({ token } = await ask("POST", "/api/v1/sessions", { account: account.account, password: account.password }, 201));
  return ask;
}

/** A case that is closed, and may be rated. */
async function closed(citizen, clerk, salt) {
  const guide = await citizen("GET", `/api/v1/items/${ITEM}?region=${XUANWU}`, undefined, 200);
  const pdf = Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n%${salt}`);
  const { digest } = await citizen("POST", "/api/v1/files", pdf, 201);
  const materials = ["申请人居民身份证"].map((name) => ({ name, digest }));
  const { number } = await citizen("POST", "/api/v1/cases", { item: ITEM, region: XUANWU, form: guide.form.example, materials }, 201);
  await clerk("POST", `/api/v1/cases/${number}/decide`, { grant: true }, 200);
  for (let turn = 0; turn < 100; turn++) {
    const { rate_until } = await citizen("GET", `/api/v1/cases/${number}/rating`, undefined, 200);
    if (rate_until) return number;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail("an ended case cannot be rated");
}

/** Fills a form of the quality desk and sends it. */
async function step(officer, name, words, choice) {
  const form = officer.page.locator(`form[action$="/${name}"]`);
  if (choice) await form.locator(`input[value="${choice}"]`).check();
  for (const [key, text] of Object.entries(words)) await form.locator(`[name="${key}"]`).fill(text);
  await form.locator("button").click();
}

for (const shape of SHAPES) {
  test(`a poor rating is put right and followed up at ${shape.name}`, { timeout: 240_000 }, async () => {
    const [asCitizen, asClerk] = [await program(one("citizen")), await program(one("clerk", XUANWU))];
    const number = await closed(asCitizen, asClerk, `poor ${shape.name}`);
    const citizen = await person(shape);
    await signIn(citizen, one("citizen"));

    // Invited on the page of the result; nothing is chosen beforehand.
    await go(citizen, "/rate");
    await look(citizen, "rate-front");
    await go(citizen, `/case/${number}`);
    await look(citizen, "case-rate");
    await citizen.page.locator(`#rating a[href="/case/${number}/rate"]`).click();
    await look(citizen, "rate-levels");
    assert.equal(await citizen.page.locator("main input:checked").count(), 0);
    await citizen.page.getByRole("link", { name: "非常不满意" }).click();
    await look(citizen, "rate-form");
    await citizen.page.locator('input[value="efficiency"]').check();
    await citizen.page.fill("#text", "说了当场办，等了一上午。");
    await citizen.page.click("main button.large");
    assert.match(citizen.page.url(), new RegExp(`/case/${number}#rating$`));
    await look(citizen, "case-rated");
    await go(citizen, "/me/ratings");
    await look(citizen, "me-ratings");

    // The clerk who was rated finds nothing of it.
    await asClerk("GET", `/api/v1/cases/${number}/rating`, undefined, 404);

    // The officer of the district calls back, finds it true, puts it right, publishes.
    const officer = await person(shape);
    await signIn(officer, one("quality", XUANWU));
    await go(officer, "/console");
    await go(officer, "/quality");
    if (shape.width > 720) await look(officer, "quality-list");
    assert.ok(await officer.page.locator(`a[href="/quality/case-${number}"]`).count(), "it waits at the quality desk");
    await go(officer, `/quality/case-${number}`);
    if (shape.width > 720) await look(officer, "quality-contact");
    await step(officer, "contact", { note: " " });
    assert.ok(await officer.page.locator("#errors").isVisible(), "words are wanted");
    await officer.page.locator('form[action$="/reveal"] button').click();
    assert.match(await officer.page.locator("main").textContent(), /1\d{10}/);
    await step(officer, "contact", { note: "已电话联系，说明了情况。" });
    await step(officer, "verify", { reason: "核对了叫号记录，属实。" }, "valid");
    await step(officer, "reply", { measures: "加开一个即办窗口。", words: "您说得对，已经加开窗口。" });
    if (shape.width > 720) await look(officer, "quality-publish");
    await step(officer, "publish", { text: "说了当场办，等了一上午。", reply: "加开一个即办窗口。" });
    if (shape.width > 720) await look(officer, "quality-done");
    await officer.context.close();

    // The citizen reads the answer and follows up once.
    await go(citizen, `/case/${number}`);
    assert.ok(await citizen.page.getByText("您说得对，已经加开窗口。").isVisible());
    await look(citizen, "case-answered");
    await citizen.page.getByRole("link", { name: "追评一次" }).click();
    await citizen.page.getByRole("link", { name: "满意", exact: true }).click();
    await citizen.page.click("main button.large");
    assert.equal(await citizen.page.getByRole("link", { name: "追评一次" }).count(), 0);
    await go(citizen, `/item/${ITEM}?region=${XUANWU}#said`);
    assert.ok(await citizen.page.getByText("说了当场办，等了一上午。").first().isVisible());
    await look(citizen, "item-said");

    // By a link, without signing in, once.
    const second = await closed(asCitizen, asClerk, `link ${shape.name}`);
    await go(citizen, `/case/${second}`);
    const code = await citizen.page.locator('#rating img[src^="/rate/"]').getAttribute("src");
    const link = code.replace("/qr.svg", "");
    const anyone = await person(shape);
    await go(anyone, link);
    await anyone.page.getByRole("link", { name: "非常满意" }).click();
    await anyone.page.click("main button.large");
    await look(anyone, "rate-done");
    await go(anyone, link, 410);
    await citizen.context.close();

    // Something wrong is reported without a name, verified, published with the unit's name, put right.
    await anyone.context.addCookies([{ name: "tb_region", value: XUANWU, url: BASE }]);
    await go(anyone, "/expose/new");
    await anyone.page.click("main button.large");
    assert.match(await anyone.page.title(), /^有误/);
    await look(anyone, "expose-wrong");
    await anyone.page.locator('input[value="extra"]').check();
    await anyone.page.fill("#text", "窗口要我交清单上没有的证明。");
    await anyone.page.click("main button.large");
    assert.match(anyone.page.url(), /\/expose\/mine\//);
    await look(anyone, "expose-mine");
    const mine = anyone.page.url();
    const keeper = await person(shape);
    await signIn(keeper, one("quality", XUANWU));
    await go(keeper, "/quality/exposures");
    if (shape.width > 720) await look(keeper, "exposures");
    await keeper.page.locator('main a[href^="/quality/exposures/0"]').last().click();
    await step(keeper, "verify", { reason: "查了收件记录，属实。" }, "founded");
    await step(keeper, "publish", { title: "窗口要了清单外的证明", text: "一窗口多要了一份证明。" });
    if (shape.width > 720) await look(keeper, "exposure");
    await step(keeper, "rectify", { measures: "退还材料，全窗口重新培训。" });
    await step(keeper, "close", { reason: "已核对，不再发生。" });
    await keeper.context.close();
    await anyone.page.goto(mine);
    assert.ok(await anyone.page.getByText("退还材料，全窗口重新培训。").isVisible());
    await go(anyone, "/expose");
    await look(anyone, "expose");

    // What it all adds up to.
    await go(anyone, "/reports");
    await look(anyone, "reports");
    await anyone.page.locator('main a[href^="/reports/"]').first().click();
    await look(anyone, "report-province");
    await go(anyone, `${anyone.page.url().replace(BASE, "")}?region=${XUANWU}`);
    await look(anyone, "report-district");
    await anyone.context.close();
  });
}
