/** Does what the page "Make it yours" says, line by line, in a copy of the checkout; then opens what came of it. */
import {execFileSync, spawn} from "node:child_process";
import {cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync} from "node:fs";
import {tmpdir} from "node:os";
import {basename, join, relative, resolve} from "node:path";
import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, test} from "vitest";
import {openBrowser} from "./browser.js";
import {serveStatic} from "./static-server.js";

const repo = resolve(import.meta.dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "kneepoint-tutorial-"));
const checkout = join(scratch, "kneepoint");
const steps = [...readFileSync(join(repo, "notebooks/fork.md"), "utf8").matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(
  ([, block]) => block.trim().split("\n")
);
const env = {...process.env, KNEEPOINT_DATA: undefined, KNEEPOINT_DIST: undefined, NO_COLOR: "1"};

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
  copyCheckout();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(scratch, {recursive: true, force: true});
});

test("the tutorial’s commands work as they stand", {timeout: 400_000}, async () => {
  expect(steps).toContain("npm start");
  let folder = checkout;
  for (const step of steps) {
    if (step.startsWith("cd ")) folder = resolve(folder, step.slice(3));
    else if (step === "npm start") expect(await servedPage(folder, "notebooks/qwen4-14b")).toContain("qwen4-14b");
    else run(step, folder);
  }
  expect(readdirSync(scratch).sort()).toEqual(["kneepoint", "our-serving"]);
  for (const site of [checkout, folder]) {
    const home = readFileSync(join(site, "dist/index.html"), "utf8");
    expect(home, `${basename(site)}: in the menu`).toContain("./notebooks/qwen4-14b.html");
  }
  await opens(join(folder, "dist"));
});

/** As npm makes it: packages are those of this checkout, but the project's own are the copy's. */
function copyCheckout(): void {
  const skipped = new Set(["node_modules", ".git", "dist", "data", "lib", ".observablehq"]);
  const wanted = (path: string) =>
    !skipped.has(basename(path)) && (path === repo || !lstatSync(path).isSymbolicLink()) && !/\.tgz$/.test(path);
  for (const name of readdirSync(repo))
    if (wanted(join(repo, name))) cpSync(join(repo, name), join(checkout, name), {recursive: true, filter: wanted});
  const modules = join(repo, "node_modules");
  for (const name of readdirSync(modules)) {
    if (name.startsWith(".") || name === "kneepoint-cli") continue;
    mkdirSync(join(checkout, "node_modules"), {recursive: true});
    symlinkSync(join(modules, name), join(checkout, "node_modules", name));
  }
  symlinkSync("../src/cli", join(checkout, "node_modules/kneepoint-cli"));
  mkdirSync(join(checkout, "node_modules/.bin"));
  symlinkSync("../kneepoint-cli/kneepoint.js", join(checkout, "node_modules/.bin/kneepoint"));
  run("node src/build/run.js mount", checkout);
}

function run(line: string, cwd: string): void {
  const [command, ...args] = line.split(" ");
  try {
    execFileSync(command, args, {cwd, env, encoding: "utf8", stdio: "pipe", shell: process.platform === "win32"});
  } catch (error) {
    const {stdout, stderr} = error as {stdout: string; stderr: string};
    throw new Error(`${line} failed in ${relative(scratch, cwd)}:\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
  }
}

/** What `npm start` serves under a path. */
async function servedPage(cwd: string, path: string): Promise<string> {
  const server = spawn("npm", ["start"], {cwd, env, detached: true});
  try {
    const url = await new Promise<string>((found, lost) => {
      let output = "";
      const hear = (text: Buffer) => {
        output += String(text);
        const [, address] = /Kneepoint is at (\S+)/.exec(output) ?? [];
        if (address) found(address);
      };
      server.stdout.on("data", hear);
      server.stderr.on("data", hear);
      server.on("exit", () => lost(new Error(`npm start ended:\n${output}`)));
    });
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    return await response.text();
  } finally {
    process.kill(-server.pid!);
  }
}

async function opens(dist: string): Promise<void> {
  const site = await serveStatic(dist, "/");
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`${site.url}notebooks/qwen4-14b.html`);
  await page.waitForSelector(".kp-tables .kp-table", {timeout: 60_000});
  expect(await page.locator(".kp-answer").innerText()).toMatch(/tokens\/s\/GPU (exact|± (< )?\d+ %) at/);
  expect(await page.locator("h2").allInnerTexts()).toContainEqual(
    expect.stringContaining("How does it compare with Qwen")
  );
  expect(await page.locator(".observablehq--error").count()).toBe(0);
  expect(problems).toEqual([]);
  site.close();
}
