import {dtypeClass} from "../coefficients.js";
import {fmhaQuants, gemmQuants} from "../quant.js";
import {decodeMlaModuleRoofline, decodeMlaRoofline, mlaBmmRoofline, prefillMlaRoofline} from "../roofline.js";
import {shardedContext} from "./attention.js";
import {tableLatency} from "./table.js";
import type {Latency, Platform} from "./table.js";
import type {Kernel, Mla, MlaBmm, MlaModule} from "./op.js";

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
  const table = tableLatency(platform, {
    kind: "prefill_mla",
    dtype: dtypeClass(mode),
    table: op.kind === "prefill_mla_module" ? "prefill_mla_module" : "prefill_mla",
    part: op.kind === "prefill_mla_module" ? [fmha, kvCache, (op as MlaModule).gemm] : [fmha, kvCache],
    roofline: (heads, seq, batch) => prefillMlaRoofline(system, batch, seq, 0, heads, mode, kvCache),
    sqrtAxis: 1
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
  const table = tableLatency(platform, {
    kind: "decode_mla",
    dtype: kvCache === "fp8" ? "fp8" : "bf16",
    table: gemm ? "decode_mla_module" : "decode_mla",
    part: gemm ? [fmha, kvCache, (op as MlaModule).gemm] : [kvCache],
    roofline: gemm
      ? (heads, batch, seq) => decodeMlaModuleRoofline(system, batch, seq, heads, kvCache, gemm)
      : (heads, batch, seq) => decodeMlaRoofline(system, batch, seq, heads, kvCache)
  });
  return (batch, seq) => table(heads, batch, seq, 0);
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
  const analytic = database === "sol" || database === "roofline";
  const operation = side === "pre" ? "mla_gen_pre" : "mla_gen_post";
  const tabled = analytic || perf.keys("mla_bmm", []).some(([dtype]) => dtype === quant) ? quant : "bfloat16";
  return tableLatency(platform, {
    kind: "mla_bmm",
    dtype: dtypeClass(gemmQuants[quant]),
    table: "mla_bmm",
    part: [],
    key: [tabled, operation, heads],
    roofline: (tokens) => mlaBmmRoofline(system, tokens, heads, gemmQuants[quant])
  });
}
