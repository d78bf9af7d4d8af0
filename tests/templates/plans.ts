/** Plans that between them use every engine, both modes and every way of spanning nodes; each has a snapshot. */
import type {Plan} from "../../engine/result.js";
import {makePlan} from "../../templates/make-plan.js";
import type {DeployablePlan, PlanOptions} from "../../templates/options.js";
import type {DeploymentPlan} from "../../templates/plan.js";
import {deepseek, pointOf, type PointSpec} from "./points.js";

export interface Asked extends PointSpec {
  version?: string;
  /** The point carries figures, as one out of a search does. */
  predicted?: boolean;
  options?: PlanOptions;
}

const deepseekR1 = "deepseek-ai/DeepSeek-R1";
const bf16Cache = {kvCache: "bfloat16"} as const;

export const representative: Record<string, Asked> = {
  "vllm aggregated": {
    version: "0.20.1",
    quant: bf16Cache,
    roles: {agg: {tp: 2, batchPerRank: 64, workers: 4}},
    predicted: true
  },
  "vllm aggregated mtp": {
    version: "0.20.1",
    model: deepseek,
    nextn: 2,
    roles: {agg: {dp: 8, batchPerRank: 64}}
  },
  "vllm disaggregated": {
    version: "0.20.1",
    roles: {prefill: {tp: 1, batchPerRank: 1, workers: 4}, decode: {tp: 4, batchPerRank: 128}},
    predicted: true
  },
  "vllm disaggregated over nodes": {
    version: "0.20.1",
    model: deepseekR1,
    nextn: 1,
    roles: {prefill: {tp: 8, moeEp: 8, batchPerRank: 2, workers: 2}, decode: {dp: 16, batchPerRank: 64}}
  },
  "vllm tensor parallel over nodes": {
    version: "0.20.1",
    model: deepseekR1,
    roles: {agg: {tp: 16, moeEp: 16, batchPerRank: 64}}
  },
  "vllm over nodes by ray": {
    version: "0.11.0",
    model: deepseekR1,
    roles: {agg: {tp: 16, moeEp: 16, batchPerRank: 64}}
  },
  "sglang aggregated mtp": {
    backend: "sglang",
    version: "0.5.11",
    model: deepseek,
    nextn: 2,
    roles: {agg: {dp: 8, batchPerRank: 64}}
  },
  "sglang over nodes": {
    backend: "sglang",
    version: "0.5.11",
    model: deepseek,
    roles: {agg: {tp: 16, moeEp: 16, batchPerRank: 64}}
  },
  "sglang disaggregated": {
    backend: "sglang",
    version: "0.5.11",
    roles: {prefill: {tp: 1, batchPerRank: 1, workers: 4}, decode: {tp: 4, batchPerRank: 128}},
    options: {router: "kv"}
  },
  "trtllm aggregated": {
    backend: "trtllm",
    version: "1.3.0rc14",
    quant: bf16Cache,
    roles: {agg: {tp: 2, batchPerRank: 64, workers: 4}},
    options: {modelCache: {claim: "models"}}
  },
  "trtllm disaggregated": {
    backend: "trtllm",
    version: "1.3.0rc14",
    roles: {prefill: {tp: 1, batchPerRank: 1, workers: 4}, decode: {tp: 4, batchPerRank: 128}}
  },
  "trtllm over a rack": {
    backend: "trtllm",
    version: "1.3.0rc14",
    model: deepseekR1,
    system: "gb200",
    isl: 8192,
    osl: 1024,
    nextn: 3,
    quant: {gemm: "nvfp4", moe: "nvfp4"},
    roles: {prefill: {dp: 4, batchPerRank: 1}, decode: {dp: 16, batchPerRank: 32}}
  }
};

const figures: Partial<Plan> = {
  concurrency: 256,
  ttftMs: 217.125,
  tpotMs: 9.13,
  requestLatencyMs: 9338,
  requestsPerSec: 20.5,
  tokensPerSec: 20_500,
  tokensPerSecPerGpu: 582.9,
  tokensPerSecPerUser: 109.5,
  source: "interpolated",
  error: {ttft: {p50: 0.01, p90: 0.07}, tpot: {p50: 0.01, p90: 0.06}, tokensPerSec: {p50: 0.01, p90: 0.07}}
};

export function planOf({version, predicted, options, ...spec}: Asked): DeploymentPlan {
  const point = pointOf(spec);
  const chosen = predicted ? {...point, plan: withFigures(point.plan)} : point;
  return makePlan(chosen, {name: "t", engineVersion: version, ...options});
}

/** As a search gives it: figures, and measurements of another release than the files are for. */
function withFigures({agg, prefill, decode, ...plan}: DeployablePlan): DeployablePlan {
  const version = "0.19.0";
  return {
    ...plan,
    ...figures,
    agg: agg && {...agg, version},
    prefill: prefill && {...prefill, version},
    decode: decode && {...decode, version}
  };
}

export const namedPlan = (name: string): DeploymentPlan => planOf(representative[name]);
export const planNames = Object.keys(representative);
