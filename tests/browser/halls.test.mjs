// A visit to the hall as its people live it: a citizen books and checks in, a clerk calls and takes the application in at the same window,
// the host keeps the hall in order, the screen and the machine show numbers only. JavaScript is off throughout.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, close, go, look, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
/** 居民身份证换领: handled in counties, takes appointments. */
const ITEM = "320709902000";
let people;

before(async () => {
  await open();
  people = await accounts();
});
after(close);

const one = (account) => people.find((p) => p.account === account);

/** Answers what the form still asks, by what each question is. */
async function answer(page) {
  for (const input of await page.locator("#work input.input:not([type=hidden]):not([type=file]), #work textarea.input").all()) {
    if ((await input.inputValue()) !== "" || !(await input.isVisible())) continue;
    const [type, mode] = [await input.getAttribute("type"), await input.getAttribute("inputmode")];
    if (type === "date") await input.fill("2026-01-05");
    else if (type === "tel") await input.fill("13900000001");
    else if (mode === "decimal") await input.fill("1");
    else await input.fill("玄武区示例路 1 号");
  }
  for (const group of await page.locator("#work .field fieldset").all()) {
    if ((await group.locator("input:checked").count()) === 0) await group.locator("input").first().check();
  }
  for (const select of await page.locator("#work select.input").all()) {
    if ((await select.inputValue()) === "") await select.selectOption({ index: 1 });
  }
}

const CITIZENS = ["citizen.chen", "citizen.lin", "citizen.ji", "citizen.zhou"];

SHAPES.forEach((shape, turn) => {
  test(`a visit to the hall at ${shape.name}`, { timeout: 240_000 }, async () => {
    const wide = { name: "1280", width: 1280, height: 900, ui: "normal" };
    const citizen = await person(shape);
    const { page } = citizen;
    await citizen.context.addCookies([{ name: "tb_region", value: XUANWU, url: BASE }]);

    // Finding the hall and booking.
    await go(citizen, "/halls");
    await look(citizen, "halls");
    await go(citizen, `/item/${ITEM}?region=${XUANWU}`);
    assert.ok(await page.locator(`main a[href="/hall/${XUANWU}"]`).count(), "the guide leads to the hall");
    await go(citizen, `/hall/${XUANWU}`);
    await look(citizen, "hall");
    await go(citizen, "/appoint?q=%E6%8D%A2%E8%BA%AB%E4%BB%BD%E8%AF%81");
    await look(citizen, "appoint-item");
    assert.ok(await page.locator(`main a[href^="/appoint?item=${ITEM}"]`).count(), "the item is found");
    await go(citizen, `/appoint?item=${ITEM}`);
    await look(citizen, "appoint-hall");
    await signIn(citizen, one(CITIZENS[turn]));
    await go(citizen, `/appoint?item=${ITEM}&hall=${XUANWU}`);
    await look(citizen, "appoint-time");
    await go(citizen, await page.locator("main .slots a").first().getAttribute("href"));
    await look(citizen, "appoint-check");
    await page.click("main button.large");
    assert.match(page.url(), /\/appoint\/[0-9a-f]{32}$/);
    const appointment = page.url().replace(BASE, "");
    await look(citizen, "appointment");
    const ics = await citizen.context.request.get(`${BASE}${appointment}/ics`);
    assert.match(await ics.text(), /BEGIN:VCALENDAR[\s\S]*TZID:Asia\/Shanghai[\s\S]*BEGIN:VALARM/);
    await go(citizen, `${appointment}/change`);
    await look(citizen, "appoint-change");
    await go(citizen, `${appointment}/cancel`);
    await look(citizen, "appoint-cancel");

    // The server began at five past nine, so the first slot can be checked in.
    await go(citizen, appointment);
    await page.click("main form[action$='/check-in'] button");
    assert.match(page.url(), /\/queue\/[0-9a-f]{32}$/);
    const ticket = page.url().replace(BASE, "");
    await look(citizen, "ticket-waiting");

    // The clerk opens the window and calls.
    const clerk = await person(wide);
    await signIn(clerk, one("clerk.320102"));
    await go(clerk, "/desk/window");
    if (turn === 0) {
      await look(clerk, "window-seats");
      await clerk.page.click('main form[action="/desk/window"] button');
      await look(clerk, "window-empty");
    }
    await clerk.page.click('button[form="do-next"]');
    assert.ok(await clerk.page.locator(".called-number").count(), "somebody is called");
    if (turn === 0) await look(clerk, "window-called");
    await go(citizen, ticket);
    assert.match(await page.locator("main .say").textContent(), /请到 \d+ 号窗口/);
    await look(citizen, "ticket-called");

    // At the window: the person and the item are known already; the originals are seen, the application is filed and accepted.
    await clerk.page.click('main a[href^="/desk/new?ticket="]');
    if (turn === 0) await look(clerk, "intake");
    await answer(clerk.page);
    for (const yes of await clerk.page.locator('label.yes input[type="radio"]').all()) await yes.check();
    await clerk.page.click('button[value="accept"]');
    assert.match(clerk.page.url(), /\/desk\/\d{22}\/slip$/, await clerk.page.locator("main").innerText());
    if (turn === 0) await look(clerk, "slip");
    const number = clerk.page.url().match(/(\d{22})/)[1];
    await go(clerk, "/desk/window");
    await clerk.page.click('button[form="do-finish"]');

    // Ticket, appointment and case are one record.
    await go(citizen, ticket);
    assert.ok(await page.locator(`main a[href="/case/${number}"]`).count(), "the ticket leads to the case");
    await look(citizen, "ticket-done");
    await go(citizen, `/case/${number}`);
    assert.ok(await page.locator(`main a[href="${ticket}"]`).count(), "the case leads to the ticket");
    assert.ok(await page.locator(`main a[href="${appointment}"]`).count(), "the case leads to the appointment");
    await go(citizen, "/me/appointments");
    await look(citizen, "me-appointments");
    await clerk.context.close();
    await citizen.context.close();
  });
});

test("a stranger without an account is entered at the window", { timeout: 120_000 }, async () => {
  const clerk = await person({ name: "1280", width: 1280, height: 900, ui: "normal" });
  const { page } = clerk;
  await signIn(clerk, one("clerk.320508"));
  await go(clerk, "/desk/new");
  await page.fill("#typed", "110101190001019994");
  await page.click('button[value="find"]');
  if (await page.locator("#errors").count()) {
    // The number's check digit is wrong: told, and nothing is lost.
    assert.equal(await page.inputValue("#typed"), "110101190001019994");
  }
  await page.fill("#typed", "320508190001019980");
  await page.click('button[value="find"]');
  await look(clerk, "intake-find");
  await clerk.context.close();
});

test("the hall's own pages: host, machine and screen", { timeout: 120_000 }, async () => {
  const host = await person({ name: "1280", width: 1280, height: 900, ui: "normal" });
  await signIn(host, one("host.320102"));
  await go(host, "/desk/hall");
  await look(host, "hall-manager");
  await host.page.fill("#reason", "");
  const kiosk = await host.page.locator('main a[href*="/kiosk?key="]').getAttribute("href");
  await go(host, kiosk.split("?")[0], 404);

  const machine = await person({ name: "1280", width: 1080, height: 1920, ui: "normal" });
  await go(machine, kiosk);
  await look(machine, "kiosk");
  await machine.page.click("main button.tile");
  await look(machine, "kiosk-slip");

  const wall = await person({ name: "1920", width: 1920, height: 1080, ui: "normal" });
  await go(wall, `/hall/${XUANWU}/screen`);
  assert.equal(await wall.page.locator('meta[http-equiv="refresh"]').count(), 1);
  if (process.env.SHOTS) await wall.page.screenshot({ path: `${process.env.SHOTS}/screen-1920.png` });
  assert.doesNotMatch(await wall.page.content(), /样例|示范|演示账号/, "no names on the wall");
  for (const someone of [host, machine, wall]) await someone.context.close();
});
