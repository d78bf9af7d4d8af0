/** The cost page in a browser: a load and prices in, GPUs and money out, all of it in the address. */
import type {Page} from "playwright-core";
import {expect} from "vitest";
import {describeSites} from "./site.js";
import {overflow} from "./flow.js";

const poll = {timeout: 60_000};
const lede = (page: Page) => page.locator(".kp-cost-lede").innerText();
const price = (page: Page, label: string) => page.locator(".kp-price-list").getByLabel(label);

describeSites("the cost page", ({test}) => {
  test("answers in GPU-hours, and in money once a price is typed", async ({visit}) => {
    const page = await visit("notebooks/cost.html?ttft=2000&tpot=50&rate=20");
    await expect
      .poll(() => lede(page), poll)
      .toMatch(/20 requests\/s of Qwen3-32B-FP8.* take \d+ H200 SXM GPUs?: .* GPU-hours per million output tokens/s);
    const gpus = (await lede(page)).match(/take (\d+) H200/)![1];
    await price(page, "H200 SXM").fill("2.5");
    await page.getByLabel("Currency").fill("$");
    await expect.poll(() => lede(page), poll).toMatch(/It costs \$[\d.]+ per million output tokens, \$[\d,.]+ an hour/);
    expect(await lede(page)).toContain(`take ${gpus} H200 SXM GPU`);
    await expect.poll(() => new URL(page.url()).searchParams.get("prices"), poll).toBe("h200_sxm:2.5");
    await page.reload();
    await expect.poll(() => lede(page), poll).toMatch(/It costs \$/);
    expect(await price(page, "H200 SXM").inputValue()).toBe("2.5");
  }, 120_000);

  test("puts another GPU type beside it, marks the better one and draws both", async ({visit}) => {
    const page = await visit("notebooks/cost.html?ttft=2000&tpot=50");
    await expect.poll(() => page.locator(".kp-costs tbody td.kp-number").count(), poll).toBeGreaterThan(0);
    await page
      .getByRole("row", {name: /H100 SXM/})
      .getByRole("button", {name: "search it too"})
      .click();
    await expect.poll(() => lede(page), poll).toMatch(/of 2 GPU types that serve it/);
    expect(await page.locator(".kp-best").innerText()).toMatch(/fewest GPUs/);
    await expect.poll(() => page.locator(".kp-cost-chart svg").count(), poll).toBe(2);
    expect(new URL(page.url()).searchParams.get("others")).toBe("h100_sxm");
    await page.getByRole("button", {name: "Leave H100 SXM out"}).click();
    await expect.poll(() => lede(page), poll).not.toMatch(/GPU types that serve it/);
  }, 120_000);

  test("says what nothing serves, and takes targets that something does", async ({visit}) => {
    const page = await visit("notebooks/cost.html?ttft=2&tpot=1");
    await expect.poll(() => lede(page), poll).toMatch(/Nothing on H200 SXM serves/);
    await page
      .locator(".kp-cost-lede")
      .getByRole("button", {name: /allow these/})
      .click();
    await expect.poll(() => lede(page), poll).toMatch(/take \d+ H200 SXM GPUs?/);
  }, 120_000);

  test("sizes for users at once, and is read at 390 pixels in the dark", async ({visit}) => {
    const page = await visit("notebooks/cost.html?users=300&ttft=2000&tpot=50", {width: 390, height: 844, dark: true});
    await expect.poll(() => lede(page), poll).toMatch(/^300 users of Qwen3-32B-FP8.* take \d+ H200 SXM GPUs?/s);
    expect(await lede(page)).toMatch(/These serve up to [\d,]+ users/);
    expect(await overflow(page)).toBe(0);
  }, 120_000);
});
