/** `kneepoint sweep`: a grid of workloads, each with what a single search would answer, on one thread or several. */
import {describe, expect, it} from "vitest";
import {kneepoint, noData} from "./helpers.js";

const question = ["--model", "Qwen/Qwen3-8B", "--total-gpus", "4", "--system", "h200_sxm"];
const sweep = (...more: string[]) => kneepoint(["sweep", ...question, ...more], {env: noData});
const rowsOf = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("a sweep", () => {
  const grid = ["--isl", "500,2000", "--osl", "100", "--ttft", "2000", "--tpot", "5,30", "--json"];
  const {status, stdout, stderr} = sweep(...grid, "--jobs", "1");
  const rows = rowsOf(stdout);

  it("answers every combination, lengths outermost", () => {
    expect([status, stderr]).toEqual([0, ""]);
    expect(rows.map(({isl, osl, tpotTargetMs}) => [isl, osl, tpotTargetMs])).toEqual([
      [500, 100, 5],
      [500, 100, 30],
      [2000, 100, 5],
      [2000, 100, 30]
    ]);
  });

  it("answers each as a search of its own does, by formula", () => {
    const alone = [
      "--predictor",
      "formula",
      "--isl",
      "2000",
      "--osl",
      "100",
      "--ttft",
      "2000",
      "--tpot",
      "30",
      "--json"
    ];
    const {result} = JSON.parse(kneepoint(["default", ...question, ...alone], {env: noData}).stdout);
    const [best] = result[result.chosen].best;
    expect(rows[3].plan).toEqual(best);
    expect(rows[3].meetsTargets).toBe(true);
    expect(rows[3].aggregated).toBe(result.agg.best[0].tokensPerSecPerGpuCluster);
    expect(rows[3].disaggregated).toBe(result.disagg.best[0].tokensPerSecPerGpuCluster);
  });

  it("on two threads is the same, in the same order", () => {
    expect(rowsOf(sweep(...grid, "--jobs", "2").stdout)).toEqual(rows);
  });

  it("names the nearest plan where none meets the targets, and says so by its exit code", () => {
    const missed = sweep("--isl", "500", "--osl", "100", "--tpot", "0.1,0.2");
    expect(missed.status).toBe(1);
    expect(missed.stdout).toMatch(/nearest (dis)?aggregated/);
  });

  it("keeps the error of a workload beside the answers of the others", () => {
    const {status: code, stdout: text} = sweep("--isl", "500,100", "--prefix", "200", "--osl", "100", "--json");
    const [good, bad] = rowsOf(text);
    expect([code, good.error]).toEqual([0, undefined]);
    expect(bad.error).toMatch(/prefix/);
    expect([bad.isl, bad.meetsTargets]).toEqual([100, false]);
  });

  it("prints a table with the columns that vary, and CSV with all", () => {
    const [title] = sweep("--isl", "500,600", "--osl", "100").stdout.split("\n");
    expect(title).toMatch(/^ISL +best +tok\/s\/GPU/);
    const [head, ...lines] = sweep("--isl", "500,600", "--osl", "100", "--csv").stdout.trim().split("\n");
    expect(head.split(",").slice(0, 4)).toEqual(["isl", "osl", "prefix", "request_latency_target_ms"]);
    expect(lines).toHaveLength(2);
  });

  it("simulates each workload where that is asked for, with percentiles in CSV", () => {
    const flags = ["--isl", "500", "--osl", "20,30", "--serving-mode", "agg", "--jobs", "1", "--csv"];
    const {stdout: text} = sweep(...flags, "--predictor", "simulation");
    const [head, ...lines] = text.trim().split("\n");
    const [mean, p99] = ["ttft_ms", "ttft_p99_ms"].map((name) => head.split(",").indexOf(name));
    for (const cells of lines.map((line) => line.split(",")))
      expect(Number(cells[p99])).toBeGreaterThan(Number(cells[mean]));
  });

  it("refuses a list with a bad value before anything is computed", () => {
    const {status: code, stderr: text} = sweep("--isl", "500,many");
    expect(code).toBe(2);
    expect(text).toMatch(/^invalid --isl: many; must be whole numbers/);
  });
});
