import {inferQuant} from "./models/quant.js";
import {isMoe, modelOps} from "./models/ops.js";
import type {ModelConfig, Role} from "./models/types.js";
import type {Op} from "./ops/op.js";
import {stateSpaceSlice} from "./ops/state-space.js";
import type {Platform} from "./ops/table.js";
import type {SliceRef} from "./perf.js";
import type {Quant} from "./quant.js";
import {tables} from "./schema.js";
import type {TableName} from "./schema.js";

/**
 * Slices that searches and estimates of a model on a platform look into, so that they can be loaded before. Small:
 * only the types in use, except in the databases that borrow utilisation from other types.
 */
export function requiredSlices(
  model: ModelConfig,
  platform: Platform,
  quant?: Partial<Quant>,
  roles: readonly Role[] = ["agg", "prefill", "decode", "static"]
): SliceRef[] {
  const {database, backend, system} = platform;
  if (database === "sol" || database === "roofline") return [];
  const refs = new Map<string, SliceRef>();
  const add = (ref: SliceRef) => refs.set(`${ref.table}|${ref.part.join("|")}`, ref);
  const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
  for (const role of roles) {
    const types = inferQuant(model, {role, backend, system}, quant);
    const {prefill, decode} = modelOps({model, parallel, quant: types, backend, mtpScale: 1});
    for (const op of [...prefill, ...decode]) slicesOf(op, platform).forEach(add);
  }
  // Widths beyond one GPU communicate; which collective depends on how attention is sharded.
  add({table: "custom_allreduce", part: []});
  if (isMoe(model) || backend === "sglang") {
    add({table: "nccl", part: []});
    add({table: "oneccl", part: []});
  }
  if (database === "silicon") return [...refs.values()];
  // What stands in for a missing type may be any other type, also where the asked one has no slice at all.
  if (isMoe(model)) add({table: "moe", part: []});
  return [...new Set([...refs.values()].map(({table}) => table))].map((table) => ({table, part: []}));
}

function slicesOf(op: Op, {perf}: Platform): SliceRef[] {
  switch (op.kind) {
    case "gemm":
      return op.quant === "fp8_static"
        ? [
            {table: "gemm", part: ["fp8"]},
            {table: "compute_scale", part: ["fp8"]},
            {table: "scale_matrix", part: ["fp8"]}
          ]
        : [{table: "gemm", part: [op.quant]}];
    case "prefill_attention":
      return [{table: "prefill_attention", part: [op.fmha, op.kvCache, String(op.headDim)]}];
    case "decode_attention":
      return [{table: "decode_attention", part: [op.kvCache, String(op.headDim)]}];
    case "encoder_attention":
      return [{table: "encoder_attention", part: [op.fmha, String(op.headDim)]}];
    case "mamba2":
    case "gdn":
      return [stateSpaceSlice(op)];
    case "prefill_mla":
      return [{table: "prefill_mla", part: [op.fmha, op.kvCache]}];
    case "decode_mla":
      return [{table: "decode_mla", part: [op.kvCache]}];
    case "prefill_mla_module":
    case "decode_mla_module":
      return [{table: op.kind, part: [op.fmha, op.kvCache, op.gemm]}];
    case "mla_bmm":
      return [{table: "mla_bmm", part: []}];
    case "moe":
      return (["moe", "moe_low_latency"] as const).flatMap((table) => {
        const names = [op.distribution, "balanced", "uniform"];
        const name = names.find((name) => perf.has(table, [op.quant, name]));
        return name ? [{table, part: [op.quant, name]}] : [];
      });
    case "fallback":
      return [...op.primary, ...op.fallback].flatMap((child) => slicesOf(child, {perf} as Platform));
    case "overlap":
      return [...op.left, ...op.right].flatMap((child) => slicesOf(child, {perf} as Platform));
    default:
      return [];
  }
}

/** Tables that answer any single operator query; used where the question is not known beforehand. */
export function allSlices(names: readonly TableName[] = Object.keys(tables) as TableName[]): SliceRef[] {
  return names.map((table) => ({table, part: []}));
}
