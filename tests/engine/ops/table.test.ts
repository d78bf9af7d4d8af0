/** Laws that hold for every measured operator, whatever its table. Method.md §4.1, §5. */
import {beforeEach, describe, expect, it} from "vitest";
import {speedOfLightMs} from "../../../engine/speed-of-light.js";
import {queryOp} from "../../../engine/query.js";
import {tables} from "../../../engine/schema.js";
import type {Platform} from "../../../engine/ops/table.js";
import type {TableName} from "../../../engine/schema.js";
import {rank, trace} from "../../../engine/trace.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";
import type {LiteralSlice} from "../literal-tables.js";

beforeEach(() => void Object.assign(trace, {rank: rank.measured, miss: ""}));

type Axes = Record<string, number>;

interface Case {
  table: TableName;
  part?: string[];
  key?: (string | number)[];
  /** Fields of a question at a row of the table. */
  ask: (at: Axes) => Record<string, unknown>;
}

const moe = {topK: 2, experts: 8, hidden: 512, inter: 256, moeEp: 2, distribution: "balanced"};
const shape = {kvHeads: 2, headDim: 128, kvCacheQuant: "fp8"};
const seqs = ({heads, batch, seq}: Axes) => ({heads, b: batch, s: seq});
const attention = (at: Axes) => ({...shape, ...seqs(at)});

const state = {hidden: 256, convTokens: 4, phase: "prefill", part: "scan"};
const net = {...state, keyHeads: 2, keyHeadDim: 64, valueHeads: 4, valueHeadDim: 32};
const mamba = {...state, stateSize: 16, heads: 8, headDim: 64, groups: 2, chunkTokens: 128};
const types = {kvCacheQuant: "fp8", gemmQuant: "fp8_block"};
const block = (at: Axes) => ({...types, ...seqs(at), prefix: at.prefix});
const dsa = "DeepseekV32ForCausalLM";

/** Whole blocks, state-space layers and what wide expert parallelism runs; the key of a wide-EP table is `moe`'s. */
const blockCases: Case[] = [
  {table: "mamba2_prefill", part: ["mamba_chunk_scan_combined"], key: [256, 16, 4, 8, 64, 2, 128], ask: ({batch, seq}) => ({op: "mamba2", ...mamba, b: batch, s: seq})},
  {table: "mamba2_decode", part: ["selective_state_update"], key: [256, 16, 4, 8, 64, 2, 128], ask: ({batch}) => ({op: "mamba2", ...mamba, phase: "decode", b: batch})},
  {table: "gdn_prefill", part: ["chunk_gated_delta_rule"], key: [256, 2, 64, 4, 32, 4], ask: ({batch, seq}) => ({op: "gdn", ...net, b: batch, s: seq})},
  {table: "gdn_decode", part: ["fused_recurrent_gated_delta_rule"], key: [256, 2, 64, 4, 32, 4], ask: ({batch}) => ({op: "gdn", ...net, phase: "decode", b: batch})},
  {table: "kda_prefill", part: ["chunk_kda"], key: [256, 2, 64, 4, 32, 4], ask: ({batch, seq}) => ({op: "kda", ...net, b: batch, s: seq})},
  {table: "dsa_prefill_module", part: ["bfloat16", "fp8", "fp8_block", dsa, "trtllm"], ask: (at) => ({op: "contextDsaModule", architecture: dsa, ...block(at)})},
  {table: "dsa_decode_module", part: ["fp8", "fp8_block", dsa, "trtllm"], ask: (at) => ({op: "generationDsaModule", architecture: dsa, ...block(at)})},
  {table: "msa_prefill_module", part: ["bfloat16", "fp8", "fp8_block"], ask: (at) => ({op: "contextMsaModule", ...block(at)})},
  {table: "msa_decode_module", part: ["bfloat16", "fp8", "fp8_block"], ask: (at) => ({op: "generationMsaModule", ...block(at)})},
  {table: "dsv4_prefill_module", part: ["bfloat16", "fp8", "fp8_block"], key: [16, 4], ask: (at) => ({op: "contextDsv4Module", variant: "flash", compressRatio: 4, ...block(at), heads: 16})},
  {table: "dsv4_decode_module", part: ["fp8", "fp8_block"], key: [128, 128], ask: (at) => ({op: "generationDsv4Module", variant: "pro", compressRatio: 128, ...block(at), heads: 128})},
  {table: "mhc", part: ["post"], key: [4, 4096], ask: ({tokens}) => ({op: "mhc", side: "post", hidden: 4096, tokens})},
  {table: "wideep_prefill_mla", part: ["fa3", "fp8_block", "fp8"], ask: (at) => ({op: "contextWideEpMla", kernel: "fa3", ...block(at), fmhaQuant: "fp8_block"})},
  {table: "wideep_decode_mla", part: ["fa3", "fp8"], ask: (at) => ({op: "generationWideEpMla", kernel: "fa3", ...block(at), fmhaQuant: "fp8"})},
  {table: "wideep_moe", part: ["moe_torch_flow", "fp8", "balanced"], key: [2, 8, 512, 256, 1, 2, 10], ask: ({tokens}) => ({op: "wideEpMoe", ...moe, slots: 10, quant: "fp8", tokens})},
  {table: "wideep_prefill_moe", part: ["fp8", "balanced"], key: [2, 8, 512, 256, 1, 2], ask: ({tokens}) => ({op: "deepEpMoe", ...moe, phase: "prefill", quant: "fp8", tokens})},
  {table: "wideep_decode_moe", part: ["fp8", "balanced"], key: [2, 8, 512, 256, 1, 2], ask: ({tokens}) => ({op: "deepEpMoe", ...moe, phase: "decode", quant: "fp8", tokens})},
  {table: "trtllm_alltoall", part: ["DeepEPLowLatency", "fp8"], key: ["alltoall_combine", 1, 512, 2, 8, 4], ask: ({tokens}) => ({op: "alltoall", side: "post", hidden: 512, topK: 2, experts: 8, moeEp: 4, quant: "fp8", tokens})}
]; // prettier-ignore

/** Measured without a bound. */
const boundless: Case[] = [
  {table: "deepep_normal", key: [2, 512, 2, 8], ask: ({sms, tokens}) => ({op: "deepEp", phase: "prefill", nodes: 2, hidden: 512, topK: 2, experts: 8, sms, tokens})},
  {table: "deepep_low_latency", key: [2, 512, 2, 8], ask: ({tokens}) => ({op: "deepEp", phase: "decode", nodes: 2, hidden: 512, topK: 2, experts: 8, tokens})},
  {table: "kda_decode", part: ["fused_recurrent_kda_packed_decode"], key: [256, 2, 64, 4, 32, 4], ask: ({batch}) => ({op: "kda", ...net, phase: "decode", b: batch})},
  {table: "mamba2_prefill", part: ["causal_conv1d_fn"], key: [256, 16, 4, 8, 64, 2, 128], ask: ({batch, seq}) => ({op: "mamba2", ...mamba, part: "conv", b: batch, s: seq})}
]; // prettier-ignore

const cases: Case[] = [
  {table: "gemm", part: ["fp8"], ask: ({n, k, m}) => ({op: "gemm", n, k, m, quant: "fp8"})},
  {table: "compute_scale", part: ["fp8"], ask: ({m, k}) => ({op: "computeScale", m, k})},
  {table: "scale_matrix", part: ["fp8"], ask: ({m, k}) => ({op: "scaleMatrix", m, k})},
  {table: "prefill_attention", part: ["bfloat16", "fp8", "128"], key: [2, 0], ask: (at) => ({op: "contextAttention", ...attention(at)})},
  {table: "encoder_attention", part: ["bfloat16", "128"], ask: (at) => ({op: "encoderAttention", ...attention(at), fmhaQuant: "bfloat16"})},
  {table: "prefill_mla", part: ["bfloat16", "fp8"], ask: (at) => ({op: "contextMla", ...attention(at)})},
  {table: "prefill_mla_module", part: ["bfloat16", "fp8", "fp8"], ask: (at) => ({op: "contextMlaModule", ...attention(at), gemmQuant: "fp8"})},
  {table: "decode_mla", part: ["fp8"], ask: (at) => ({op: "generationMla", ...attention(at)})},
  {table: "decode_mla_module", part: ["bfloat16", "fp8", "fp8"], ask: (at) => ({op: "generationMlaModule", ...attention(at), gemmQuant: "fp8"})},
  {table: "mla_bmm", key: ["fp8", "mla_gen_pre", 16], ask: ({tokens}) => ({op: "mlaBmm", heads: 16, quant: "fp8", pre: true, tokens})},
  {table: "moe", part: ["fp8", "balanced"], key: [2, 8, 512, 256, 1, 2], ask: ({tokens}) => ({op: "moe", ...moe, quant: "fp8", tokens})},
  {table: "custom_allreduce", key: [4], ask: ({elements}) => ({op: "customAllReduce", tp: 4, elements})},
  {table: "nccl", key: ["half", "all_gather", 4], ask: ({elements}) => ({op: "nccl", operation: "all_gather", gpus: 4, quant: "half", elements})}
]; // prettier-ignore

const sizes = [64, 256, 1024];

/** Every combination of three sizes on each axis, at half of the speed of light (any time where there is none) and slower for odd rows. */
function slice({table, part = [], key = []}: Case): LiteralSlice {
  const axes = tables[table].axes as readonly string[];
  const points = axes.reduce<number[][]>((rows, _) => rows.flatMap((row) => sizes.map((size) => [...row, size])), [[]]);
  const names = [...tables[table].key, ...axes];
  const rows = points.map((point, i) => {
    const at = Object.fromEntries(names.map((name, j) => [name, [...key, ...point][j]]));
    return [...key, ...point, (speedOfLightMs(table, part, at, literalSystem) || 1 + i) * (2 + (i % 2))];
  });
  return {table, part, rows};
}

const points = ({table}: Case, rows: LiteralSlice["rows"]) =>
  rows.map((row) => {
    const axes = tables[table].axes as readonly string[];
    const numbers = row.slice(-axes.length - 1) as number[];
    return {at: Object.fromEntries(axes.map((axis, i) => [axis, numbers[i]])), ms: numbers[axes.length]};
  });

const named = cases.map((c) => [c.table, c] as const);
const namedBlocks = blockCases.map((c) => [c.table, c] as const);
const namedOfAll = [...cases, ...blockCases, ...boundless].map((c) => [c.table, c] as const);
const between: Axes = {n: 400, k: 400, m: 400, heads: 100, seq: 600, batch: 90, tokens: 500, elements: 700};
const beyond: Axes = {n: 1500, k: 1000, m: 9000, heads: 100, seq: 9000, batch: 9000, tokens: 9000, elements: 9000};

describe("every measured operator", () => {
  it.each(namedOfAll)("%s answers each of its rows verbatim", (_, c) => {
    const {rows} = slice(c);
    const platform = literalPlatform([slice(c)]);
    const exact = {mode: "silicon", source: "measured", tier: "own", error: {p50: 0, p90: 0}};
    for (const {at, ms} of points(c, rows)) expect(queryOp(platform, c.ask(at))).toEqual({latencyMs: ms, ...exact});
  });

  it.each(namedBlocks)("%s has the bound of its row", (_, c) => {
    const {part = [], key = []} = c;
    const keys = Object.fromEntries(tables[c.table].key.map((name, i) => [name, key[i]]));
    const sol = literalPlatform([], {database: "sol"});
    for (const {at} of points(c, slice(c).rows)) {
      const light = speedOfLightMs(c.table, part, {...keys, ...at}, literalSystem);
      expect(queryOp(sol, c.ask(at)).latencyMs / light).toBeCloseTo(1, 12);
    }
  });

  it.each(named)("%s says how it answers between its rows and beyond them", (_, c) => {
    const platform = literalPlatform([slice(c)]);
    expect(queryOp(platform, c.ask(between)).source).toBe("interpolated");
    expect(queryOp(platform, c.ask(beyond)).source).toBe("extrapolated");
  });

  it.each(named)("%s in hybrid is silicon wherever that answers", (_, c) => {
    const ask = (database: Platform["database"], at: Axes) => queryOp(literalPlatform([slice(c)], {database}), c.ask(at)); // prettier-ignore
    for (const at of [points(c, slice(c).rows)[0].at, between, beyond])
      expect(ask("hybrid", at)).toEqual({...ask("silicon", at), mode: "hybrid"});
  });

  it.each(named)("%s in empirical reaches the table's own utilisation at its rows", (_, c) => {
    if (c.table === "compute_scale" || c.table === "scale_matrix") return; // These have no other estimate.
    const platform = literalPlatform([slice(c)], {database: "empirical"});
    for (const {at, ms} of points(c, slice(c).rows)) {
      const {latencyMs, source} = queryOp(platform, c.ask(at));
      expect(latencyMs / ms).toBeCloseTo(1, 9);
      expect(source).toBe("empirical");
    }
  });

  it.each(named)("%s is raised to the speed of light where asked, and only there", (_, c) => {
    const {rows, ...rest} = slice(c);
    const fast = {...rest, rows: rows.map((row) => [...row.slice(0, -1), (row[row.length - 1] as number) / 100])};
    const [{at, ms}] = points(c, fast.rows);
    const kept = queryOp(literalPlatform([fast]), c.ask(at)).latencyMs;
    const light = queryOp(literalPlatform([], {database: "sol"}), c.ask(at)).latencyMs;
    expect(kept).toBe(c.table === "gemm" ? light : ms);
    if (c.table === "compute_scale" || c.table === "scale_matrix") return;
    expect(queryOp({...literalPlatform([fast]), clampToLight: true}, c.ask(at)).latencyMs).toBe(light);
  });
});
