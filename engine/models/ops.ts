import {deepseekOps} from "./deepseek.js";
import {gptOps, llamaOps} from "./dense.js";
import {gemmaOps, hybridMoeOps} from "./layer-groups.js";
import {moeOps} from "./moe.js";
import {nemotronHOps} from "./nemotron-h.js";
import {nemotronNasOps} from "./nemotron-nas.js";
import {qwen35Ops} from "./qwen35.js";
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
    case "KIMIK25":
      return deepseekOps(worker);
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

/** Whether experts are sharded, so that moeTp and moeEp matter. */
export function isMoe({experts}: WorkerSpec["model"]): boolean {
  return experts > 0;
}
