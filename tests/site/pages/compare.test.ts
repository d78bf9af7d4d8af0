/** The compare page as it is used: searches added, varied, dropped, saved, hidden; nonsense; the address and files. */
import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {expect, vi} from "vitest";
import {describeSites} from "./site.js";
import {drag, overflow, settled} from "./flow.js";

vi.setConfig({testTimeout: 120_000});

const path = "notebooks/compare.html";
const patience = {timeout: 60_000, interval: 200};

const lede = (page: Page) => page.locator(".kp-compare-lede").innerText();
const names = (page: Page) =>
  page
    .locator(".kp-search-name")
    .evaluateAll((all) =>
      all.map((each) => (each as HTMLInputElement).value || (each as HTMLInputElement).placeholder)
    );
const compared = (page: Page) => page.locator(".kp-compared tbody th .kp-compared-name").allInnerTexts();

/** Until every search of the list has its row in the table. */
async function known(page: Page, count: number): Promise<void> {
  await expect.poll(() => compared(page), patience).toHaveLength(count);
}

/** As a hand drops files on the page. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file));
      return transfer;
    },
    [name, text]
  );
  for (const event of ["dragover", "drop"]) await page.dispatchEvent("body", event, {dataTransfer: data});
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((content) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", content);
    document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
  }, text);
}

const experiments = `
agg_eight:
  serving_mode: agg
  model_path: Qwen/Qwen3-32B-FP8
  system_name: h200_sxm
  total_gpus: 8
  ttft: 1000
  tpot: 20
small_cache:
  serving_mode: agg
  model_path: Qwen/Qwen3-32B-FP8
  system_name: h200_sxm
  total_gpus: 8
  kvcache_quant_mode: fp8
  ttft: 1000
  tpot: 20
`;
const csv = `model,isl,osl,ttft,tpot,tokens/s/gpu,tokens/s/user,parallel,bs,system
m,4000,500,200,8,500,125,tp4,16,h200_sxm
m,4000,500,250,20,900,50,tp2,64,h200_sxm
`;

describeSites("the compare page", ({test, measured}) => {
  test("says which search is better and by how much, before anything is touched", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    expect(await lede(page)).toMatch(/serves [\d.]+ × the tokens\/s\/GPU of H200 SXM at 100 tokens\/s\/user/);
    expect(await names(page)).toEqual(["H200 SXM", "B200 SXM", "H100 SXM"]);
    expect(await page.locator(".kp-compare-stage svg [aria-label=line] path").count()).toBeGreaterThan(3);
    expect(await page.locator(".kp-compare-stage").getAttribute("aria-label")).toBe(
      (await lede(page)).replaceAll("\n", " ")
    );
    expect(new URL(page.url()).search).toBe("");
    const marks = page.locator(".kp-compared .kp-mark");
    expect(await marks.count()).toBe(3);
    if (!measured) expect(await page.locator(".kp-compared .kp-mark.kp-hatched").count()).toBe(3);
  });

  test("adds a search that differs, keeps it in the address, and takes it back", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    const adder = page.locator(".kp-search-list > .kp-picker-row");
    await adder.getByLabel("New one differs in").selectOption("gpus");
    await adder.getByLabel("number of GPUs").fill("8");
    await adder.getByRole("button", {name: "Add"}).click();
    await known(page, 4);
    expect(await names(page)).toEqual(["H200 SXM", "B200 SXM", "H100 SXM", "H200 SXM, 8 GPUs"]);
    await expect
      .poll(() => page.url(), patience)
      .toMatch(/&with=&with=system=b200_sxm&with=system=h100_sxm&with=gpus=8$/);
    const before = await settled(() => lede(page));
    await page.reload();
    await known(page, 4);
    expect(await settled(() => lede(page))).toBe(before);
    await page.getByRole("button", {name: "8 GPUs: ask as of the others"}).click();
    expect(await names(page)).toEqual(["H200 SXM", "B200 SXM", "H100 SXM", "H200 SXM (2)"]);
    await expect.poll(() => page.url(), patience).toMatch(/h100_sxm&with=$/);
    await page.goBack();
    await expect.poll(() => names(page), patience).toContain("H200 SXM, 8 GPUs");
  });

  test("varies, renames, duplicates, hides, removes and chooses the baseline", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    await page.getByRole("button", {name: "Make B200 SXM the baseline"}).click();
    await expect.poll(() => lede(page), patience).toMatch(/of B200 SXM/);
    await page.getByLabel("Name of H100 SXM").fill("the old ones");
    await page.getByLabel("Name of H100 SXM").press("Enter");
    await expect.poll(() => compared(page), patience).toContain("the old ones");
    await page.getByRole("button", {name: "Hide H200 SXM"}).click();
    await known(page, 2);
    await page.getByRole("button", {name: "Show H200 SXM"}).click();
    await known(page, 3);
    await page.getByRole("button", {name: "Duplicate B200 SXM"}).click();
    expect(await names(page)).toEqual(["H200 SXM", "B200 SXM", "B200 SXM (2)", "the old ones"]);
    await page.getByRole("button", {name: "Vary B200 SXM (2)"}).click();
    const row = page.locator(".kp-search").nth(2).locator(".kp-picker-row");
    await row.getByLabel("Differs in").selectOption("serving_mode");
    await row.getByRole("button", {name: "Set"}).click();
    await known(page, 4);
    expect((await names(page))[2]).toBe("B200 SXM, aggregated only");
    await page.getByRole("button", {name: "Remove B200 SXM, aggregated only"}).click();
    await known(page, 3);
    expect(await page.locator(".kp-search").nth(1).locator(".kp-tag").innerText()).toBe("baseline");
  });

  test("takes experiments that are dropped, and can show them alone", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    await drop(page, "exps.yaml", experiments);
    await known(page, 5);
    expect((await names(page)).slice(3)).toEqual(["agg_eight", "small_cache"]);
    expect(await page.locator(".kp-list-note").innerText()).toMatch(
      /^Added 2 searches from exps\.yaml\. Show only these/
    );
    expect(await page.locator(".kp-search").nth(4).locator(".kp-chip").allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^8 GPUs/), expect.stringMatching(/^KV cache fp8/)])
    );
    // What has stood for a moment is an entry of the history.
    await expect.poll(() => page.url(), patience).toMatch(/name=small_cache/);
    await page.getByRole("button", {name: "Show only these"}).click();
    await known(page, 2);
    expect(await page.getByLabel("GPUs", {exact: true}).inputValue()).toBe("8");
    await expect
      .poll(() => page.url(), patience)
      .toMatch(/gpus=8&.*with=name=agg_eight;\.serving_mode=agg&with=name=small_cache;/);
    await page.reload();
    await known(page, 2);
    await page.goBack();
    await expect.poll(() => names(page), patience).toHaveLength(5);
  });

  test("says where nonsense is wrong, keeps the text and loses nothing", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    await paste(page, "good:\n  isl: [1, 2\n  osl: {");
    const dialog = page.getByRole("dialog", {name: "Searches from a file"});
    await expect
      .poll(() => dialog.getByRole("alert").innerText(), patience)
      .toMatch(/the pasted text:\d+:\d+: invalid YAML/);
    const text = dialog.getByLabel("YAML or CSV");
    expect(await text.inputValue()).toBe("good:\n  isl: [1, 2\n  osl: {");
    await text.fill(experiments.replace("kvcache_quant_mode", "kvcache_quant_mod"));
    await dialog.getByRole("button", {name: "Add"}).click();
    await expect
      .poll(() => dialog.getByRole("alert").innerText(), patience)
      .toMatch(
        /Added 1 search.*The rest was not:\s+the pasted text:14:3: unknown key: kvcache_quant_mod; did you mean kvcache_quant_mode\?/s
      );
    await dialog.getByRole("button", {name: "Cancel"}).click();
    expect(await names(page)).toEqual(["H200 SXM", "B200 SXM", "H100 SXM", "agg_eight"]);
    await drop(page, "broken.csv", "tokens/s/user,tokens/s/gpu\n10,20\n11,many\n");
    await expect
      .poll(() => dialog.getByRole("alert").innerText(), patience)
      .toMatch(/broken\.csv:3: tokens\/s\/gpu, column 2, is many; must be a number ≥ 0/);
    await page.keyboard.press("Escape");
    await known(page, 4);
  });

  test("shows what is wrong with a text that comes the moment its dialog closes", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    await paste(page, "good:\n  isl: [1, 2\n  osl: {");
    const dialog = page.getByRole("dialog", {name: "Searches from a file"});
    await dialog.getByRole("alert").waitFor(patience);
    await page.evaluate((content) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", content);
      document.querySelector<HTMLDialogElement>("dialog[open]")!.close();
      document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
    }, "worse:\n  isl: [3, 4\n  osl: {");
    await expect.poll(() => dialog.getByLabel("YAML or CSV").inputValue(), patience).toMatch(/^worse/);
    await dialog.getByRole("alert").waitFor(patience);
  });

  test("draws a saved CSV as it is, in this tab alone", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    await drop(page, "pareto.csv", csv);
    await known(page, 4);
    expect((await names(page))[3]).toBe("pareto");
    const row = page.locator(".kp-compared tbody tr").nth(3);
    expect(await row.innerText()).toMatch(/from a file/);
    expect(await row.innerText()).toMatch(/tp4, batch 16/);
    expect(await page.locator(".kp-search-list").innerText()).toMatch(
      /The address carries every search but those of files/
    );
    expect(page.url()).not.toMatch(/pareto/);
    await page.reload();
    await known(page, 4);
    await page.getByRole("button", {name: "Remove pareto"}).click();
    await known(page, 3);
    await page.reload();
    await known(page, 3);
  });

  test("lists what was saved on the home page", async ({visit}) => {
    const page = await visit("index.html?gpus=16");
    await page.getByRole("button", {name: "save to compare"}).click();
    const link = page.getByRole("link", {name: "compare 1 saved search"});
    const address = /compare\.html\?.*gpus=16.*&with=$/;
    expect(await link.getAttribute("href")).toMatch(address);
    // An answer that is drawn anew does not take it back.
    await page.reload();
    expect(await link.getAttribute("href")).toMatch(address);
    expect(await page.getByRole("button", {name: "save to compare"}).count()).toBe(0);
    await page.goto(page.url().replace(/index\.html.*/, path));
    await known(page, 3);
    await page.getByText("Saved in this browser (1)").click();
    await page
      .getByRole("button", {name: "Qwen3-32B-FP8, 16 × H200 SXM, TensorRT-LLM, 4000 in, 500 out", exact: true})
      .click();
    await known(page, 4);
    expect(await page.locator(".kp-search").nth(3).locator(".kp-chip").allInnerTexts()).toEqual([
      expect.stringMatching(/^16 GPUs/)
    ]);
    await page.getByRole("button", {name: /^Forget Qwen3/}).click();
    expect(await page.locator(".kp-saved summary").innerText()).toBe("Saved in this browser (0)");
  });

  test("judges anew when a target moves, without evaluating or loading again", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    const before = await settled(() => lede(page));
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.getByLabel("TPOT ≤", {exact: true}).fill("20");
    await page.getByLabel("TPOT ≤", {exact: true}).press("Tab");
    await expect.poll(() => lede(page), {timeout: 5000}).toMatch(/at 50 tokens\/s\/user/);
    await drag(page, /TTFT/, 0.85);
    expect(await settled(() => lede(page))).not.toBe(before);
    // A new address has browsers look at the icon again.
    expect(requests.filter((url) => !/icon(\.\w+)?\.svg/.test(url))).toEqual([]);
    await expect.poll(() => page.url(), patience).toMatch(/tpot=20/);
  });

  test("gives its table as CSV and JSON", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    const saved = async (name: string) => {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", {name, exact: true}).click()
      ]);
      return readFile((await file.path())!, "utf8");
    };
    expect((await saved("csv")).split("\n")[0]).toMatch(/^search,differs,baseline,tokens_per_s_per_gpu_at_/);
    expect(JSON.parse(await saved("json"))).toMatchObject({baseline: "H200 SXM", base: {isl: 4000}});
  });

  test("is read by keyboard, and leads from a point to its plan", async ({visit}) => {
    const page = await visit(path);
    await known(page, 3);
    await page.locator(".kp-compare-stage").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.locator(".kp-pareto .kp-spoken").innerText()).toMatch(/^B200 SXM: .*tokens\/s\/GPU/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/index\.html\?.*system=b200_sxm.*pick=/);
    await page.waitForSelector(".kp-plan h2");
  });

  test("says so when nothing is within the targets, and offers more time", async ({visit}) => {
    const page = await visit(`${path}?ttft=1&isl=16000&with=`);
    await expect.poll(() => lede(page), patience).toMatch(/No search has a deployment with TTFT ≤ 1 ms/);
    expect(await page.getByRole("link", {name: "Allow 4 ms instead"}).getAttribute("href")).toMatch(/ttft=4&/);
    await page.getByRole("button", {name: /^Remove /}).click();
    await expect.poll(() => lede(page), patience).toMatch(/Nothing to compare yet/);
    await expect.poll(() => page.url(), patience).toMatch(/with=-$/);
  });

  test("names what a search cannot be asked, and goes on with the others", async ({visit}) => {
    const page = await visit(`${path}?with=&with=.gemm_quant_mode=fp9&with=backend=vllm`);
    await known(page, 2);
    expect(await page.locator(".kp-search").nth(1).locator(".kp-search-status").innerText()).toMatch(
      /invalid gemm_quant_mode: fp9; must be one of/
    );
  });

  test("fits a narrow page", async ({visit}) => {
    const page = await visit(path, {width: 390, height: 844});
    await known(page, 3);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.getByRole("button", {name: /change$/}).click();
    await page.getByLabel("Input", {exact: true}).fill("2000");
    await page.getByLabel("Input", {exact: true}).press("Tab");
    await expect.poll(() => page.url(), patience).toMatch(/isl=2000/);
  });
});
