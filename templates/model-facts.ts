/** What a plan says of its model, and of the types it is stored in. */
import {InputError} from "../engine/errors.js";
import {isMoe} from "../engine/models/ops.js";
import type {Family, ModelConfig} from "../engine/models/types.js";
import type {WorkerPoint} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";
import type {Notes} from "./engines/role.js";
import type {ChosenPoint} from "./options.js";
import type {PlanModel, RoleName} from "./plan.js";
import {checkWord} from "./quote.js";
import type {RoleSettings} from "./settings.js";

const latent: readonly Family[] = ["DEEPSEEK", "KIMIK25", "DEEPSEEKV32", "DEEPSEEKV4", "KIMILINEAR"];

/** Families whose checkpoints bring code that engines need. */
const bringsCode: readonly Family[] = ["KIMIK25", "KIMILINEAR", "DEEPSEEKV4"];

interface Given {
  servedName?: string;
  modelPath?: string;
  trustRemoteCode?: boolean;
  nextn?: number;
}

export function modelOf(
  {model, nextn = 0}: ChosenPoint,
  given: Given,
  roles: readonly {point: WorkerPoint}[],
  notes: Notes
): PlanModel {
  const {quant} = roles[0].point;
  const isExperts = isMoe(model);
  const weights = isExperts ? quant.moe : quant.gemm;
  const drafts = given.nextn ?? nextn;
  if (!Number.isInteger(drafts) || drafts < 0 || drafts > 16)
    throw new InputError(`invalid nextn: ${drafts}; must be a whole number from 0 to 16`);
  notes.because(
    "model.nextn",
    drafts,
    given.nextn === undefined ? "draft tokens that the figures count on" : "set by the user"
  );
  if (given.nextn !== undefined && given.nextn !== nextn)
    notes.warn(`figures count on ${nextn} draft tokens a step, not ${given.nextn}`);
  const trusts = given.trustRemoteCode ?? bringsCode.includes(model.family);
  notes.because(
    "model.trustRemoteCode",
    trusts,
    given.trustRemoteCode === undefined ? "whether the family's checkpoints bring code" : "set by the user"
  );
  return {
    id: checkWord("model", model.id),
    servedName: checkWord("served name", given.servedName ?? model.id),
    path: checkWord("model path", given.modelPath ?? model.id),
    isMoe: isExperts,
    isMla: latent.includes(model.family),
    weights,
    checkpoint: model.checkpoint.algo,
    nextn: drafts,
    trustRemoteCode: trusts
  };
}

/** Type of the KV cache: what the user typed, else what the figures count on. */
export function kvDtypeOf({quant}: WorkerPoint, settings: RoleSettings, model: ModelConfig, notes: Notes): string {
  const dtype = settings.kv_cache_dtype ?? quant.kvCache;
  if (dtype === "bfloat16" && model.checkpoint.kvCacheAlgo === "fp8")
    notes.warn("the checkpoint asks for an FP8 KV cache and the plan for 16 bit: engines may follow the checkpoint");
  return dtype;
}

const fp8Gemms: readonly string[] = ["fp8", "fp8_static", "fp8_ootb", "fp8_block"];

/**
 * What to quantise weights to at load. Nothing where the checkpoint says how it is quantised; a plan that counts on
 * other weights than the checkpoint holds is doubtful, and said to be.
 */
export function loadQuantization(
  role: RoleName,
  backend: Backend,
  {quant}: WorkerPoint,
  settings: RoleSettings,
  model: ModelConfig,
  notes: Notes
): string | null {
  const path = `${role}.quantization`;
  const planned = isMoe(model) ? quant.moe : quant.gemm;
  if (settings.quantization !== undefined) return notes.because(path, settings.quantization, "set by the user");
  if (model.checkpoint.algo !== null) {
    if (!agrees(model.checkpoint.algo, planned))
      notes.warn(
        `figures count on ${planned} weights, the checkpoint ${model.id} is ${model.checkpoint.algo}: give a checkpoint that holds them (model_path)`
      );
    return notes.because(path, null, "the checkpoint says how it is quantised");
  }
  if (planned === "bfloat16" && quant.gemm === "bfloat16") return notes.because(path, null, "weights stay in 16 bit");
  if (backend !== "trtllm" && fp8Gemms.includes(quant.gemm)) {
    if (quant.gemm === "fp8_block")
      notes.warn("weights are quantised to FP8 per tensor at load, figures count on blocks");
    return notes.because(path, "fp8", "the checkpoint is in 16 bit, the figures count on FP8");
  }
  notes.warn(
    `figures count on ${planned} weights, the checkpoint ${model.id} is in 16 bit and nothing quantises it at load: give a checkpoint that holds them (model_path)`
  );
  return notes.because(path, null, "nothing quantises to this type at load");
}

/** Whether weights stored by `algo` can be what the plan counts on. Mixed checkpoints hold several types. */
function agrees(algo: string, planned: string): boolean {
  if (algo === "mixed_precision" || algo === "compressed-tensors") return true;
  const kinds = ["nvfp4", "mxfp4", "fp8_block", "fp8", "int4", "int8"];
  const kind = (name: string) => kinds.find((each) => name.includes(each)) ?? name;
  return kind(algo) === kind(planned) || (algo.startsWith("fp8") && planned.startsWith("fp8")) || !/fp4|fp8/.test(algo);
}
