import {describe, expect, it} from "vitest";
import {command, small} from "./in-process.js";

const agg = ["estimate", "--mode", "agg", ...small, "--tp", "2"] as const;

interface Shares {
  mean: number;
  p50: number;
  p99: number;
}
interface Printed {
  predictor: string;
  band: {ttft: {p90: number}; tpot: {p90: number}} | null;
  calibration?: {kind: string};
  problem: {load?: {seed?: number}};
  result: {
    ttftMs: number;
    tpotMs: number;
    concurrency: number;
    simulated?: {
      ttft: Shares;
      tpot: Shares;
      goodput?: {share: number};
      verdict: string;
      formula: {ttftMs: number};
    };
  };
}
const asked = async (...more: string[]) =>
  JSON.parse((await command(...agg, "--concurrency", "8", "--json", ...more)).stdout) as Printed;

describe("an estimate of a server", {timeout: 60_000}, () => {
  it("is simulated: means with percentiles, a band, and what constants rest on", async () => {
    const {predictor, band, calibration, result} = await asked();
    expect(predictor).toBe("simulation");
    expect(band!.ttft.p90).toBeGreaterThan(0);
    expect(calibration!.kind).toMatch(/^(calibrated|model|architecture|none)$/);
    const {ttft, tpot, formula} = result.simulated!;
    expect([result.ttftMs, result.tpotMs, result.concurrency]).toEqual([ttft.mean, tpot.mean, 8]);
    expect(ttft.p50).toBeLessThanOrEqual(ttft.p99);
    expect(formula.ttftMs).not.toBe(ttft.mean);
  });

  it("has the figures of batch for the same question", async () => {
    const {answerer} = await import("../../src/cli/batch-answer.js");
    const {openData} = await import("../../src/cli/data.js");
    const {noData} = await import("./helpers.js");
    process.env.KNEEPOINT_DATA = noData.KNEEPOINT_DATA;
    const line = {kind: "estimate", mode: "agg", predictor: "simulation", model: "Qwen/Qwen3-8B", system: "h200_sxm"};
    const batch = await answerer(openData())({...line, backend: "trtllm", tp: 2, isl: 1000, osl: 200, concurrency: 8});
    const {ttftMs, tpotMs} = (await asked()).result;
    expect(batch).toMatchObject({ttftMs, tpotMs});
  });

  it("is by formula where that is asked for, and says that it has no band", async () => {
    const text = await command(...agg, "--batch", "8", "--predictor", "formula", "--json");
    const {predictor, band, result} = JSON.parse(text.stdout) as Printed;
    expect([predictor, band, result.simulated]).toEqual(["formula", null, undefined]);
    const {simulated} = (await asked("--batch", "8")).result;
    expect(simulated!.formula.ttftMs).toBe(result.ttftMs);
  });

  it("counts requests within limits, and depends on the seed", async () => {
    const [loose, tight] = [await asked("--ttft", "100000"), await asked("--ttft", "0.001")];
    expect([loose, tight].map(({result}) => result.simulated!.goodput!.share)).toEqual([1, 0]);
    const other = await asked("--seed", "7");
    expect(other.problem.load).toMatchObject({seed: 7});
    expect(other.result.ttftMs).not.toBe(loose.result.ttftMs);
  });

  it("takes requests that come at a rate, more of which wait longer", async () => {
    const at = async (rate: string) => {
      const flags = ["--client", "poisson", "--request-rate", rate, "--requests", "100", "--json"];
      return (JSON.parse((await command(...agg, ...flags)).stdout) as Printed).result;
    };
    const [few, many] = [await at("0.1"), await at("50")];
    expect(many.ttftMs).toBeGreaterThan(few.ttftMs);
    expect(many.concurrency).toBeGreaterThan(few.concurrency);
  });

  it("prints a table of percentiles, the verdict and the class", async () => {
    const {stdout, status} = await command(...agg, "--concurrency", "8", "--ttft", "500");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ms +mean +P50 +P90 +P95 +P99$/m);
    expect(stdout).toMatch(/^(stable|backlogged|overloaded): /m);
    expect(stdout).toMatch(/^Goodput: [\d.]+ % of requests within the limits/m);
    expect(stdout).toMatch(/^Errors: TTFT ± \d+ % .*of means, as no percentiles were measured$/m);
    expect(stdout).toMatch(/^Simulated: (un)?calibrated/m);
    expect(stdout).toMatch(/^By formula: TTFT /m);
  });

  it.each([
    [["--predictor", "formula", "--seed", "3"], /^no effect: --seed; formulas send no requests/],
    [["--requests", "3"], /^no effect: --requests; --client closed-loop has none/],
    [["--client", "gamma"], /^missing --request-rate: not given; --client gamma needs/],
    [
      ["--client", "poisson", "--request-rate", "2", "--concurrency", "3"],
      /^no effect: --concurrency; --client poisson/
    ],
    [["--length-ratio", "0"], /^invalid --length-ratio: 0/],
    [["--database", "sol", "--predictor", "simulation"], /^invalid database: sol; /],
    [["--calibration", "/nowhere.json"], /^no such file: \/nowhere\.json/]
  ])("%j is wrong input", async (flags, message) => {
    const {status, stderr} = await command(...agg, ...flags);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it("of a static step is by formula", async () => {
    const {status, stderr} = await command("estimate", ...small, "--predictor", "simulation");
    expect(stderr).toMatch(/^invalid mode: static; a simulation is of a server, agg or disagg/);
    expect(status).toBe(2);
  });
});
