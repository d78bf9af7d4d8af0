/** Which predictor answers, and what each refuses. */
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import type {Plan, SearchResult} from "../../engine/result.js";
import {plainFactors} from "../../engine/simulate/calibration.js";
import {calibrationTable} from "../../engine/simulate/constants.js";
import {command, question} from "./in-process.js";

const agg = [...question, "--serving-mode", "agg"];

interface Printed {
  predictor: string;
  band: {ttft: {p50: number; p90: number}; tpot: {p90: number}; tokensPerSec: {p90: number}};
  calibration?: {kind: string; name: string; rows: number}[];
  result: SearchResult;
  misses?: {limits: {metric: string; share?: number; missed: number}[]; relaxations: {share?: number}[]}[];
}
const asked = async (...more: string[]) =>
  JSON.parse((await command("default", ...agg, ...more, "--json")).stdout) as Printed;
const best = ({result}: Printed): Plan => result.agg!.best[0];

let dir = "";
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "kneepoint-predictor-"))));
afterAll(() => rmSync(dir, {recursive: true}));

describe("--predictor", {timeout: 60_000}, () => {
  it("is simulation unless another is asked for: with bands, class and percentiles in JSON", async () => {
    const simulated = await asked();
    expect(simulated.predictor).toBe("simulation");
    expect(simulated.band.ttft.p90).toBeGreaterThanOrEqual(simulated.band.ttft.p50);
    expect(simulated.calibration!.length).toBeGreaterThan(0);
    const {ttftMs, simulated: figures, error} = best(simulated);
    expect(figures!.ttft.mean).toBe(ttftMs);
    expect(error!.ttft.p90).toBeLessThanOrEqual(simulated.band.ttft.p90);
    const formula = await asked("--predictor", "formula");
    expect([formula.predictor, formula.calibration, best(formula).simulated]).toEqual([
      "formula",
      undefined,
      undefined
    ]);
    expect(best(formula).ttftMs).not.toBe(ttftMs);
  });

  it("by the speed of light is formula, and cannot be simulation", async () => {
    expect((await asked("--database", "sol")).predictor).toBe("formula");
    const {stderr, status} = await command("default", ...agg, "--database", "sol", "--predictor", "simulation");
    expect(stderr).toMatch(/^invalid --predictor: simulation; its constants are fitted to kernels as they run/);
    expect(status).toBe(2);
  });

  it("judges a limit of 99 of 100 requests, and says what would admit some where none keeps it", async () => {
    const p99 = (plan: Plan) => plan.simulated!.ttft.p99;
    const limit = 0.9 * p99(best(await asked()));
    const strict = await asked("--hard", `ttft.p99=${limit.toFixed(1)}`);
    for (const plan of strict.result.agg!.best) expect(p99(plan)).toBeLessThanOrEqual(limit + 0.5);
    const none = await asked("--hard", "ttft.p99=1");
    expect(none.result.chosen).toBeNull();
    expect(none.misses![0].limits.find(({share}) => share === 0.99)).toMatchObject({metric: "ttftMs"});
    expect(none.misses![0].relaxations[0].share).toBe(0.99);
    const {stdout} = await command("default", ...agg, "--hard", "ttft.p99=1");
    expect(stdout).toMatch(
      /^Nothing meets TTFT ≤ 500 ms, TPOT ≤ 20 ms and P99 TTFT ≤ 1 ms; the nearest is aggregated/m
    );
    expect(stdout).toMatch(/^P99 TTFT ≤ [\d.]+ ms would admit \d+ candidates?/m);
    expect(stdout).toMatch(/^[\d,]+ candidates miss P99 TTFT ≤ 1 ms/m);
  });

  it("takes constants of one's own by --calibration", async () => {
    const classes = calibrationTable.classes.filter(({backend}) => backend === "trtllm");
    const [{error}] = classes;
    const kind = {backend: "trtllm", shape: "LLAMA 36x4096", system: "h200_sxm", gemm: "bfloat16", moe: "bfloat16"};
    const family = {...kind, drafts: false, attentionDp: false, factors: plainFactors, rows: 12, deployments: 3, error};
    const file = join(dir, "own.json");
    writeFileSync(file, JSON.stringify({...calibrationTable, classes, shapes: [], families: [family]}));
    const {calibration} = await asked("--calibration", file);
    expect(calibration![0]).toMatchObject({kind: "calibrated", rows: 12, name: expect.stringMatching(/own runs/)});
  });

  it.each([
    [["default", ...agg, "--predictor", "formula", "--hard", "ttft.p99=100"], /predictor formula has means alone/],
    [["default", ...agg, "--predictor", "formula", "--calibration", "x.json"], /^no effect: --calibration; predictor/],
    [["default", ...agg, "--hard", "ttft.p98=100"], /^unknown share of --hard: p98; have p50, p90, p95, p99/],
    [
      ["default", ...agg, "--hard", "power_w.p99=100"],
      /^invalid --hard: power_w\.p99; only ttft, tpot, request_latency/
    ],
    [["default", ...agg, "--hard", "ttft.p99=1,ttft.p99=2"], /^invalid goals: ttft\.p99 is given twice/],
    [["sensitivity", ...agg, "--predictor", "simulation"], /^not yet: --predictor simulation/],
    [["default", ...agg, "--predictor", "oracle"], /predictor/]
  ])("%j is wrong input", async (args, message) => {
    const {status, stderr} = await command(...args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
