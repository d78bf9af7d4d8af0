import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {command, goodYaml, mixedYaml} from "./in-process.js";

let dir = "";
const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "kneepoint-exp-"))));
afterAll(() => rmSync(dir, {recursive: true}));

interface Printed {
  best: string | null;
  experiments: {
    name: string;
    error?: string;
    result?: {chosen: string | null; agg: object | null};
    problem?: {isl: number};
  }[];
}

const printed = (text: string) => JSON.parse(text) as Printed;

describe("kneepoint exp", {timeout: 60_000}, () => {
  it("runs all experiments in order, one that fails beside the others, and names the best", async () => {
    const {status, stdout, stderr} = await command("exp", "--yaml", file("mixed.yaml", mixedYaml), "--json");
    const {best, experiments} = printed(stdout);
    expect(experiments.map(({name}) => name)).toEqual(["wrong", "agg", "disagg", "both"]);
    expect(experiments[0].error).toMatch(/mixed\.yaml:\d+:\d+: unknown key: tp_candidate; did you mean /);
    expect(experiments.slice(1).map(({result}) => result?.chosen)).toEqual(["agg", "disagg", expect.any(String)]);
    expect(["agg", "disagg", "both"]).toContain(best);
    expect(stderr.trim().split("\n")).toHaveLength(4);
    expect(stderr).not.toContain("\u001b");
    expect(status).toBe(0);
  });

  it("compares them in a table with the failed one in it and what is wrong below", async () => {
    const {stdout} = await command("exp", join(dir, "mixed.yaml"));
    expect(stdout).toMatch(/^Best of 4 experiments, 3 answered: \w+, [\d,.]+ tokens\/s\/GPU at TTFT/);
    expect(stdout).toMatch(/^ +wrong +– .* failed$/m);
    expect(stdout).toMatch(/^★ +\w+ +(dis)?aggregated/m);
    expect(stdout).toMatch(/^wrong: .*unknown key: tp_candidate/m);
  });

  it("runs those named alone, with flags above the file", async () => {
    const {stdout} = await command("exp", join(dir, "mixed.yaml"), "--only", "agg", "--isl", "2000", "--json");
    const {experiments} = JSON.parse(stdout) as {experiments: {name: string; problem: {workload: {isl: number}}}[]};
    expect(experiments.map(({name, problem}) => [name, problem.workload.isl])).toEqual([["agg", 2000]]);
  });

  it("exits 1 when no experiment has an answer, each saying why", async () => {
    const {status, stdout} = await command("exp", file("good.yaml", goodYaml), "--only", "agg", "--ttft", "0.1");
    expect(stdout).toMatch(/^None of 1 experiment has an answer\./);
    expect(stdout).toMatch(/missed$/m);
    expect(status).toBe(1);
  });

  it("judges shares of requests by simulation, end to end, and says why by formula it cannot", async () => {
    const at = (ms: number, more = "") =>
      goodYaml
        .slice(0, goodYaml.indexOf("disagg:"))
        .replace(
          "  ttft: 500\n",
          `  slo: {latency: {p99: {threshold: ${ms}, hard_fail: true, fail_ratio: 0.01}}}\n${more}`
        );
    interface Shared {
      experiments: {
        error?: string;
        predictor: string;
        band: {ttft: {p90: number}};
        calibration: {kind: string}[];
        misses?: {limits: {metric: string; share?: number; missed: number}[]}[];
        result: {chosen: string | null; agg: {best: {simulated: {requestLatency: {p99: number}; shares: object}}[]}};
      }[];
    }
    const run = async (name: string, text: string) => {
      const {status, stdout} = await command("exp", file(name, text), "--json");
      return {status, only: (JSON.parse(stdout) as Shared).experiments[0]};
    };
    const loose = await run("loose.yaml", at(3000));
    expect(loose.status).toBe(0);
    expect(loose.only).toMatchObject({predictor: "simulation", result: {chosen: "agg"}});
    expect(loose.only.band.ttft.p90).toBeGreaterThan(0);
    expect(loose.only.calibration[0].kind).toMatch(/^(calibrated|model|architecture|none)$/);
    for (const {simulated} of loose.only.result.agg.best) {
      expect(simulated.shares).toHaveProperty(["requestLatencyMs0.99"]);
      expect(simulated.requestLatency.p99).toBeLessThanOrEqual(3001);
    }
    const tight = await run("tight.yaml", at(5));
    expect(tight.status).toBe(1);
    expect(tight.only.result.chosen).toBeNull();
    const limit = tight.only.misses![0].limits.find(({share}) => share === 0.99)!;
    expect(limit).toMatchObject({metric: "requestLatencyMs"});
    expect(limit.missed).toBeGreaterThan(0);
    const {stderr, status} = await command("exp", file("formula.yaml", at(3000, "  predictor: formula\n")));
    expect(stderr).toMatch(/formula\.yaml:\d+:\d+: no effect: slo\.latency\.p99; predictor formula has means alone/);
    expect(status).toBe(2);
    expect((await command("exp", join(dir, "tight.yaml"))).stdout).toMatch(/^None of 1 experiment has an answer\./);
  });

  it("shows means, bands and the slowest of a hundred side by side, and what constants rest on", async () => {
    const {stdout} = await command("exp", join(dir, "good.yaml"), "--only", "agg");
    expect(stdout).toMatch(/TTFT ms +within +P99 +TPOT ms +within +P99/);
    expect(stdout).toMatch(/^Simulated: /m);
    const formula = await command("exp", join(dir, "good.yaml"), "--only", "agg", "--predictor", "formula");
    expect(formula.stdout).not.toMatch(/P99|^Simulated/m);
  });

  it.each([
    [["exp"], /^missing --yaml/],
    [["exp", "/nowhere.yaml"], /^no such file: \/nowhere\.yaml/],
    [["exp", "MIXED", "--only", "aggg"], /^unknown experiment: aggg; have wrong, agg, disagg, both/],
    [["exp", "MIXED", "--only", "wrong"], /^wrong: .*unknown key: tp_candidate/]
  ])("%j is wrong input: exit 2", async (args, message) => {
    const {status, stdout, stderr} = await command(...args.map((arg) => arg.replace("MIXED", join(dir, "mixed.yaml"))));
    expect(stderr.trim().split("\n").at(-1)).toMatch(message);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("answers an experiment as it does alone, whatever ran before", async () => {
    const together = printed((await command("exp", join(dir, "good.yaml"), "--json")).stdout);
    const alone = printed((await command("exp", join(dir, "good.yaml"), "--only", "disagg", "--json")).stdout);
    expect(together.experiments[1]).toEqual(alone.experiments[0]);
    expect(readFileSync(join(dir, "good.yaml"), "utf8")).toBe(goodYaml);
  });
});
