import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {kneepoint, root} from "./helpers.js";

const slow = 60_000;
const scratch = mkdtempSync(join(tmpdir(), "kneepoint-new-"));
const site = join(scratch, "site");
const config = join(root, "docs/examples/qwen4-14b/config.json");
const inSite = (...args: string[]) => kneepoint(["new", ...args], {cwd: site});

beforeAll(() => {
  mkdirSync(join(site, "notebooks"), {recursive: true});
  writeFileSync(join(site, "observablehq.config.ts"), "");
});
afterAll(() => rmSync(scratch, {recursive: true}));

describe("kneepoint new notebook", {timeout: slow}, () => {
  it("writes a page with the config beside it, and names the nearest known model", () => {
    const {status, stdout} = inSite("notebook", "mine", "--config", config, "--system", "b200_sxm", "--tpot", "12");
    expect(stdout).toMatch(/^Wrote notebooks\/mine\.md, notebooks\/mine\.config\.json\.$/m);
    expect(stdout).toMatch(/Set beside Qwen\/Qwen3-14B/);
    expect(status).toBe(0);
    const page = readFileSync(join(site, "notebooks/mine.md"), "utf8");
    expect(page).toContain('system: "b200_sxm"');
    expect(page).toContain("tpotMs: 12");
    expect(page.match(/EDIT/g)!.length).toBeGreaterThan(3);
    expect(page.split("\n").length).toBeLessThanOrEqual(150);
    expect(readFileSync(join(site, "notebooks/mine.config.json"), "utf8")).toBe(readFileSync(config, "utf8"));
  });

  it("writes over nothing unless told to", () => {
    writeFileSync(join(site, "notebooks/kept.md"), "mine");
    const args = ["notebook", "kept", "--model", "Qwen/Qwen3-8B", "--system", "h200_sxm"];
    const {status, stderr} = inSite(...args);
    expect(stderr).toBe("already there: notebooks/kept.md; --force writes over it\n");
    expect(status).toBe(73);
    expect(readFileSync(join(site, "notebooks/kept.md"), "utf8")).toBe("mine");
    expect(inSite(...args, "--force").status).toBe(0);
    expect(readFileSync(join(site, "notebooks/kept.md"), "utf8")).toContain("Qwen3-8B");
    expect(existsSync(join(site, "notebooks/kept.config.json"))).toBe(false);
  });

  it.each([
    [["notebook"], /^missing NAME/],
    [["notebook", "a/b"], /^invalid NAME: a\/b; letters, digits/],
    [["notebook", "x", "--system", "h200_sxm"], /^missing --config or --model/],
    [["notebook", "x", "--model", "Qwen/Qwen3-8B"], /^missing --system/],
    [["notebook", "x", "--config", "/nowhere.json", "--system", "h200_sxm"], /^no such file: \/nowhere.json/],
    [["book"], /^unknown thing to make: book; have notebook NAME, site DIR/],
    [["site"], /^missing DIR/],
    [["site", "x", "--tpot", "3"], /^unexpected --tpot; new site takes a folder, --force and --json/],
    [["notebook", "a", "b"], /^unexpected argument: b; new takes notebook NAME \| site DIR/]
  ])("%j is wrong input: one line, exit 2", (args, message) => {
    const {status, stderr} = inSite(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(status).toBe(2);
  });

  it("says so outside of a site", () => {
    const args = ["new", "notebook", "x", "--model", "Qwen/Qwen3-8B", "--system", "h200_sxm"];
    const {status, stderr} = kneepoint(args, {cwd: scratch});
    expect(stderr).toMatch(/^no site here: .*kneepoint new site DIR makes one/);
    expect(status).toBe(2);
  });
});

describe("kneepoint new site", {timeout: slow}, () => {
  it("writes pages and a package that names every package they need", () => {
    const {status, stdout} = kneepoint(["new", "site", "own"], {cwd: scratch});
    expect(stdout).toMatch(/^Wrote a site to own: the home page, \d+ notebooks/);
    expect(status).toBe(0);
    const manifest = JSON.parse(readFileSync(join(scratch, "own/package.json"), "utf8"));
    expect(manifest.dependencies.kneepoint).toMatch(/^file:\.\./);
    expect(Object.values(manifest.devDependencies).every((version) => typeof version === "string")).toBe(true);
    expect(readFileSync(join(scratch, "own/src/index.md"), "utf8")).toBe(
      readFileSync(join(root, "src/index.md"), "utf8")
    );
  });

  it("says as JSON what it wrote", () => {
    const {stdout} = kneepoint(["new", "site", "other", "--json"], {cwd: scratch});
    expect(JSON.parse(stdout).written).toEqual(expect.arrayContaining(["src/index.md", "package.json"]));
    const page = inSite("notebook", "told", "--config", config, "--system", "h200_sxm", "--json");
    expect(JSON.parse(page.stdout)).toMatchObject({
      written: ["notebooks/told.md", "notebooks/told.config.json"],
      nearest: expect.arrayContaining([expect.stringMatching(/Qwen3-14B/)])
    });
  });

  it("leaves a folder that is not empty alone", () => {
    const {status, stderr} = kneepoint(["new", "site", "site"], {cwd: scratch});
    expect(stderr).toMatch(/^already there: site is not empty/);
    expect(status).toBe(73);
  });
});
