/** Which slices one operator query may look at. */
import {InputError, unknownName} from "../engine/errors.js";
import type {queryOps} from "../engine/query.js";
import type {TableName} from "../engine/schema.js";

export interface OpSlices {
  /** Equal names need equal slices. */
  name: string;
  refs: {table: TableName; part: readonly string[]}[];
}

const opTables: Record<(typeof queryOps)[number], readonly TableName[]> = {
  gemm: ["gemm", "compute_scale", "scale_matrix"],
  computeScale: ["compute_scale"],
  scaleMatrix: ["scale_matrix"],
  contextAttention: ["prefill_attention"],
  generationAttention: ["decode_attention"],
  encoderAttention: ["encoder_attention", "prefill_attention"],
  contextMla: ["prefill_mla"],
  generationMla: ["decode_mla"],
  mlaBmm: ["mla_bmm"],
  contextMlaModule: ["prefill_mla_module", "prefill_mla"],
  generationMlaModule: ["decode_mla_module", "decode_mla"],
  moe: ["moe", "moe_low_latency"],
  customAllReduce: ["custom_allreduce", "nccl", "oneccl"],
  nccl: ["nccl", "oneccl"],
  memory: [],
  p2p: [],
  mamba2: ["mamba2_prefill", "mamba2_decode"],
  gdn: ["gdn_prefill", "gdn_decode"],
  kda: ["kda_prefill", "kda_decode"],
  contextDsaModule: ["dsa_prefill_module"],
  generationDsaModule: ["dsa_decode_module"],
  contextDsv4Module: ["dsv4_prefill_module", "dsv4_topk_calibration"],
  generationDsv4Module: ["dsv4_decode_module", "dsv4_topk_calibration"],
  contextMsaModule: ["msa_prefill_module", "dsa_prefill_module"],
  generationMsaModule: ["msa_decode_module", "dsa_decode_module"],
  mhc: ["mhc"],
  contextWideEpMla: ["wideep_prefill_mla"],
  generationWideEpMla: ["wideep_decode_mla"],
  wideEpMoe: ["wideep_moe"],
  deepEpMoe: ["wideep_prefill_moe", "wideep_decode_moe"],
  deepEp: ["deepep_normal", "deepep_low_latency"],
  alltoall: ["trtllm_alltoall", "nccl"]
};

/** All dtypes of the operator's tables: modes that fill gaps look at the neighbours of the one asked for. */
export function slicesOfOp({op}: Record<string, unknown>): OpSlices {
  if (typeof op !== "string") throw new InputError(`invalid op: ${JSON.stringify(op)}; must be text`);
  if (!Object.hasOwn(opTables, op)) throw new InputError(unknownName("op", op, Object.keys(opTables)));
  return {name: `op ${op}`, refs: opTables[op as keyof typeof opTables].map((table) => ({table, part: []}))};
}
