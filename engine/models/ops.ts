import {deepseekOps} from "./deepseek.js";
import {gptOps, llamaOps} from "./dense.js";
import {moeOps} from "./moe.js";
import {nemotronNasOps} from "./nemotron-nas.js";
import type {PhaseOps, WorkerSpec} from "./worker.js";

/** Operators of one prefill and one decode iteration of a worker. */
export function modelOps(worker: WorkerSpec): PhaseOps {
  switch (worker.model.family) {
    case "GPT":
      return gptOps(worker);
    case "LLAMA":
      return llamaOps(worker);
    case "MOE":
      return moeOps(worker);
    case "DEEPSEEK":
    case "KIMIK25":
      return deepseekOps(worker);
    case "NEMOTRONNAS":
      return nemotronNasOps(worker);
  }
}

/** Whether experts are sharded, so that moeTp and moeEp matter. */
export function isMoe({family}: WorkerSpec["model"]): boolean {
  return family === "MOE" || family === "DEEPSEEK" || family === "KIMIK25";
}
