/**
 * What browser tests of pages share: the site built with nothing imported and, where there are measured tables, with
 * them; served under a sub-path by a plain file server; and pages that note whatever goes wrong in them.
 *
 *     import {describeSites} from "./site.js";
 *
 *     describeSites("the compare page", ({test, measured}) => {
 *       test("says which search is best", async ({visit}) => {
 *         const page = await visit("notebooks/compare.html?isl=2000", {width: 390, dark: true});
 *         await expect.poll(() => page.locator(".kp-lede").innerText()).toMatch(/…/);
 *       });
 *     });
 *
 * `visit` is the test's own: its pages are closed when the test ends, which then fails for any console error, thrown
 * error, error block, failed response or request to another host. So tests may run at once (`test.concurrent`, with
 * the `expect` of the test's context). A failure that belongs to the test is named with `tolerate(/…/)`.
 *
 * Building takes its time. While you write a test, run it against a preview: `KNEEPOINT_SITE_URL=http://127.0.0.1:3999/
 * npx vitest run tests/site/pages/x.test.ts`, which counts as the site with measured tables.
 */
import {tmpdir} from "node:os";
import {join} from "node:path";
import type {Browser, BrowserContextOptions, Page} from "playwright-core";
import {afterAll, beforeAll, describe, test as plainTest} from "vitest";
import {openBrowser} from "../browser.js";
import {serveStatic} from "../static-server.js";
import type {StaticSite} from "../static-server.js";
import {builtSite} from "./build.js";
import {hasTables, tablesFolder} from "./tables.js";

const previewUrl = process.env.KNEEPOINT_SITE_URL;

/** A data folder that does not exist. */
const nothingImported = join(tmpdir(), "kneepoint-nothing-imported");

export interface Variant {
  name: string;
  measured: boolean;
  /** False where there is nothing to build it with. */
  isThere: boolean;
  /** The data folder that it is built with. */
  data: () => Promise<string>;
}

export const builtVariants: Variant[] = [
  {name: "with nothing imported", measured: false, isThere: true, data: async () => nothingImported},
  {
    name: "with measured tables",
    measured: true,
    isThere: hasTables,
    data: tablesFolder
  }
];
const variants: Variant[] = previewUrl ? [{...builtVariants[1], name: "as previewed", isThere: true}] : builtVariants;

/** The modules that workers start from, as built and as previewed. */
export const workers = /\/worker(-[a-z]+\.[0-9a-f]+)?\.js/;

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
  /** Requests that are never answered: what a page shows while it waits for them. */
  hold?: RegExp;
}

export type Visit = (path: string, look?: Look) => Promise<Page>;

interface Flow {
  /** Opens a page of the site in a context of its own. */
  visit: Visit;
  /** What may go wrong in this test: problems that match are not counted. */
  tolerate: (problem: RegExp) => void;
  /** Addresses that the test's pages and their workers have loaded, each once. */
  loaded: () => string[];
  /** Address of the site, with a slash at the end. */
  url: string;
}

export interface SiteUnderTest extends Variant {
  test: ReturnType<typeof flowsOn>;
}

/**
 * A describe block for each way the site is built; where there are tables, for that with them alone unless `always`, as
 * flows differ little and take their time. What wants measured tables counts as skipped where there are none. */
export function describeSites(
  name: string,
  declare: (site: SiteUnderTest) => void,
  {always = false}: {always?: boolean} = {}
): void {
  const run =
    process.env.KNEEPOINT_BOTH_SITES || !hasTables || always ? variants : variants.filter(({measured}) => measured);
  if (run.length < variants.length)
    console.warn(`${name} with nothing imported: not run beside the one with tables; KNEEPOINT_BOTH_SITES=1 runs both`);
  for (const variant of run) {
    if (!variant.isThere)
      console.warn(
        `\n!!! ${name} ${variant.name}: NOT RUN (counted as skipped): nothing is imported, no ../shared !!!\n`
      );
    const block = variant.isThere ? describe : describe.skip;
    block(`${name} ${variant.name}`, () => declare({...variant, test: flowsOn(variant)}));
  }
}

/** Vitest's `test`, with `visit` on one build of the site; call within a describe block. */
export function flowsOn({data}: Variant) {
  let site: StaticSite | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    const [opened, served] = await Promise.all([openBrowser(), previewUrl ? undefined : serve(data)]);
    browser = opened;
    site = served;
  }, 360_000);
  afterAll(async () => {
    site?.close();
    await browser?.close();
  });
  return plainTest.extend<Flow & {watch: Watch}>({
    url: async ({task}, use) => {
      const url = previewUrl ?? site?.url;
      if (!url) throw new Error(`no site is served for: ${task.name}`);
      await use(url);
    },
    watch: async ({url}, use) => {
      const watch = new Watch(browser!, url);
      await use(watch);
      const problems = await watch.close();
      if (problems.length > 0) throw new Error(`what went wrong in the page:\n${problems.join("\n")}`);
    },
    visit: async ({watch}, use) => use((path, look) => watch.visit(path, look)),
    loaded: async ({watch}, use) => use(() => [...watch.loaded]),
    tolerate: async ({watch}, use) => use((problem) => void watch.tolerated.push(problem))
  });
}

async function serve(data: Variant["data"]): Promise<StaticSite> {
  const {folder, output} = await builtSite(await data());
  if (!folder) throw new Error(`the site does not build:\n${output.slice(-3000)}`);
  return serveStatic(folder, "/some/where/");
}

/** The pages of one test, and what went wrong in them. */
class Watch {
  readonly tolerated: RegExp[] = [];
  readonly loaded = new Set<string>();
  private readonly pages: Page[] = [];
  private readonly problems: string[] = [];

  constructor(
    private readonly browser: Browser,
    private readonly url: string
  ) {}

  async visit(path: string, {width = 1440, height = 1000, dark = false, hold}: Look = {}): Promise<Page> {
    const looks: BrowserContextOptions = {viewport: {width, height}, colorScheme: dark ? "dark" : "light"};
    const context = await this.browser.newContext({...looks, acceptDownloads: true});
    const page = await context.newPage();
    this.pages.push(page);
    // A preview reloads pages as files are edited.
    await page.routeWebSocket(/./, () => {});
    page.on("console", (message) => message.type() === "error" && this.problems.push(`${path}: ${message.text()}`));
    page.on("pageerror", (error) => this.problems.push(`${path}: ${error.message}`));
    // Of the context, as workers load too.
    context.on("response", (response) => {
      this.loaded.add(response.url());
      if (response.status() >= 400) this.problems.push(`${path}: ${response.status()} ${response.url()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.url) && !/^(data|blob):/.test(request.url()))
        this.problems.push(`${path} asks another host: ${request.url()}`);
    });
    if (hold) await context.route(hold, () => {});
    await page.goto(this.url + path, {waitUntil: hold ? "commit" : "load"});
    return page;
  }

  /** What went wrong. */
  async close(): Promise<string[]> {
    for (const page of this.pages) {
      if (page.isClosed()) continue;
      const blocks = await page.locator(".observablehq--error").allInnerTexts();
      this.problems.push(...blocks.map((text) => `${page.url()}: error block: ${text}`));
      await page.context().close();
    }
    return this.problems.filter((problem) => !this.tolerated.some((pattern) => pattern.test(problem)));
  }
}
