/** Results in words, shared by the command line and the pages. Pure functions of plain data. */
import type {ServingChoices} from "../engine/models/serving.js";
import type {ErrorBand, Parallel, Plan, PlanError, Reason, Source, Tier} from "../engine/result.js";
import type {Predictor} from "../engine/search/predictor.js";
import type {CalibrationKind} from "../engine/simulate/calibration.js";
import type {Workload} from "../engine/session/worker.js";

/** `TP4`, `TP2 PP2`, `DP8 EP8`: the sizes that are not 1, TP1 when all are. */
export function parallelWords({tp, pp, dp, cp, moeTp, moeEp}: Parallel): string {
  const moe =
    moeTp * moeEp > 1
      ? ([
          ["MoE-TP", moeTp],
          ["EP", moeEp]
        ] as const)
      : [];
  const sizes = [["TP", tp], ["PP", pp], ["DP", dp], ["CP", cp], ...moe] as const;
  const words = sizes.filter(([, size]) => size > 1).map(([name, size]) => `${name}${size}`);
  return words.join(" ") || "TP1";
}

/** How workers whose experts nobody asked about run them: `wide EP, experts balanced`. */
export function servingWords({wideEp}: ServingChoices): string {
  return `${wideEp ? "wide EP" : "DeepEP"}, experts balanced`;
}

/** `4000 tokens in (1000 cached), 500 out`, with the images of a request where there are any. */
export function workloadWords({isl, osl, prefix, images}: Workload): string {
  const {count = 0, heightPixels, widthPixels} = images ?? {};
  const pictures =
    count > 0 ? ` and ${count} ${count === 1 ? "image" : "images"} of ${heightPixels}x${widthPixels}` : "";
  return `${isl} tokens${pictures} in${prefix ? ` (${prefix} cached)` : ""}, ${osl} out`;
}

/** What one replica is: `TP4`, or `5 prefill (TP4) + 3 decode (TP4)`. */
export function replicaWords(plan: Plan): string {
  if (plan.agg) return parallelWords(plan.agg.parallel);
  const side = (role: "prefill" | "decode") => {
    const {workers, parallel} = plan[role]!;
    return `${workers} ${role} (${parallelWords(parallel)})`;
  };
  return `${side("prefill")} + ${side("decode")}`;
}

/** `32 GPUs = 8 replicas of TP4`; `30 of 32 GPUs = 2 replicas of …` when some stay idle. */
export function deploymentWords(plan: Plan, totalGpus: number): string {
  const gpus = plan.gpusUsed === totalGpus ? gpuWords(totalGpus) : `${plan.gpusUsed} of ${gpuWords(totalGpus)}`;
  return `${gpus} = ${plan.replicas} ${plan.replicas === 1 ? "replica" : "replicas"} of ${replicaWords(plan)}`;
}

export function gpuWords(count: number): string {
  return count === 1 ? "1 GPU" : `${count} GPUs`;
}

export const modeWords = {agg: "aggregated", disagg: "disaggregated"} as const;

/** Why candidates were dropped; completes `212 of 640 …`. */
export const reasonWords: Record<Reason, string> = {
  memory: "exceed the GPU's memory",
  kvCache: "do not leave enough memory for the KV cache",
  ttft: "miss the TTFT target",
  tpot: "miss the TPOT target",
  requestLatency: "miss the request-latency target",
  throughput: "are below the least throughput",
  concurrency: "hold fewer requests in flight than asked for",
  power: "exceed the power budget",
  cost: "exceed the cost budget",
  data: "have no perf data",
  divisibility: "do not divide the model evenly",
  gpus: "do not fit the number of GPUs",
  dominated: "cannot be on the front, told before they were evaluated"
};

/** How sure a figure is; completes `figures are …`. */
export const sourceWords: Record<Source, string> = {
  measured: "measured",
  interpolated: "interpolated between measured points",
  extrapolated: "partly extrapolated beyond measured points",
  calibrated: "from surfaces fitted to measurements",
  empirical: "partly estimated from other measurements",
  roofline: "neither measured nor fitted: speed of light times an efficiency coefficient"
};

/** Whose utilisation an estimate takes. */
export const tierWords: Record<Tier, string> = {
  own: "the same operator",
  xshape: "another shape",
  xquant: "another type of the same rate",
  xprofile: "another type",
  xop: "another operator",
  xsystem: "another GPU"
};

/** `interpolated`, or, when it was taken from something else, `empirical, another GPU`. */
export function originWords({source, tier}: {source: Source; tier: Tier}): string {
  return tier === "own" ? source : `${source}, ${tierWords[tier]}`;
}

/** `± 12 %`: nine in ten such answers are nearer than that; `± < 1 %` for what is small, `exact` for what is measured. */
export function errorWords({p90}: ErrorBand): string {
  return p90 === 0 ? "exact" : `± ${shareWords(p90)}`;
}

/** `± 12 % (half within 4 %)`. */
export function errorBandWords(error: ErrorBand): string {
  return error.p90 === 0 ? "exact" : `${errorWords(error)} (half within ${shareWords(error.p50)})`;
}

function shareWords(share: number): string {
  return share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`;
}

/** What the error of a plan's figures is of, and what it leaves out. */
export const errorMeaning = "9 in 10 times; of operator timings only: scheduling, queueing and the host add theirs";

/** What the error of simulated figures is of. */
export const simulatedErrorMeaning =
  "9 in 10 times, on measured deployments that the fit did not see; of means, as no percentiles were measured";

/** What the constants of a simulation are fitted to. */
export const calibrationWords: Record<CalibrationKind, string> = {
  calibrated: "calibrated here",
  model: "calibrated on this model elsewhere",
  architecture: "calibrated on the same architecture elsewhere",
  none: "uncalibrated"
};

/** `throughput ± 12 % (half within 4 %), TTFT …, TPOT …; of operator timings only …`. */
export function planErrorWords({tokensPerSec, ttft, tpot}: PlanError, predictor: Predictor = "formula"): string {
  const parts = [
    `throughput ${errorBandWords(tokensPerSec)}`,
    `TTFT ${errorBandWords(ttft)}`,
    `TPOT ${errorBandWords(tpot)}`
  ];
  return `${parts.join(", ")}; ${predictor === "formula" ? errorMeaning : simulatedErrorMeaning}`;
}
