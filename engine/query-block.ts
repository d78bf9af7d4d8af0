/** Questions about operators that models have as one record: whole blocks, and what wide expert parallelism runs. */
import {InputError} from "./errors.js";
import {dsaArchitectures} from "./ops/dsa.js";
import {dsv4ModelHeads, dsv4ShapeOf, dsv4Variants, msaShapeOf, sinkhornIterations} from "./ops/measured-shapes.js";
import type {Alltoall, DeepEp, Dsv4Module, Gdn, Mamba2, Op, WideEpMla, WideEpMoe} from "./ops/op.js";
import type {Platform} from "./ops/table.js";
import {alltoallKernelName} from "./ops/wideep.js";
import {fmhaQuants, gemmQuants, kvCacheQuants, moeQuants} from "./quant.js";
import type {Fields} from "./query-fields.js";

/** Their names in a question. */
export const blockOps = [
  "mamba2",
  "gdn",
  "kda",
  "contextDsaModule",
  "generationDsaModule",
  "contextDsv4Module",
  "generationDsv4Module",
  "contextMsaModule",
  "generationMsaModule",
  "mhc",
  "contextWideEpMla",
  "generationWideEpMla",
  "wideEpMoe",
  "deepEpMoe",
  "deepEp",
  "alltoall"
] as const;

export type BlockOp = (typeof blockOps)[number];

export function isBlockOp(op: string): op is BlockOp {
  return (blockOps as readonly string[]).includes(op);
}

/** What is asked of a kernel: every field that its operator looks at. */
export interface BlockQuestion {
  op: Op;
  tokens: number;
  batch: number;
  seq: number;
  prefix: number;
}

/**
 * An operator and the step that it is asked for. `s` are new tokens beyond `prefix` in context, the full length in
 * generation; `tokens` those of one rank, of all ranks for experts. Throws InputError for a field missing or wrong.
 */
export function blockQuestion(platform: Platform, op: BlockOp, field: Fields): BlockQuestion {
  const none = {tokens: 0, batch: 0, seq: 0, prefix: 0};
  switch (op) {
    case "mamba2":
    case "gdn":
    case "kda": {
      const record = op === "mamba2" ? mamba2(field) : deltaNet(op, field);
      return {...none, op: record, batch: field.size("b"), seq: record.phase === "prefill" ? field.size("s") : 1};
    }
    case "contextDsaModule":
    case "generationDsaModule": {
      const architecture = field.name("architecture", Object.keys(dsaArchitectures));
      const shape = {...dsaArchitectures[architecture], heads: field.count("heads")};
      const kind = op === "contextDsaModule" ? "dsa_prefill_module" : "dsa_decode_module";
      return {...step(op, field), op: {...common(op), kind, architecture, shape, ...blockTypes(field)}};
    }
    case "contextDsv4Module":
    case "generationDsv4Module":
      return {...step(op, field), op: dsv4(op, field)};
    case "contextMsaModule":
    case "generationMsaModule": {
      const kind = op === "contextMsaModule" ? "msa_prefill_module" : "msa_decode_module";
      const shape = msaShapeOf(field.count("heads"));
      return {...step(op, field), op: {...common(op), kind, shape, ...blockTypes(field)}};
    }
    case "mhc": {
      const mixing = {
        side: field.name("side", sides),
        hidden: field.count("hidden"),
        streams: field.count("streams", 4)
      };
      const record = {...common(op), kind: op, ...mixing, sinkhornIterations};
      return {...none, tokens: field.size("tokens"), op: record};
    }
    case "contextWideEpMla":
    case "generationWideEpMla":
      return {...step(op, field), op: wideEpMla(op, field)};
    case "wideEpMoe":
    case "deepEpMoe":
      return {...none, tokens: field.size("tokens"), op: wideEpMoe(op, field)};
    case "deepEp":
      return {...none, tokens: field.size("tokens"), op: deepEp(platform, field)};
    case "alltoall":
      return {...none, tokens: field.size("tokens"), op: alltoall(platform, field)};
  }
}

const phases = ["prefill", "decode"] as const;
const parts = ["conv", "scan"] as const;
const sides = ["pre", "post"] as const;

function common(name: BlockOp) {
  return {name, count: 1};
}

function step(op: BlockOp, field: Fields): Omit<BlockQuestion, "op"> {
  const prefix = op.startsWith("context") ? field.size("prefix", 0) : 0;
  return {tokens: 0, batch: field.size("b"), seq: field.size("s"), prefix};
}

function blockTypes(field: Fields) {
  return {
    fmha: field.type("fmhaQuant", fmhaQuants, "bfloat16"),
    kvCache: field.type("kvCacheQuant", kvCacheQuants),
    gemm: field.type("gemmQuant", gemmQuants)
  };
}

function mamba2(field: Fields): Mamba2 {
  return {
    ...common("mamba2"),
    kind: "mamba2",
    phase: field.name("phase", phases),
    part: field.name("part", parts),
    hidden: field.count("hidden"),
    stateSize: field.count("stateSize"),
    convTokens: field.count("convTokens"),
    heads: field.count("heads"),
    headDim: field.count("headDim"),
    groups: field.count("groups"),
    chunkTokens: field.count("chunkTokens")
  };
}

function deltaNet(kind: Gdn["kind"], field: Fields): Gdn {
  return {
    ...common(kind),
    kind,
    phase: field.name("phase", phases),
    part: field.name("part", parts),
    hidden: field.count("hidden"),
    keyHeads: field.count("keyHeads"),
    keyHeadDim: field.count("keyHeadDim"),
    valueHeads: field.count("valueHeads"),
    valueHeadDim: field.count("valueHeadDim"),
    convTokens: field.count("convTokens")
  };
}

function dsv4(op: "contextDsv4Module" | "generationDsv4Module", field: Fields): Dsv4Module {
  const variant = field.name("variant", dsv4Variants);
  const compressRatio = field.size("compressRatio");
  if (![0, 4, 128].includes(compressRatio))
    throw new InputError(`invalid compressRatio: ${compressRatio}; must be 0, 4 or 128`);
  return {
    ...common(op),
    kind: op === "contextDsv4Module" ? "dsv4_prefill_module" : "dsv4_decode_module",
    modelHeads: dsv4ModelHeads(variant),
    shape: dsv4ShapeOf(variant, field.count("heads"), compressRatio),
    ...blockTypes(field)
  };
}

function wideEpMla(op: "contextWideEpMla" | "generationWideEpMla", field: Fields): WideEpMla {
  return {
    ...common(op),
    kind: op === "contextWideEpMla" ? "wideep_prefill_mla" : "wideep_decode_mla",
    heads: field.count("heads"),
    kernel: field.name("kernel", ["flashinfer", "fa3"]),
    fmha: field.type("fmhaQuant", fmhaQuants, "bfloat16"),
    kvCache: field.type("kvCacheQuant", kvCacheQuants)
  };
}

/** TensorRT-LLM's experts, or those between DeepEP's dispatch and combine; `tokens` are then of all ranks. */
function wideEpMoe(op: "wideEpMoe" | "deepEpMoe", field: Fields): WideEpMoe {
  const experts = field.count("experts");
  return {
    ...common(op),
    kind: op === "wideEpMoe" ? "wideep_moe" : "deepep_moe",
    phase: op === "deepEpMoe" ? field.name("phase", phases) : "prefill",
    hidden: field.count("hidden"),
    inter: field.count("inter"),
    topK: field.count("topK"),
    experts,
    slots: field.count("slots", experts),
    moeTp: field.count("moeTp", 1),
    moeEp: field.count("moeEp", 1),
    dp: 1,
    quant: field.type("quant", moeQuants),
    distribution: field.text("distribution"),
    gated: true
  };
}

function deepEp({system}: Platform, field: Fields): DeepEp {
  const phase = field.name("phase", phases);
  const sizes = {hidden: field.count("hidden"), topK: field.count("topK"), experts: field.count("experts")};
  const gpus = field.count("nodes") * system.gpusPerNode;
  return {
    ...common("deepEp"),
    kind: "deepep",
    phase,
    ...sizes,
    gpus,
    sms: phase === "prefill" ? field.count("sms") : 0
  };
}

function alltoall(platform: Platform, field: Fields): Alltoall {
  const op: Alltoall = {
    ...common("alltoall"),
    kind: "alltoall",
    side: field.name("side", sides),
    hidden: field.count("hidden"),
    topK: field.count("topK"),
    experts: field.count("experts"),
    moeEp: field.count("moeEp"),
    quant: field.type("quant", moeQuants),
    lowPrecision: field.flag("lowPrecision")
  };
  if (op.moeEp === 1) throw new InputError("invalid moeEp: 1; must be at least 2 for tokens to travel");
  if (alltoallKernelName(platform, op) === undefined)
    throw new InputError(`invalid topK: ${op.topK}; must be at most 8 on GPUs before Blackwell`);
  return op;
}
