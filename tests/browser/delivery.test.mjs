// A result that goes by courier: chosen on the case's page, granted, packed and given away at the window, moved along by the simulated
// courier, signed for, and so served. JavaScript is off throughout.
import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { BASE, SHAPES, accounts, close, go, look, open, person, signIn } from "./harness.mjs";

const XUANWU = "320102000000";
/** 公共场所卫生许可: a licence comes of it, and its data let a courier bring the paper. */
const ITEM = "320123905000";
const PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
let people;
let sandbox;

before(async () => {
  await open();
  people = await accounts();
  sandbox = (await (await fetch(`${BASE}/demo/sandbox.json`)).json()).address;
});
after(close);

const one = (role, where) => {
  const found = people.find((p) => p.role === role && (!where || p.region === where));
  assert.ok(found, `no demo account for ${role} at ${where}`);
  return found;
};

/** Asks the API. */
async function ask(token, method, path, body, kind = "application/json") {
  const headers = { "content-type": kind, ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(BASE + path, { method, headers, body: kind === "application/json" && body ? JSON.stringify(body) : body });
  const json = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

const signed = async (account) => (await ask(null, "POST", "/api/v1/sessions", { account: account.account, password: account.password })).token;

/** Files an application by the API: the answers are the form's example, every material is a file. */
async function file(token, mark) {
  const guide = await ask(null, "GET", `/api/v1/items/${ITEM}?region=${XUANWU}`);
  const { digest } = await ask(token, "POST", "/api/v1/files", `${PDF}%${mark}`, "application/pdf");
  const materials = guide.materials.filter((m) => m.required && m.source !== "government").map((m) => ({ name: m.name, digest }));
  const receipt = await ask(token, "POST", "/api/v1/cases", { item: ITEM, region: XUANWU, form: guide.form.example, materials });
  return receipt.number;
}

/** Asks again until it is so. */
async function until(what, found) {
  for (let turn = 0; turn < 100; turn++) {
    if (await found()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail(`it never came to this: ${what}`);
}

for (const shape of SHAPES) {
  test(`a result by courier at ${shape.name}`, { timeout: 180_000 }, async () => {
    const account = one("citizen");
    const number = await file(await signed(account), `${shape.name} ${Date.now()}`);
    const citizen = await person(shape);
    const { page } = citizen;
    await signIn(citizen, account);

    // The applicant wants the paper, too.
    await go(citizen, `/case/${number}`);
    await page.getByRole("link", { name: "改领取方式" }).click();
    await page.locator('input[value="courier"]').check();
    await page.fill("#name", "");
    await page.fill("#address", "");
    await page.click("main button.large");
    assert.ok(await page.locator("#errors").isVisible(), "an address that is not there is told");
    await look(citizen, "delivery-wrong");
    await page.fill("#name", "𠮷小明");
    await page.fill("#phone", "13800000997");
    await page.fill("#address", "江苏省南京市玄武区示例路 1 号 2 幢 301 室");
    await page.click("main button.large");
    assert.equal(page.url(), `${BASE}/case/${number}`);
    assert.ok(await page.getByText("寄给我").first().isVisible());

    // Three officials.
    const act = async (role, command, body) => ask(await signed(one(role, XUANWU)), "POST", `/api/v1/cases/${number}/${command}`, body);
    await act("clerk", "accept", {});
    await act("reviewer", "review", { agree: true, opinion: "材料齐全，同意。" });
    await act("decider", "decide", { grant: true });
    await until("a parcel was opened", async () => {
      await go(citizen, `/case/${number}`);
      return (await page.locator("#parcels .card").count()) > 0;
    });
    await look(citizen, "case-parcel-made");

    // The window packs it and gives it away.
    const clerk = await person(shape);
    await signIn(clerk, one("clerk", XUANWU));
    await go(clerk, "/desk/parcels?list=to-pack");
    if (shape.width > 720) await look(clerk, "parcels-to-pack");
    const parcels = await ask(await signed(account), "GET", `/api/v1/cases/${number}/parcels`);
    const id = parcels.parcels[0].id;
    await go(clerk, `/desk/parcels/${id}`);
    await clerk.page.getByRole("button", { name: "封装" }).click();
    await until("the courier gave a number", async () => {
      await go(clerk, `/desk/parcels/${id}`);
      return (await clerk.page.getByRole("button", { name: "交快递" }).count()) > 0;
    });
    if (shape.width > 720) await look(clerk, "parcel-packed");
    await go(clerk, `/desk/parcels/${id}/label`);
    if (shape.width > 720) await look(clerk, "parcel-label");
    const waybill = (await clerk.page.locator("h1").textContent()).trim();
    await go(clerk, "/desk/parcels/print?list=to-give");
    if (shape.width > 720) await look(clerk, "parcels-print");
    await go(clerk, `/desk/parcels/${id}`);
    await clerk.page.getByRole("button", { name: "交快递" }).click();

    // The courier carries it, and tells so.
    for (const turn of ["picked", "moving", "out", "signed"]) {
      const answer = await fetch(`${sandbox}/sandbox/couriers/${waybill}/${turn}`, { method: "POST" });
      assert.ok(answer.ok, `${turn}: ${answer.status}`);
      if (turn === "out") {
        await until("the news came", async () => {
          await go(citizen, `/case/${number}`);
          return (await page.getByText("正在派送").count()) > 0;
        });
        await look(citizen, "case-parcel-out");
        await go(citizen, "/me/parcels");
        await look(citizen, "me-parcels");
      }
    }
    await until("the case was served", async () => {
      await go(citizen, `/case/${number}`);
      return (await page.getByText("邮寄送达").count()) > 0;
    });
    await look(citizen, "case-parcel-served");
    await go(citizen, `/case/${number}/doc/service`);
    assert.ok(await page.getByText(waybill).first().isVisible(), "the receipt names the waybill");
    await look(citizen, "doc-service");
    await go(clerk, `/desk/parcels/${id}`);
    if (shape.width > 720) await look(clerk, "parcel-done");
    await clerk.context.close();
    await citizen.context.close();
  });
}
