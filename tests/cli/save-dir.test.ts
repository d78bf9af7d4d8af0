import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {aggColumns, disaggColumns, simulatedColumns} from "../../src/cli/csv.js";
import {command, goodYaml, question, small} from "./in-process.js";

let dir = "";
let run = "";
const read = (...path: string[]) => readFileSync(join(dir, "saved", run, ...path), "utf8");
const saveTo = (folder: string) => ["--save-dir", join(dir, folder)];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "kneepoint-save-"));
  await command("default", ...question, ...saveTo("saved"));
  [run] = readdirSync(join(dir, "saved"));
}, 60_000);
afterAll(() => rmSync(dir, {recursive: true}));

describe("--save-dir", {timeout: 60_000}, () => {
  it("writes a folder per run, named by the question, and one per serving mode in it", () => {
    expect(run).toMatch(/^Qwen_Qwen3-8B_isl1000_osl200_ttft500_tpot20_[0-9a-f]{8}$/);
    const own = ["agg", "config.yaml", "disagg", "pareto_frontier.png", "pareto_frontier.svg", "result.json"];
    expect(readdirSync(join(dir, "saved", run)).sort()).toEqual(own);
    for (const mode of ["agg", "disagg"]) {
      const names = readdirSync(join(dir, "saved", run, mode));
      const files = ["best_config_topn.csv", "config.yaml", "pareto.csv", "pareto_frontier.png", "pareto_frontier.svg"];
      expect(names).toEqual(expect.arrayContaining([...files, "result.json", "top1"]));
    }
  });

  it("tables have the reference's columns, and a folder per listed plan holds it", () => {
    const best = read("disagg", "best_config_topn.csv").trim().split("\n");
    expect(best[0]).toBe([...disaggColumns, ...simulatedColumns].join(","));
    expect(read("agg", "pareto.csv").split("\n")[0]).toBe([...aggColumns, ...simulatedColumns].join(","));
    const tops = readdirSync(join(dir, "saved", run, "disagg")).filter((name) => name.startsWith("top"));
    expect(tops).toHaveLength(best.length - 1);
    const plan = JSON.parse(read("disagg", "top1", "plan.json")) as {mode: string; decode: {workers: number}};
    expect(plan).toMatchObject({mode: "disagg", decode: {workers: expect.any(Number)}});
  });

  it("pictures say the finding and are what their names say", () => {
    expect(read("pareto_frontier.svg")).toMatch(/<title>(Disaggregated|Aggregated) gives most/);
    const png = readFileSync(join(dir, "saved", run, "agg/pareto_frontier.png"));
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1920, 1240]);
  });

  it.each(["agg", "disagg"])("config.yaml of %s fed back gives the same result, tables and pictures", async (mode) => {
    const config = join(dir, "saved", run, mode, "config.yaml");
    const {status} = await command("exp", "--yaml", config, ...saveTo(`again-${mode}`));
    const [again] = readdirSync(join(dir, `again-${mode}`));
    for (const name of ["result.json", "pareto.csv", "best_config_topn.csv", "pareto_frontier.svg"])
      expect(readFileSync(join(dir, `again-${mode}`, again, mode, name), "utf8")).toBe(read(mode, name));
    expect(status).toBe(0);
  });

  it("config.yaml of the run asks all its experiments again", async () => {
    await command("exp", "--yaml", join(dir, "saved", run, "config.yaml"), ...saveTo("whole"));
    const [again] = readdirSync(join(dir, "whole"));
    for (const mode of ["agg", "disagg"])
      expect(readFileSync(join(dir, "whole", again, mode, "result.json"), "utf8")).toBe(read(mode, "result.json"));
  });

  it("soft goals, prices, other decode workers and all engines survive being fed back", async () => {
    const more = [
      "--backend",
      "auto",
      "--decode-system",
      "h100_sxm",
      "--soft",
      "ttft=100:2",
      "--hard",
      "cost_per_hour=100",
      "--predictor",
      "formula"
    ];
    const prices = ["--gpu-hour-price", "h200_sxm=3.5,h100_sxm=2"];
    await command("default", ...small, "--total-gpus", "8", "--tpot", "20", ...more, ...prices, ...saveTo("rich"));
    const [rich] = readdirSync(join(dir, "rich"));
    await command("exp", "--yaml", join(dir, "rich", rich, "config.yaml"), ...saveTo("richer"));
    const [again] = readdirSync(join(dir, "richer"));
    const experiments = readdirSync(join(dir, "rich", rich)).filter(
      (name) => name.includes("_") && !name.includes(".")
    );
    expect(experiments).toHaveLength(6);
    for (const name of experiments)
      expect(readFileSync(join(dir, "richer", again, name, "result.json"), "utf8")).toBe(
        readFileSync(join(dir, "rich", rich, name, "result.json"), "utf8")
      );
  });

  it("experiments of a file get a folder each, and one picture of all", async () => {
    writeFileSync(join(dir, "good.yaml"), goodYaml);
    await command("exp", join(dir, "good.yaml"), "--only", "agg,disagg", ...saveTo("exps"));
    const [saved] = readdirSync(join(dir, "exps"));
    expect(readdirSync(join(dir, "exps", saved)).filter((name) => !name.includes("."))).toEqual(["agg", "disagg"]);
    expect(readFileSync(join(dir, "exps", saved, "pareto_frontier.svg"), "utf8")).toMatch(
      /<title>(dis)?agg gives most/
    );
  });

  it("never overwrites: exit 73 before anything is computed, and --force does", async () => {
    const mine = join(dir, "saved", run, "agg/pareto.csv");
    cpSync(mine, join(dir, "before.csv"));
    writeFileSync(mine, "mine");
    const refused = await command("default", ...question, ...saveTo("saved"));
    expect(refused.stderr).toMatch(/^already there: .*; --force overwrites it\n$/);
    expect(refused).toMatchObject({status: 73, stdout: ""});
    expect(readFileSync(mine, "utf8")).toBe("mine");
    expect((await command("default", ...question, ...saveTo("saved"), "--force")).status).toBe(0);
    expect(readFileSync(mine, "utf8")).toBe(readFileSync(join(dir, "before.csv"), "utf8"));
  });

  it("what cannot be written is named with exit 73, the answer is printed, and the rest is kept", async () => {
    mkdirSync(join(dir, "blocked", run), {recursive: true});
    writeFileSync(join(dir, "blocked", run, "disagg"), "a file in the way");
    const {status, stdout, stderr} = await command("default", ...question, ...saveTo("blocked"), "--force");
    expect(stdout).toMatch(/^Serve /m);
    expect(stderr).toMatch(
      /^could not write \d+ of \d+ files to .*: a file stands where a folder should be; \d+ files written and kept; not written: disagg\/config\.yaml, /
    );
    expect(existsSync(join(dir, "blocked", run, "agg/pareto_frontier.png"))).toBe(true);
    expect(status).toBe(73);
  });

  it("a file in place of the folder is refused before anything is computed", async () => {
    writeFileSync(join(dir, "file"), "");
    const {status, stdout, stderr} = await command("default", ...question, ...saveTo("file/below"));
    expect(stderr).toMatch(/^cannot write to .*file is a file; name another folder\n$/);
    expect({status, stdout}).toEqual({status: 73, stdout: ""});
  });
});
