/** What is communicated around experts, by backend and sharding: method.md §6.7, in units that tell the calls apart. */
import {describe, expect, it} from "vitest";
import {moeDispatchKernel} from "../../../engine/ops/dispatch.js";
import type {MoeDispatch} from "../../../engine/ops/op.js";
import type {Backend} from "../../../engine/index.js";
import {literalPlatform, literalSystem} from "../literal-tables.js";

/** Latencies are elements · 1 (all-reduce), · 1,000 (all_gather) or · 1,000,000 (reduce_scatter), whatever the group. */
const groups = [2, 4, 8];
const tables = [
  {table: "custom_allreduce" as const, rows: groups.map((gpus) => [gpus, 1, 1])},
  {
    table: "nccl" as const,
    rows: groups.flatMap((gpus) => [
      ["half", "all_gather", gpus, 1, 1e3],
      ["half", "reduce_scatter", gpus, 1, 1e6]
    ])
  }
];

const [ar, gather, scatter] = [1, 1e3, 1e6];

function ask(backend: Backend, sizes: Partial<MoeDispatch>, smVersion = 90): [pre: number, post: number] {
  const platform = literalPlatform(tables, {backend, system: {...literalSystem, smVersion}});
  const kernel = (side: "pre" | "post") =>
    moeDispatchKernel(platform, {
      kind: "moe_dispatch",
      name: "d",
      count: 1,
      side,
      phase: "prefill",
      hidden: 10,
      moeTp: 1,
      moeEp: 8,
      dp: 1,
      cp: 1,
      quant: "bfloat16",
      ...sizes
    })(4, 1, 0, 0);
  return [kernel("pre"), kernel("post")];
}

const one = 40; // 4 tokens of 10
const all = 8 * one;

describe("dispatch and combine", () => {
  it.each([
    ["trtllm", "tensor parallel attention", {dp: 1}, ar * one, ar * one],
    ["trtllm", "data parallel attention", {dp: 8}, gather * all, scatter * all],
    ["trtllm", "one GPU", {moeEp: 1}, 0, 0],
    ["vllm", "tensor parallel attention", {dp: 1}, ar * one, ar * one],
    ["vllm", "data parallel attention", {dp: 8}, gather * all, scatter * all],
    ["vllm", "both", {dp: 4}, ar * one + gather * 4 * one, ar * one + scatter * 4 * one],
    ["sglang", "tensor parallel attention", {dp: 1}, ar * one, ar * one],
    ["sglang", "data parallel attention", {dp: 8}, gather * all, scatter * all],
    ["sglang", "both", {dp: 4}, scatter * one + gather * 4 * one, scatter * 4 * one + gather * one],
    ["sglang", "context parallel prefill", {cp: 8}, gather * one, scatter * one],
    ["sglang", "context parallel decode", {cp: 8, phase: "decode"}, 0, ar * one]
  ] as [Backend, string, Partial<MoeDispatch>, number, number][])("%s, %s", (backend, _, sizes, pre, post) => {
    expect(ask(backend, sizes)).toEqual([pre, post]);
  });

  it.each([
    ["nvfp4", 1 / 4 + 1 / 32],
    ["fp8_block", 1 / 2],
    ["bfloat16", 1]
  ] as const)("on Blackwell sends %s activations quantised, and combines in bf16", (quant, share) => {
    expect(ask("trtllm", {dp: 8, quant}, 100)).toEqual([gather * all * share, scatter * all]);
    expect(ask("trtllm", {dp: 8, quant}, 103)).toEqual([gather * all, scatter * all]);
    expect(ask("trtllm", {dp: 1, quant}, 100)).toEqual([ar * one, ar * one]);
  });
});
