/** Kernels of layers whose memory of the past has a fixed size: Mamba-2 and gated delta nets. Source: method.md §6.9. */
import {gdnRoofline, mamba2Roofline} from "../roofline.js";
import {rank, weaken} from "../trace.js";
import type {GridRoofline} from "../grid.js";
import type {Backend} from "../schema.js";
import type {Gdn, Kernel, Mamba2} from "./op.js";
import {tableLatency, withError} from "./table.js";
import type {Latency, Platform} from "./table.js";

type StateSpace = Mamba2 | Gdn;

/** Names of the kernels that serving engines run. */
const mambaKernels = {
  prefill: {conv: "causal_conv1d_fn", scan: "mamba_chunk_scan_combined"},
  decode: {conv: "causal_conv1d_update", scan: "selective_state_update"}
} as const;
const gdnKernels = {
  prefill: {conv: "causal_conv1d_fn", scan: "chunk_gated_delta_rule"},
  decode: {conv: "causal_conv1d_update", scan: "fused_sigmoid_gating_delta_rule_update"}
} as const;

/** vLLM's prefill kernel computes the gate too. */
const kdaKernels = (backend: Backend) =>
  ({
    prefill: {conv: "causal_conv1d_fn_qkv3", scan: backend === "vllm" ? "chunk_kda_with_fused_gate" : "chunk_kda"},
    decode: {conv: "causal_conv1d_update", scan: "fused_recurrent_kda_packed_decode"}
  }) as const;

/**
 * Kernels measured under another name than the one that runs. All released tables hold Qwen3.5's decode recurrence as
 * `fused_recurrent_gated_delta_rule`; without this entry it would be its speed of light, as in the reference (quirk 41).
 */
export const kernelAliases: Record<string, string> = {
  fused_sigmoid_gating_delta_rule_update: "fused_recurrent_gated_delta_rule"
};

/** Table and part that a kernel is looked up in. */
export function stateSpaceSlice(op: StateSpace, backend: Backend) {
  const kernels = {mamba2: mambaKernels, gdn: gdnKernels, kda: kdaKernels(backend)}[op.kind];
  const kernel = kernels[op.phase][op.part];
  return {table: `${op.kind}_${op.phase}`, part: [kernelAliases[kernel] ?? kernel]} as const;
}

/** Of one layer. In prefill `seq` new tokens of each sequence, in decode one: what is cached does not change the time. */
export function stateSpaceKernel(platform: Platform, op: StateSpace): Kernel {
  const latency = stateSpaceLatency(platform, op);
  if (op.phase === "decode") return (_, batch) => latency(batch, 0, 0, 0);
  return (_, batch, seq) => latency(batch, seq, 0, 0);
}

/**
 * Prefill: latency(batch, new tokens); decode: latency(batch). Rows of a model of the same hidden size stand in where
 * its own are missing. Kimi's delta attention has the bound of a gated delta net: method.md has none of its own. What no table answers is the speed of light, in every database mode. Source: method.md §4.1.
 */
export function stateSpaceLatency(platform: Platform, op: StateSpace): Latency {
  const {table, part} = stateSpaceSlice(op, platform.backend);
  const light: GridRoofline = (batch, seq) => speedOfLight(platform, op, batch, op.phase === "decode" ? 1 : seq);
  const wanted = keyOf(op);
  const key = readsTables(platform) && platform.perf.has(table, part) ? measuredKey(platform, op, wanted) : wanted;
  const stoodIn = key.some((value, i) => value !== wanted[i]);
  const query = {kind: "elementwise", dtype: "bf16", table, part, key, roofline: light} as const;
  const looked = tableLatency(platform, query);
  return withError("elementwise", (batch, seq, c, d) => {
    const ms = looked(batch, seq, c, d);
    if (ms !== ms) {
      weaken(rank.roofline);
      return light(batch, seq, c, d);
    }
    if (stoodIn) weaken(rank.xshape);
    return ms;
  });
}

function readsTables({database}: Platform): boolean {
  return database !== "sol";
}

function speedOfLight({system}: Platform, op: StateSpace, batch: number, seq: number): number {
  return op.kind === "mamba2" ? mamba2Roofline(system, batch * seq, op) : gdnRoofline(system, batch, seq, op);
}

function keyOf(op: StateSpace): number[] {
  return op.kind === "mamba2"
    ? [op.hidden, op.stateSize, op.convTokens, op.heads, op.headDim, op.groups, op.chunkTokens]
    : [op.hidden, op.keyHeads, op.keyHeadDim, op.valueHeads, op.valueHeadDim, op.convTokens];
}

/** The model's own key, else that of the same hidden size: Mamba-2 the first, a delta net the nearest in value heads. */
function measuredKey({perf, backend}: Platform, op: StateSpace, wanted: number[]): number[] {
  const {table, part} = stateSpaceSlice(op, backend);
  const keys = perf.keys(table, part) as number[][];
  if (keys.some((key) => key.every((value, i) => value === wanted[i]))) return wanted;
  const alike = keys.filter(([hidden]) => hidden === op.hidden);
  if (op.kind !== "mamba2") alike.sort((a, b) => Math.abs(a[3] - op.valueHeads) - Math.abs(b[3] - op.valueHeads));
  return alike[0] ?? wanted;
}
