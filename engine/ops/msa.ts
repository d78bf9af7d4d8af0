import {dtypeClass} from "../coefficients.js";
import type {GridRoofline} from "../grid.js";
import {fmhaQuants, gemmQuants} from "../quant.js";
import {msaRoofline} from "../roofline-sparse.js";
import type {MsaShape, Step} from "../roofline-sparse.js";
import {dsaArchitectures, dsaGridRoofline} from "./dsa.js";
import {gridCloud, typesByLikeness} from "./ladder.js";
import type {Rung} from "./ladder.js";
import {modesOf} from "./dsa.js";
import type {DsaModule, Kernel, MsaModule} from "./op.js";
import {kvCacheQuants} from "../quant.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform} from "./table.js";

/** Utilisation of MiniMax-M3's block relative to GLM-5's at the same sizes. Source: method.md §4.2, msa_dsa_scale_k. */
const utilOverDsa = 1;

/** The architecture whose blocks stand in, GLM-5's. */
export const msaDonor = "GlmMoeDsaForCausalLM";

type MsaQuery = Omit<MsaModule, "name" | "count">;

/** The block with its projections and indexer. Source: method.md §4.1, §4.2. */
export function msaKernel(platform: Platform, op: MsaModule): Kernel {
  const latency = msaLatency(platform, op);
  if (op.kind === "msa_decode_module") return (_, batch, seq) => latency(batch, seq, 0, 0);
  const {contextShards = 1} = op;
  return (_, batch, seq, prefix) => latency(batch, Math.ceil(seq / contextShards), prefix, 0);
}

/** Prefill: latency(batch, new tokens, prefix). Decode: latency(batch, full length). */
export function msaLatency(platform: Platform, op: MsaQuery): Latency {
  const decode = op.kind === "msa_decode_module";
  const {fmha, kvCache, gemm, shape} = op;
  const {heads} = shape;
  const table = tableLatency(platform, {
    kind: decode ? "decode_attention" : "prefill_attention",
    dtype: decode ? (kvCache === "fp8" ? "fp8" : "bf16") : dtypeClass(fmhaQuants[fmha]),
    table: op.kind,
    part: [fmha, kvCache, gemm],
    roofline: msaGridRoofline(platform, op, shape),
    ladder: () => msaRungs(platform, op)
  });
  return decode
    ? (batch, seq) => table(heads, batch, seq, 0)
    : (batch, seq, prefix) => table(heads, prefix, seq, batch);
}

/** At a table's coordinates: (heads, prefix, seq, batch) in prefill, (heads, batch, seq) in decode. */
function msaGridRoofline(
  {system}: Platform,
  {kind, fmha, kvCache, gemm}: Pick<MsaQuery, "kind" | "fmha" | "kvCache" | "gemm">,
  shape: MsaShape
): GridRoofline {
  const step: Step = {batch: 0, seq: 0, prefix: 0};
  const modes = {fmha: fmhaQuants[fmha], kvCache, gemm: gemmQuants[gemm]};
  // The model has `kvHeads` of its heads per rank; other head counts of a table keep the ratio.
  const at: MsaShape = {...shape};
  const groups = shape.heads / shape.kvHeads;
  const sized = (heads: number) => {
    at.heads = heads;
    at.kvHeads = Math.max(1, Math.ceil(heads / groups));
  };
  if (kind === "msa_decode_module")
    return (heads, batch, seq) => {
      sized(heads);
      [step.batch, step.seq] = [batch, seq];
      return msaRoofline(system, "decode", step, at, modes);
    };
  return (heads, prefix, seq, batch) => {
    sized(heads);
    [step.prefix, step.seq, step.batch] = [prefix, seq, batch];
    return msaRoofline(system, "prefill", step, at, modes);
  };
}

/** Other types of the same block, then GLM-5's sparse attention of the asked types, then of others. */
function* msaRungs(platform: Platform, op: MsaQuery): Iterable<Rung> {
  const {perf} = platform;
  const asked = {part: [op.fmha, op.kvCache, op.gemm], modes: modesOf(op)};
  for (const {part, tier} of typesByLikeness(perf, op.kind, asked, (part) => modesOf(named(part)))) {
    const grid = tier === "own" ? undefined : perf.grid(op.kind, part);
    if (grid && tier !== "own")
      yield {
        tier,
        cloud: gridCloud(platform, grid, msaGridRoofline(platform, {...op, ...named(part)}, op.shape)),
        scale: 1
      };
  }
  const shape = dsaArchitectures[msaDonor];
  const kind: DsaModule["kind"] = op.kind === "msa_decode_module" ? "dsa_decode_module" : "dsa_prefill_module";
  const typed = kind === "dsa_decode_module" ? {...asked, part: [op.kvCache, op.gemm]} : asked;
  const known = typesByLikeness(perf, kind, typed, (part) => modesOf(named(part)));
  for (const {part} of known)
    for (const entry of perf.entriesOf(kind)) {
      if (![...part, msaDonor].every((value, i) => entry.part[i] === value)) continue;
      const grid = perf.grid(kind, entry.part);
      const cloud = grid && gridCloud(platform, grid, dsaGridRoofline(platform, kind, shape, named(part)), msaDonor);
      if (cloud) yield {tier: "xop", cloud, scale: utilOverDsa};
    }
}

/** Types by the names of a slice; a decode slice of sparse latent attention states no attention type. */
function named(part: readonly string[]) {
  const [fmha, kvCache, gemm] = part.length === 2 ? ["bfloat16", ...part] : part;
  return {
    fmha: fmha as keyof typeof fmhaQuants,
    kvCache: kvCache as keyof typeof kvCacheQuants,
    gemm: gemm as keyof typeof gemmQuants
  };
}
