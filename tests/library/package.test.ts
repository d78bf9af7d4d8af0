/** What a stranger gets from `npm pack`: installed, imported, type-checked, bundled, run in a browser and as a command. */
import {cpSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {builtinModules} from "node:module";
import {join, relative} from "node:path";
import type {Browser} from "playwright-core";
import ts from "typescript";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {apiFile, apiText} from "../../src/build/package-docs.js";
import {openFolder, search} from "../../src/library/node.js";
import {openBrowser} from "../site/browser.js";
import {serveStatic, type StaticSite} from "../site/static-server.js";
import {bundle} from "./bundle.js";
import {attempt, install, run, type Installed} from "./installed.js";
import {writeTables} from "./tables-folder.js";

const slow = 120_000;
let installed: Installed;
let tables = "";
beforeAll(() => {
  installed = install();
  tables = writeTables();
}, slow);
afterAll(() => {
  installed?.remove();
  if (tables) rmSync(tables, {recursive: true});
});

const filesBelow = (folder: string) =>
  readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));

/** What a script of the project's own prints. */
function script(code: string): string {
  writeFileSync(join(installed.project, "script.js"), code);
  return run(process.execPath, ["script.js"], installed.project);
}

const question = `{
  model: "Qwen/Qwen3-32B-FP8",
  platform: {system: "h200_sxm"},
  totalGpus: 16,
  workload: {isl: 4000, osl: 500},
  targets: {ttftMs: 600, tpotMs: 15}
}`;
const request = {
  model: "Qwen/Qwen3-32B-FP8",
  platform: {system: "h200_sxm"},
  totalGpus: 16,
  workload: {isl: 4000, osl: 500},
  targets: {ttftMs: 600, tpotMs: 15}
};

describe("the package", {timeout: slow}, () => {
  it("holds library, types, surfaces, systems and what sites build from, and neither tests nor data", () => {
    const files = filesBelow(installed.folder).filter((file) => !file.startsWith("node_modules/"));
    const top = new Set(files.map((file) => file.split("/")[0]));
    const library = ["LICENSE", "README.md", "CHANGELOG.md", "lib", "systems", "docs"];
    const site = ["src", "engine", "data-loaders", "notebooks", "templates"];
    for (const name of [...library, ...site]) expect(top).toContain(name);
    expect(files).toContain("systems/calibration/h200_sxm/trtllm.bin");
    expect(files).toContain("systems/h200_sxm.yaml");
    expect(files).toContain("lib/library/index.d.ts");
    // Sources are for sites of one's own; the library is compiled.
    expect(files.filter((file) => /^lib\/.*\.ts$/.test(file) && !/\.d\.ts$/.test(file))).toEqual([]);
    expect(files.filter((file) => /\.(png|jpg|tgz)$|^(tests|data|dist)\/|^src\/(\.|data\/)/.test(file))).toEqual([]);
    expect(files).toContain("src/build/site.ts");
    expect(files).toContain("notebooks/fork.md");
    expect(files.some((file) => file.startsWith("lib/.sources"))).toBe(false);
  });

  it("installs without a network, and brings only what its modules import", () => {
    expect(readdirSync(join(installed.project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "kneepoint"
    ]);
    const manifest = JSON.parse(readFileSync(join(installed.folder, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const modules = filesBelow(join(installed.folder, "lib")).filter((file) => /^(?!cli).*\.js$/.test(file));
    const imported = new Set(modules.flatMap((file) => importsOf(join(installed.folder, "lib", file))));
    const packages = [...imported].sort();
    expect(packages).toEqual(Object.keys(manifest.dependencies).sort());
    for (const name of packages)
      expect(filesBelow(join(installed.folder, "node_modules", name))).toContain("package.json");
  });

  it("answers in Node as the sources do", async () => {
    const printed = script(`
      import {search} from "kneepoint";
      console.log(JSON.stringify(await search(${question})));`);
    const answer = await search(request);
    expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(answer)));
    expect(answer.result.chosen).not.toBeNull();
  });

  it("answers in Node from a folder of tables", () => {
    const printed = script(`
      import {openFolder, search} from "kneepoint/node";
      const {sources} = await search(${question}, {tables: await openFolder(${JSON.stringify(tables)})});
      console.log(sources[0].database, sources[0].device);`);
    expect(printed).toBe("silicon as its surfaces have it\n");
  });

  it("is a command, started without compiling", () => {
    const {version} = JSON.parse(readFileSync(join(installed.folder, "package.json"), "utf8")) as {version: string};
    const npx = (...args: string[]) => attempt("npx", ["--no-install", "kneepoint", ...args], installed.project);
    expect(npx("--version")).toMatchObject({status: 0, stdout: `kneepoint ${version}\n`});
    const estimate = npx("estimate", "--model", "Qwen/Qwen3-32B-FP8", "--system", "h200_sxm", "--tp", "2");
    expect(estimate).toMatchObject({status: 0, stdout: expect.stringMatching(/TTFT [\d.]+ ms · TPOT [\d.]+ ms/)});
    expect(npx("estimate", "--systm", "x")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("did you mean --system?")
    });
    const before = filesBelow(installed.folder).length;
    npx("systems");
    expect(filesBelow(installed.folder)).toHaveLength(before);
  });
});

describe("types", {timeout: slow}, () => {
  it.each(["nodenext", "bundler"] as const)("hold for a stranger who resolves modules by %s", (moduleResolution) => {
    const file = join(installed.project, "consumer.ts");
    writeFileSync(
      file,
      `import {estimate, search, type SearchRequest} from "kneepoint";
import {openFolder} from "kneepoint/node";
import {paretoFront, type Plan} from "kneepoint/engine";
const request: SearchRequest = ${question};
const {result} = await search(request, {tables: await openFolder("data"), onProgress: ({done, total}) => void (done / total)});
const plans: Plan[] = result.agg?.front ?? [];
export const front: number[] = paretoFront(plans.map((plan) => plan.tpotMs), plans.map((plan) => plan.tokensPerSecPerGpu));
export const ttftMs: number = (await estimate({...request, parallel: {tp: 2}})).result.ttftMs;
// @ts-expect-error a workload needs its lengths
await search({...request, workload: {isl: 4000}});
// @ts-expect-error no such backend
await search({...request, platform: {system: "h200_sxm", backend: "tgi"}});
`
    );
    expect(typeErrors(file, moduleResolution)).toEqual([]);
  });
});

describe("in a bundle for browsers", {timeout: slow}, () => {
  const limitBytes = 60_000;
  const make = (code: string, out = "dist") => bundle(code, installed.project, join(installed.project, out));

  it("search, estimate and defineTask load at most 60 kB gzip before the first call, nothing of Node", async () => {
    const {initialBytes, external} = await make('export {search, estimate, defineTask} from "kneepoint"');
    expect(initialBytes).toBeLessThan(limitBytes);
    expect(external).toEqual([]);
  });

  it("the engine of searches and estimates is at most 60 kB gzip", async () => {
    const {initialBytes} = await make(
      'export {evaluateSearchSteps, answerSearch, estimate, requiredSlices, PerfDatabase} from "kneepoint/engine"'
    );
    expect(initialBytes).toBeLessThan(limitBytes);
  });

  it("what is not used stays out: a front alone is its own module", async () => {
    const {initialBytes, initialFiles} = await make('export {paretoFront} from "kneepoint/engine"');
    expect(initialFiles.filter((file) => file.startsWith("lib/"))).toEqual(["lib/engine/search/pareto.js"]);
    expect(initialBytes).toBeLessThan(1000);
  });
});

describe("in Chromium", {timeout: slow}, () => {
  let browser: Browser;
  let site: StaticSite;
  beforeAll(async () => {
    const www = join(installed.project, "www");
    const code = `import {openTables, search} from "kneepoint";
      const surfaces = "systems/calibration";
      const question = ${question};
      window.answers = Promise.all([undefined, "tables"].map(async (source) => {
        const phases = new Set();
        const tables = await openTables(source, {surfaces});
        const answer = await search(question, {tables, onProgress: ({phase}) => phases.add(phase)});
        return JSON.stringify({answer, phases: [...phases]});
      }));`;
    await bundle(code, installed.project, www, true);
    writeFileSync(join(www, "index.html"), `<!doctype html><script type="module" src="main.js"></script>`);
    cpSync(tables, join(www, "tables"), {recursive: true});
    cpSync(join(installed.folder, "systems"), join(www, "systems"), {recursive: true});
    site = await serveStatic(www, "/sub/");
    browser = await openBrowser();
  }, slow);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  it("answers as in Node, from surfaces and from tables served by URL", async () => {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(site.url);
    const answers = await page.evaluate(() => (window as unknown as {answers: Promise<string[]>}).answers);
    expect(errors).toEqual([]);
    const [fitted, measured] = answers.map((text) => JSON.parse(text) as {answer: unknown; phases: string[]});
    const plain = (answer: unknown) => JSON.parse(JSON.stringify(answer)) as unknown;
    const onSurfaces = {answer: plain(await search(request)), phases: ["candidates", "deployments"]};
    expect(differences(fitted, onSurfaces)).toEqual([]);
    const inNode = await search(request, {tables: await openFolder(tables)});
    expect(differences(measured, {answer: plain(inNode), phases: ["tables", "candidates", "deployments"]})).toEqual([]);
  });
});

describe("docs/library.md", {timeout: slow}, () => {
  const examples = codeBlocks(readFileSync(join(import.meta.dirname, "../../docs/library.md"), "utf8"));
  beforeAll(() => cpSync(tables, join(installed.project, "data"), {recursive: true}));

  it.each(examples.filter(({where}) => where === ""))("the example $title runs", ({code}) => {
    const printed = script(code);
    expect(printed.trim()).not.toBe("");
    expect(printed).not.toMatch(/undefined|NaN/);
  });

  it("the example for browsers runs in one", async () => {
    const [{code}, ...others] = examples.filter(({where}) => where === "browser");
    expect(others).toEqual([]);
    const www = join(installed.project, "example");
    await bundle(code, installed.project, www, true);
    writeFileSync(join(www, "index.html"), `<!doctype html><body><script type="module" src="main.js"></script>`);
    cpSync(tables, join(www, "tables"), {recursive: true});
    cpSync(join(installed.folder, "systems"), join(www, "systems"), {recursive: true});
    const site = await serveStatic(www, "/");
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(site.url);
      await page.waitForFunction(() => /^(agg|disagg): [\d.]+ tokens/.test(document.body.textContent ?? ""));
      expect(await page.title()).toMatch(/^(\d+) of \1$/);
    } finally {
      await browser.close();
      site.close();
    }
  });

  it("the reference in docs/api.md is what the docstrings say; npm run docs:api writes it", async () => {
    expect(readFileSync(apiFile, "utf8")).toBe(await apiText());
  });
});

/** Where two pieces of JSON differ. Numbers may in their last digits, as the exponentials of two browsers do. */
function differences(a: unknown, b: unknown, path = ""): string[] {
  if (typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= 1e-9 * Math.abs(b)) return [];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b ? [] : [`${path}: ${String(a)}, not ${String(b)}`];
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => differences(one[key], other[key], `${path}/${key}`));
}

/** Blocks of JavaScript with the heading that they stand under, and `browser` where the fence says so. */
function codeBlocks(markdown: string): {title: string; where: string; code: string}[] {
  const found = [...markdown.matchAll(/^## (.+)$|^```js ?(\w*)\n([^]*?)^```$/gm)];
  let [heading, count] = ["", 0];
  return found.flatMap(([, title, where, code]) => {
    if (title !== undefined) [heading, count] = [title, 0];
    return title === undefined ? [{title: `${heading} ${++count}`, where, code}] : [];
  });
}

/** Packages that a module imports. */
function importsOf(file: string): string[] {
  const {importedFiles} = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  const named = importedFiles.map(({fileName}) => fileName).filter((name) => !name.startsWith("."));
  return named.filter((name) => !builtinModules.includes(name.replace(/^node:/, "")));
}

/** What the compiler says of a file and of the package's types. */
function typeErrors(file: string, moduleResolution: "nodenext" | "bundler"): string[] {
  const isNode = moduleResolution === "nodenext";
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: isNode ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
    moduleResolution: isNode ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    types: [],
    strict: true,
    skipDefaultLibCheck: true,
    noEmit: true
  });
  return ts.getPreEmitDiagnostics(program).map(({messageText}) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
