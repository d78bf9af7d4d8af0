/** Scheduling rules of engine releases, as data. What they mean, and what was checked against what: docs/simulation.md. */
import type {Backend} from "../schema.js";
import type {SchedulerPolicy} from "./types.js";

const vllm: SchedulerPolicy = {
  describes: "vLLM 0.14 and later: V1 engine, asynchronous scheduling",
  sources: [
    "https://docs.vllm.ai/en/v0.14.0/configuration/optimization/",
    "https://github.com/vllm-project/vllm/pull/31998",
    "https://github.com/vllm-project/vllm/pull/37307"
  ],
  order: "mixed",
  mixesDecodes: true,
  chunks: true,
  admission: {kind: "prompt"},
  roomSteps: 1,
  receiveInterval: 1,
  overlapSteps: 1,
  batchWait: {steps: 0, share: 0},
  dealing: "least",
  routing: "least",
  laneSeats: "all",
  pageTokens: 16
};

/** vLLM before asynchronous scheduling was the default: a step sees what came while the last one ran. */
export const vllmSynchronous: SchedulerPolicy = {
  ...vllm,
  describes: "vLLM 0.8 to 0.13: V1 engine, scheduling between steps",
  sources: ["https://docs.vllm.ai/en/v0.9.1/configuration/optimization.html"],
  overlapSteps: 0
};

/** Shares and steps are those of schedule_conservativeness 1. */
const sglang: SchedulerPolicy = {
  describes: "SGLang 0.5: overlap scheduler, chunked prefill",
  sources: [
    "https://docs.sglang.io/advanced_features/hyperparameter_tuning.html",
    "https://docs.sglang.io/advanced_features/server_arguments.html"
  ],
  order: "prefill-first",
  mixesDecodes: false,
  chunks: true,
  admission: {kind: "estimate", share: 0.7, leastShare: 0.098, steps: 600, answerTokens: 4096},
  roomSteps: 20,
  receiveInterval: 1,
  overlapSteps: 1,
  batchWait: {steps: 0, share: 0},
  dealing: "turn",
  routing: "turn",
  laneSeats: "share",
  pageTokens: 1
};

const trtllm: SchedulerPolicy = {
  describes: "TensorRT-LLM 1.0 and later: PyTorch backend, GUARANTEED_NO_EVICT, overlap scheduler",
  sources: [
    "https://nvidia.github.io/TensorRT-LLM/performance/performance-tuning-guide/useful-runtime-flags.html",
    "https://nvidia.github.io/TensorRT-LLM/performance/performance-tuning-guide/tuning-max-batch-size-and-max-num-tokens.html",
    "https://nvidia.github.io/TensorRT-LLM/llm-api/reference/AttentionDpConfig.html"
  ],
  order: "mixed",
  mixesDecodes: true,
  chunks: false,
  admission: {kind: "answer"},
  roomSteps: 1,
  receiveInterval: 1,
  overlapSteps: 1,
  batchWait: {steps: 0, share: 0},
  dealing: "least",
  routing: "turn",
  laneSeats: "all",
  pageTokens: 32
};

/** Rules of the current release of each backend. */
export const schedulerPolicies: Readonly<Record<Backend, SchedulerPolicy>> = {vllm, sglang, trtllm};

/** Rules of a release such as `0.11.0`; those of the current one where it says nothing of its age. */
export function schedulerPolicyOf(backend: Backend, version?: string): SchedulerPolicy {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  const isOld = major === "0" && Number(minor) < firstAsynchronous;
  return backend === "vllm" && isOld ? vllmSynchronous : schedulerPolicies[backend];
}

/** Minor release of vLLM whose `--async-scheduling` is on unless something forbids it. */
const firstAsynchronous = 14;
