/** Speed of light in round numbers: 1 TB/s, 100 TFLOP/s bf16. Method.md §4. */
import {describe, expect, it} from "vitest";
import {commQuants, fmhaQuants, gemmQuants, moeQuants} from "../../engine/quant.js";
import * as light from "../../engine/roofline.js";
import {literalSystem as gpu} from "./literal-tables.js";

const bf16 = fmhaQuants.bfloat16;
const expert = {hidden: 512, inter: 256, topK: 2, experts: 8, moeTp: 1, moeEp: 2, gated: true};
const attention = {batch: 2, seq: 1000, prefix: 0, heads: 8, kvHeads: 2, headDim: 128, window: 0};

describe("speed of light", () => {
  it("is the larger of compute and memory, and tells both", () => {
    expect(light.gemmRoofline(gpu, 4096, 4096, 4096, gemmQuants.bfloat16)).toBeCloseTo((2 * 4096 ** 3) / 1e11, 12);
    expect(light.lastBound.memoryMs).toBeCloseTo((2 * 3 * 4096 ** 2) / 1e9, 12);
    expect(light.gemmRoofline(gpu, 1, 4096, 4096, gemmQuants.bfloat16)).toBeCloseTo((2 * (4096 ** 2 + 8192)) / 1e9, 12);
    expect(light.lastBound.computeMs).toBeCloseTo((2 * 4096 ** 2) / 1e11, 12);
  });

  it("of a GEMM takes the type's own rate where the GPU states one, of attention a multiple of bf16's", () => {
    const odd = {...gpu, fp8FlopsPerSec: 3e14, fp4FlopsPerSec: undefined};
    const big = [8192, 8192, 8192] as const;
    expect(light.gemmRoofline(odd, ...big, gemmQuants.fp8)).toBeCloseTo((2 * 8192 ** 3) / 3e11, 9);
    expect(light.gemmRoofline(odd, ...big, gemmQuants.nvfp4)).toBeCloseTo((2 * 8192 ** 3) / 4e11, 9);
    const long = {...attention, seq: 50_000};
    const bf16Ms = light.prefillAttentionRoofline(odd, long, bf16, "bfloat16");
    expect(light.prefillAttentionRoofline(odd, long, fmhaQuants.fp8, "bfloat16")).toBeCloseTo(bf16Ms / 2, 9);
  });

  it("of causal attention counts half of the square, less the cached part, or the window", () => {
    const ms = (more: Partial<typeof attention>) => {
      light.prefillAttentionRoofline(gpu, {...attention, ...more}, bf16, "bfloat16");
      return light.lastBound;
    };
    expect(ms({}).computeMs).toBeCloseTo((2 * 2 * 1000 ** 2 * 8 * 128) / 1e11, 12);
    expect(ms({prefix: 400}).computeMs).toBeCloseTo((2 * 2 * (1000 ** 2 - 400 ** 2) * 8 * 128) / 1e11, 12);
    expect(ms({prefix: 400}).memoryMs).toBeCloseTo((4 * 2 * 8 * 600 * 128 + 2 * 2 * 2 * 2 * 1000 * 128) / 1e9, 12);
    expect(ms({window: 100}).computeMs).toBeCloseTo((4 * 2 * 1000 * 100 * 8 * 128) / 1e11, 12);
    expect(ms({window: 1000}).computeMs).toBeCloseTo((2 * 2 * 1000 ** 2 * 8 * 128) / 1e11, 12);
  });

  it("of decode attention reads the tokens before the new one, within the window", () => {
    const ms = (window: number, kv: "bfloat16" | "fp8") =>
      light.decodeAttentionRoofline(gpu, {batch: 3, seq: 1001, heads: 8, kvHeads: 2, headDim: 128, window}, kv);
    expect(ms(0, "bfloat16")).toBeCloseTo((3 * (4 * 8 * 128 + 2 * 2 * 1000 * 128 * 2)) / 1e9, 12);
    expect(ms(0, "fp8")).toBeCloseTo((3 * (4 * 8 * 128 + 2 * 2 * 1000 * 128)) / 1e9, 12);
    expect(ms(5000, "bfloat16")).toBe(ms(0, "bfloat16"));
    expect(ms(64, "bfloat16")).toBeCloseTo((3 * (4 * 8 * 128 + 2 * 2 * 64 * 128 * 2)) / 1e9, 12);
  });

  it("of a decode MLA block is of the summed compute and memory times", () => {
    light.decodeMlaRoofline(gpu, 4, 1000, 16, "fp8");
    const {computeMs, memoryMs} = {...light.lastBound};
    light.mlaBmmRoofline(gpu, 4, 16, gemmQuants.fp8);
    const bmm = {...light.lastBound};
    const both = light.decodeMlaModuleRoofline(gpu, 4, 1000, 16, "fp8", gemmQuants.fp8);
    expect(both).toBeCloseTo(Math.max(computeMs + 2 * bmm.computeMs, memoryMs + 2 * bmm.memoryMs), 12);
    expect(memoryMs).toBeCloseTo((4 * (16 * 1088 * 2 + 999 * 576)) / 1e9, 12);
    expect(bmm.memoryMs).toBeCloseTo((16 * (640 * 4 + 65536)) / 1e9, 12);
  });

  it("of experts divides in whole numbers, and reads only experts that have tokens", () => {
    const odd = {...expert, topK: 3, moeEp: 2, moeTp: 4};
    light.moeRoofline(gpu, 3, odd, moeQuants.bfloat16);
    // 9 routed, 4 a rank: four experts of 512 · 256 · 3 / 4.
    expect(light.lastBound.memoryMs).toBeCloseTo((2 * (4 * 512 * 2 + (4 * 256 * 3) / 4 + 98304 * 4)) / 1e9, 12);
    expect(light.lastBound.computeMs).toBeCloseTo(Math.floor((9 * 512 * 256 * 6) / 2 / 4) / 1e11, 12);
    // One routed token a rank wakes one expert.
    light.moeRoofline(gpu, 1, odd, moeQuants.bfloat16);
    expect(light.lastBound.memoryMs).toBeCloseTo((2 * (512 * 2 + Math.floor((256 * 3) / 4) + 98304)) / 1e9, 12);
    light.moeRoofline(gpu, 1000, expert, moeQuants.bfloat16);
    expect(light.lastBound.memoryMs).toBeCloseTo((2 * (1000 * 1024 + 1000 * 768 + 393216 * 4)) / 1e9, 12);
    light.moeRoofline(gpu, 1000, {...expert, slots: 12}, moeQuants.bfloat16);
    expect(light.lastBound.memoryMs).toBeCloseTo((2 * (1000 * 1024 + 1000 * 768 + 393216 * 6)) / 1e9, 12);
  });

  it("of a collective is a ring over the slowest link, and nothing on one GPU", () => {
    expect(light.allReduceRoofline(gpu, 1e6, 1)).toBe(0);
    expect(light.allReduceRoofline(gpu, 1e6, 8)).toBeCloseTo((2 * 1e6 * 2 * 7) / 8 / 4e8, 12);
    expect(light.allReduceRoofline(gpu, 1e6, 16)).toBeCloseTo((2 * 1e6 * 2 * 15) / 16 / 5e7, 12);
    const nccl = (operation: light.CollectiveOperation) =>
      light.ncclRoofline(gpu, operation, 1e6, 4, commQuants.half.bytesPerWeight);
    expect(nccl("all_gather")).toBeCloseTo((2 * 1e6 * 3) / 4 / 4e8, 12);
    expect(nccl("all_reduce")).toBeCloseTo(2 * nccl("all_gather"), 12);
  });
});

/** Each bound as a function of the sizes that it must not fall with. */
const bounds: Record<string, {at: Record<string, number>; ms: (s: Record<string, number>) => number}> = {
  gemm: {at: {m: 7, n: 96, k: 64}, ms: ({m, n, k}) => light.gemmRoofline(gpu, m, n, k, gemmQuants.fp8)},
  computeScale: {at: {m: 7, k: 64}, ms: ({m, k}) => light.computeScaleRoofline(gpu, m, k)},
  scaleMatrix: {at: {m: 7, k: 64}, ms: ({m, k}) => light.scaleMatrixRoofline(gpu, m, k)},
  prefillAttention: {
    at: {...attention, window: 0},
    ms: (s) => light.prefillAttentionRoofline(gpu, {...attention, ...s, prefix: 0, window: 0}, bf16, "fp8")
  },
  windowedAttention: {
    at: {batch: 2, seq: 120, window: 128, heads: 8},
    ms: (s) => light.prefillAttentionRoofline(gpu, {...attention, ...s}, bf16, "fp8")
  },
  decodeAttention: {
    at: {batch: 2, seq: 100, heads: 8, kvHeads: 2, headDim: 64},
    ms: (s) => light.decodeAttentionRoofline(gpu, {...attention, ...s, window: 0}, "fp8")
  },
  encoderAttention: {
    at: {batch: 2, seq: 100, heads: 8, headDim: 64},
    ms: ({batch, seq, heads, headDim}) => light.encoderAttentionRoofline(gpu, batch, seq, heads, headDim, bf16)
  },
  prefillMla: {
    at: {batch: 2, seq: 100, heads: 8},
    ms: ({batch, seq, heads}) => light.prefillMlaRoofline(gpu, batch, seq, 0, heads, bf16, "fp8")
  },
  decodeMla: {
    at: {batch: 2, seq: 100, heads: 8},
    ms: ({batch, seq, heads}) => light.decodeMlaRoofline(gpu, batch, seq, heads, "fp8")
  },
  decodeMlaModule: {
    at: {batch: 2, seq: 100, heads: 8},
    ms: ({batch, seq, heads}) => light.decodeMlaModuleRoofline(gpu, batch, seq, heads, "fp8", gemmQuants.fp8)
  },
  mlaBmm: {
    at: {tokens: 3, heads: 8},
    ms: ({tokens, heads}) => light.mlaBmmRoofline(gpu, tokens, heads, gemmQuants.fp8)
  },
  moe: {
    at: {tokens: 5, hidden: 512, inter: 256, topK: 2, experts: 8},
    ms: ({tokens, ...s}) => light.moeRoofline(gpu, tokens, {...expert, ...s}, moeQuants.fp8)
  },
  allReduce: {at: {elements: 100, tp: 2}, ms: ({elements, tp}) => light.allReduceRoofline(gpu, elements, tp)},
  allGather: {
    at: {elements: 100, gpus: 2},
    ms: ({elements, gpus}) => light.ncclRoofline(gpu, "all_gather", elements, gpus, 2)
  },
  memory: {at: {bytes: 100}, ms: ({bytes}) => light.memoryRoofline(gpu, bytes)},
  p2p: {at: {bytes: 100}, ms: ({bytes}) => light.p2pRoofline(gpu, bytes)}
};

describe("grows with every size:", () => {
  const sizes = Object.entries(bounds).flatMap(([name, {at}]) => Object.keys(at).map((size) => [name, size] as const));
  it.each(sizes.filter(([name, size]) => !(name === "prefillAttention" && ["prefix", "window"].includes(size))))(
    "%s with %s",
    (name, size) => {
      const {at, ms} = bounds[name];
      let last = ms(at);
      expect(last).toBeGreaterThan(0);
      const start = at[size];
      for (const factor of [1.5, 2, 3, 7, 30, 1000]) {
        const grown = ms({...at, [size]: Math.ceil(start * factor)});
        expect(grown).toBeGreaterThanOrEqual(last);
        last = grown;
      }
    }
  );
});
