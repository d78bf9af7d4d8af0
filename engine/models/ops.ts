import {deepseekOps} from "./deepseek.js";
import {deepseekV32Ops, minimaxM3Ops} from "./deepseek-v32.js";
import {deepseekV4Ops} from "./deepseek-v4.js";
import {gptOps, llamaOps} from "./dense.js";
import {kimiLinearOps} from "./kimi-linear.js";
import {gemmaOps, hybridMoeOps} from "./layer-groups.js";
import {moeOps} from "./moe.js";
import {nemotronHOps} from "./nemotron-h.js";
import {nemotronNasOps} from "./nemotron-nas.js";
import {qwen35Ops} from "./qwen35.js";
import {expertMode} from "./serving.js";
export {splitsContext} from "./types.js";
import {deepEpDeepseekOps, trtllmWideOps} from "./wide-ep.js";
import type {PhaseOps, WorkerSpec} from "./worker.js";

/** Operators of one prefill and one decode iteration of a worker. */
export function modelOps(worker: WorkerSpec): PhaseOps {
  switch (worker.model.family) {
    case "GPT":
      return gptOps(worker);
    case "LLAMA":
    case "QWEN3VL":
      return llamaOps(worker);
    case "MOE":
    case "QWEN3VL_MOE":
      return moeOps(worker);
    case "DEEPSEEK":
      return wideOps(worker) ?? deepseekOps(worker);
    case "KIMIK25":
      return deepseekOps(worker);
    case "DEEPSEEKV32":
      return wideOps(worker) ?? deepseekV32Ops(worker);
    case "DEEPSEEKV4":
      return deepseekV4Ops(worker);
    case "MINIMAXM3":
      return minimaxM3Ops(worker);
    case "KIMILINEAR":
      return kimiLinearOps(worker);
    case "NEMOTRONNAS":
      return nemotronNasOps(worker);
    case "NEMOTRONH":
      return nemotronHOps(worker);
    case "QWEN35":
      return qwen35Ops(worker);
    case "GEMMA4MIX":
      return gemmaOps(worker);
    case "HYBRIDMOE":
      return hybridMoeOps(worker);
  }
}

/** The lists of wide expert parallelism, where the deployment chose it. */
function wideOps(worker: WorkerSpec): PhaseOps | undefined {
  switch (expertMode(worker)) {
    case "trtllm_wide":
      return trtllmWideOps(worker);
    case "deepep":
      return deepEpDeepseekOps(worker);
    default:
      return undefined;
  }
}

/** Whether experts are sharded, so that moeTp and moeEp matter. */
export function isMoe({experts}: WorkerSpec["model"]): boolean {
  return experts > 0;
}
