import {dtypeClass} from "../coefficients.js";
import type {GridRoofline} from "../grid.js";
import {fmhaQuants, gemmQuants, moeQuants} from "../quant.js";
import {dsv4Roofline, mhcRoofline} from "../roofline-sparse.js";
import type {Dsv4Shape, Step} from "../roofline-sparse.js";
import {moeRoofline} from "../roofline.js";
import {missing, rank, weaken} from "../trace.js";
import {ncclLatency} from "./collective.js";
import {modesOf} from "./dsa.js";
import {gridCloud, typesByLikeness} from "./ladder.js";
import type {Rung} from "./ladder.js";
import type {Dsv4Module, Kernel, MegaMoe, Mhc} from "./op.js";
import {clampedLookup, measuredHeads, sparseLookup} from "./sparse-table.js";
import type {SparseLatency} from "./sparse-table.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform} from "./table.js";

type Dsv4Query = Omit<Dsv4Module, "name" | "count">;

/** One layer's attention of DeepSeek-V4, projections and compressor included. Source: method.md §6.9. */
export function dsv4Kernel(platform: Platform, op: Dsv4Module): Kernel {
  const {contextShards = 1} = op;
  if (op.kind === "dsv4_decode_module") {
    const latency = dsv4Latency(platform, op);
    return (_, batch, seq) => latency(batch, seq, 0, 0);
  }
  if (contextShards > 1) return contextParallelKernel(platform, op, contextShards);
  const latency = dsv4Latency(platform, op);
  return (_, batch, seq, prefix) => latency(batch, seq, prefix, 0);
}

/**
 * Prefill: latency(batch, new tokens, prefix). Decode: latency(batch, full length).
 *
 * Tables are of some head counts only. One that was not measured is read at another's, its utilisation held; the
 * reference takes that other's latency as it stands.
 */
export function dsv4Latency(platform: Platform, op: Dsv4Query): Latency {
  const {database} = platform;
  const {fmha, kvCache, gemm, shape} = op;
  const decode = op.kind === "dsv4_decode_module";
  const part = decode ? [kvCache, gemm] : [fmha, kvCache, gemm];
  const analytic = database === "sol";
  const heads = analytic ? shape.heads : (headsIn(platform, op, part) ?? shape.heads);
  const at = (heads: number) => gridRoofline(platform, op, heads);
  const [roofline, measuredRoofline] = [at(shape.heads), at(heads)];
  const table = tableLatency(platform, {
    kind: decode ? "decode_mla" : "prefill_mla",
    dtype: decode ? (kvCache === "fp8" ? "fp8" : "bf16") : dtypeClass(fmhaQuants[fmha]),
    table: op.kind,
    part,
    key: [heads, tabledRatio(shape)],
    roofline: measuredRoofline,
    rooflineOf: `${heads}`,
    ladder: () => typeRungs(platform, op, part)
  });
  const other = heads === shape.heads ? undefined : roofline;
  const scaled: Latency = other
    ? (a, b, c) => {
        const ms = table(a, b, c, 0);
        weaken(rank.xshape);
        return (ms * other(a, b, c, 0)) / measuredRoofline(a, b, c, 0);
      }
    : table;
  const correction = shape.compressRatio === 4 && !analytic ? topKCorrection(platform) : undefined;
  const corrected = (ms: number, prefix: number, seq: number, batch: number) =>
    correction ? Math.max(0, ms - correction(prefix, seq, batch)) : ms;
  return decode
    ? (batch, seq) => corrected(scaled(batch, seq, 0, 0), seq - 1, 1, batch)
    : (batch, seq, prefix) => corrected(scaled(prefix, seq, batch, 0), prefix, seq, batch);
}

/** Layers without compression are taken for those that compress most. */
function tabledRatio({compressRatio}: Dsv4Shape): number {
  return compressRatio === 4 ? 4 : 128;
}

function headsIn({perf}: Platform, {kind, shape}: Dsv4Query, part: readonly string[]): number | undefined {
  const keys = perf.keys(kind, part) as number[][];
  const ofRatio = keys.filter(([, ratio]) => ratio === tabledRatio(shape)).map(([heads]) => heads);
  return measuredHeads(shape.heads, ofRatio);
}

/** At a table's coordinates: (prefix, seq, batch) in prefill, (batch, seq) in decode. */
function gridRoofline(
  {system}: Platform,
  {kind, fmha, kvCache, gemm, shape}: Dsv4Query,
  heads = shape.heads
): GridRoofline {
  const groups = (shape.outputGroups * heads) / shape.heads;
  const at: Dsv4Shape = {...shape, heads, outputGroups: groups};
  const step: Step = {batch: 0, seq: 0, prefix: 0};
  const modes = {fmha: fmhaQuants[fmha], kvCache, gemm: gemmQuants[gemm]};
  if (kind === "dsv4_decode_module")
    return (batch, seq) => {
      [step.batch, step.seq] = [batch, seq];
      return dsv4Roofline(system, "decode", step, at, modes);
    };
  return (prefix, seq, batch) => {
    [step.prefix, step.seq, step.batch] = [prefix, seq, batch];
    return dsv4Roofline(system, "prefill", step, at, modes);
  };
}

/** Ours: other types of the same block. */
function* typeRungs(platform: Platform, op: Dsv4Query, part: string[]): Iterable<Rung> {
  const {perf} = platform;
  const named = (part: readonly string[]) => {
    const [fmha, kvCache, gemm] = part.length === 2 ? ["bfloat16", ...part] : part;
    return {fmha, kvCache, gemm} as Pick<Dsv4Query, "fmha" | "kvCache" | "gemm">;
  };
  const asked = {part, modes: modesOf(op)};
  for (const {part, tier} of typesByLikeness(perf, op.kind, asked, (part) => modesOf(named(part)))) {
    const heads = headsIn(platform, op, part);
    const grid = heads === undefined ? undefined : perf.grid(op.kind, part, [heads, tabledRatio(op.shape)]);
    if (!grid || tier === "own") continue;
    const roofline = gridRoofline(platform, {...op, ...named(part)}, heads);
    yield {tier, cloud: gridCloud(platform, grid, roofline, `${heads}`), scale: 1};
  }
}

/** What the measured top-k took longer on even scores than it does on real ones; nothing where it was not measured. */
function topKCorrection({perf}: Platform): SparseLatency | undefined {
  const [flat, real] = [perf.grid("dsv4_topk_calibration", ["flat"]), perf.grid("dsv4_topk_calibration", ["top_last"])];
  if (!flat || !real) return undefined;
  const [even, last] = [clampedLookup(flat), clampedLookup(real)];
  return (past, seq, batch) => Math.max(0, even(past, seq, batch) - last(past, seq, batch));
}

/** A prompt split over `shards` ranks. Source: method.md §6.9. */
function contextParallelKernel(platform: Platform, op: Dsv4Module, shards: number): Kernel {
  const {headDim, indexHeadDim, windowTokens, compressRatio} = op.shape;
  const base = dsv4Latency(platform, op);
  const gather = ncclLatency(platform, "all_gather", shards, "half");
  const analytic = platform.database === "sol";
  const indexed = compressRatio === 4;
  const none: SparseLatency = () => 0;
  const logits = indexed && !analytic ? logitsTable(platform, op) : none;
  const scores = platform.perf.grid("dsv4_topk_calibration", ["top_last"]);
  const topK = indexed && !analytic && scores ? clampedLookup(scores) : none;
  return (_, batch, seq, prefix) => {
    const share = Math.ceil(seq / shards);
    const seen = indexed
      ? logits(prefix, seq, batch) / shards -
        logits(prefix, share, batch) +
        (topK(prefix, seq, batch) / shards - topK(prefix, share, batch)) +
        gather(batch * seq * indexHeadDim, 0, 0, 0)
      : gather(batch * Math.min(seq, windowTokens) * headDim, 0, 0, 0);
    const compressed = compressRatio === 0 ? 0 : gather(batch * Math.floor(seq / compressRatio) * headDim, 0, 0, 0);
    return base(batch, share, prefix, 0) + seen + compressed;
  };
}

function logitsTable({perf, database}: Platform, {modelHeads}: Dsv4Module): SparseLatency {
  const table = "dsv4_paged_mqa_logits";
  const heads = measuredHeads(
    modelHeads,
    (perf.keys(table, []) as number[][]).filter(([, tp]) => tp === 1).map(([count]) => count)
  );
  const grid = heads === undefined ? undefined : perf.grid(table, [], [heads, 1]);
  if (!grid && database === "calibrated") return () => 0;
  if (!grid) return () => missing(`${perf.missingMessage(table, [])}; context parallelism of this model needs it`);
  return sparseLookup(grid, table);
}

/** Mixing of residual streams; always in bf16. */
export function mhcKernel(platform: Platform, op: Mhc): Kernel {
  const {side, streams, hidden, contextShards = 1} = op;
  const latency = tableLatency(platform, {
    kind: "elementwise",
    dtype: "bf16",
    table: "mhc",
    part: [side],
    key: [streams, hidden],
    roofline: (tokens) => mhcRoofline(platform.system, tokens, op),
    ladder: () => mhcRungs(platform, op)
  });
  return (tokens) => latency(Math.ceil(tokens / contextShards), 0, 0, 0);
}

/** Ours: another width of the model. */
function* mhcRungs(platform: Platform, op: Mhc): Iterable<Rung> {
  const {perf, system} = platform;
  const keys = perf.keys("mhc", [op.side]) as number[][];
  const far = ([streams, hidden]: number[]) =>
    Math.abs(Math.log2(streams / op.streams)) + Math.abs(Math.log2(hidden / op.hidden));
  for (const [streams, hidden] of keys.sort((a, b) => far(a) - far(b))) {
    const grid = perf.grid("mhc", [op.side], [streams, hidden])!;
    const roofline: GridRoofline = (tokens) => mhcRoofline(system, tokens, {...op, streams, hidden});
    yield {tier: "xshape", cloud: gridCloud(platform, grid, roofline), scale: 1};
  }
}

/** Dispatch, experts and combine of one rank's tokens in one kernel; measured only, as in the reference. */
export function megaMoeKernel(platform: Platform, op: MegaMoe): Kernel {
  const {perf, system} = platform;
  const {phase, hidden, inter, topK, experts, moeEp, dp, quant, distribution} = op;
  const parts = perf.entriesOf("dsv4_megamoe").map(({part}) => part);
  const asked = parts.filter((part) => part[0] === phase && part[3] === quant);
  const part = [distribution, "balanced"].flatMap((name) => asked.filter((part) => part[6] === name))[0] ??
    asked[0] ?? [phase, "", "", quant];
  const keys = perf.has("dsv4_megamoe", part) ? (perf.keys("dsv4_megamoe", part) as number[][]) : [];
  const wanted = [topK, experts, hidden, inter, 1, moeEp];
  const key = keys.find(([k, e, , h, i, tp, ep]) => [k, e, h, i, tp, ep].every((size, n) => size === wanted[n]));
  const shape = {hidden, inter, topK, experts, moeTp: 1, moeEp, gated: true};
  const latency = tableLatency(platform, {
    kind: "moe",
    dtype: dtypeClass(moeQuants[quant]),
    table: "dsv4_megamoe",
    part,
    key: key ?? [topK, experts, 0, hidden, inter, 1, moeEp],
    roofline: (tokens) => moeRoofline(system, tokens * moeEp, shape, moeQuants[quant])
  });
  return (tokens) => latency(Math.ceil((tokens * dp) / moeEp), 0, 0, 0);
}
