import {inferQuant} from "./models/quant.js";
import {isMoe, modelOps} from "./models/ops.js";
import {expertMode, servingChoices} from "./models/serving.js";
import type {ServingChoices} from "./models/serving.js";
import type {ModelConfig, Role} from "./models/types.js";
import {encoderOps} from "./models/vision.js";
import type {Op} from "./ops/op.js";
import {msaDonor} from "./ops/msa.js";
import {stateSpaceSlice} from "./ops/state-space.js";
import type {Platform} from "./ops/table.js";
import type {SliceRef} from "./perf.js";
import type {Quant} from "./quant.js";
import {tables} from "./schema.js";
import type {TableName} from "./schema.js";
import {transferTiers} from "./transfer.js";

/**
 * Slices that searches and estimates of a model on a platform look into, so that they can be loaded before. Small:
 * only the types in use, except in the databases that borrow utilisation from other shapes and types.
 */
export function requiredSlices(
  model: ModelConfig,
  platform: Platform,
  quant?: Partial<Quant>,
  roles: readonly Role[] = ["agg", "prefill", "decode", "static"],
  choices: ServingChoices = {}
): SliceRef[] {
  const {database, backend, system} = platform;
  if (database === "sol" || database === "calibrated") return [];
  const refs = new Map<string, SliceRef>();
  const add = (ref: SliceRef) => refs.set(`${ref.table}|${ref.part.join("|")}`, ref);
  const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
  for (const role of roles) {
    const megaMoe = expertMode({backend, ...choices}) === "megamoe";
    const types = inferQuant(model, {role, backend, system, megaMoe}, quant);
    const worker = {model, parallel, quant: types, backend, mtpScale: 1, ...servingChoices(choices)};
    const {prefill, decode} = modelOps(worker);
    const {layers, projector} = model.vision ? encoderOps(worker, model.vision) : {layers: [], projector: []};
    for (const op of [...prefill, ...decode, ...layers, ...projector]) slicesOf(op, platform).forEach(add);
  }
  // Widths beyond one GPU communicate; which collective depends on how attention is sharded.
  allSlices(["custom_allreduce"]).forEach(add);
  const isMeasured = database === "silicon";
  if (!isMeasured || isMoe(model) || backend === "sglang") allSlices(["nccl", "oneccl"]).forEach(add);
  // Simulations ask what balanced experts take with DeepEP.
  if (choices.eplb) allSlices(["wideep_prefill_moe", "wideep_decode_moe"]).forEach(add);
  if (!isMeasured) for (const ref of [...refs.values()]) add(widened(ref, platform));
  return [...refs.values()];
}

/** How many of a table's part columns, from the first, name its type; the others are shapes, which stand in for each other. */
const typeColumns: Partial<Record<TableName, number>> = {
  gemm: 1,
  prefill_attention: 2,
  decode_attention: 1,
  encoder_attention: 1,
  prefill_mla: 2,
  decode_mla: 1,
  prefill_mla_module: 3,
  decode_mla_module: 3,
  moe: 1
};

/** All shapes of a type that was measured; where it was not, or shapes may not stand in, any type of the table. */
function widened({table, part}: SliceRef, {perf, transfer = transferTiers}: Platform): SliceRef {
  const type = part.slice(0, typeColumns[table] ?? 0);
  const own = perf.entriesOf(table).some((entry) => type.every((name, i) => entry.part[i] === name));
  return {table, part: own && transfer.includes("xshape") ? type : []};
}

function slicesOf(op: Op, platform: Platform): SliceRef[] {
  const {perf} = platform;
  switch (op.kind) {
    case "gemm":
      return op.quant === "fp8_static"
        ? (["gemm", "compute_scale", "scale_matrix"] as const).map((table) => ({table, part: ["fp8"]}))
        : [{table: op.kind, part: [op.quant]}];
    case "prefill_attention":
      return [{table: op.kind, part: [op.fmha, op.kvCache, String(op.headDim)]}];
    case "decode_attention":
      return [{table: op.kind, part: [op.kvCache, String(op.headDim)]}];
    case "encoder_attention":
      return [{table: op.kind, part: [op.fmha, String(op.headDim)]}];
    case "mamba2":
    case "gdn":
    case "kda":
      return [stateSpaceSlice(op, platform.backend)];
    case "prefill_mla":
      return [{table: op.kind, part: [op.fmha, op.kvCache]}];
    case "decode_mla":
      return [{table: op.kind, part: [op.kvCache]}];
    case "prefill_mla_module":
    case "decode_mla_module":
      return [{table: op.kind, part: [op.fmha, op.kvCache, op.gemm]}];
    case "moe":
      return (["moe", "moe_low_latency"] as const).flatMap((table) => {
        const names = [op.distribution, "balanced", "uniform"];
        const name = names.find((name) => perf.has(table, [op.quant, name]));
        return name ? [{table, part: [op.quant, name]}] : table === "moe" ? [{table, part: [op.quant]}] : [];
      });
    // Kernel, architecture and distribution of these are settled among what was measured, so all of a type is wanted.
    case "dsa_prefill_module":
      return [{table: op.kind, part: [op.fmha, op.kvCache, op.gemm]}, ...indexerSlices(op.architecture)];
    case "dsa_decode_module":
      return [{table: op.kind, part: [op.kvCache, op.gemm]}];
    case "msa_prefill_module":
    case "msa_decode_module": {
      // Every type of the block whose utilisation stands in for MiniMax-M3's.
      const table: TableName = op.kind === "msa_decode_module" ? "dsa_decode_module" : "dsa_prefill_module";
      const donors = perf.entriesOf(table).filter(({part}) => part.includes(msaDonor));
      return [{table: op.kind, part: [op.fmha, op.kvCache, op.gemm]}, ...donors.map(({part}) => ({table, part}))];
    }
    case "dsv4_prefill_module":
      return [
        {table: op.kind, part: [op.fmha, op.kvCache, op.gemm]},
        ...allSlices(["dsv4_topk_calibration", "dsv4_paged_mqa_logits"])
      ];
    case "dsv4_decode_module":
      return [{table: op.kind, part: [op.kvCache, op.gemm]}, ...allSlices(["dsv4_topk_calibration"])];
    case "mhc":
      return [{table: op.kind, part: [op.side]}];
    case "megamoe":
      return [{table: "dsv4_megamoe", part: [op.phase]}];
    case "deepep_moe":
      return allSlices([`wideep_${op.phase}_moe`]);
    case "deepep":
      return allSlices([op.phase === "prefill" ? "deepep_normal" : "deepep_low_latency"]);
    case "alltoall":
      return allSlices(["trtllm_alltoall"]);
    case "fallback":
      return [...op.primary, ...op.fallback].flatMap((child) => slicesOf(child, platform));
    case "overlap":
      return [...op.left, ...op.right].flatMap((child) => slicesOf(child, platform));
    default:
      return op.kind in tables ? allSlices([op.kind as TableName]) : [];
  }
}

/** What context parallelism looks into beside the block. */
function indexerSlices(architecture: string): SliceRef[] {
  return allSlices(architecture === msaDonor ? ["glm5_mqa_logits", "glm5_topk"] : ["dsv32_mqa_logits", "dsv32_topk"]);
}

/** Tables that answer any single operator query; used where the question is not known beforehand. */
export function allSlices(names: readonly TableName[] = Object.keys(tables) as TableName[]): SliceRef[] {
  return names.map((table) => ({table, part: []}));
}
