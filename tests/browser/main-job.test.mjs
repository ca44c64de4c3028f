// The product's main job as its people do it: a citizen finds and applies, a clerk corrects and accepts, a reviewer and a decider decide,
// the citizen holds a licence, a stranger verifies it. JavaScript is off throughout; each page is looked at in four shapes.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, close, go, look, lookThrough, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
/** 公共场所卫生许可: promised in working days, two people must decide, forms and uploads. */
const ITEM = "320123905000";
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

/** A one-page PDF, small and valid enough to be what it claims. */
const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

/** Answers the questions of one page by what each asks for. */
async function answer(page) {
  for (const input of await page.locator("main input.input:not([type=hidden]), main textarea.input").all()) {
    if ((await input.inputValue()) !== "") continue;
    const [type, mode] = [await input.getAttribute("type"), await input.getAttribute("inputmode")];
    const label = (await page.locator(`label[for="${await input.getAttribute("id")}"]`).textContent()) ?? "";
    if (type === "date") await input.fill("2026-01-05");
    else if (type === "tel") await input.fill("13900000001");
    else if (mode === "decimal") await input.fill("20");
    else if (/身份证/.test(label)) await input.fill("320102190001019997");
    else if (/信用代码/.test(label)) await input.fill("91350100M000100Y43");
    else if (/姓名|谁/.test(label)) await input.fill("𠮷小明");
    else await input.fill("玄武区珠江路 1 号");
  }
  for (const group of await page.locator("main fieldset").all()) {
    if ((await group.locator("input:checked").count()) === 0) await group.locator("input").first().check();
  }
  for (const select of await page.locator("main select.input").all()) {
    if ((await select.inputValue()) === "") await select.selectOption({ index: 1 });
  }
}

/** From the task list to the check page, doing whatever is still to be done. */
async function prepare(citizen, looked) {
  const { page } = citizen;
  const list = page.url();
  for (let turn = 0; turn < 40; turn++) {
    await page.goto(list);
    const open = page.locator(".tasks li", { has: page.locator(".badge", { hasText: /未开始|填写中|要您改/ }) }).locator("a").first();
    if ((await open.count()) === 0) break;
    const href = await open.getAttribute("href");
    await page.goto(BASE + href);
    if (/\/materials$/.test(href)) {
      await look(citizen, "apply-materials");
      await bring(citizen);
    } else if (/\/check$/.test(href)) {
      break;
    } else {
      if (!looked.has("question")) {
        // An empty answer is refused with a summary that names the field.
        looked.add("question");
        await page.click("main button.large");
        if (await page.locator("#errors").count()) {
          assert.match(await page.title(), /^有误/);
          await look(citizen, "apply-question-wrong");
        }
        await page.goto(BASE + href);
        await look(citizen, "apply-question");
      }
      await answer(page);
      await page.click("main button.large");
    }
  }
}

/** Brings every material that is the citizen's turn: a held licence where one is offered, else a file. */
async function bring(citizen) {
  const { page } = citizen;
  const list = page.url();
  for (let turn = 0; turn < 20; turn++) {
    await page.goto(list);
    const mine = page.locator(".rows.plum a.btn").first();
    if ((await mine.count()) === 0) return;
    await page.goto(BASE + (await mine.getAttribute("href")));
    await page.locator('input[type="file"]').setInputFiles({ name: "材料.pdf", mimeType: "application/pdf", buffer: PDF });
    await page.locator('form[enctype="multipart/form-data"] button').click();
  }
  assert.fail("the materials never end");
}

/** Opens the case at a desk and presses a button. */
async function atDesk(shape, account, path, action) {
  const staff = await person(shape);
  await signIn(staff, account);
  await go(staff, path);
  await action(staff);
  await staff.context.close();
}

for (const shape of SHAPES) {
  test(`the main job at ${shape.name}`, { timeout: 240_000 }, async () => {
    const citizen = await person(shape);
    const { page } = citizen;
    const looked = new Set();

    // Finding.
    await go(citizen, "/");
    await look(citizen, "home");
    await go(citizen, "/region");
    await look(citizen, "region");
    await citizen.context.addCookies([{ name: "tb_region", value: XUANWU, url: BASE }]);
    for (const [words, code] of [["换驾照", "320109904000"], ["开饭店要什么证", "320131907000"], ["给孩子上户口", "320709905000"]]) {
      await go(citizen, `/search?q=${encodeURIComponent(words)}`);
      const first = await page.locator('main a[href^="/item/"]').first().getAttribute("href");
      assert.ok(first.startsWith(`/item/${code}`), `${words} leads first to ${first}`);
    }
    await look(citizen, "search");
    await go(citizen, "/search?q=%E9%BE%98%E9%BE%98%E9%BE%98");
    await look(citizen, "search-nothing");
    await go(citizen, `/item/${ITEM}?region=${XUANWU}`);
    for (const term of ["几天", "跑几次", "多少钱"]) assert.ok(await page.getByText(term).first().isVisible(), term);
    await look(citizen, "item");

    // Signing in, applying.
    const apply = await page.locator('main a[href^="/apply"]').first().getAttribute("href");
    await go(citizen, apply);
    assert.match(page.url(), /\/login/);
    await look(citizen, "login");
    const account = one("citizen");
    await page.fill('input[name="account"]', account.account);
    await page.fill('input[name="password"]', "not the password");
    await page.click("main button.large");
    assert.ok(await page.locator("#errors").isVisible(), "a wrong password is told");
    await page.fill('input[name="account"]', account.account);
    await page.fill('input[name="password"]', account.password);
    await page.click("main button.large");
    await look(citizen, "apply-start");
    await page.getByRole("button", { name: "开始填写" }).click({ timeout: 5_000 });
    assert.match(page.url(), /\/apply\/[0-9a-f]{32}$/);
    await look(citizen, "apply-tasks");
    const list = page.url().split("?")[0];
    await prepare(citizen, looked);

    // Continued on another device.
    const other = await person(shape);
    await signIn(other, account);
    await other.page.goto(list);
    assert.match(await other.page.locator("#progress-words").textContent(), /已完成/);
    await other.context.close();

    // Checking and submitting.
    await page.goto(`${list}/check`);
    await look(citizen, "apply-check");
    await page.locator('main input[type="checkbox"]').first().check();
    await page.click("main button.large");
    assert.match(page.url(), /\/apply\/done\//);
    await look(citizen, "apply-done");
    const number = page.url().match(/(\d{22})/)[1];
    const password = (await page.locator(".confirm b.digits").textContent()).trim();
    await go(citizen, `/case/${number}`);
    await look(citizen, "case-submitted");

    // The window: everything missing, told once; nobody else may see the case.
    await atDesk(shape, one("clerk", XUANWU), "/desk", async (clerk) => {
      if (shape.width > 720) await look(clerk, "desk-list");
      assert.ok(await clerk.page.locator(`a[href="/desk/${number}"]`).count(), "the case waits in the queue");
      await go(clerk, `/desk/${number}`);
      if (shape.width > 720) await look(clerk, "desk-case");
      assert.equal(await clerk.page.locator("fieldset.three input:checked").count(), 0, "nothing is found in order before somebody looked");
      await lookThrough(clerk.page);
      const first = clerk.page.locator('label.no input[type="radio"]').first();
      await first.check();
      const index = (await first.getAttribute("name")).slice(1);
      await clerk.page.fill(`#why${index}`, "照片太暗，看不清尺寸，请在亮处重拍一张");
      await clerk.page.click('button[formaction$="/notice"]');
      if (shape.width > 720) await look(clerk, "desk-notice");
      await clerk.page.click("main button.plum");
      assert.equal(clerk.page.url(), `${BASE}/desk/${number}`);
    });
    await atDesk(shape, one("clerk", "320505000000"), "/desk", async (stranger) => {
      await go(stranger, `/desk/${number}`, 404);
    });

    // The citizen corrects.
    await go(citizen, `/case/${number}`);
    assert.ok(await page.getByText("轮到您").first().isVisible());
    await look(citizen, "case-correcting");
    for (const file of await page.locator('#correct input[type="file"]').all()) {
      await file.setInputFiles({ name: "重拍.pdf", mimeType: "application/pdf", buffer: Buffer.concat([PDF, Buffer.from(`%${shape.name}`)]) });
    }
    await page.click("#correct button.large");
    await go(citizen, `/case/${number}`);
    assert.equal(await page.locator("#correct").count(), 0, "the corrections are in");

    // Accepted, reviewed, decided by another person.
    await atDesk(shape, one("clerk", XUANWU), `/desk/${number}`, async (clerk) => {
      await clerk.page.click('button[formaction$="/accept"]');
      assert.ok(await clerk.page.getByText("还没看").first().isVisible(), "acceptance says what nobody has looked at");
      if (shape.width > 720) await look(clerk, "desk-unseen");
      await lookThrough(clerk.page);
      await clerk.page.click('button[formaction$="/accept"]');
      assert.equal(clerk.page.url(), `${BASE}/desk/${number}`);
    });
    await go(citizen, `/case/${number}`);
    await look(citizen, "case-accepted");
    await atDesk(shape, one("reviewer", XUANWU), `/review/${number}`, async (reviewer) => {
      if (shape.width > 720) await look(reviewer, "review-case");
      await reviewer.page.fill("#opinion", "材料齐全，符合卫生标准，同意许可。");
      await reviewer.page.click('button[value="for"]');
    });
    await atDesk(shape, one("decider", XUANWU), `/review/${number}`, (decider) => decider.page.click('form[action$="/grant"] button'));

    // The licence comes by itself.
    let licence;
    for (let turn = 0; turn < 50 && !licence; turn++) {
      await go(citizen, `/case/${number}`);
      const link = page.locator('main a[href^="/me/licence/"]').first();
      if (await link.count()) licence = await link.getAttribute("href");
      else await page.waitForTimeout(200);
    }
    assert.ok(licence, "no licence came");
    await look(citizen, "case-done");
    await go(citizen, licence);
    await look(citizen, "licence");
    await go(citizen, "/me");
    await look(citizen, "me");

    // What was told stands in one dialogue; a question and its answer come into it.
    await go(citizen, "/me/messages");
    await look(citizen, "messages");
    await go(citizen, `/case/${number}`);
    const talk = await page.getByRole("link", { name: "看说过的话" }).getAttribute("href");
    await go(citizen, talk);
    for (const told of ["申请收到了", "要补 1 处内容", "补正收到了", "已经受理", "办成了", "电子证照到了"]) {
      assert.ok(await page.locator(".talk h3", { hasText: told }).count(), `the dialogue tells: ${told}`);
    }
    await look(citizen, "messages-thread");
    await go(citizen, `/case/${number}/ask`);
    await page.click("main button.large");
    assert.ok(await page.locator("#errors").isVisible(), "an empty question is told");
    await page.fill("#text", `证照上的地址以后换了怎么办？（${shape.name}）`);
    await look(citizen, "ask");
    await page.click("main button.large");
    assert.equal(page.url(), BASE + talk);
    assert.ok(await page.locator(".talk .mine").count(), "the question stands in the dialogue at once");
    await atDesk(shape, one("clerk", XUANWU), "/console/questions", async (clerk) => {
      if (shape.width > 720) await look(clerk, "questions");
      await clerk.page.getByRole("link", { name: new RegExp(`换了怎么办？（${shape.name}）`) }).first().click();
      if (shape.width > 720) await look(clerk, "question");
      await clerk.page.fill("#text", "带营业执照来窗口换发，当天就能拿到新的。");
      await clerk.page.click("main form button");
      await go(clerk, "/console/inbox");
      if (shape.width > 720) await look(clerk, "inbox");
    });
    for (let turn = 0; turn < 50; turn++) {
      await go(citizen, talk);
      if (await page.getByRole("button", { name: "有帮助" }).count()) break;
      await page.waitForTimeout(200);
    }
    await look(citizen, "messages-answered");
    await page.getByRole("button", { name: "有帮助" }).first().click();
    assert.ok(await page.getByText("您说有帮助").count(), "the judgement stands in the dialogue");
    await go(citizen, "/me/messages/settings");
    await page.locator('input[name="sms"][value="progress"]').uncheck();
    await page.click("main button.btn:not(.linkish)");
    assert.ok(await page.getByText("存好了").count(), "the preference is kept");
    await look(citizen, "messages-settings");

    // Anyone verifies it; anyone with number and password sees progress, masked.
    const anyone = await person(shape);
    await go(anyone, `/verify/${licence.split("/").pop()}`);
    assert.ok(await anyone.page.getByText("有效").first().isVisible());
    await look(anyone, "verify");
    await go(anyone, "/progress");
    await look(anyone, "progress");
    await anyone.page.locator("main input.input").nth(0).fill(number);
    await anyone.page.locator("main input.input").nth(1).fill(password);
    await anyone.page.click("main button.large");
    await look(anyone, "progress-result");
    await go(anyone, `/case/${number}`);
    assert.match(anyone.page.url(), /\/login/);
    await anyone.context.close();
    await citizen.context.close();
  });
}

test("an instant case is decided in one step at the window", { timeout: 120_000 }, async () => {
  const shape = SHAPES[0];
  const citizen = await person(shape);
  const account = one("citizen");
  await signIn(citizen, account);
  await go(citizen, `/apply?item=320709905000&region=${XUANWU}`);
  await citizen.page.getByRole("button", { name: "开始填写" }).click();
  await prepare(citizen, new Set(["question"]));
  const list = citizen.page.url().match(/^(.*\/apply\/[0-9a-f]{32})/)[1];
  await citizen.page.goto(`${list}/check`);
  await citizen.page.locator('main input[type="checkbox"]').first().check();
  await citizen.page.click("main button.large");
  const number = citizen.page.url().match(/(\d{22})/)[1];
  // Two clerks have the same page open: the second is told that somebody was faster, and nothing happens twice.
  const slow = await person(shape);
  await signIn(slow, one("clerk", XUANWU));
  await go(slow, `/desk/${number}`);
  await lookThrough(slow.page);
  await atDesk(shape, one("clerk", XUANWU), `/desk/${number}`, async (clerk) => {
    await lookThrough(clerk.page);
    await clerk.page.click('button[formaction$="/grant"]');
  });
  await slow.page.click('button[formaction$="/grant"]');
  assert.ok(await slow.page.getByText("有人先改了").first().isVisible());
  await slow.context.close();
  await go(citizen, `/case/${number}`);
  assert.ok(await citizen.page.getByText("准予").first().isVisible());
  await citizen.context.close();
});
