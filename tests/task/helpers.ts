import {findModel} from "../../src/engine/index.js";
import {faultText, readTasks, taskOf, type Task, type TaskOptions} from "../../src/task/index.js";

/** Faults of a file, as people read them. */
export function faultsOf(yaml: string, options: TaskOptions = {}): string[] {
  const {experiments, errors} = readTasks(yaml, {file: "t.yaml", model: findModel, ...options});
  const inside = experiments.flatMap((experiment) => (experiment.ok ? [] : experiment.errors));
  return [...errors, ...inside].map(faultText);
}

/** The only task of a file. */
export function taskIn(yaml: string, options: TaskOptions = {}): Task {
  const {experiments, errors} = readTasks(yaml, {file: "t.yaml", model: findModel, ...options});
  if (experiments.length !== 1 || errors.length > 0) throw new Error(errors.map(faultText).join("\n"));
  return taskOf(experiments[0]);
}

/** Model, system and GPUs of an aggregated experiment; three lines. */
export const agg = "model_path: Qwen/Qwen3-32B-FP8\nsystem_name: h200_sxm\ntotal_gpus: 16\n";

/** The same of a disaggregated one; six lines. */
export const disagg = `serving_mode: disagg
prefill_model_path: Qwen/Qwen3-32B-FP8
prefill_system_name: h200_sxm
decode_model_path: Qwen/Qwen3-32B-FP8
decode_system_name: h200_sxm
total_gpus: 16
`;

/** An aggregated experiment of a model with experts; three lines. */
export const experts = agg.replace("Qwen/Qwen3-32B-FP8", "deepseek-ai/DeepSeek-V3");

/** The first one in both serving modes; four lines. */
export const both = agg.replace("total", "serving_mode: auto\ntotal");
