import {expect, it} from "vitest";
import {aggColumns, disaggColumns, plansCsv, simulatedColumns, toCsv} from "../../src/cli/csv.js";
import {aggPlan, disaggPlan} from "./helpers.js";

const context = {model: "Qwen/Qwen3-32B-FP8", isl: 4000, osl: 500, prefix: 0};

/** The one row of a file, by column. */
function row(csv: string): Record<string, string> {
  const [head, values] = csv
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  return Object.fromEntries(head.map((name, i) => [name, values[i]]));
}

it("aggregated rows carry the reference's columns, rounded to three decimals", () => {
  const csv = plansCsv("agg", [aggPlan], context);
  expect(csv.split("\n")[0]).toBe(aggColumns.join(","));
  expect(row(csv)).toMatchObject({
    ...{model: "Qwen/Qwen3-32B-FP8", isl: "4000", bs: "16", ctx_tokens: "4000", ttft: "292.541", tpot: "9.042"},
    ...{
      parallel: "tp4pp1dp1etp1ep1",
      num_ctx_reqs: "1",
      num_gen_reqs: "15",
      num_tokens: "4015",
      balance_score: "0.032"
    },
    ...{"tokens/s/gpu_cluster": "413.655", replicas: "8", source: "interpolated", "seq/s/gpu": "0.829"}
  });
});

it("disaggregated rows carry both sides", () => {
  const csv = plansCsv("disagg", [disaggPlan], context);
  expect(csv.split("\n")[0]).toBe(disaggColumns.join(","));
  expect(row(csv)).toMatchObject({
    "(p)workers": "5",
    "(d)workers": "3",
    "(d)bs": "64",
    "(p)tp": "4",
    "(d)gemm": "fp8_block"
  });
});

it("every column of a row is filled", () => {
  expect(Object.values(row(plansCsv("agg", [aggPlan], context)))).not.toContain("");
  expect(Object.values(row(plansCsv("disagg", [disaggPlan], context)))).not.toContain("");
});

it("simulated rows have percentiles, bands and their class after them, in every column", () => {
  const shares = {mean: 10, p50: 9, p90: 12, p95: 13.00049, p99: 14};
  const band = {p50: 0.05, p90: 0.2};
  const simulated = {
    ...{ttft: shares, tpot: shares, interToken: shares, requestLatency: shares, shares: {}},
    verdict: "stable",
    ...{kvShare: {mean: 0.1, peak: 0.2}, preemptions: 0},
    calibration: {kind: "model", name: "vllm dense", rows: 7},
    formula: {ttftMs: 1, tpotMs: 1, requestLatencyMs: 1, requestsPerSec: 1, tokensPerSec: 1}
  } as const;
  const csv = plansCsv("agg", [{...aggPlan, simulated, error: {ttft: band, tpot: band, tokensPerSec: band}}], context);
  expect(csv.split("\n")[0]).toBe([...aggColumns, ...simulatedColumns].join(","));
  expect(row(csv)).toMatchObject({
    ...{ttft_p99: "14", tpot_p95: "13", inter_token: "10", ttft_band_percent: "20"},
    ...{verdict: "stable", kv_share_peak: "0.2", calibration: "model", calibrated_on: "vllm dense"}
  });
  expect(Object.values(row(csv))).not.toContain("");
});

it("no plans give a file with its head only", () => {
  expect(plansCsv("agg", [], context)).toBe(`${aggColumns.join(",")}\n`);
});

it("quotes what would break a row, and leaves what is no number empty", () => {
  expect(toCsv(["a", "b"], [{a: 'x,"y"', b: NaN}])).toBe('a,b\n"x,""y""",\n');
});
