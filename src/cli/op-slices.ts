/** Which slices one operator query may look at. */
import {InputError, unknownName} from "../engine/errors.js";
import type {TableName} from "../engine/schema.js";

export interface OpSlices {
  /** Equal names need equal slices. */
  name: string;
  refs: {table: TableName; part: readonly string[]}[];
}

const opTables: Record<string, readonly TableName[]> = {
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
  p2p: []
};

/** All dtypes of the operator's tables: modes that fill gaps look at the neighbours of the one asked for. */
export function slicesOfOp({op}: Record<string, unknown>): OpSlices {
  if (typeof op !== "string") throw new InputError(`invalid op: ${JSON.stringify(op)}; must be text`);
  if (!Object.hasOwn(opTables, op)) throw new InputError(unknownName("op", op, Object.keys(opTables)));
  return {name: `op ${op}`, refs: opTables[op].map((table) => ({table, part: []}))};
}
