import {dtypeClass} from "../coefficients.js";
import type {GridRoofline} from "../grid.js";
import {fmhaQuants, gemmQuants} from "../quant.js";
import type {FmhaQuant, GemmQuant, KvCacheQuant, QuantMode} from "../quant.js";
import {kvCacheQuants} from "../quant.js";
import {decodeDsaRoofline, prefillDsaRoofline} from "../roofline-sparse.js";
import type {DsaShape, Step} from "../roofline-sparse.js";
import {missing} from "../trace.js";
import type {TransferTier} from "../transfer.js";
import {ncclLatency} from "./collective.js";
import {gridCloud, typesByLikeness, worseTier} from "./ladder.js";
import type {Rung} from "./ladder.js";
import type {DsaModule, Kernel} from "./op.js";
import {measuredHeads, sparseLookup} from "./sparse-table.js";
import type {SparseLatency} from "./sparse-table.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform} from "./table.js";

/** Dimensions of the two architectures that were measured. Source: method.md §4. */
export const dsaArchitectures: Record<string, Omit<DsaShape, "heads">> = {
  DeepseekV32ForCausalLM: {
    hidden: 7168,
    queryRank: 1536,
    kvRank: 512,
    nopeHeadDim: 128,
    ropeHeadDim: 64,
    valueHeadDim: 128,
    indexTopK: 2048,
    indexHeadDim: 128,
    indexHeads: 64
  },
  GlmMoeDsaForCausalLM: {
    hidden: 6144,
    queryRank: 2048,
    kvRank: 512,
    nopeHeadDim: 192,
    ropeHeadDim: 64,
    valueHeadDim: 256,
    indexTopK: 2048,
    indexHeadDim: 128,
    indexHeads: 32
  }
};

/** Kernels that tables tell apart; sglang's stand under flashmla_kv (quirk 42). */
type DsaBackend = "trtllm" | "flashmla_kv";

export type DsaQuery = Omit<DsaModule, "name" | "count">;

/** The block with its projections and indexer. Source: method.md §6.9. */
export function dsaKernel(platform: Platform, op: DsaModule): Kernel {
  const {contextShards = 1} = op;
  if (op.kind === "dsa_decode_module") {
    const latency = dsaLatency(platform, op);
    return (_, batch, seq) => latency(batch, seq, 0, 0);
  }
  if (contextShards > 1) return contextParallelKernel(platform, op, contextShards);
  const latency = dsaLatency(platform, op);
  return (_, batch, seq, prefix) => latency(batch, seq, prefix, 0);
}

/** Prefill: latency(batch, new tokens, prefix). Decode: latency(batch, full length). */
export function dsaLatency(platform: Platform, op: DsaQuery, requested: DsaBackend = "trtllm"): Latency {
  const {architecture, fmha, kvCache, gemm, shape} = op;
  const decode = op.kind === "dsa_decode_module";
  const types = typePart(op);
  const table = tableLatency(platform, {
    kind: decode ? "decode_mla" : "prefill_mla",
    dtype: decode ? (kvCache === "fp8" ? "fp8" : "bf16") : dtypeClass(fmhaQuants[fmha]),
    table: op.kind,
    part: [...types, architecture, kernelIn(platform, op.kind, [...types, architecture], requested)],
    roofline: dsaGridRoofline(platform, op.kind, shape, {fmha, kvCache, gemm}),
    rooflineOf: architecture,
    ladder: () => dsaRungs(platform, op)
  });
  const {heads} = shape;
  return decode
    ? (batch, seq) => table(heads, batch, seq, 0)
    : (batch, seq, prefix) => table(heads, prefix, seq, batch);
}

function typePart({kind, fmha, kvCache, gemm}: Pick<DsaQuery, "kind" | "fmha" | "kvCache" | "gemm">): string[] {
  return kind === "dsa_decode_module" ? [kvCache, gemm] : [fmha, kvCache, gemm];
}

/** The requested kernel where it was measured, else the next best. */
function kernelIn({perf}: Platform, table: DsaModule["kind"], part: string[], requested: DsaBackend): string {
  const measured = perf
    .entriesOf(table)
    .filter((entry) => part.every((value, i) => entry.part[i] === value))
    .map((entry) => entry.part[part.length]);
  return [requested, "flashmla_kv", "trtllm"].find((name) => measured.includes(name)) ?? measured[0] ?? requested;
}

interface Types {
  fmha: FmhaQuant;
  kvCache: KvCacheQuant;
  gemm: GemmQuant;
}

/** At a table's coordinates: (heads, prefix, seq, batch) in prefill, (heads, batch, seq) in decode. */
export function dsaGridRoofline(
  {system}: Platform,
  table: DsaModule["kind"],
  shape: Omit<DsaShape, "heads">,
  {fmha, kvCache, gemm}: Types
): GridRoofline {
  const at: DsaShape = {...shape, heads: 0};
  const step: Step = {batch: 0, seq: 0, prefix: 0};
  const modes = {fmha: fmhaQuants[fmha], kvCache, gemm: gemmQuants[gemm]};
  if (table === "dsa_decode_module")
    return (heads, batch, seq) => {
      [at.heads, step.batch, step.seq] = [heads, batch, seq];
      return decodeDsaRoofline(system, step, at, modes);
    };
  return (heads, prefix, seq, batch) => {
    [at.heads, step.prefix, step.seq, step.batch] = [heads, prefix, seq, batch];
    return prefillDsaRoofline(system, step, at, modes);
  };
}

/** The types of a slice, if we know them. */
function typesOf(table: DsaModule["kind"], part: readonly string[]): Types | undefined {
  const [fmha, kvCache, gemm] = table === "dsa_decode_module" ? ["bfloat16", ...part] : part;
  if (!(fmha in fmhaQuants && kvCache in kvCacheQuants && gemm in gemmQuants)) return undefined;
  return {fmha, kvCache, gemm} as Types;
}

export function modesOf({fmha, kvCache, gemm}: Types): QuantMode[] {
  return [fmhaQuants[fmha], kvCacheQuants[kvCache], gemmQuants[gemm]];
}

/** Ours: the other architecture, then other types of either; each with its own speed of light. */
export function* dsaRungs(platform: Platform, op: DsaQuery): Iterable<Rung> {
  const {perf} = platform;
  const asked = {part: typePart(op), modes: modesOf(op)};
  const known = typesByLikeness(perf, op.kind, asked, (part) => {
    const types = typesOf(op.kind, part);
    return types ? modesOf(types) : [undefined];
  });
  for (const {part, tier} of known)
    for (const architecture of [op.architecture, ...Object.keys(dsaArchitectures)]) {
      const shape = architecture === op.architecture ? op.shape : dsaArchitectures[architecture];
      const kernel = kernelIn(platform, op.kind, [...part, architecture], "trtllm");
      const grid = perf.grid(op.kind, [...part, architecture, kernel]);
      const types = typesOf(op.kind, part);
      if (!grid || !types) continue;
      const own = architecture === op.architecture;
      const worse: Rung["tier"] = own ? tier : worseTier<"own" | TransferTier>(tier, "xshape");
      const cloud = gridCloud(platform, grid, dsaGridRoofline(platform, op.kind, shape, types), architecture);
      if (worse !== "own") yield {tier: worse, cloud, scale: 1};
    }
}

/**
 * A prompt split over `shards` ranks: the block at one rank's share, what the indexer and its top-k take longer for
 * having to see the whole prompt, and two gathers. Source: method.md §6.9.
 */
function contextParallelKernel(platform: Platform, op: DsaModule, shards: number): Kernel {
  const {kvRank, ropeHeadDim, indexHeadDim} = op.shape;
  const base = dsaLatency(platform, op, "flashmla_kv");
  const gather = ncclLatency(platform, "all_gather", shards, "half");
  const analytic = platform.database === "sol";
  const none: SparseLatency = () => 0;
  const logits = analytic ? none : indexerTable(platform, op, "mqa_logits");
  const topKLast = analytic ? none : indexerTable(platform, op, "topk", "last");
  const topKFlat = analytic ? none : indexerTable(platform, op, "topk", "flat");
  return (_, batch, seq, prefix) => {
    const share = Math.ceil(seq / shards);
    return (
      base(batch, share, prefix, 0) +
      (logits(prefix, seq, batch) / shards - logits(prefix, share, batch)) +
      (topKLast(prefix, seq, batch) / shards - topKFlat(prefix, share, batch)) +
      gather(batch * seq * indexHeadDim, 0, 0, 0) +
      gather(batch * seq * (kvRank + ropeHeadDim), 0, 0, 0)
    );
  };
}

function indexerTable(
  {perf, database}: Platform,
  {architecture, shape}: DsaModule,
  kernel: "mqa_logits" | "topk",
  scoreMode?: "flat" | "last"
): SparseLatency {
  const table = `${architecture === "GlmMoeDsaForCausalLM" ? "glm5" : "dsv32"}_${kernel}` as const;
  const part = scoreMode ? [scoreMode] : [];
  const heads = measuredHeads(
    shape.heads,
    perf.keys(table, part).map(([count]) => count as number)
  );
  const grid = heads === undefined ? undefined : perf.grid(table, part, [heads]);
  if (!grid && database === "calibrated") return () => 0;
  if (!grid) return () => missing(`${perf.missingMessage(table, part)}; context parallelism of this model needs it`);
  return sparseLookup(grid, table);
}
