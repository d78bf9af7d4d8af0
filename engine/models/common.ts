/** Operators that most families share. Sizes follow method.md §7.4; integer divisions are the reference's. */
import type {AllReduce, Elementwise, Embedding, Gemm, Op, P2p} from "../ops/op.js";
import {localKvHeads} from "./worker.js";
import type {Phase, WorkerSpec} from "./worker.js";

/** Integer division, as the tables were collected. */
export const div = (a: number, b: number) => Math.floor(a / b);

/** Builders bound to one worker and phase, so that sharding, types and context parallelism are stated once. */
export function builders(worker: WorkerSpec, phase: Phase) {
  const {model, parallel, quant} = worker;
  const {hiddenSize} = model;
  const {tp, pp, cp} = parallel;
  const contextShards = phase === "prefill" && cp > 1 ? cp : undefined;
  const sharded = <T extends object>(op: T): T => (contextShards ? {...op, contextShards} : op);

  const gemm = (name: string, count: number, n: number, k: number, more: Partial<Gemm> = {}): Gemm =>
    sharded({kind: "gemm", name, count, n, k, quant: quant.gemm, ...more});
  const elementwise = (name: string, count: number, dimIn: number, dimOut: number): Elementwise =>
    sharded({kind: "elementwise", name, count, dimIn, dimOut});
  const embedding = (rows: number): Embedding =>
    sharded({kind: "embedding", name: "embedding", count: 1, rows, cols: hiddenSize});
  const norm = (name: string, count: number) => elementwise(name, count, 2 * hiddenSize, 2 * hiddenSize);
  const allReduce = (name: string, count: number): AllReduce =>
    sharded({kind: "allreduce", name, count, hidden: hiddenSize, tp});
  const p2p = (): P2p => sharded({kind: "p2p", name: "p2p", count: pp - 1, hidden: hiddenSize, pp});
  const logits = () =>
    gemm("logits_gemm", 1, div(model.vocabSize, tp), hiddenSize, {quant: "bfloat16", perSequence: true});

  /** Grouped-query attention between its projections; in prefill under context parallelism KV is gathered after it. */
  const attention = (
    count: number,
    window = 0,
    kvHeads = localKvHeads(worker),
    headDim = model.headDim,
    heads = model.heads
  ): Op[] => {
    const shape = {
      name: "attention",
      count,
      heads: div(heads, tp),
      kvHeads,
      headDim,
      window,
      fmha: quant.fmha,
      kvCache: quant.kvCache
    };
    if (phase === "decode") return [{kind: "decode_attention", ...shape}];
    return [sharded({kind: "prefill_attention", ...shape, qkNorm: model.qkNorm})];
  };
  const qkv = (count: number, kvHeads = localKvHeads(worker), headDim = model.headDim) =>
    gemm("qkv_gemm", count, div(model.heads * headDim, tp) + 2 * kvHeads * headDim, hiddenSize);
  const projection = (count: number, more: Partial<Gemm> = {lowPrecisionInput: true}, headDim = model.headDim) =>
    gemm("proj_gemm", count, hiddenSize, div(model.heads * headDim, tp), more);

  /** Gate and up projection, activation, down projection. */
  const gatedFfn = (count: number, inter: number, prefix: "" | "shared_" = ""): Op[] => [
    gemm(`${prefix}gate_ffn1_gemm`, count, div(2 * inter, tp), hiddenSize),
    elementwise(`${prefix}act_gate`, count, div(2 * inter, tp), div(inter, tp)),
    gemm(`${prefix}ffn2_gemm`, count, hiddenSize, div(inter, tp), {lowPrecisionInput: true})
  ];

  /** Elements of KV cache that a token adds per layer, gathered over context-parallel ranks. */
  const contextGather = (kvBytesPerToken: number, count = model.layers): Op[] =>
    contextShards
      ? [
          {
            kind: "nccl",
            name: "cp_all_gather",
            count,
            operation: "all_gather",
            elementsPerToken: kvBytesPerToken / 2,
            gpus: contextShards
          }
        ]
      : [];

  return {
    gemm,
    elementwise,
    embedding,
    norm,
    allReduce,
    p2p,
    logits,
    attention,
    qkv,
    projection,
    gatedFfn,
    contextGather,
    contextShards
  };
}
