import {dtypeClass} from "../coefficients.js";
import {fmhaQuants, gemmQuants, kvCacheQuants} from "../quant.js";
import type {FmhaQuant, GemmQuant, KvCacheQuant, QuantMode} from "../quant.js";
import {decodeMlaModuleRoofline, decodeMlaRoofline, mlaBmmRoofline, prefillMlaRoofline} from "../roofline.js";
import {runnableMode, sameMode} from "../transfer.js";
import {rank, weaken} from "../trace.js";
import {shardedContext} from "./attention.js";
import {byOctaves, gridCloud, typesByLikeness, worseTier} from "./ladder.js";
import type {Rung} from "./ladder.js";
import {tableLatency, withError} from "./table.js";
import type {Latency, Platform} from "./table.js";
import type {Kernel, Mla, MlaBmm, MlaModule} from "./op.js";
import type {GridRoofline} from "../grid.js";
import type {TableName} from "../schema.js";

/** Multi-head latent attention, alone or as a whole block. Source: method.md §6.5. */
export function mlaKernel(platform: Platform, op: Mla | MlaModule): Kernel {
  const latency = mlaLatency(platform, op);
  if (op.kind === "decode_mla" || op.kind === "decode_mla_module") return (_, batch, seq) => latency(batch, seq, 0, 0);
  const {contextShards = 1} = op;
  if (contextShards === 1) return (_, batch, seq, prefix) => latency(batch, seq, prefix, 0);
  return (_, batch, seq, prefix) => shardedContext(latency, contextShards, batch, seq, prefix);
}

/** Prefill: latency(batch, new tokens, prefix). Decode: latency(batch, full length). */
export function mlaLatency(platform: Platform, op: Mla | MlaModule): Latency {
  const decode = op.kind === "decode_mla" || op.kind === "decode_mla_module";
  return decode ? decodeLatency(platform, op) : prefillLatency(platform, op);
}

function prefillLatency(platform: Platform, op: Mla | MlaModule): Latency {
  const {heads, fmha, kvCache} = op;
  const {system, database} = platform;
  const mode = fmhaQuants[fmha];
  if (database === "sol")
    return (batch, seq, prefix) => prefillMlaRoofline(system, batch, seq + prefix, prefix, heads, mode, kvCache);
  const rooflineOf =
    (mode: QuantMode, kv: KvCacheQuant): GridRoofline =>
    (heads, seq, batch) =>
      prefillMlaRoofline(system, batch, seq, 0, heads, mode, kv);
  const name = op.kind === "prefill_mla_module" ? "prefill_mla_module" : "prefill_mla";
  const part = op.kind === "prefill_mla_module" ? [fmha, kvCache, (op as MlaModule).gemm] : [fmha, kvCache];
  const table = tableLatency(platform, {
    kind: "prefill_mla",
    dtype: dtypeClass(mode),
    table: name,
    part,
    roofline: rooflineOf(mode, kvCache),
    sqrtAxis: 1,
    transferRoofline: rooflineOf(runnableMode(system, mode), kvCache),
    ladder: () =>
      typeLadder(platform, name, part, mlaModes, ([fmha, kv]) =>
        rooflineOf(fmhaQuants[fmha as FmhaQuant], kv as KvCacheQuant)
      )
  });
  return (batch, seq, prefix) => {
    const full = seq + prefix;
    return (table(heads, full, batch, 0) * (full * full - prefix * prefix)) / (full * full);
  };
}

function decodeLatency(platform: Platform, op: Mla | MlaModule): Latency {
  const {heads, fmha, kvCache} = op;
  const {system} = platform;
  const gemm = op.kind === "decode_mla_module" ? gemmQuants[(op as MlaModule).gemm] : undefined;
  const rooflineOf =
    (kv: KvCacheQuant, gemm?: QuantMode): GridRoofline =>
    (heads, batch, seq) =>
      gemm
        ? decodeMlaModuleRoofline(system, batch, seq, heads, kv, gemm)
        : decodeMlaRoofline(system, batch, seq, heads, kv);
  const name = gemm ? "decode_mla_module" : "decode_mla";
  const part = gemm ? [fmha, kvCache, (op as MlaModule).gemm] : [kvCache];
  const table = tableLatency(platform, {
    kind: "decode_mla",
    dtype: kvCache === "fp8" ? "fp8" : "bf16",
    table: name,
    part,
    roofline: rooflineOf(kvCache, gemm),
    ladder: () =>
      gemm
        ? typeLadder(platform, name, part, mlaModes, ([, kv, gemm]) =>
            rooflineOf(kv as KvCacheQuant, gemmQuants[gemm as GemmQuant])
          )
        : typeLadder(platform, name, part, decodeMlaModes, ([kv]) => rooflineOf(kv as KvCacheQuant))
  });
  return (batch, seq) => table(heads, batch, seq, 0);
}

const mlaModes = ([fmha, kv, gemm]: readonly string[]) => [
  fmhaQuants[fmha as FmhaQuant],
  kvCacheQuants[kv as KvCacheQuant],
  ...(gemm ? [gemmQuants[gemm as GemmQuant]] : [])
];
const decodeMlaModes = ([kv]: readonly string[]) => [kvCacheQuants[kv as KvCacheQuant]];

/** Other types of a table whose parts are types only, most alike first. Ours: the reference has no such step. */
function* typeLadder(
  platform: Platform,
  table: TableName,
  part: readonly string[],
  modesOf: (part: readonly string[]) => readonly QuantMode[],
  rooflineOf: (part: readonly string[]) => GridRoofline
): Iterable<Rung> {
  const asked = {part, modes: modesOf(part)};
  for (const {part, tier} of typesByLikeness(platform.perf, table, asked, modesOf)) {
    const grid = tier === "own" ? undefined : platform.perf.grid(table, part);
    const roofline = rooflineOf(part);
    if (grid) yield {tier, cloud: gridCloud(platform, grid, roofline), roofline, scale: 1};
  }
}

/** One token per sequence, whatever enters the iteration. */
export function mlaBmmKernel(platform: Platform, op: MlaBmm): Kernel {
  const latency = mlaBmmLatency(platform, op);
  return (_, batch) => latency(batch, 0, 0, 0);
}

/** latency(tokens). A dtype that was not measured is read from the bf16 rows. */
export function mlaBmmLatency(
  platform: Platform,
  {heads, quant, side}: Omit<MlaBmm, "kind" | "name" | "count">
): Latency {
  const {system, perf, database} = platform;
  const operation = side === "pre" ? "mla_gen_pre" : "mla_gen_post";
  const keys = database === "sol" ? [] : (perf.keys("mla_bmm", []) as [GemmQuant, string, number][]);
  const tabled = database === "sol" || keys.some(([dtype]) => dtype === quant) ? quant : "bfloat16";
  const rooflineOf =
    (heads: number, mode: QuantMode): GridRoofline =>
    (tokens) =>
      mlaBmmRoofline(system, tokens, heads, mode);
  const table = tableLatency(platform, {
    kind: "mla_bmm",
    dtype: dtypeClass(gemmQuants[quant]),
    table: "mla_bmm",
    part: [],
    key: [tabled, operation, heads],
    roofline: rooflineOf(heads, gemmQuants[quant]),
    keyRoofline: ({0: heads}) => rooflineOf(heads, gemmQuants[quant]),
    // Other head counts are ours.
    ladder: function* () {
      const dtypes = [...new Set<GemmQuant>([tabled, ...keys.map(([dtype]) => dtype)])];
      for (const dtype of dtypes)
        for (const count of byOctaves(
          keys.map(([, , count]) => count),
          heads
        )) {
          const grid = perf.grid("mla_bmm", [], [dtype, operation, count]);
          if (!grid) continue;
          const mode = gemmQuants[dtype];
          const tier = dtype === quant ? "own" : sameMode(mode, gemmQuants[quant]) ? "xquant" : "xprofile";
          const cloud = gridCloud(platform, grid, rooflineOf(count, mode));
          yield {
            tier: worseTier<Rung["tier"]>(tier, count === heads ? "own" : "xshape"),
            cloud,
            roofline: rooflineOf(count, mode),
            scale: 1
          };
        }
    }
  });
  if (tabled === quant) return table;
  return withError("mla_bmm", (a, b, c, d) => {
    weaken(rank.xprofile);
    return table(a, b, c, d);
  });
}
