/**
 * Embeds as analysts use them: in pages of another origin, on the site built with nothing imported and, where there are
 * measured tables, with them.
 */
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {gzipSync} from "node:zlib";
import type {Browser, BrowserContextOptions, Page} from "playwright-core";
import {afterAll, afterEach, beforeAll, describe, expect, test} from "vitest";
import {chartNames, type ChartName} from "../../src/chart/names.js";
import {snippetsOf} from "../../src/embed/snippet.js";
import type {Options} from "../../src/embed/option.js";
import {commandOn} from "../cli/in-process.js";
import {openBrowser} from "./browser.js";
import {embedWeights} from "./embed-weight.js";
import {builtSite} from "./pages/build.js";
import {builtVariants} from "./pages/site.js";
import {serveStatic, type StaticSite} from "./static-server.js";

const repo = resolve(import.meta.dirname, "../..");
const example = readFileSync(join(repo, "docs/examples/embed.html"), "utf8");
const placeholder = "https://kneepoint.example/";
const {version} = JSON.parse(readFileSync(join(repo, "package.json"), "utf8")) as {version: string};

/** What an embed may weigh on the wire with its tables, in bytes. */
const mostBytes = 400_000;
const question = {model: "Qwen/Qwen3-32B-FP8", system: "h200_sxm", gpus: 32, isl: 4000, osl: 500, ttft: 300, tpot: 10};
const optionsOf: Record<ChartName, Options> = {
  frontier: question,
  breakdown: question,
  memory: question,
  compare: {...question, system: ["h200_sxm", "h100_sxm"]},
  cost: {...question, price: 3.5, currency: "$"}
};

let browser: Browser;
beforeAll(async () => void (browser = await openBrowser()), 120_000);
afterAll(() => browser?.close());

// A preview’s embeds are the same modules, but its tables lie elsewhere: these tests are of what is built.
for (const {name, isThere, data, measured} of builtVariants) {
  if (!isThere)
    console.warn(`\n!!! embeds ${name}: NOT RUN (counted as skipped): nothing is imported, no ../shared !!!\n`);
  (isThere ? describe : describe.skip)(`embeds of the site ${name}`, {timeout: 60_000}, () => {
    const folder = mkdtempSync(join(tmpdir(), "kneepoint-embed-"));
    const problems: string[] = [];
    const pages: Page[] = [];
    let built = "";
    let site: StaticSite;
    let host: StaticSite;

    beforeAll(async () => {
      const {folder: found, output} = await builtSite(await data());
      expect(found, output.slice(-3000)).not.toBe("");
      built = found;
      const headers = {"access-control-allow-origin": "*", "cache-control": "max-age=600"};
      site = await serveStatic(built, "/some/where/", headers);
      writeFileSync(join(folder, "favicon.ico"), "");
      host = await serveStatic(folder, "/");
    }, 360_000);
    afterAll(() => {
      site?.close();
      host?.close();
      rmSync(folder, {recursive: true});
    });
    afterEach(async () => {
      await Promise.all(pages.splice(0).map((page) => page.context().close()));
      expect(problems.splice(0)).toEqual([]);
    });

    /** A page of the other origin that notes whatever goes wrong in it. */
    async function visit(html: string, looks: BrowserContextOptions = {}): Promise<Page> {
      writeFileSync(join(folder, "index.html"), html);
      const context = await browser.newContext({viewport: {width: 1100, height: 900}, ...looks});
      const page = await context.newPage();
      pages.push(page);
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("request", (request) => {
        const isKnown = [site.url, host.url].some((url) => request.url().startsWith(url));
        if (!isKnown && !/^(data|blob):/.test(request.url())) problems.push(`asks another host: ${request.url()}`);
      });
      await page.goto(host.url);
      return page;
    }

    const pageOf = (body: string, style = "") =>
      `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>report</title><style>${style}</style>${body}`;
    const elementOf = (chart: ChartName, options: Options = optionsOf[chart]) =>
      snippetsOf(chart, options, site.url).element;
    const titleOf = (page: Page, chart: string) => page.locator(`kneepoint-${chart} .title`);
    const drawn = (page: Page, chart: string) => page.waitForSelector(`kneepoint-${chart} svg`, {timeout: 30_000});

    test("lie at addresses that stay", () => {
      for (const chart of chartNames)
        for (const file of [`${chart}.js`, `${chart}.html`])
          expect(existsSync(join(built, "embed", file)), file).toBe(true);
      expect(existsSync(join(built, "embed/elements.js"))).toBe(true);
    });

    test("draw in the example of the docs, each way, with source, version and a link to the same question", async () => {
      const page = await visit(example.replaceAll(placeholder, site.url));
      for (const chart of ["frontier", "compare", "breakdown", "cost"]) {
        await drawn(page, chart);
        const element = page.locator(`kneepoint-${chart}`);
        const foot = await element.locator(".foot").innerText();
        expect(foot).toMatch(
          measured ? /TensorRT-LLM \S+, measured on NVIDIA H200/ : /fitted to measurements of NVIDIA H200/
        );
        expect(foot).toContain(`Kneepoint ${version}`);
        const link = new URL((await element.locator(".foot a").getAttribute("href"))!);
        expect(link.href.startsWith(site.url)).toBe(true);
        expect(link.searchParams.get("isl")).toBe("4000");
        expect(await element.locator("svg path, svg rect").count()).toBeGreaterThan(5);
      }
      await page.locator("iframe").scrollIntoViewIfNeeded();
      const frame = page.frameLocator("iframe");
      await frame.locator("kneepoint-memory svg rect").first().waitFor({timeout: 30_000});
      await expect.poll(() => frame.locator(".title").innerText()).toMatch(/holds [\d.]+ of 141 GiB/);
    });

    /** The most that a chart loads beside measured tables. */
    let codeBytes = 0;

    test.each(chartNames)("%s weighs at most 400 kB with its tables", async (chart) => {
      const sizes: Promise<[string, number]>[] = [];
      const page = await visit(pageOf(""));
      page.on("response", (response) => {
        const weigh = async (): Promise<[string, number]> => [response.url(), gzipSync(await response.body()).length];
        if (response.url().startsWith(site.url)) sizes.push(weigh().catch(() => [response.url(), NaN]));
      });
      await page.evaluate((html) => {
        for (const part of new DOMParser()
          .parseFromString(html, "text/html")
          .querySelectorAll("script, :not(head) > *")) {
          const copy = document.createElement(part.localName);
          for (const {name, value} of part.attributes) copy.setAttribute(name, value);
          document.body.append(copy);
        }
      }, elementOf(chart));
      await drawn(page, chart);
      await page.waitForLoadState("networkidle");
      const weighed = await Promise.all(sizes);
      const total = weighed.reduce((sum, [, bytes]) => sum + bytes, 0);
      console.log(`${chart} ${name}: ${Math.round(total / 1000)} kB in ${weighed.length} responses`);
      const files = weighed.map(([url]) => url.slice(site.url.length));
      expect(files).toContain(`embed/${chart}.js`);
      expect(files.some((file) => /\.tight$/.test(file))).toBe(measured);
      expect(total).toBeLessThan(mostBytes);
      // By address: what the page and its worker share comes once, from the cache the second time.
      const code = new Map(weighed.filter(([url]) => !/\/(embed|_file)\/data\//.test(url)));
      codeBytes = Math.max(
        codeBytes,
        [...code.values()].reduce((sum, bytes) => sum + bytes, 0)
      );
    });

    // After the charts above, which tell what code weighs.
    test.skipIf(!measured)("weigh as little for every model, GPU, engine and version", async () => {
      const weights = await embedWeights(built);
      const [{model, system, backend, version, bytes}] = weights;
      const total = codeBytes + bytes;
      console.log(
        `heaviest of ${weights.length}: ${model} on ${system}/${backend} ${version}, ${Math.round(total / 1000)} kB`
      );
      expect(codeBytes).toBeGreaterThan(50_000);
      expect(total).toBeLessThan(mostBytes);
    });

    test("give the figures of the command line", async () => {
      const page = await visit(pageOf(elementOf("frontier")));
      await drawn(page, "frontier");
      const flags = `--model ${question.model} --system h200_sxm --backend trtllm --total-gpus 32 --isl 4000 --osl 500 --ttft 300 --tpot 10`;
      const {stdout} = await commandOn(await data(), ["chart", "frontier", ...flags.split(" ")]);
      expect(await titleOf(page, "frontier").innerText()).toBe(/<title>(.*)<\/title>/.exec(stdout)![1]);
    });

    test("redraw when attributes change, once for several at once", async () => {
      const page = await visit(pageOf(elementOf("frontier")));
      await drawn(page, "frontier");
      const before = await titleOf(page, "frontier").innerText();
      await page.evaluate(() => {
        const chart = document.querySelector("kneepoint-frontier")!;
        Object.assign(window, {drawings: 0});
        chart.addEventListener("kneepoint-drawn", () => ++(window as unknown as {drawings: number}).drawings);
        chart.setAttribute("isl", "1000");
        chart.setAttribute("osl", "200");
        chart.setAttribute("gpus", "16");
      });
      await expect
        .poll(() => page.locator("kneepoint-frontier .subtitle").innerText())
        .toMatch(/16 × .*1000 in, 200 out/);
      expect(await titleOf(page, "frontier").innerText()).not.toBe(before);
      expect(await page.evaluate("drawings")).toBe(1);
    });

    const hostile =
      "body{font:20px/2 Georgia;color:#400} p,span,div{color:red;margin:40px;letter-spacing:2px} table{background:yellow} a{color:lime} *{text-transform:uppercase;border:1px solid red} svg{width:10px}";

    test("leave the page's styles alone, and take none of them", async () => {
      const styles = `(root, selectors) => selectors.map((selector) => {
        const style = getComputedStyle(root.querySelector(selector));
        return Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)]));
      })`;
      const own = ["body", "p", "table", "a", "figure"];
      const page = await visit(
        pageOf(`<p>text <a href="#">link</a></p><figure></figure><table><tr><td>1</td></tr></table>`, hostile)
      );
      const before = await page.evaluate(`(${styles})(document, ${JSON.stringify(own)})`);
      const sheets = await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length);
      const attach = async (target: Page) => {
        // As text: the test runner would rewrite the import.
        await target.evaluate(`(async () => {
          const {frontier} = await import(${JSON.stringify(`${site.url}embed/frontier.js`)});
          const chart = await frontier(${JSON.stringify(question)});
          Object.assign(chart.style, {position: "absolute", left: 0, top: "600px", width: "800px"});
          document.body.append(chart);
        })()`);
        await drawn(target, "frontier");
      };
      await attach(page);
      expect(await page.evaluate(`(${styles})(document, ${JSON.stringify(own)})`)).toEqual(before);
      expect(await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length)).toBe(sheets);

      const inner = [".embed", ".title", ".subtitle", "svg", ".foot a", "table", "summary"];
      const ofChart = `(${styles})(document.querySelector("kneepoint-frontier").shadowRoot, ${JSON.stringify(inner)})`;
      const taken = await page.evaluate(ofChart);
      const plain = await visit(pageOf(""));
      await attach(plain);
      expect(await plain.evaluate(ofChart)).toEqual(taken);
    });

    test("follow the color-scheme of the page, or the theme that is asked for", async () => {
      const page = await visit(pageOf(elementOf("memory"), ":root{color-scheme:light dark}"), {colorScheme: "dark"});
      await drawn(page, "memory");
      const color = () =>
        page.locator("kneepoint-memory .embed").evaluate((embed) => getComputedStyle(embed).backgroundColor);
      expect(await color()).toBe("rgb(20, 26, 34)");
      await page.evaluate(() => (document.documentElement.style.colorScheme = "light"));
      expect(await color()).toBe("rgb(255, 255, 255)");
      await page.evaluate(() => document.querySelector("kneepoint-memory")!.setAttribute("theme", "dark"));
      expect(await color()).toBe("rgb(20, 26, 34)");
    });

    test("say what is wrong with an option, in place and to who awaits", async () => {
      const page = await visit(pageOf(elementOf("frontier", {...question, system: "h20_sxm"})));
      const error = page.locator("kneepoint-frontier .error");
      await expect.poll(() => error.innerText()).toMatch(/unknown system: h20_sxm; .*did you mean h20/);
      await page.evaluate(() => document.querySelector("kneepoint-frontier")!.setAttribute("system", "h200_sxm"));
      await drawn(page, "frontier");
      expect(await error.isVisible()).toBe(false);
      const messages = (await page.evaluate(`(async () => {
        const {frontier, cost} = await import(${JSON.stringify(`${site.url}embed/elements.js`)});
        const told = (promise) => promise.then(() => "drawn", (reason) => reason.message);
        const all = ${JSON.stringify(question)};
        return [await told(frontier({...all, isl: -1})), await told(frontier({...all, sytem: "h100_sxm"})), await told(cost(all))];
      })()`)) as string[];
      expect(messages[0]).toMatch(/invalid isl: -1; must be a number from 1 to \d+/);
      expect(messages[1]).toMatch(/unknown option: sytem; did you mean system\?/);
      expect(messages[2]).toMatch(/missing price/);
    });

    test("draw where the page allows no worker", async () => {
      const policy = `default-src 'none'; script-src 'unsafe-inline' ${new URL(site.url).origin}; connect-src ${new URL(site.url).origin}; style-src 'self'; img-src data:; worker-src 'none'`;
      const page = await visit(
        `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="icon" href="data:,">${elementOf("breakdown")}`
      );
      await drawn(page, "breakdown");
      expect(await titleOf(page, "breakdown").innerText()).toMatch(/takes [\d.]+ ms/);
      const isRefusal = (text: string) => /Content Security Policy|worker-src/i.test(text);
      expect(problems.splice(0).filter((text) => !isRefusal(text))).toEqual([]);
    });

    test("offer their snippets beside a frame, which then work", async () => {
      const context = await browser.newContext({permissions: ["clipboard-read", "clipboard-write"]});
      const page = await context.newPage();
      pages.push(page);
      await page.goto(
        `${site.url}embed/compare.html?model=Qwen/Qwen3-8B&system=h200_sxm,h100_sxm&gpus=8&isl=1000&osl=200`
      );
      await drawn(page, "compare");
      const title = await titleOf(page, "compare").innerText();
      for (const way of ["ES module", "Element", "iframe"]) {
        await page.getByRole("button", {name: way}).click();
        await expect.poll(() => page.getByRole("button", {name: "Copied"}).count()).toBe(1);
        const snippet = await page.evaluate(() => navigator.clipboard.readText());
        expect(snippet).toContain(`${site.url}embed/compare.`);
        const pasted = await visit(pageOf(snippet));
        const place = way === "iframe" ? pasted.frameLocator("iframe") : pasted;
        await expect.poll(() => place.locator("kneepoint-compare .title").innerText(), {timeout: 20_000}).toBe(title);
      }
    });

    test("are read by keyboard and by ear, on a narrow page too", async () => {
      const page = await visit(pageOf(elementOf("frontier")), {viewport: {width: 390, height: 844}});
      await drawn(page, "frontier");
      const chart = page.locator("kneepoint-frontier");
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await chart.locator(".stage").getAttribute("aria-label")).toContain(
        await titleOf(page, "frontier").innerText()
      );
      await chart.locator(".stage").focus();
      await page.keyboard.press("ArrowRight");
      const first = await chart.locator(".tip").innerText();
      expect(first).toMatch(/^(dis)?aggregated: .* tokens\/s\/GPU/);
      await page.keyboard.press("ArrowRight");
      expect(await chart.locator(".tip").innerText()).not.toBe(first);
      await chart.locator("summary").click();
      const rows = await chart.locator("tbody tr").count();
      expect(rows).toBe(await chart.locator("svg circle[r='3.2']").count());
    });
  });
}
