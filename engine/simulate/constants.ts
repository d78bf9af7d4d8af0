/** Written by `npm run calibrate`: do not edit. */
import type {CalibrationTable} from "./calibration.js";

export const calibrationTable: CalibrationTable = {
  format: 1,
  source: {name: "serving.csv", rows: 2919, from: "2025-10-29", to: "2026-04-22"},
  seed: 1,
  folds: 5,
  classes: [
    {
      backend: "sglang",
      architecture: "dense",
      constants: {
        decodeScale: 0.85,
        decodeAttentionScale: 1.07,
        prefillScale: 1.16,
        decodeGapMs: 1.28,
        prefillGapMs: 2.07,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 38.8,
        arrivalMsPerToken: 0.00859,
        kvScale: 1
      },
      rows: 66,
      deployments: 8,
      error: {ttft: {p50: 0.227, p90: 0.77}, tpot: {p50: 0.0723, p90: 0.16}}
    },
    {
      backend: "sglang",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.744,
        decodeAttentionScale: 1.11,
        prefillScale: 1.34,
        decodeGapMs: 1.22,
        prefillGapMs: 2.11,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 61.4,
        arrivalMsPerToken: 0.00709,
        kvScale: 1
      },
      rows: 171,
      deployments: 13,
      error: {ttft: {p50: 0.22, p90: 0.83}, tpot: {p50: 0.0928, p90: 0.32}}
    },
    {
      backend: "sglang",
      architecture: "moe",
      constants: {
        decodeScale: 0.805,
        decodeAttentionScale: 1.06,
        prefillScale: 1.28,
        decodeGapMs: 1.37,
        prefillGapMs: 2.38,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 49.3,
        arrivalMsPerToken: 0.00465,
        kvScale: 1
      },
      rows: 138,
      deployments: 11,
      error: {ttft: {p50: 0.232, p90: 0.52}, tpot: {p50: 0.188, p90: 0.44}}
    },
    {
      backend: "trtllm",
      architecture: "dense",
      constants: {
        decodeScale: 0.818,
        decodeAttentionScale: 0.456,
        prefillScale: 1.11,
        decodeGapMs: 0.499,
        prefillGapMs: 2.84,
        prefillFloorMsPerLayer: 0.644,
        arrivalMs: 15.7,
        arrivalMsPerToken: 0.0025,
        kvScale: 1
      },
      rows: 313,
      deployments: 20,
      error: {ttft: {p50: 0.203, p90: 0.54}, tpot: {p50: 0.151, p90: 0.45}}
    },
    {
      backend: "trtllm",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.85,
        decodeAttentionScale: 0.603,
        prefillScale: 1,
        decodeGapMs: 0.901,
        prefillGapMs: 23.7,
        prefillFloorMsPerLayer: 0.505,
        arrivalMs: 17.5,
        arrivalMsPerToken: 0.00398,
        kvScale: 1.01
      },
      rows: 272,
      deployments: 15,
      error: {ttft: {p50: 0.265, p90: 0.66}, tpot: {p50: 0.181, p90: 0.38}}
    },
    {
      backend: "trtllm",
      architecture: "moe",
      constants: {
        decodeScale: 0.643,
        decodeAttentionScale: 0.707,
        prefillScale: 1.08,
        decodeGapMs: 1.47,
        prefillGapMs: 7.54,
        prefillFloorMsPerLayer: 0.795,
        arrivalMs: 11.1,
        arrivalMsPerToken: 0.00407,
        kvScale: 1
      },
      rows: 194,
      deployments: 18,
      error: {ttft: {p50: 0.31, p90: 0.81}, tpot: {p50: 0.153, p90: 0.48}}
    },
    {
      backend: "vllm",
      architecture: "dense",
      constants: {
        decodeScale: 0.965,
        decodeAttentionScale: 1.08,
        prefillScale: 0.924,
        decodeGapMs: 0.568,
        prefillGapMs: 3.91,
        prefillFloorMsPerLayer: 0.198,
        arrivalMs: 5.86,
        arrivalMsPerToken: 0.00787,
        kvScale: 1
      },
      rows: 215,
      deployments: 20,
      error: {ttft: {p50: 0.238, p90: 0.57}, tpot: {p50: 0.125, p90: 0.28}}
    },
    {
      backend: "vllm",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.715,
        decodeAttentionScale: 0.678,
        prefillScale: 0.983,
        decodeGapMs: 2.11,
        prefillGapMs: 3.07,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 7.57,
        arrivalMsPerToken: 0.00309,
        kvScale: 1
      },
      rows: 97,
      deployments: 6,
      error: {ttft: {p50: 0.381, p90: 0.49}, tpot: {p50: 0.103, p90: 0.49}}
    },
    {
      backend: "vllm",
      architecture: "moe",
      constants: {
        decodeScale: 1.08,
        decodeAttentionScale: 0.902,
        prefillScale: 1.41,
        decodeGapMs: 1.29,
        prefillGapMs: 1.06,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 6.05,
        arrivalMsPerToken: 0.00486,
        kvScale: 1
      },
      rows: 502,
      deployments: 42,
      error: {ttft: {p50: 0.137, p90: 0.35}, tpot: {p50: 0.0765, p90: 0.23}}
    }
  ],
  shapes: [
    {
      backend: "sglang",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 1.09,
        decodeAttentionScale: 1.04,
        prefillScale: 1.03,
        decodeGapMs: 0.963,
        prefillGapMs: 1.02,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.1,
        arrivalMsPerToken: 1.03,
        kvScale: 1
      },
      rows: 18,
      deployments: 4,
      error: {ttft: {p50: 0.476, p90: 0.96}, tpot: {p50: 0.0677, p90: 0.39}}
    },
    {
      backend: "sglang",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 1.07,
        prefillScale: 0.948,
        decodeGapMs: 1.07,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.05,
        arrivalMsPerToken: 1,
        kvScale: 0.982
      },
      rows: 48,
      deployments: 4,
      error: {ttft: {p50: 0.189, p90: 0.41}, tpot: {p50: 0.0732, p90: 0.14}}
    },
    {
      backend: "sglang",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.974,
        decodeAttentionScale: 1.12,
        prefillScale: 1.27,
        decodeGapMs: 0.953,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.18,
        arrivalMsPerToken: 0.854,
        kvScale: 1.02
      },
      rows: 124,
      deployments: 10,
      error: {ttft: {p50: 0.249, p90: 0.98}, tpot: {p50: 0.102, p90: 0.41}}
    },
    {
      backend: "sglang",
      shape: "DEEPSEEKV32 78x6144x256",
      factors: {
        decodeScale: 0.956,
        decodeAttentionScale: 1.07,
        prefillScale: 0.88,
        decodeGapMs: 1.06,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.24,
        arrivalMsPerToken: 1.14,
        kvScale: 1
      },
      rows: 47,
      deployments: 3,
      error: {ttft: {p50: 0.194, p90: 0.43}, tpot: {p50: 0.0863, p90: 0.28}}
    },
    {
      backend: "sglang",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 1.1,
        decodeAttentionScale: 1.17,
        prefillScale: 1.12,
        decodeGapMs: 1.04,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.919,
        arrivalMsPerToken: 1.01,
        kvScale: 1
      },
      rows: 10,
      deployments: 2,
      error: {ttft: {p50: 0.232, p90: 0.52}, tpot: {p50: 0.188, p90: 0.44}}
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 0.917,
        decodeAttentionScale: 0.911,
        prefillScale: 0.949,
        decodeGapMs: 1.03,
        prefillGapMs: 1.09,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.35,
        arrivalMsPerToken: 0.777,
        kvScale: 1
      },
      rows: 128,
      deployments: 9,
      error: {ttft: {p50: 0.23, p90: 0.51}, tpot: {p50: 0.188, p90: 0.45}}
    },
    {
      backend: "trtllm",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 1.07,
        decodeAttentionScale: 1.4,
        prefillScale: 1,
        decodeGapMs: 0.931,
        prefillGapMs: 0.957,
        prefillFloorMsPerLayer: 1.09,
        arrivalMs: 1.34,
        arrivalMsPerToken: 0.985,
        kvScale: 1
      },
      rows: 108,
      deployments: 4,
      error: {ttft: {p50: 0.241, p90: 0.82}, tpot: {p50: 0.164, p90: 0.23}}
    },
    {
      backend: "trtllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1.16,
        prefillScale: 1.09,
        decodeGapMs: 0.904,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 1.12,
        arrivalMs: 1.26,
        arrivalMsPerToken: 0.879,
        kvScale: 1
      },
      rows: 97,
      deployments: 6,
      error: {ttft: {p50: 0.268, p90: 0.51}, tpot: {p50: 0.0897, p90: 0.21}}
    },
    {
      backend: "trtllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 0.951,
        decodeAttentionScale: 0.555,
        prefillScale: 0.918,
        decodeGapMs: 0.845,
        prefillGapMs: 0.973,
        prefillFloorMsPerLayer: 0.854,
        arrivalMs: 0.74,
        arrivalMsPerToken: 0.954,
        kvScale: 1
      },
      rows: 108,
      deployments: 10,
      error: {ttft: {p50: 0.0856, p90: 0.34}, tpot: {p50: 0.246, p90: 0.9}}
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.07,
        decodeAttentionScale: 1.26,
        prefillScale: 0.895,
        decodeGapMs: 0.939,
        prefillGapMs: 2.72,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.33,
        arrivalMsPerToken: 1,
        kvScale: 1.04
      },
      rows: 272,
      deployments: 15,
      error: {ttft: {p50: 0.265, p90: 0.66}, tpot: {p50: 0.181, p90: 0.38}}
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.852,
        decodeAttentionScale: 1.13,
        prefillScale: 0.97,
        decodeGapMs: 0.957,
        prefillGapMs: 1.47,
        prefillFloorMsPerLayer: 0.962,
        arrivalMs: 0.823,
        arrivalMsPerToken: 0.971,
        kvScale: 1
      },
      rows: 220,
      deployments: 16,
      error: {ttft: {p50: 0.353, p90: 0.99}, tpot: {p50: 0.373, p90: 0.8}}
    },
    {
      backend: "trtllm",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 0.926,
        decodeAttentionScale: 1.35,
        prefillScale: 1,
        decodeGapMs: 1.24,
        prefillGapMs: 1.06,
        prefillFloorMsPerLayer: 1.17,
        arrivalMs: 1.27,
        arrivalMsPerToken: 1.04,
        kvScale: 1
      },
      rows: 84,
      deployments: 2,
      error: {ttft: {p50: 0.31, p90: 0.52}, tpot: {p50: 0.0885, p90: 0.17}}
    },
    {
      backend: "vllm",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 0.906,
        decodeAttentionScale: 0.987,
        prefillScale: 0.639,
        decodeGapMs: 0.839,
        prefillGapMs: 0.75,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.04,
        arrivalMsPerToken: 0.965,
        kvScale: 1
      },
      rows: 15,
      deployments: 4,
      error: {ttft: {p50: 1.67, p90: 3.3}, tpot: {p50: 0.761, p90: 1.8}}
    },
    {
      backend: "vllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1.04,
        decodeAttentionScale: 1.13,
        prefillScale: 1.12,
        decodeGapMs: 1.15,
        prefillGapMs: 1.04,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.05,
        arrivalMsPerToken: 1.59,
        kvScale: 0.979
      },
      rows: 55,
      deployments: 3,
      error: {ttft: {p50: 0.361, p90: 0.54}, tpot: {p50: 0.174, p90: 0.23}}
    },
    {
      backend: "vllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 1,
        prefillScale: 1.06,
        decodeGapMs: 0.805,
        prefillGapMs: 1.77,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.797,
        arrivalMsPerToken: 0.884,
        kvScale: 1
      },
      rows: 145,
      deployments: 13,
      error: {ttft: {p50: 0.165, p90: 0.42}, tpot: {p50: 0.0879, p90: 0.23}}
    },
    {
      backend: "vllm",
      shape: "KIMIK25 61x7168x384",
      factors: {
        decodeScale: 0.695,
        decodeAttentionScale: 0.619,
        prefillScale: 0.805,
        decodeGapMs: 1.39,
        prefillGapMs: 1.23,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.977,
        arrivalMsPerToken: 0.895,
        kvScale: 1
      },
      rows: 97,
      deployments: 6,
      error: {ttft: {p50: 0.381, p90: 0.49}, tpot: {p50: 0.103, p90: 0.49}}
    },
    {
      backend: "vllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.871,
        decodeAttentionScale: 1,
        prefillScale: 1.15,
        decodeGapMs: 0.852,
        prefillGapMs: 0.947,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.16,
        arrivalMsPerToken: 0.837,
        kvScale: 1
      },
      rows: 121,
      deployments: 10,
      error: {ttft: {p50: 0.198, p90: 0.36}, tpot: {p50: 0.114, p90: 0.23}}
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 0.896,
        decodeAttentionScale: 0.914,
        prefillScale: 0.929,
        decodeGapMs: 1.31,
        prefillGapMs: 0.791,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.746,
        arrivalMsPerToken: 1.19,
        kvScale: 0.987
      },
      rows: 353,
      deployments: 26,
      error: {ttft: {p50: 0.114, p90: 0.32}, tpot: {p50: 0.066, p90: 0.16}}
    },
    {
      backend: "vllm",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 1.41,
        decodeAttentionScale: 1,
        prefillScale: 1.11,
        decodeGapMs: 1.06,
        prefillGapMs: 0.988,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1.1,
        kvScale: 1
      },
      rows: 28,
      deployments: 6,
      error: {ttft: {p50: 0.379, p90: 0.82}, tpot: {p50: 0.506, p90: 0.57}}
    }
  ],
  families: [
    {
      backend: "sglang",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 1.1,
        decodeAttentionScale: 1.05,
        prefillScale: 1.04,
        decodeGapMs: 0.923,
        prefillGapMs: 1.05,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.14,
        arrivalMsPerToken: 1.05,
        kvScale: 1
      },
      rows: 18,
      deployments: 4,
      error: {ttft: {p50: 0.387, p90: 0.96}, tpot: {p50: 0.158, p90: 0.36}},
      system: "h200_sxm",
      gemm: "fp8_block",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 1.1,
        prefillScale: 0.946,
        decodeGapMs: 1.15,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.08,
        arrivalMsPerToken: 1,
        kvScale: 0.829
      },
      rows: 48,
      deployments: 4,
      error: {ttft: {p50: 0.0912, p90: 0.3}, tpot: {p50: 0.0303, p90: 0.13}},
      system: "h100_sxm",
      gemm: "bfloat16",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1.04,
        prefillScale: 1.06,
        decodeGapMs: 0.972,
        prefillGapMs: 0.967,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.781,
        arrivalMsPerToken: 1.09,
        kvScale: 1.03
      },
      rows: 35,
      deployments: 3,
      error: {ttft: {p50: 0.29, p90: 0.48}, tpot: {p50: 0.245, p90: 0.39}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.973,
        decodeAttentionScale: 1.06,
        prefillScale: 0.707,
        decodeGapMs: 0.865,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.18,
        arrivalMsPerToken: 0.96,
        kvScale: 1
      },
      rows: 52,
      deployments: 4,
      error: {ttft: {p50: 0.151, p90: 0.53}, tpot: {p50: 0.115, p90: 0.23}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.925,
        decodeAttentionScale: 0.95,
        prefillScale: 1.4,
        decodeGapMs: 0.933,
        prefillGapMs: 1.02,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.02,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 5,
      deployments: 1,
      error: {ttft: {p50: 0.186, p90: 0.54}, tpot: {p50: 0.111, p90: 0.31}},
      system: "b300_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.971,
        decodeAttentionScale: 1.35,
        prefillScale: 1.99,
        decodeGapMs: 1.01,
        prefillGapMs: 0.988,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.889,
        arrivalMsPerToken: 0.819,
        kvScale: 1
      },
      rows: 12,
      deployments: 1,
      error: {ttft: {p50: 0.69, p90: 0.78}, tpot: {p50: 0.336, p90: 0.68}},
      system: "b300_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.05,
        decodeAttentionScale: 0.863,
        prefillScale: 0.65,
        decodeGapMs: 1.12,
        prefillGapMs: 1.06,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.72,
        arrivalMsPerToken: 1.03,
        kvScale: 1.12
      },
      rows: 20,
      deployments: 1,
      error: {ttft: {p50: 0.173, p90: 1.1}, tpot: {p50: 0.0665, p90: 0.32}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEKV32 78x6144x256",
      factors: {
        decodeScale: 0.912,
        decodeAttentionScale: 0.95,
        prefillScale: 0.845,
        decodeGapMs: 1.07,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.02,
        arrivalMsPerToken: 1.03,
        kvScale: 1
      },
      rows: 12,
      deployments: 1,
      error: {ttft: {p50: 0.234, p90: 0.26}, tpot: {p50: 0.284, p90: 0.32}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEKV32 78x6144x256",
      factors: {
        decodeScale: 0.99,
        decodeAttentionScale: 1.04,
        prefillScale: 1.12,
        decodeGapMs: 1.05,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.26,
        arrivalMsPerToken: 1.19,
        kvScale: 1
      },
      rows: 5,
      deployments: 1,
      error: {ttft: {p50: 0.186, p90: 0.54}, tpot: {p50: 0.111, p90: 0.31}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "DEEPSEEKV32 78x6144x256",
      factors: {
        decodeScale: 1.05,
        decodeAttentionScale: 1.11,
        prefillScale: 0.907,
        decodeGapMs: 1.03,
        prefillGapMs: 1.03,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.1,
        arrivalMsPerToken: 1.03,
        kvScale: 0.934
      },
      rows: 30,
      deployments: 1,
      error: {ttft: {p50: 0.193, p90: 0.48}, tpot: {p50: 0.0977, p90: 0.18}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 1.11,
        decodeAttentionScale: 1.28,
        prefillScale: 1.15,
        decodeGapMs: 1.1,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.876,
        arrivalMsPerToken: 1.02,
        kvScale: 1
      },
      rows: 10,
      deployments: 2,
      error: {ttft: {p50: 0.187, p90: 0.56}, tpot: {p50: 0.136, p90: 0.39}},
      system: "h200_sxm",
      gemm: "fp8_block",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 1.05,
        decodeAttentionScale: 0.984,
        prefillScale: 1.02,
        decodeGapMs: 1.1,
        prefillGapMs: 1.03,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.907,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 20,
      deployments: 1,
      error: {ttft: {p50: 0.0918, p90: 0.18}, tpot: {p50: 0.0536, p90: 0.061}},
      system: "b200_sxm",
      gemm: "bfloat16",
      moe: "bfloat16",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 1.06,
        decodeAttentionScale: 1.03,
        prefillScale: 1.45,
        decodeGapMs: 1.4,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.987,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 29,
      deployments: 2,
      error: {ttft: {p50: 0.252, p90: 0.29}, tpot: {p50: 0.0627, p90: 0.12}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 0.822,
        decodeAttentionScale: 0.911,
        prefillScale: 0.938,
        decodeGapMs: 0.986,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.95,
        arrivalMsPerToken: 1.03,
        kvScale: 1
      },
      rows: 10,
      deployments: 1,
      error: {ttft: {p50: 0.187, p90: 0.56}, tpot: {p50: 0.136, p90: 0.39}},
      system: "b300_sxm",
      gemm: "bfloat16",
      moe: "bfloat16",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 0.785,
        decodeAttentionScale: 0.955,
        prefillScale: 0.752,
        decodeGapMs: 1.41,
        prefillGapMs: 0.976,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.09,
        arrivalMsPerToken: 0.969,
        kvScale: 1
      },
      rows: 18,
      deployments: 2,
      error: {ttft: {p50: 0.153, p90: 0.19}, tpot: {p50: 0.291, p90: 0.47}},
      system: "b300_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 1.24,
        decodeAttentionScale: 1.1,
        prefillScale: 0.921,
        decodeGapMs: 0.944,
        prefillGapMs: 0.976,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.861,
        arrivalMsPerToken: 0.952,
        kvScale: 1
      },
      rows: 12,
      deployments: 1,
      error: {ttft: {p50: 0.247, p90: 0.75}, tpot: {p50: 0.122, p90: 0.27}},
      system: "b300_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: true,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 0.873,
        decodeAttentionScale: 0.92,
        prefillScale: 0.86,
        decodeGapMs: 0.677,
        prefillGapMs: 1.09,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.946,
        arrivalMsPerToken: 0.797,
        kvScale: 1
      },
      rows: 24,
      deployments: 2,
      error: {ttft: {p50: 0.216, p90: 1}, tpot: {p50: 0.242, p90: 0.6}},
      system: "b300_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 1.11,
        decodeAttentionScale: 1.03,
        prefillScale: 1.16,
        decodeGapMs: 1.04,
        prefillGapMs: 1.14,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 2.24,
        arrivalMsPerToken: 0.901,
        kvScale: 1
      },
      rows: 15,
      deployments: 1,
      error: {ttft: {p50: 0.441, p90: 0.56}, tpot: {p50: 0.102, p90: 0.31}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 1.09,
        decodeAttentionScale: 1.69,
        prefillScale: 1.01,
        decodeGapMs: 0.845,
        prefillGapMs: 0.98,
        prefillFloorMsPerLayer: 1.09,
        arrivalMs: 1.57,
        arrivalMsPerToken: 0.986,
        kvScale: 1
      },
      rows: 108,
      deployments: 4,
      error: {ttft: {p50: 0.111, p90: 0.79}, tpot: {p50: 0.0294, p90: 0.11}},
      system: "h100_sxm",
      gemm: "bfloat16",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1.04,
        decodeAttentionScale: 1.31,
        prefillScale: 1.11,
        decodeGapMs: 1.03,
        prefillGapMs: 1.02,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.982,
        arrivalMsPerToken: 0.982,
        kvScale: 1
      },
      rows: 7,
      deployments: 1,
      error: {ttft: {p50: 0.111, p90: 0.5}, tpot: {p50: 0.0613, p90: 0.18}},
      system: "gb200",
      gemm: "bfloat16",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 0.971,
        decodeAttentionScale: 0.58,
        prefillScale: 0.912,
        decodeGapMs: 1,
        prefillGapMs: 0.972,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.111, p90: 0.5}, tpot: {p50: 0.0613, p90: 0.18}},
      system: "gb200",
      gemm: "nvfp4",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 0.986,
        decodeAttentionScale: 1.73,
        prefillScale: 1.1,
        decodeGapMs: 0.806,
        prefillGapMs: 1.03,
        prefillFloorMsPerLayer: 1.12,
        arrivalMs: 1.37,
        arrivalMsPerToken: 0.824,
        kvScale: 1
      },
      rows: 89,
      deployments: 4,
      error: {ttft: {p50: 0.223, p90: 0.53}, tpot: {p50: 0.0957, p90: 0.22}},
      system: "h100_sxm",
      gemm: "fp8",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 0.879,
        decodeAttentionScale: 0.434,
        prefillScale: 0.984,
        decodeGapMs: 0.753,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 0.938,
        arrivalMs: 0.782,
        arrivalMsPerToken: 1.03,
        kvScale: 0.977
      },
      rows: 36,
      deployments: 3,
      error: {ttft: {p50: 0.048, p90: 0.12}, tpot: {p50: 0.0544, p90: 0.099}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 0.36,
        prefillScale: 0.888,
        decodeGapMs: 1.15,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 0.904,
        arrivalMs: 0.907,
        arrivalMsPerToken: 1,
        kvScale: 0.986
      },
      rows: 36,
      deployments: 3,
      error: {ttft: {p50: 0.121, p90: 0.29}, tpot: {p50: 0.0607, p90: 0.15}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 1.05,
        decodeAttentionScale: 2.49,
        prefillScale: 1.04,
        decodeGapMs: 0.757,
        prefillGapMs: 0.943,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.94,
        arrivalMsPerToken: 0.889,
        kvScale: 0.987
      },
      rows: 36,
      deployments: 4,
      error: {ttft: {p50: 0.0572, p90: 0.13}, tpot: {p50: 0.0855, p90: 0.16}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.954,
        decodeAttentionScale: 1.08,
        prefillScale: 1,
        decodeGapMs: 0.859,
        prefillGapMs: 1.39,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.772,
        arrivalMsPerToken: 1.23,
        kvScale: 1.19
      },
      rows: 54,
      deployments: 3,
      error: {ttft: {p50: 0.0717, p90: 0.21}, tpot: {p50: 0.0801, p90: 0.2}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.29,
        decodeAttentionScale: 1.06,
        prefillScale: 1.02,
        decodeGapMs: 1.04,
        prefillGapMs: 1.06,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.178, p90: 0.52}, tpot: {p50: 0.0982, p90: 0.34}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.06,
        decodeAttentionScale: 1.16,
        prefillScale: 0.914,
        decodeGapMs: 0.965,
        prefillGapMs: 0.651,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.27,
        arrivalMsPerToken: 0.984,
        kvScale: 1
      },
      rows: 30,
      deployments: 2,
      error: {ttft: {p50: 0.47, p90: 0.55}, tpot: {p50: 0.0939, p90: 0.34}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: true,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.15,
        decodeAttentionScale: 0.984,
        prefillScale: 1.05,
        decodeGapMs: 1.03,
        prefillGapMs: 1.64,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 8,
      deployments: 1,
      error: {ttft: {p50: 0.178, p90: 0.52}, tpot: {p50: 0.0982, p90: 0.34}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: true,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.06,
        decodeAttentionScale: 0.684,
        prefillScale: 0.761,
        decodeGapMs: 0.821,
        prefillGapMs: 0.618,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.36,
        arrivalMsPerToken: 0.891,
        kvScale: 1
      },
      rows: 77,
      deployments: 5,
      error: {ttft: {p50: 0.201, p90: 0.47}, tpot: {p50: 0.0767, p90: 0.71}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.712,
        decodeAttentionScale: 0.951,
        prefillScale: 0.833,
        decodeGapMs: 1.02,
        prefillGapMs: 0.789,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 10,
      deployments: 2,
      error: {ttft: {p50: 0.178, p90: 0.52}, tpot: {p50: 0.0982, p90: 0.34}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 1.19,
        prefillScale: 0.768,
        decodeGapMs: 1,
        prefillGapMs: 0.822,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.13,
        arrivalMsPerToken: 0.942,
        kvScale: 1
      },
      rows: 31,
      deployments: 4,
      error: {ttft: {p50: 0.218, p90: 0.72}, tpot: {p50: 0.0715, p90: 0.22}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: true,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.759,
        decodeAttentionScale: 0.812,
        prefillScale: 0.909,
        decodeGapMs: 0.968,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.01,
        arrivalMsPerToken: 1.02,
        kvScale: 1
      },
      rows: 12,
      deployments: 2,
      error: {ttft: {p50: 0.0705, p90: 0.18}, tpot: {p50: 0.121, p90: 0.22}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: true,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.07,
        decodeAttentionScale: 1.22,
        prefillScale: 1.03,
        decodeGapMs: 1.04,
        prefillGapMs: 1.18,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.178, p90: 0.52}, tpot: {p50: 0.0982, p90: 0.34}},
      system: "gb200",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.86,
        decodeAttentionScale: 1.65,
        prefillScale: 0.976,
        decodeGapMs: 1.17,
        prefillGapMs: 2,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.975,
        arrivalMsPerToken: 0.916,
        kvScale: 1
      },
      rows: 25,
      deployments: 2,
      error: {ttft: {p50: 0.129, p90: 0.49}, tpot: {p50: 0.182, p90: 0.42}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.879,
        decodeAttentionScale: 0.939,
        prefillScale: 1,
        decodeGapMs: 0.978,
        prefillGapMs: 1.03,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.178, p90: 0.52}, tpot: {p50: 0.0982, p90: 0.34}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.1,
        decodeAttentionScale: 0.943,
        prefillScale: 1,
        decodeGapMs: 1.03,
        prefillGapMs: 2.79,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.05,
        arrivalMsPerToken: 1.07,
        kvScale: 1
      },
      rows: 16,
      deployments: 1,
      error: {ttft: {p50: 0.357, p90: 0.58}, tpot: {p50: 0.0973, p90: 0.18}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: true,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.36,
        decodeAttentionScale: 1.09,
        prefillScale: 1.96,
        decodeGapMs: 1.03,
        prefillGapMs: 2.38,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 6,
      deployments: 1,
      error: {ttft: {p50: 0.178, p90: 0.52}, tpot: {p50: 0.0982, p90: 0.34}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: true,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 0.56,
        prefillScale: 0.958,
        decodeGapMs: 0.622,
        prefillGapMs: 0.543,
        prefillFloorMsPerLayer: 0.813,
        arrivalMs: 0.798,
        arrivalMsPerToken: 0.695,
        kvScale: 1
      },
      rows: 34,
      deployments: 4,
      error: {ttft: {p50: 0.103, p90: 0.32}, tpot: {p50: 0.106, p90: 0.24}},
      system: "b200_sxm",
      gemm: "bfloat16",
      moe: "w4a8_mxfp4_mxfp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.766,
        decodeAttentionScale: 0.705,
        prefillScale: 0.951,
        decodeGapMs: 0.699,
        prefillGapMs: 0.835,
        prefillFloorMsPerLayer: 0.976,
        arrivalMs: 0.905,
        arrivalMsPerToken: 0.97,
        kvScale: 1
      },
      rows: 6,
      deployments: 3,
      error: {ttft: {p50: 0.117, p90: 0.35}, tpot: {p50: 0.0812, p90: 0.26}},
      system: "b200_sxm",
      gemm: "bfloat16",
      moe: "w4a8_mxfp4_mxfp8",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 1.17,
        decodeAttentionScale: 1.41,
        prefillScale: 1.56,
        decodeGapMs: 1.27,
        prefillGapMs: 1.42,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.975,
        arrivalMsPerToken: 0.926,
        kvScale: 1
      },
      rows: 4,
      deployments: 2,
      error: {ttft: {p50: 0.117, p90: 0.35}, tpot: {p50: 0.0812, p90: 0.26}},
      system: "h100_sxm",
      gemm: "bfloat16",
      moe: "w4a16_mxfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.929,
        decodeAttentionScale: 2.19,
        prefillScale: 0.68,
        decodeGapMs: 1.64,
        prefillGapMs: 3.72,
        prefillFloorMsPerLayer: 1.21,
        arrivalMs: 1.05,
        arrivalMsPerToken: 1.53,
        kvScale: 1
      },
      rows: 66,
      deployments: 7,
      error: {ttft: {p50: 0.158, p90: 0.41}, tpot: {p50: 0.0784, p90: 0.26}},
      system: "h200_sxm",
      gemm: "bfloat16",
      moe: "w4a16_mxfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 1.06,
        decodeAttentionScale: 1.03,
        prefillScale: 1.03,
        decodeGapMs: 1.03,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.117, p90: 0.35}, tpot: {p50: 0.0812, p90: 0.26}},
      system: "h100_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 0.864,
        decodeAttentionScale: 1.56,
        prefillScale: 0.98,
        decodeGapMs: 1.57,
        prefillGapMs: 1.13,
        prefillFloorMsPerLayer: 1.17,
        arrivalMs: 1.46,
        arrivalMsPerToken: 1.06,
        kvScale: 1
      },
      rows: 83,
      deployments: 2,
      error: {ttft: {p50: 0.11, p90: 0.34}, tpot: {p50: 0.0812, p90: 0.27}},
      system: "h100_sxm",
      gemm: "fp8_block",
      moe: "fp8_block",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.69,
        decodeAttentionScale: 0.562,
        prefillScale: 0.804,
        decodeGapMs: 0.407,
        prefillGapMs: 0.519,
        prefillFloorMsPerLayer: 0.788,
        arrivalMs: 0.825,
        arrivalMsPerToken: 0.605,
        kvScale: 1
      },
      rows: 34,
      deployments: 4,
      error: {ttft: {p50: 0.183, p90: 0.56}, tpot: {p50: 0.209, p90: 0.36}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.588,
        decodeAttentionScale: 0.633,
        prefillScale: 0.862,
        decodeGapMs: 0.484,
        prefillGapMs: 0.781,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.28,
        arrivalMsPerToken: 0.824,
        kvScale: 1
      },
      rows: 6,
      deployments: 3,
      error: {ttft: {p50: 0.117, p90: 0.35}, tpot: {p50: 0.0812, p90: 0.26}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 1.21,
        decodeAttentionScale: 1.37,
        prefillScale: 1.78,
        decodeGapMs: 1.19,
        prefillGapMs: 2.2,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.942,
        arrivalMsPerToken: 0.937,
        kvScale: 1
      },
      rows: 4,
      deployments: 2,
      error: {ttft: {p50: 0.117, p90: 0.35}, tpot: {p50: 0.0812, p90: 0.26}},
      system: "h100_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 1.35,
        decodeAttentionScale: 2.58,
        prefillScale: 1.2,
        decodeGapMs: 1.16,
        prefillGapMs: 3.19,
        prefillFloorMsPerLayer: 1.21,
        arrivalMs: 1.18,
        arrivalMsPerToken: 1.23,
        kvScale: 1
      },
      rows: 66,
      deployments: 7,
      error: {ttft: {p50: 0.11, p90: 0.33}, tpot: {p50: 0.0741, p90: 0.2}},
      system: "h200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 0.891,
        decodeAttentionScale: 0.98,
        prefillScale: 0.593,
        decodeGapMs: 0.674,
        prefillGapMs: 0.524,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.06,
        arrivalMsPerToken: 0.946,
        kvScale: 1
      },
      rows: 15,
      deployments: 4,
      error: {ttft: {p50: 0.229, p90: 0.76}, tpot: {p50: 0.0603, p90: 0.18}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1.05,
        decodeAttentionScale: 1.2,
        prefillScale: 1.14,
        decodeGapMs: 1.36,
        prefillGapMs: 1.09,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.08,
        arrivalMsPerToken: 2.06,
        kvScale: 0.827
      },
      rows: 55,
      deployments: 3,
      error: {ttft: {p50: 0.109, p90: 0.35}, tpot: {p50: 0.0592, p90: 0.11}},
      system: "h100_sxm",
      gemm: "bfloat16",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 0.889,
        decodeAttentionScale: 1.21,
        prefillScale: 0.709,
        decodeGapMs: 0.756,
        prefillGapMs: 4.27,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.847,
        arrivalMsPerToken: 1.21,
        kvScale: 1
      },
      rows: 35,
      deployments: 3,
      error: {ttft: {p50: 0.337, p90: 0.59}, tpot: {p50: 0.181, p90: 0.31}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 0.959,
        decodeAttentionScale: 1,
        prefillScale: 1.2,
        decodeGapMs: 0.932,
        prefillGapMs: 2.05,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 0.9,
        kvScale: 1
      },
      rows: 35,
      deployments: 3,
      error: {ttft: {p50: 0.0659, p90: 0.28}, tpot: {p50: 0.0277, p90: 0.074}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 1.09,
        decodeAttentionScale: 1.2,
        prefillScale: 0.989,
        decodeGapMs: 1.1,
        prefillGapMs: 0.7,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.898,
        arrivalMsPerToken: 0.863,
        kvScale: 1.06
      },
      rows: 30,
      deployments: 3,
      error: {ttft: {p50: 0.0661, p90: 0.23}, tpot: {p50: 0.0245, p90: 0.054}},
      system: "h100_sxm",
      gemm: "fp8",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 1.1,
        decodeAttentionScale: 0.686,
        prefillScale: 1.27,
        decodeGapMs: 0.791,
        prefillGapMs: 0.589,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.925,
        arrivalMsPerToken: 0.877,
        kvScale: 0.98
      },
      rows: 45,
      deployments: 4,
      error: {ttft: {p50: 0.154, p90: 0.25}, tpot: {p50: 0.0914, p90: 0.31}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "KIMIK25 61x7168x384",
      factors: {
        decodeScale: 0.639,
        decodeAttentionScale: 0.736,
        prefillScale: 0.839,
        decodeGapMs: 2.03,
        prefillGapMs: 0.94,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.887,
        arrivalMsPerToken: 0.973,
        kvScale: 1
      },
      rows: 15,
      deployments: 1,
      error: {ttft: {p50: 0.298, p90: 0.47}, tpot: {p50: 0.285, p90: 0.51}},
      system: "b200_sxm",
      gemm: "int4_wo",
      moe: "int4_wo",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "KIMIK25 61x7168x384",
      factors: {
        decodeScale: 1.39,
        decodeAttentionScale: 0.846,
        prefillScale: 1.22,
        decodeGapMs: 0.654,
        prefillGapMs: 1.68,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.04,
        arrivalMsPerToken: 0.919,
        kvScale: 1
      },
      rows: 39,
      deployments: 2,
      error: {ttft: {p50: 0.354, p90: 0.48}, tpot: {p50: 0.0366, p90: 0.11}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "KIMIK25 61x7168x384",
      factors: {
        decodeScale: 1.22,
        decodeAttentionScale: 0.93,
        prefillScale: 1.07,
        decodeGapMs: 0.758,
        prefillGapMs: 1.08,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.14,
        arrivalMsPerToken: 0.982,
        kvScale: 1
      },
      rows: 13,
      deployments: 2,
      error: {ttft: {p50: 0.054, p90: 0.11}, tpot: {p50: 0.0316, p90: 0.082}},
      system: "b300_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "KIMIK25 61x7168x384",
      factors: {
        decodeScale: 0.6,
        decodeAttentionScale: 0.819,
        prefillScale: 0.704,
        decodeGapMs: 2.1,
        prefillGapMs: 0.921,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 30,
      deployments: 1,
      error: {ttft: {p50: 0.491, p90: 0.55}, tpot: {p50: 0.333, p90: 0.61}},
      system: "h200_sxm",
      gemm: "int4_wo",
      moe: "int4_wo",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.96,
        decodeAttentionScale: 0.908,
        prefillScale: 0.889,
        decodeGapMs: 0.65,
        prefillGapMs: 0.981,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.18,
        arrivalMsPerToken: 0.702,
        kvScale: 1
      },
      rows: 52,
      deployments: 4,
      error: {ttft: {p50: 0.0783, p90: 0.3}, tpot: {p50: 0.047, p90: 0.15}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.891,
        decodeAttentionScale: 1.1,
        prefillScale: 1.09,
        decodeGapMs: 1.19,
        prefillGapMs: 0.907,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.05,
        arrivalMsPerToken: 1.05,
        kvScale: 1
      },
      rows: 46,
      deployments: 3,
      error: {ttft: {p50: 0.119, p90: 0.48}, tpot: {p50: 0.0758, p90: 0.21}},
      system: "h100_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1,
        prefillScale: 1.22,
        decodeGapMs: 0.915,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1.04,
        kvScale: 1
      },
      rows: 23,
      deployments: 3,
      error: {ttft: {p50: 0.171, p90: 0.28}, tpot: {p50: 0.048, p90: 0.38}},
      system: "h200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 0.907,
        decodeAttentionScale: 1.27,
        prefillScale: 0.95,
        decodeGapMs: 1.74,
        prefillGapMs: 0.934,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.763,
        arrivalMsPerToken: 1.38,
        kvScale: 0.938
      },
      rows: 130,
      deployments: 4,
      error: {ttft: {p50: 0.088, p90: 0.35}, tpot: {p50: 0.0561, p90: 0.15}},
      system: "b200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 1.06,
        decodeAttentionScale: 0.985,
        prefillScale: 1.12,
        decodeGapMs: 0.85,
        prefillGapMs: 0.908,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.08,
        arrivalMsPerToken: 1.09,
        kvScale: 1
      },
      rows: 73,
      deployments: 5,
      error: {ttft: {p50: 0.107, p90: 0.3}, tpot: {p50: 0.0442, p90: 0.14}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 0.979,
        decodeAttentionScale: 0.909,
        prefillScale: 0.974,
        decodeGapMs: 1,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 0.97
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.107, p90: 0.35}, tpot: {p50: 0.062, p90: 0.22}},
      system: "b200_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 0.89,
        decodeAttentionScale: 1.29,
        prefillScale: 0.903,
        decodeGapMs: 1.68,
        prefillGapMs: 0.842,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.889,
        arrivalMsPerToken: 1.13,
        kvScale: 1
      },
      rows: 53,
      deployments: 5,
      error: {ttft: {p50: 0.0807, p90: 0.21}, tpot: {p50: 0.0486, p90: 0.13}},
      system: "b300_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 0.859,
        decodeAttentionScale: 0.732,
        prefillScale: 0.908,
        decodeGapMs: 0.961,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 2,
      deployments: 1,
      error: {ttft: {p50: 0.107, p90: 0.35}, tpot: {p50: 0.062, p90: 0.22}},
      system: "b300_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 1.05,
        decodeAttentionScale: 1.18,
        prefillScale: 1.03,
        decodeGapMs: 0.65,
        prefillGapMs: 0.818,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.79,
        arrivalMsPerToken: 0.855,
        kvScale: 0.968
      },
      rows: 49,
      deployments: 6,
      error: {ttft: {p50: 0.144, p90: 0.27}, tpot: {p50: 0.0838, p90: 0.16}},
      system: "b300_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 0.737,
        prefillScale: 0.916,
        decodeGapMs: 1,
        prefillGapMs: 0.988,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1.04
      },
      rows: 2,
      deployments: 1,
      error: {ttft: {p50: 0.107, p90: 0.35}, tpot: {p50: 0.062, p90: 0.22}},
      system: "b300_sxm",
      gemm: "nvfp4",
      moe: "nvfp4",
      drafts: false,
      attentionDp: true
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1.39,
        prefillScale: 1,
        decodeGapMs: 1.04,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.987,
        arrivalMsPerToken: 0.946,
        kvScale: 0.955
      },
      rows: 15,
      deployments: 1,
      error: {ttft: {p50: 0.0337, p90: 0.53}, tpot: {p50: 0.0594, p90: 0.11}},
      system: "h100_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 1.15,
        decodeAttentionScale: 0.627,
        prefillScale: 1.17,
        decodeGapMs: 1.18,
        prefillGapMs: 1.04,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.06,
        arrivalMsPerToken: 0.917,
        kvScale: 1
      },
      rows: 28,
      deployments: 2,
      error: {ttft: {p50: 0.0896, p90: 0.25}, tpot: {p50: 0.339, p90: 0.41}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    },
    {
      backend: "vllm",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 1.5,
        decodeAttentionScale: 0.978,
        prefillScale: 1.13,
        decodeGapMs: 1.11,
        prefillGapMs: 0.973,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.987,
        arrivalMsPerToken: 1.16,
        kvScale: 1
      },
      rows: 28,
      deployments: 6,
      error: {ttft: {p50: 0.3, p90: 0.88}, tpot: {p50: 0.213, p90: 0.45}},
      system: "h200_sxm",
      gemm: "fp8",
      moe: "fp8",
      drafts: false,
      attentionDp: false
    }
  ],
  disaggregated: [
    {
      backend: "sglang",
      factors: {
        decodeScale: 1.08,
        prefillScale: 0.661,
        decodeGapMs: 1.24,
        prefillGapMs: 0.755,
        arrivalMs: 2.01,
        arrivalMsPerToken: 0.925
      },
      rows: 306,
      deployments: 44,
      error: {ttft: {p50: 0.319, p90: 0.81}, tpot: {p50: 0.122, p90: 0.43}}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.16, decodeGapMs: 1.03}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.43, decodeGapMs: 1.08}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "h100_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.604, decodeGapMs: 0.901}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "h200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.2, decodeGapMs: 1.09}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "dep", rack: false},
      factors: {decodeScale: 1.12, decodeGapMs: 1.02}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.744, decodeGapMs: 0.922}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 1.15, decodeGapMs: 1.04}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.977, decodeGapMs: 1.09}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 1.06, decodeGapMs: 1.09}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "dep", rack: true},
      factors: {decodeScale: 0.902, decodeGapMs: 1.07}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dp",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.832, decodeGapMs: 0.967}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "dp", rack: true},
      factors: {decodeScale: 0.889, decodeGapMs: 0.981}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.926, decodeAttentionScale: 0.986, decodeGapMs: 0.89}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.16, decodeAttentionScale: 1.01, decodeGapMs: 0.964}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "tep", rack: false},
      factors: {decodeScale: 1.05, decodeGapMs: 0.937}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.849, decodeAttentionScale: 0.985, decodeGapMs: 0.741}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 0.989, decodeGapMs: 1.07}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "h100_sxm",
        architecture: "dense",
        gemm: "fp8_block",
        drafts: false
      },
      factors: {decodeScale: 1.04, decodeAttentionScale: 1.01, decodeGapMs: 1.01}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "h100_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.956, decodeAttentionScale: 0.979, decodeGapMs: 1.51}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "h100_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.09, decodeGapMs: 1.11}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "h200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.867, decodeGapMs: 0.962}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "h200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.48, decodeGapMs: 1.2}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "tp", rack: false},
      factors: {decodeScale: 1.1, decodeAttentionScale: 0.974, decodeGapMs: 1.26}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.06, decodeAttentionScale: 1.03, decodeGapMs: 1.15}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.917, decodeAttentionScale: 0.987, decodeGapMs: 0.853}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.964, decodeGapMs: 0.973}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "tp",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.853, decodeGapMs: 0.856}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "tp", rack: true},
      factors: {decodeScale: 0.859, decodeGapMs: 0.908}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.12, prefillGapMs: 1.05, arrivalMs: 1.18, arrivalMsPerToken: 1.01}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: false, system: "h200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.953, arrivalMs: 1.16}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: false},
      factors: {prefillScale: 1.07, prefillGapMs: 1.03, arrivalMs: 1.16}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.819, arrivalMs: 1.04}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 1.29, prefillGapMs: 1.03, arrivalMs: 1.33}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb300", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.687, arrivalMs: 1.04}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb300", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 1.16, prefillGapMs: 1.05, arrivalMs: 1.12, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: true},
      factors: {prefillScale: 1.05, prefillGapMs: 1.04, arrivalMs: 1.24, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dp", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.816, prefillGapMs: 0.909, arrivalMs: 1.05, arrivalMsPerToken: 0.99}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dp", rack: false},
      factors: {prefillScale: 0.855, prefillGapMs: 0.945, arrivalMs: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dp", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.922}
    },
    {backend: "sglang", kind: {role: "prefill", layout: "dp", rack: true}, factors: {prefillScale: 0.94}},
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tep", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.03, prefillGapMs: 1.04, arrivalMs: 0.697, arrivalMsPerToken: 1.03}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tep", rack: false},
      factors: {prefillScale: 1.02, prefillGapMs: 1.02, arrivalMs: 0.837, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h100_sxm", architecture: "dense", gemm: "fp8_block"},
      factors: {prefillScale: 0.982}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h100_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.515, prefillGapMs: 0.979, arrivalMs: 1.33, arrivalMsPerToken: 0.984}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.56, arrivalMs: 0.953, arrivalMsPerToken: 0.969}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false},
      factors: {prefillScale: 0.809, arrivalMs: 1.11, arrivalMsPerToken: 0.973}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.38, prefillGapMs: 0.969, arrivalMs: 0.706}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.667, prefillGapMs: 1.02, arrivalMs: 1.08, arrivalMsPerToken: 0.917}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb300", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.953, arrivalMs: 0.827}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb300", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 1.01, prefillGapMs: 1.04, arrivalMs: 1.23}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true},
      factors: {prefillScale: 0.911, prefillGapMs: 1.01, arrivalMs: 0.953, arrivalMsPerToken: 0.952}
    },
    {
      backend: "trtllm",
      factors: {
        decodeScale: 0.895,
        decodeAttentionScale: 1.21,
        prefillScale: 0.877,
        decodeGapMs: 0.59,
        prefillGapMs: 0.878,
        prefillFloorMsPerLayer: 0.971,
        arrivalMs: 0.913,
        arrivalMsPerToken: 0.628
      },
      rows: 584,
      deployments: 138,
      error: {ttft: {p50: 0.253, p90: 0.6}, tpot: {p50: 0.132, p90: 0.43}}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.964, decodeAttentionScale: 0.984, decodeGapMs: 1.14}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.2, decodeAttentionScale: 1.01, decodeGapMs: 1.23}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 1.01, decodeGapMs: 1.02}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 1.12}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 0.929}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.942}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 0.972, decodeGapMs: 1.02}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "h200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.25, decodeAttentionScale: 1.05, decodeGapMs: 0.987}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        system: "h200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 0.981, decodeAttentionScale: 1.01, decodeGapMs: 0.979}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "dep", rack: false},
      factors: {decodeScale: 1.2, decodeAttentionScale: 1.06, decodeGapMs: 1.23}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.18, decodeGapMs: 0.954}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.22, decodeAttentionScale: 1.01, decodeGapMs: 1.01}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.964, decodeAttentionScale: 1.03, decodeGapMs: 1.33}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 1.09}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb200",
        architecture: "moe",
        gemm: "bfloat16",
        drafts: false
      },
      factors: {decodeScale: 0.898, decodeAttentionScale: 0.961, decodeGapMs: 0.954}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.04}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.06, decodeGapMs: 1.01}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.804, decodeGapMs: 0.961}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 0.765, decodeGapMs: 0.983}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "dep", rack: true},
      factors: {decodeScale: 0.942, decodeGapMs: 1.1}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.781, decodeAttentionScale: 1.02, decodeGapMs: 1.13}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 0.937, decodeAttentionScale: 1.05, decodeGapMs: 0.955}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.917, decodeAttentionScale: 1.01, decodeGapMs: 0.793}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeGapMs: 1.15}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "h100_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.935}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "h200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.13, decodeAttentionScale: 1.03, decodeGapMs: 0.944}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "h200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.13, decodeAttentionScale: 1.03, decodeGapMs: 0.986}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tep", rack: false},
      factors: {decodeScale: 0.902, decodeAttentionScale: 1.14, decodeGapMs: 0.965}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.893, decodeGapMs: 0.953}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.12, decodeGapMs: 1.02}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.85, decodeAttentionScale: 1.08, decodeGapMs: 1.2}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 1.11}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.917, decodeGapMs: 0.96}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.02}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.812, decodeAttentionScale: 0.989, decodeGapMs: 0.834}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 1.06, decodeAttentionScale: 1.02, decodeGapMs: 1.03}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tep", rack: true},
      factors: {decodeScale: 0.837, decodeAttentionScale: 1.07, decodeGapMs: 0.979}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.955, decodeAttentionScale: 0.98, decodeGapMs: 1.08}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.09, decodeAttentionScale: 0.985, decodeGapMs: 0.808}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.964, decodeGapMs: 0.942}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: true
      },
      factors: {decodeScale: 1.1, decodeGapMs: 0.983}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tp", rack: false},
      factors: {decodeScale: 1.06, decodeAttentionScale: 0.965, decodeGapMs: 0.873}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tp",
        rack: true,
        system: "gb200",
        architecture: "dense",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.988, decodeAttentionScale: 0.982}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "tp",
        rack: true,
        system: "gb200",
        architecture: "moe",
        gemm: "bfloat16",
        drafts: false
      },
      factors: {decodeAttentionScale: 0.978, decodeGapMs: 0.656}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tp", rack: true},
      factors: {decodeAttentionScale: 0.96, decodeGapMs: 0.786}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.8, prefillGapMs: 0.88, arrivalMs: 1.05, arrivalMsPerToken: 1.02}
    },
    {
      backend: "trtllm",
      kind: {
        role: "prefill",
        layout: "dep",
        rack: false,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4"
      },
      factors: {prefillScale: 0.769, prefillGapMs: 1.26, arrivalMs: 1.19, arrivalMsPerToken: 1.04}
    },
    {
      backend: "trtllm",
      kind: {
        role: "prefill",
        layout: "dep",
        rack: false,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4"
      },
      factors: {prefillScale: 0.637, prefillGapMs: 0.832, arrivalMs: 0.729, arrivalMsPerToken: 0.958}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: false, system: "h100_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.11}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: false},
      factors: {prefillGapMs: 0.966, arrivalMs: 0.96, arrivalMsPerToken: 1.01}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.31, prefillGapMs: 1.24, arrivalMs: 1.19, arrivalMsPerToken: 1.02}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.835, prefillGapMs: 0.979, arrivalMs: 1.06}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb300", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.36, prefillGapMs: 1.15, arrivalMs: 1.17, arrivalMsPerToken: 1.01}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb300", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.731, prefillGapMs: 0.912, arrivalMs: 1.13, arrivalMsPerToken: 0.971}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true},
      factors: {prefillScale: 1.08, prefillGapMs: 1.13, arrivalMs: 1.25}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dp", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.07, prefillGapMs: 1.28, arrivalMs: 0.908, arrivalMsPerToken: 0.885}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dp", rack: false, system: "b300_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.939, prefillGapMs: 1.13, arrivalMs: 0.835}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dp", rack: false},
      factors: {prefillGapMs: 1.2, arrivalMs: 0.883, arrivalMsPerToken: 0.93}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: false, system: "h200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillGapMs: 0.801, arrivalMs: 1.32, arrivalMsPerToken: 1.06}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: false},
      factors: {prefillGapMs: 0.863, arrivalMs: 1.13, arrivalMsPerToken: 1.03}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.865, prefillGapMs: 0.927, arrivalMs: 0.884, arrivalMsPerToken: 0.953}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: true},
      factors: {prefillScale: 0.892, prefillGapMs: 0.975, arrivalMs: 0.946, arrivalMsPerToken: 0.973}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "dense", gemm: "nvfp4"},
      factors: {prefillScale: 0.816}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "moe", gemm: "bfloat16"},
      factors: {
        prefillScale: 1.25,
        prefillGapMs: 0.724,
        prefillFloorMsPerLayer: 0.971,
        arrivalMs: 0.786,
        arrivalMsPerToken: 0.946
      }
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tp", rack: true},
      factors: {
        prefillScale: 1.01,
        prefillGapMs: 0.824,
        prefillFloorMsPerLayer: 0.971,
        arrivalMs: 0.894,
        arrivalMsPerToken: 0.965
      }
    },
    {
      backend: "vllm",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 0.986,
        prefillScale: 0.963,
        decodeGapMs: 0.943,
        prefillGapMs: 1.1,
        arrivalMs: 11.2,
        arrivalMsPerToken: 0.934
      },
      rows: 13,
      deployments: 3,
      error: {ttft: {p50: 0.638, p90: 0.91}, tpot: {p50: 0.0623, p90: 2.4}}
    },
    {
      backend: "vllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: false,
        system: "h100_sxm",
        architecture: "moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.954}
    },
    {backend: "vllm", kind: {role: "decode", layout: "tep", rack: false}, factors: {decodeScale: 0.97}},
    {
      backend: "vllm",
      kind: {
        role: "decode",
        layout: "tep",
        rack: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 1.08, decodeGapMs: 0.961}
    },
    {
      backend: "vllm",
      kind: {role: "decode", layout: "tep", rack: true},
      factors: {decodeScale: 1.05, decodeGapMs: 0.976}
    },
    {
      backend: "vllm",
      kind: {
        role: "decode",
        layout: "tp",
        rack: false,
        system: "h100_sxm",
        architecture: "dense",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.974, decodeGapMs: 0.987}
    },
    {backend: "vllm", kind: {role: "decode", layout: "tp", rack: false}, factors: {decodeScale: 0.983}},
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: false, system: "h100_sxm", architecture: "moe", gemm: "fp8"},
      factors: {prefillScale: 0.784, arrivalMs: 0.97}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: false},
      factors: {prefillScale: 0.827, arrivalMs: 0.986}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 1.31, prefillGapMs: 1.03, arrivalMs: 1.58}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: true},
      factors: {prefillScale: 1.23, prefillGapMs: 1.02, arrivalMs: 1.23}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h100_sxm", architecture: "dense", gemm: "fp8"},
      factors: {prefillScale: 0.904, arrivalMs: 0.979}
    },
    {backend: "vllm", kind: {role: "prefill", layout: "tp", rack: false}, factors: {prefillScale: 0.926}}
  ],
  uncalibrated: {ttft: {p50: 0.397, p90: 0.68}, tpot: {p50: 0.149, p90: 0.52}}
};
