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
        decodeScale: 0.851,
        decodeAttentionScale: 1.04,
        prefillScale: 1.18,
        decodeGapMs: 1.28,
        prefillGapMs: 2.17,
        prefillFloorMsPerLayer: 0.199,
        arrivalMs: 49.4,
        arrivalMsPerToken: 0.00668,
        kvScale: 1
      },
      rows: 66,
      deployments: 8,
      error: {ttft: {p50: 0.178, p90: 0.77}, tpot: {p50: 0.076, p90: 0.18}},
      systems: {
        h100_sxm: {decodeAttentionScale: 1.12, prefillScale: 0.946, decodeGapMs: 1.14, arrivalMs: 1.17, kvScale: 0.971},
        h200_sxm: {
          decodeScale: 1.22,
          decodeAttentionScale: 1.01,
          prefillScale: 1.04,
          decodeGapMs: 0.96,
          prefillGapMs: 1.11,
          arrivalMs: 1.5,
          arrivalMsPerToken: 0.814
        }
      },
      types: {
        bfloat16: {decodeAttentionScale: 1.05, prefillScale: 0.969, decodeGapMs: 1.05, arrivalMs: 1.06, kvScale: 0.989},
        fp8_block: {
          decodeScale: 1.08,
          prefillScale: 1.02,
          decodeGapMs: 0.982,
          prefillGapMs: 1.04,
          arrivalMs: 1.18,
          arrivalMsPerToken: 0.923
        }
      }
    },
    {
      backend: "sglang",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.742,
        decodeAttentionScale: 1.17,
        prefillScale: 1.36,
        decodeGapMs: 1.04,
        prefillGapMs: 1.99,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 55.4,
        arrivalMsPerToken: 0.00606,
        kvScale: 1
      },
      rows: 171,
      deployments: 13,
      error: {ttft: {p50: 0.199, p90: 0.66}, tpot: {p50: 0.1, p90: 0.3}},
      systems: {
        b200_sxm: {
          decodeScale: 1.03,
          decodeAttentionScale: 0.909,
          prefillScale: 0.839,
          decodeGapMs: 0.681,
          prefillGapMs: 0.969,
          arrivalMs: 1.21
        },
        b300_sxm: {
          decodeScale: 0.729,
          decodeAttentionScale: 1.89,
          prefillScale: 2.44,
          decodeGapMs: 1.23,
          prefillGapMs: 0.977,
          arrivalMs: 0.955,
          arrivalMsPerToken: 1.04
        },
        h200_sxm: {
          decodeScale: 1.07,
          decodeAttentionScale: 0.959,
          prefillScale: 0.694,
          decodeGapMs: 1.02,
          prefillGapMs: 1.05,
          arrivalMs: 1.62,
          arrivalMsPerToken: 0.926
        }
      },
      types: {
        fp8: {decodeAttentionScale: 1.04, prefillScale: 0.984, arrivalMs: 1.13},
        nvfp4: {
          decodeScale: 0.927,
          decodeAttentionScale: 1.17,
          prefillScale: 1.16,
          decodeGapMs: 0.9,
          arrivalMs: 1.15,
          arrivalMsPerToken: 1.06
        }
      }
    },
    {
      backend: "sglang",
      architecture: "moe",
      constants: {
        decodeScale: 0.783,
        decodeAttentionScale: 1.09,
        prefillScale: 1.22,
        decodeGapMs: 1.26,
        prefillGapMs: 2.29,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 44.6,
        arrivalMsPerToken: 0.00717,
        kvScale: 1
      },
      rows: 138,
      deployments: 11,
      error: {ttft: {p50: 0.215, p90: 0.56}, tpot: {p50: 0.12, p90: 0.32}},
      systems: {
        b200_sxm: {
          decodeScale: 1.03,
          decodeAttentionScale: 0.933,
          prefillScale: 1.1,
          decodeGapMs: 1.18,
          prefillGapMs: 0.985,
          arrivalMs: 1.06,
          arrivalMsPerToken: 1.05
        },
        b300_sxm: {
          decodeScale: 0.89,
          decodeAttentionScale: 0.954,
          prefillScale: 0.854,
          decodeGapMs: 1.04,
          prefillGapMs: 1.17,
          arrivalMs: 0.902,
          arrivalMsPerToken: 0.822
        },
        h200_sxm: {
          decodeScale: 1.04,
          decodeAttentionScale: 1.48,
          prefillScale: 1.1,
          decodeGapMs: 0.868,
          prefillGapMs: 1.03,
          arrivalMs: 1.6,
          arrivalMsPerToken: 0.927
        }
      },
      types: {
        bfloat16: {
          decodeScale: 0.982,
          decodeAttentionScale: 0.928,
          prefillScale: 0.933,
          decodeGapMs: 0.944,
          arrivalMsPerToken: 1.1
        },
        fp8: {
          decodeScale: 1.03,
          decodeAttentionScale: 1.03,
          prefillScale: 1.03,
          decodeGapMs: 1.16,
          arrivalMs: 1.29,
          arrivalMsPerToken: 0.901
        },
        fp8_block: {decodeAttentionScale: 1.14, prefillScale: 1.07, arrivalMs: 0.893, arrivalMsPerToken: 1.02},
        nvfp4: {
          decodeScale: 0.975,
          decodeAttentionScale: 0.968,
          decodeGapMs: 0.919,
          prefillGapMs: 1.07,
          arrivalMs: 1.04,
          arrivalMsPerToken: 0.882
        }
      }
    },
    {
      backend: "trtllm",
      architecture: "dense",
      constants: {
        decodeScale: 0.807,
        decodeAttentionScale: 0.493,
        prefillScale: 1.1,
        decodeGapMs: 0.509,
        prefillGapMs: 2.51,
        prefillFloorMsPerLayer: 0.614,
        arrivalMs: 12.3,
        arrivalMsPerToken: 0.00363,
        kvScale: 1
      },
      rows: 313,
      deployments: 20,
      error: {ttft: {p50: 0.156, p90: 0.51}, tpot: {p50: 0.0937, p90: 0.28}},
      systems: {
        b200_sxm: {
          decodeScale: 0.969,
          decodeAttentionScale: 0.353,
          prefillScale: 0.934,
          decodeGapMs: 0.841,
          prefillGapMs: 1.07,
          prefillFloorMsPerLayer: 0.863,
          arrivalMs: 0.792,
          arrivalMsPerToken: 0.9
        },
        gb200: {
          decodeScale: 1.01,
          decodeAttentionScale: 0.899,
          prefillScale: 1.06,
          decodeGapMs: 0.98,
          arrivalMs: 1.14,
          arrivalMsPerToken: 1.15
        },
        h100_sxm: {
          decodeScale: 1.05,
          decodeAttentionScale: 1.68,
          prefillScale: 1.04,
          decodeGapMs: 0.738,
          prefillGapMs: 0.78,
          prefillFloorMsPerLayer: 1.28,
          arrivalMs: 1.4,
          arrivalMsPerToken: 0.926
        },
        h200_sxm: {
          decodeAttentionScale: 1.79,
          prefillScale: 0.964,
          decodeGapMs: 0.758,
          prefillGapMs: 0.964,
          prefillFloorMsPerLayer: 1.03,
          arrivalMsPerToken: 0.951
        }
      },
      types: {
        bfloat16: {
          decodeScale: 1.04,
          decodeAttentionScale: 1.22,
          prefillScale: 1.03,
          decodeGapMs: 0.956,
          prefillGapMs: 0.923,
          prefillFloorMsPerLayer: 1.01,
          arrivalMs: 1.23,
          arrivalMsPerToken: 1.11
        },
        fp8: {
          decodeScale: 0.951,
          decodeAttentionScale: 1.09,
          prefillScale: 1.02,
          decodeGapMs: 0.756,
          prefillGapMs: 0.976,
          prefillFloorMsPerLayer: 1.06,
          arrivalMs: 0.97,
          arrivalMsPerToken: 0.887
        },
        nvfp4: {
          decodeScale: 1.02,
          decodeAttentionScale: 0.741,
          prefillScale: 0.949,
          decodeGapMs: 1.02,
          prefillGapMs: 1.02,
          prefillFloorMsPerLayer: 0.981,
          arrivalMs: 0.918,
          arrivalMsPerToken: 0.968
        }
      }
    },
    {
      backend: "trtllm",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.808,
        decodeAttentionScale: 0.638,
        prefillScale: 1.07,
        decodeGapMs: 1.23,
        prefillGapMs: 11.6,
        prefillFloorMsPerLayer: 0.596,
        arrivalMs: 15.1,
        arrivalMsPerToken: 0.00357,
        kvScale: 1
      },
      rows: 272,
      deployments: 15,
      error: {ttft: {p50: 0.26, p90: 0.58}, tpot: {p50: 0.247, p90: 0.59}},
      systems: {
        b200_sxm: {
          decodeScale: 1.02,
          decodeAttentionScale: 0.912,
          prefillScale: 0.755,
          decodeGapMs: 0.679,
          prefillGapMs: 1.76,
          prefillFloorMsPerLayer: 1.11,
          arrivalMs: 1.36,
          arrivalMsPerToken: 0.962,
          kvScale: 1.05
        },
        gb200: {
          decodeScale: 1.1,
          decodeAttentionScale: 1.85,
          prefillScale: 1.05,
          decodeGapMs: 1.05,
          prefillGapMs: 1.06
        },
        h200_sxm: {
          decodeScale: 0.829,
          decodeAttentionScale: 1.38,
          prefillScale: 1.15,
          decodeGapMs: 1.67,
          prefillGapMs: 3.07,
          arrivalMs: 1.16,
          arrivalMsPerToken: 0.885
        }
      },
      types: {
        fp8: {
          decodeScale: 1.11,
          decodeAttentionScale: 1.22,
          prefillScale: 1.07,
          decodeGapMs: 1.14,
          prefillGapMs: 1.76,
          prefillFloorMsPerLayer: 0.957,
          arrivalMsPerToken: 1.06,
          kvScale: 1.02
        },
        nvfp4: {
          decodeScale: 0.892,
          decodeAttentionScale: 1.1,
          prefillScale: 0.902,
          decodeGapMs: 0.916,
          prefillGapMs: 1.1,
          prefillFloorMsPerLayer: 1.1,
          arrivalMs: 1.26,
          arrivalMsPerToken: 0.916
        }
      }
    },
    {
      backend: "trtllm",
      architecture: "moe",
      constants: {
        decodeScale: 0.694,
        decodeAttentionScale: 0.609,
        prefillScale: 1.09,
        decodeGapMs: 1.3,
        prefillGapMs: 3.24,
        prefillFloorMsPerLayer: 0.856,
        arrivalMs: 10.8,
        arrivalMsPerToken: 0.0038,
        kvScale: 1
      },
      rows: 194,
      deployments: 18,
      error: {ttft: {p50: 0.361, p90: 0.7}, tpot: {p50: 0.131, p90: 0.73}},
      systems: {
        b200_sxm: {
          decodeScale: 0.948,
          decodeAttentionScale: 0.536,
          decodeGapMs: 0.613,
          prefillGapMs: 0.804,
          prefillFloorMsPerLayer: 0.766,
          arrivalMs: 0.876,
          arrivalMsPerToken: 0.649
        },
        h100_sxm: {
          decodeScale: 0.904,
          decodeAttentionScale: 2.07,
          prefillScale: 1.22,
          decodeGapMs: 1.68,
          prefillGapMs: 1.11,
          prefillFloorMsPerLayer: 1.12,
          arrivalMs: 1.5
        },
        h200_sxm: {
          decodeScale: 0.785,
          decodeAttentionScale: 1.7,
          prefillScale: 0.785,
          decodeGapMs: 1.38,
          prefillGapMs: 1.22,
          prefillFloorMsPerLayer: 1.64,
          arrivalMs: 0.85,
          arrivalMsPerToken: 1.64
        }
      },
      types: {
        bfloat16: {
          decodeScale: 0.946,
          decodeAttentionScale: 1.22,
          prefillScale: 1.03,
          prefillGapMs: 1.01,
          prefillFloorMsPerLayer: 1.1,
          arrivalMs: 0.886,
          arrivalMsPerToken: 1.04
        },
        fp8: {prefillScale: 1.01},
        fp8_block: {
          decodeScale: 0.904,
          decodeAttentionScale: 1.03,
          prefillScale: 0.945,
          decodeGapMs: 1.16,
          prefillGapMs: 1.01,
          prefillFloorMsPerLayer: 1.05,
          arrivalMs: 1.17
        }
      }
    },
    {
      backend: "vllm",
      architecture: "dense",
      constants: {
        decodeScale: 0.989,
        decodeAttentionScale: 1.04,
        prefillScale: 1.05,
        decodeGapMs: 0.752,
        prefillGapMs: 3.67,
        prefillFloorMsPerLayer: 0.198,
        arrivalMs: 5.78,
        arrivalMsPerToken: 0.00655,
        kvScale: 1
      },
      rows: 215,
      deployments: 20,
      error: {ttft: {p50: 0.225, p90: 0.56}, tpot: {p50: 0.056, p90: 0.25}},
      systems: {
        b200_sxm: {
          decodeScale: 0.905,
          decodeAttentionScale: 1.2,
          prefillScale: 0.773,
          decodeGapMs: 0.78,
          prefillGapMs: 3.13,
          arrivalMs: 0.892,
          arrivalMsPerToken: 1.36
        },
        h100_sxm: {
          decodeScale: 1.02,
          decodeAttentionScale: 1.19,
          prefillScale: 1.01,
          decodeGapMs: 1.32,
          prefillGapMs: 0.962,
          arrivalMsPerToken: 1.33,
          kvScale: 0.984
        },
        h200_sxm: {
          decodeScale: 1.05,
          decodeAttentionScale: 0.806,
          prefillScale: 0.885,
          decodeGapMs: 0.755,
          prefillGapMs: 0.552,
          arrivalMs: 0.711,
          arrivalMsPerToken: 1.03,
          kvScale: 0.99
        }
      },
      types: {
        bfloat16: {
          decodeAttentionScale: 1.04,
          prefillScale: 1.03,
          decodeGapMs: 1.06,
          prefillGapMs: 1.09,
          arrivalMs: 1.06,
          arrivalMsPerToken: 1.26,
          kvScale: 0.985
        },
        fp8: {
          decodeScale: 0.98,
          decodeAttentionScale: 1.04,
          prefillScale: 0.788,
          decodeGapMs: 0.893,
          prefillGapMs: 1.08,
          arrivalMs: 0.862,
          arrivalMsPerToken: 1.03
        },
        nvfp4: {
          decodeAttentionScale: 0.973,
          prefillScale: 1.06,
          decodeGapMs: 0.966,
          prefillGapMs: 1.1,
          arrivalMs: 0.969,
          arrivalMsPerToken: 0.98
        }
      }
    },
    {
      backend: "vllm",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.808,
        decodeAttentionScale: 0.811,
        prefillScale: 1.02,
        decodeGapMs: 1.63,
        prefillGapMs: 4.34,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 7.75,
        arrivalMsPerToken: 0.00345,
        kvScale: 1
      },
      rows: 97,
      deployments: 6,
      error: {ttft: {p50: 0.386, p90: 0.63}, tpot: {p50: 0.145, p90: 0.5}},
      systems: {
        b200_sxm: {
          decodeScale: 0.824,
          decodeAttentionScale: 0.734,
          prefillScale: 0.788,
          decodeGapMs: 1.26,
          prefillGapMs: 2.71,
          arrivalMs: 0.94,
          arrivalMsPerToken: 0.899
        },
        b300_sxm: {
          decodeScale: 0.957,
          decodeAttentionScale: 0.827,
          decodeGapMs: 0.912,
          prefillGapMs: 1.04,
          arrivalMs: 1.03,
          arrivalMsPerToken: 0.944
        },
        h200_sxm: {
          decodeScale: 0.702,
          decodeAttentionScale: 0.851,
          prefillScale: 0.803,
          decodeGapMs: 1.51,
          prefillGapMs: 0.924
        }
      },
      types: {
        int4_wo: {
          decodeScale: 0.712,
          decodeAttentionScale: 0.859,
          prefillScale: 0.89,
          decodeGapMs: 1.47,
          prefillGapMs: 0.904
        },
        nvfp4: {
          decodeScale: 1.11,
          decodeAttentionScale: 0.9,
          prefillScale: 0.939,
          decodeGapMs: 0.844,
          prefillGapMs: 1.61,
          arrivalMsPerToken: 0.939
        }
      }
    },
    {
      backend: "vllm",
      architecture: "moe",
      constants: {
        decodeScale: 1.03,
        decodeAttentionScale: 0.938,
        prefillScale: 1.3,
        decodeGapMs: 1.23,
        prefillGapMs: 1.14,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 6.57,
        arrivalMsPerToken: 0.00442,
        kvScale: 1
      },
      rows: 502,
      deployments: 42,
      error: {ttft: {p50: 0.123, p90: 0.35}, tpot: {p50: 0.0778, p90: 0.34}},
      systems: {
        b200_sxm: {
          decodeScale: 0.963,
          decodeAttentionScale: 0.987,
          prefillScale: 1.02,
          decodeGapMs: 1.07,
          prefillGapMs: 0.84,
          arrivalMs: 0.954,
          arrivalMsPerToken: 1.02,
          kvScale: 0.983
        },
        b300_sxm: {
          decodeScale: 0.919,
          decodeAttentionScale: 1.03,
          prefillScale: 0.909,
          decodeGapMs: 1.14,
          prefillGapMs: 0.652,
          arrivalMs: 0.738,
          arrivalMsPerToken: 1.18,
          kvScale: 1.01
        },
        h100_sxm: {
          decodeScale: 0.921,
          decodeAttentionScale: 1.31,
          prefillScale: 1.08,
          decodeGapMs: 1.18,
          prefillGapMs: 0.895,
          arrivalMs: 1.01
        },
        h200_sxm: {
          decodeScale: 1.33,
          decodeAttentionScale: 0.573,
          prefillScale: 1.25,
          decodeGapMs: 0.877,
          prefillGapMs: 0.952,
          arrivalMs: 1.17,
          arrivalMsPerToken: 0.912
        }
      },
      types: {
        fp8: {
          decodeAttentionScale: 1.02,
          prefillScale: 0.977,
          decodeGapMs: 1.31,
          prefillGapMs: 0.889,
          arrivalMs: 0.914,
          arrivalMsPerToken: 1.18,
          kvScale: 0.99
        },
        nvfp4: {
          decodeScale: 1.02,
          decodeAttentionScale: 0.904,
          prefillScale: 1.12,
          decodeGapMs: 0.836,
          prefillGapMs: 0.809,
          arrivalMsPerToken: 0.867
        }
      }
    }
  ],
  shapes: [
    {
      backend: "sglang",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 1.08,
        decodeAttentionScale: 1,
        prefillScale: 1.02,
        decodeGapMs: 0.982,
        prefillGapMs: 1.04,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.18,
        arrivalMsPerToken: 0.923,
        kvScale: 1
      },
      rows: 18,
      deployments: 4,
      error: {ttft: {p50: 0.466, p90: 0.96}, tpot: {p50: 0.0925, p90: 0.42}}
    },
    {
      backend: "sglang",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1.05,
        prefillScale: 0.969,
        decodeGapMs: 1.05,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.06,
        arrivalMsPerToken: 1,
        kvScale: 0.989
      },
      rows: 48,
      deployments: 4,
      error: {ttft: {p50: 0.153, p90: 0.37}, tpot: {p50: 0.0711, p90: 0.14}}
    },
    {
      backend: "sglang",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 0.975,
        decodeAttentionScale: 1.13,
        prefillScale: 1.18,
        decodeGapMs: 0.879,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.12,
        arrivalMsPerToken: 0.923,
        kvScale: 1.01
      },
      rows: 124,
      deployments: 10,
      error: {ttft: {p50: 0.19, p90: 0.62}, tpot: {p50: 0.12, p90: 0.3}}
    },
    {
      backend: "sglang",
      shape: "DEEPSEEKV32 78x6144x256",
      factors: {
        decodeScale: 0.941,
        decodeAttentionScale: 1.07,
        prefillScale: 0.978,
        decodeGapMs: 1.03,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.17,
        arrivalMsPerToken: 1.02,
        kvScale: 0.987
      },
      rows: 47,
      deployments: 3,
      error: {ttft: {p50: 0.235, p90: 0.76}, tpot: {p50: 0.0693, p90: 0.27}}
    },
    {
      backend: "sglang",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1.14,
        prefillScale: 1.07,
        decodeGapMs: 1,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.893,
        arrivalMsPerToken: 1.02,
        kvScale: 1
      },
      rows: 10,
      deployments: 2,
      error: {ttft: {p50: 0.215, p90: 0.56}, tpot: {p50: 0.12, p90: 0.32}}
    },
    {
      backend: "sglang",
      shape: "QWEN35 60x4096x512",
      factors: {
        decodeScale: 0.976,
        decodeAttentionScale: 0.933,
        prefillScale: 0.956,
        decodeGapMs: 1,
        prefillGapMs: 1.07,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.34,
        arrivalMsPerToken: 0.908,
        kvScale: 1
      },
      rows: 128,
      deployments: 9,
      error: {ttft: {p50: 0.213, p90: 0.53}, tpot: {p50: 0.114, p90: 0.31}}
    },
    {
      backend: "trtllm",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 1.03,
        decodeAttentionScale: 1.09,
        prefillScale: 0.974,
        decodeGapMs: 0.962,
        prefillGapMs: 0.919,
        prefillFloorMsPerLayer: 1.01,
        arrivalMs: 1.18,
        arrivalMsPerToken: 1.06,
        kvScale: 1
      },
      rows: 108,
      deployments: 4,
      error: {ttft: {p50: 0.181, p90: 0.81}, tpot: {p50: 0.0915, p90: 0.15}}
    },
    {
      backend: "trtllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1.08,
        prefillScale: 1.06,
        decodeGapMs: 0.919,
        prefillGapMs: 0.986,
        prefillFloorMsPerLayer: 1.09,
        arrivalMs: 1.02,
        arrivalMsPerToken: 0.96,
        kvScale: 1
      },
      rows: 97,
      deployments: 6,
      error: {ttft: {p50: 0.241, p90: 0.54}, tpot: {p50: 0.0874, p90: 0.26}}
    },
    {
      backend: "trtllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 0.988,
        decodeAttentionScale: 0.836,
        prefillScale: 0.96,
        decodeGapMs: 0.839,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 0.955,
        arrivalMs: 0.91,
        arrivalMsPerToken: 0.941,
        kvScale: 1
      },
      rows: 108,
      deployments: 10,
      error: {ttft: {p50: 0.0764, p90: 0.22}, tpot: {p50: 0.115, p90: 0.38}}
    },
    {
      backend: "trtllm",
      shape: "DEEPSEEK 61x7168x256",
      factors: {
        decodeScale: 1.01,
        decodeAttentionScale: 1.34,
        prefillScale: 0.967,
        decodeGapMs: 1.07,
        prefillGapMs: 1.97,
        prefillFloorMsPerLayer: 1.04,
        arrivalMs: 1.23,
        arrivalMsPerToken: 0.954,
        kvScale: 1.02
      },
      rows: 272,
      deployments: 15,
      error: {ttft: {p50: 0.26, p90: 0.58}, tpot: {p50: 0.247, p90: 0.59}}
    },
    {
      backend: "trtllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.946,
        decodeAttentionScale: 1.22,
        prefillScale: 1.03,
        decodeGapMs: 1,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 1.1,
        arrivalMs: 0.886,
        arrivalMsPerToken: 1.04,
        kvScale: 1
      },
      rows: 220,
      deployments: 16,
      error: {ttft: {p50: 0.281, p90: 0.66}, tpot: {p50: 0.291, p90: 0.7}}
    },
    {
      backend: "trtllm",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 0.899,
        decodeAttentionScale: 1.03,
        prefillScale: 0.957,
        decodeGapMs: 1.16,
        prefillGapMs: 1.02,
        prefillFloorMsPerLayer: 1.05,
        arrivalMs: 1.17,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 84,
      deployments: 2,
      error: {ttft: {p50: 0.334, p90: 0.57}, tpot: {p50: 0.0701, p90: 0.17}}
    },
    {
      backend: "vllm",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 0.948,
        decodeAttentionScale: 1.06,
        prefillScale: 0.692,
        decodeGapMs: 0.968,
        prefillGapMs: 0.878,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.934,
        arrivalMsPerToken: 1.12,
        kvScale: 1
      },
      rows: 15,
      deployments: 4,
      error: {ttft: {p50: 1.39, p90: 3}, tpot: {p50: 0.691, p90: 1.6}}
    },
    {
      backend: "vllm",
      shape: "LLAMA 64x5120",
      factors: {
        decodeScale: 1,
        decodeAttentionScale: 1.04,
        prefillScale: 1.03,
        decodeGapMs: 1.06,
        prefillGapMs: 1.09,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.06,
        arrivalMsPerToken: 1.26,
        kvScale: 0.985
      },
      rows: 55,
      deployments: 3,
      error: {ttft: {p50: 0.2, p90: 0.41}, tpot: {p50: 0.0401, p90: 0.11}}
    },
    {
      backend: "vllm",
      shape: "LLAMA 80x8192",
      factors: {
        decodeScale: 1.02,
        decodeAttentionScale: 0.959,
        prefillScale: 1.19,
        decodeGapMs: 0.892,
        prefillGapMs: 1.32,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.843,
        arrivalMsPerToken: 0.923,
        kvScale: 1
      },
      rows: 145,
      deployments: 13,
      error: {ttft: {p50: 0.219, p90: 0.47}, tpot: {p50: 0.0574, p90: 0.22}}
    },
    {
      backend: "vllm",
      shape: "KIMIK25 61x7168x384",
      factors: {
        decodeScale: 0.794,
        decodeAttentionScale: 0.773,
        prefillScale: 0.836,
        decodeGapMs: 1.24,
        prefillGapMs: 1.45,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.986,
        arrivalMsPerToken: 0.937,
        kvScale: 1
      },
      rows: 97,
      deployments: 6,
      error: {ttft: {p50: 0.386, p90: 0.63}, tpot: {p50: 0.145, p90: 0.5}}
    },
    {
      backend: "vllm",
      shape: "MOE 36x2880x128",
      factors: {
        decodeScale: 0.863,
        decodeAttentionScale: 1.07,
        prefillScale: 1.05,
        decodeGapMs: 0.931,
        prefillGapMs: 0.958,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.14,
        arrivalMsPerToken: 0.898,
        kvScale: 1
      },
      rows: 121,
      deployments: 10,
      error: {ttft: {p50: 0.163, p90: 0.31}, tpot: {p50: 0.125, p90: 0.44}}
    },
    {
      backend: "vllm",
      shape: "MOE 62x3072x256",
      factors: {
        decodeScale: 0.943,
        decodeAttentionScale: 0.905,
        prefillScale: 0.983,
        decodeGapMs: 1.16,
        prefillGapMs: 0.763,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.804,
        arrivalMsPerToken: 1.21,
        kvScale: 0.99
      },
      rows: 353,
      deployments: 26,
      error: {ttft: {p50: 0.105, p90: 0.34}, tpot: {p50: 0.0559, p90: 0.18}}
    },
    {
      backend: "vllm",
      shape: "MOE 94x4096x128",
      factors: {
        decodeScale: 1.27,
        decodeAttentionScale: 0.951,
        prefillScale: 1.06,
        decodeGapMs: 1.02,
        prefillGapMs: 0.984,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.01,
        arrivalMsPerToken: 0.911,
        kvScale: 1
      },
      rows: 28,
      deployments: 6,
      error: {ttft: {p50: 0.318, p90: 0.8}, tpot: {p50: 0.457, p90: 0.54}}
    }
  ],
  families: [
    {
      backend: "sglang",
      shape: "LLAMA 32x4096",
      factors: {
        decodeScale: 1.1,
        decodeAttentionScale: 1,
        prefillScale: 1.02,
        decodeGapMs: 0.964,
        prefillGapMs: 1.1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.29,
        arrivalMsPerToken: 0.882,
        kvScale: 1
      },
      rows: 18,
      deployments: 4,
      error: {ttft: {p50: 0.787, p90: 2.5}, tpot: {p50: 0.116, p90: 0.31}},
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
        decodeScale: 1,
        decodeAttentionScale: 1.08,
        prefillScale: 0.965,
        decodeGapMs: 1.12,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.1,
        arrivalMsPerToken: 1,
        kvScale: 0.89
      },
      rows: 48,
      deployments: 4,
      error: {ttft: {p50: 0.0833, p90: 0.33}, tpot: {p50: 0.0296, p90: 0.1}},
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
        decodeScale: 1.04,
        decodeAttentionScale: 1.04,
        prefillScale: 1.3,
        decodeGapMs: 0.864,
        prefillGapMs: 0.966,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.882,
        arrivalMsPerToken: 1.12,
        kvScale: 1
      },
      rows: 35,
      deployments: 3,
      error: {ttft: {p50: 0.178, p90: 0.52}, tpot: {p50: 0.182, p90: 0.36}},
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
        decodeScale: 1.09,
        decodeAttentionScale: 0.845,
        prefillScale: 0.774,
        decodeGapMs: 0.681,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.02,
        arrivalMsPerToken: 0.913,
        kvScale: 1
      },
      rows: 52,
      deployments: 4,
      error: {ttft: {p50: 0.156, p90: 0.49}, tpot: {p50: 0.103, p90: 0.21}},
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
        decodeScale: 1.02,
        decodeAttentionScale: 0.975,
        prefillScale: 1.04,
        decodeGapMs: 1,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.884,
        arrivalMsPerToken: 0.948,
        kvScale: 1
      },
      rows: 5,
      deployments: 1,
      error: {ttft: {p50: 0.2, p90: 0.57}, tpot: {p50: 0.103, p90: 0.29}},
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
        decodeScale: 0.842,
        decodeAttentionScale: 1.5,
        prefillScale: 1.47,
        decodeGapMs: 1.17,
        prefillGapMs: 0.987,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.03,
        arrivalMsPerToken: 1.13,
        kvScale: 1
      },
      rows: 12,
      deployments: 1,
      error: {ttft: {p50: 0.52, p90: 0.61}, tpot: {p50: 0.29, p90: 0.56}},
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
        decodeScale: 1,
        decodeAttentionScale: 0.902,
        prefillScale: 0.784,
        decodeGapMs: 1.05,
        prefillGapMs: 1.04,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.37,
        arrivalMsPerToken: 1,
        kvScale: 1.03
      },
      rows: 20,
      deployments: 1,
      error: {ttft: {p50: 0.205, p90: 1.1}, tpot: {p50: 0.0689, p90: 0.35}},
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
        decodeScale: 0.925,
        decodeAttentionScale: 1,
        prefillScale: 0.884,
        decodeGapMs: 1.07,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.07,
        arrivalMsPerToken: 1.02,
        kvScale: 1
      },
      rows: 12,
      deployments: 1,
      error: {ttft: {p50: 0.244, p90: 0.26}, tpot: {p50: 0.28, p90: 0.31}},
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
        decodeScale: 0.983,
        decodeAttentionScale: 1.03,
        prefillScale: 1.04,
        decodeGapMs: 1.04,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.15,
        arrivalMsPerToken: 1.05,
        kvScale: 1
      },
      rows: 5,
      deployments: 1,
      error: {ttft: {p50: 0.2, p90: 0.57}, tpot: {p50: 0.103, p90: 0.29}},
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
        decodeScale: 1.02,
        decodeAttentionScale: 1.09,
        prefillScale: 1.07,
        decodeGapMs: 0.964,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 0.945,
        kvScale: 0.937
      },
      rows: 30,
      deployments: 1,
      error: {ttft: {p50: 0.266, p90: 0.79}, tpot: {p50: 0.0807, p90: 0.15}},
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
        decodeScale: 1,
        decodeAttentionScale: 1.23,
        prefillScale: 1.08,
        decodeGapMs: 1.02,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.839,
        arrivalMsPerToken: 1.02,
        kvScale: 1
      },
      rows: 10,
      deployments: 2,
      error: {ttft: {p50: 0.26, p90: 0.57}, tpot: {p50: 0.124, p90: 0.36}},
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
        decodeScale: 1.04,
        decodeAttentionScale: 0.973,
        prefillScale: 0.843,
        decodeGapMs: 1.09,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.06,
        arrivalMsPerToken: 1.01,
        kvScale: 1
      },
      rows: 20,
      deployments: 1,
      error: {ttft: {p50: 0.378, p90: 0.57}, tpot: {p50: 0.0229, p90: 0.16}},
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
        decodeScale: 1.02,
        decodeAttentionScale: 1,
        prefillScale: 1.21,
        decodeGapMs: 1.01,
        prefillGapMs: 0.989,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.949,
        arrivalMsPerToken: 1.01,
        kvScale: 1
      },
      rows: 29,
      deployments: 2,
      error: {ttft: {p50: 0.306, p90: 0.42}, tpot: {p50: 0.12, p90: 0.21}},
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
        decodeScale: 0.954,
        decodeAttentionScale: 0.953,
        prefillScale: 1.09,
        decodeGapMs: 0.84,
        prefillGapMs: 1.02,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.885,
        arrivalMsPerToken: 1.11,
        kvScale: 1
      },
      rows: 10,
      deployments: 1,
      error: {ttft: {p50: 0.26, p90: 0.57}, tpot: {p50: 0.124, p90: 0.36}},
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
        decodeScale: 0.778,
        decodeAttentionScale: 0.945,
        prefillScale: 0.848,
        decodeGapMs: 1.72,
        prefillGapMs: 0.984,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.12,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 18,
      deployments: 2,
      error: {ttft: {p50: 0.14, p90: 0.21}, tpot: {p50: 0.333, p90: 0.52}},
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
        decodeScale: 1.3,
        decodeAttentionScale: 1.12,
        prefillScale: 1.03,
        decodeGapMs: 0.949,
        prefillGapMs: 0.986,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.881,
        arrivalMsPerToken: 0.923,
        kvScale: 1
      },
      rows: 12,
      deployments: 1,
      error: {ttft: {p50: 0.201, p90: 0.67}, tpot: {p50: 0.0815, p90: 0.24}},
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
        decodeScale: 0.972,
        decodeAttentionScale: 0.951,
        prefillScale: 1,
        decodeGapMs: 0.787,
        prefillGapMs: 1.15,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.07,
        arrivalMsPerToken: 0.861,
        kvScale: 1
      },
      rows: 24,
      deployments: 2,
      error: {ttft: {p50: 0.273, p90: 0.68}, tpot: {p50: 0.142, p90: 0.51}},
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
        decodeScale: 1.02,
        decodeAttentionScale: 0.986,
        prefillScale: 0.967,
        decodeGapMs: 0.874,
        prefillGapMs: 1.03,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.6,
        arrivalMsPerToken: 0.927,
        kvScale: 1
      },
      rows: 15,
      deployments: 1,
      error: {ttft: {p50: 0.421, p90: 0.58}, tpot: {p50: 0.0727, p90: 0.28}},
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
        decodeScale: 1.03,
        decodeAttentionScale: 1.14,
        prefillScale: 0.97,
        decodeGapMs: 0.916,
        prefillGapMs: 0.83,
        prefillFloorMsPerLayer: 1.01,
        arrivalMs: 1.29,
        arrivalMsPerToken: 1.09,
        kvScale: 1
      },
      rows: 108,
      deployments: 4,
      error: {ttft: {p50: 0.104, p90: 0.79}, tpot: {p50: 0.0297, p90: 0.12}},
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
        decodeScale: 1.02,
        decodeAttentionScale: 1.19,
        prefillScale: 1.06,
        decodeGapMs: 0.987,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.08,
        arrivalMsPerToken: 1.09,
        kvScale: 1
      },
      rows: 7,
      deployments: 1,
      error: {ttft: {p50: 0.11, p90: 0.48}, tpot: {p50: 0.063, p90: 0.17}},
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
        decodeScale: 0.986,
        decodeAttentionScale: 0.788,
        prefillScale: 0.966,
        decodeGapMs: 1,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.11, p90: 0.48}, tpot: {p50: 0.063, p90: 0.17}},
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
        decodeScale: 0.989,
        decodeAttentionScale: 1.2,
        prefillScale: 1.05,
        decodeGapMs: 0.841,
        prefillGapMs: 0.969,
        prefillFloorMsPerLayer: 1.09,
        arrivalMs: 0.964,
        arrivalMsPerToken: 0.868,
        kvScale: 1
      },
      rows: 89,
      deployments: 4,
      error: {ttft: {p50: 0.194, p90: 0.48}, tpot: {p50: 0.124, p90: 0.22}},
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
        decodeScale: 0.952,
        decodeAttentionScale: 0.666,
        prefillScale: 1,
        decodeGapMs: 0.809,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 0.962,
        arrivalMs: 1,
        arrivalMsPerToken: 0.986,
        kvScale: 0.985
      },
      rows: 36,
      deployments: 3,
      error: {ttft: {p50: 0.048, p90: 0.13}, tpot: {p50: 0.0581, p90: 0.092}},
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
        decodeScale: 1.04,
        decodeAttentionScale: 0.794,
        prefillScale: 0.974,
        decodeGapMs: 1.06,
        prefillGapMs: 1.05,
        prefillFloorMsPerLayer: 0.981,
        arrivalMs: 0.875,
        arrivalMsPerToken: 0.951,
        kvScale: 0.989
      },
      rows: 36,
      deployments: 3,
      error: {ttft: {p50: 0.119, p90: 0.21}, tpot: {p50: 0.0643, p90: 0.12}},
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
        decodeScale: 1,
        decodeAttentionScale: 1.43,
        prefillScale: 0.983,
        decodeGapMs: 0.784,
        prefillGapMs: 0.968,
        prefillFloorMsPerLayer: 1.01,
        arrivalMs: 1,
        arrivalMsPerToken: 0.97,
        kvScale: 0.986
      },
      rows: 36,
      deployments: 4,
      error: {ttft: {p50: 0.0504, p90: 0.095}, tpot: {p50: 0.0783, p90: 0.15}},
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
        decodeScale: 0.917,
        decodeAttentionScale: 0.971,
        prefillScale: 1.07,
        decodeGapMs: 0.815,
        prefillGapMs: 1.27,
        prefillFloorMsPerLayer: 0.942,
        arrivalMs: 0.718,
        arrivalMsPerToken: 1.13,
        kvScale: 1.14
      },
      rows: 54,
      deployments: 3,
      error: {ttft: {p50: 0.102, p90: 0.2}, tpot: {p50: 0.0894, p90: 0.2}},
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
        decodeScale: 1.24,
        decodeAttentionScale: 1.06,
        prefillScale: 1.01,
        decodeGapMs: 1.04,
        prefillGapMs: 1.05,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.974,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.146, p90: 0.54}, tpot: {p50: 0.107, p90: 0.35}},
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
        decodeScale: 1.02,
        decodeAttentionScale: 1.1,
        prefillScale: 0.91,
        decodeGapMs: 0.951,
        prefillGapMs: 0.626,
        prefillFloorMsPerLayer: 1.02,
        arrivalMs: 1.06,
        arrivalMsPerToken: 1.03,
        kvScale: 1
      },
      rows: 30,
      deployments: 2,
      error: {ttft: {p50: 0.517, p90: 0.58}, tpot: {p50: 0.118, p90: 0.34}},
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
        decodeScale: 1.1,
        decodeAttentionScale: 0.975,
        prefillScale: 1.04,
        decodeGapMs: 1.05,
        prefillGapMs: 1.51,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.03,
        arrivalMsPerToken: 1.02,
        kvScale: 1
      },
      rows: 8,
      deployments: 1,
      error: {ttft: {p50: 0.146, p90: 0.54}, tpot: {p50: 0.107, p90: 0.35}},
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
        decodeScale: 1.21,
        decodeAttentionScale: 0.681,
        prefillScale: 0.916,
        decodeGapMs: 0.773,
        prefillGapMs: 0.847,
        prefillFloorMsPerLayer: 0.97,
        arrivalMs: 1.14,
        arrivalMsPerToken: 0.912,
        kvScale: 1
      },
      rows: 77,
      deployments: 5,
      error: {ttft: {p50: 0.134, p90: 0.52}, tpot: {p50: 0.117, p90: 0.68}},
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
        decodeScale: 0.78,
        decodeAttentionScale: 1.06,
        prefillScale: 1.01,
        decodeGapMs: 1.05,
        prefillGapMs: 0.941,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.964,
        arrivalMsPerToken: 0.931,
        kvScale: 1
      },
      rows: 10,
      deployments: 2,
      error: {ttft: {p50: 0.146, p90: 0.54}, tpot: {p50: 0.107, p90: 0.35}},
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
        decodeScale: 1.04,
        decodeAttentionScale: 1.27,
        prefillScale: 0.84,
        decodeGapMs: 0.945,
        prefillGapMs: 1.05,
        prefillFloorMsPerLayer: 1.14,
        arrivalMs: 1.22,
        arrivalMsPerToken: 0.979,
        kvScale: 1
      },
      rows: 31,
      deployments: 4,
      error: {ttft: {p50: 0.161, p90: 0.65}, tpot: {p50: 0.0742, p90: 0.26}},
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
        decodeScale: 0.852,
        decodeAttentionScale: 0.859,
        prefillScale: 1.09,
        decodeGapMs: 1,
        prefillGapMs: 1.44,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.01,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 12,
      deployments: 2,
      error: {ttft: {p50: 0.116, p90: 0.18}, tpot: {p50: 0.132, p90: 0.22}},
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
        decodeScale: 1.05,
        decodeAttentionScale: 1.46,
        prefillScale: 1.02,
        decodeGapMs: 1.04,
        prefillGapMs: 1.05,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.146, p90: 0.54}, tpot: {p50: 0.107, p90: 0.35}},
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
        decodeScale: 0.75,
        decodeAttentionScale: 1.48,
        prefillScale: 0.759,
        decodeGapMs: 1.34,
        prefillGapMs: 1.02,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.941,
        arrivalMsPerToken: 0.906,
        kvScale: 1
      },
      rows: 25,
      deployments: 2,
      error: {ttft: {p50: 0.132, p90: 0.53}, tpot: {p50: 0.169, p90: 0.47}},
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
        decodeScale: 0.863,
        decodeAttentionScale: 0.859,
        prefillScale: 1.01,
        decodeGapMs: 0.921,
        prefillGapMs: 1.06,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.146, p90: 0.54}, tpot: {p50: 0.107, p90: 0.35}},
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
        decodeScale: 1.13,
        decodeAttentionScale: 0.83,
        prefillScale: 1,
        decodeGapMs: 1.08,
        prefillGapMs: 1.4,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.04,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 16,
      deployments: 1,
      error: {ttft: {p50: 0.36, p90: 0.58}, tpot: {p50: 0.0938, p90: 0.18}},
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
        decodeScale: 1.23,
        decodeAttentionScale: 1.15,
        prefillScale: 1.39,
        decodeGapMs: 1.14,
        prefillGapMs: 1.88,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 6,
      deployments: 1,
      error: {ttft: {p50: 0.146, p90: 0.54}, tpot: {p50: 0.107, p90: 0.35}},
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
        decodeScale: 1.1,
        decodeAttentionScale: 0.701,
        prefillScale: 1,
        decodeGapMs: 0.824,
        prefillGapMs: 0.849,
        prefillFloorMsPerLayer: 0.908,
        arrivalMs: 0.928,
        arrivalMsPerToken: 0.807,
        kvScale: 1
      },
      rows: 34,
      deployments: 4,
      error: {ttft: {p50: 0.125, p90: 0.25}, tpot: {p50: 0.0959, p90: 0.22}},
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
        decodeScale: 0.858,
        decodeAttentionScale: 1,
        prefillScale: 1,
        decodeGapMs: 0.857,
        prefillGapMs: 0.972,
        prefillFloorMsPerLayer: 0.987,
        arrivalMs: 1,
        arrivalMsPerToken: 0.936,
        kvScale: 1
      },
      rows: 6,
      deployments: 3,
      error: {ttft: {p50: 0.129, p90: 0.36}, tpot: {p50: 0.0866, p90: 0.23}},
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
        decodeScale: 1.08,
        decodeAttentionScale: 1.49,
        prefillScale: 1.15,
        decodeGapMs: 1.16,
        prefillGapMs: 1.06,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 4,
      deployments: 2,
      error: {ttft: {p50: 0.129, p90: 0.36}, tpot: {p50: 0.0866, p90: 0.23}},
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
        decodeScale: 0.895,
        decodeAttentionScale: 1.38,
        prefillScale: 0.896,
        decodeGapMs: 1.33,
        prefillGapMs: 1.19,
        prefillFloorMsPerLayer: 1.22,
        arrivalMs: 0.898,
        arrivalMsPerToken: 1.35,
        kvScale: 1
      },
      rows: 66,
      deployments: 7,
      error: {ttft: {p50: 0.141, p90: 0.44}, tpot: {p50: 0.086, p90: 0.23}},
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
        decodeScale: 1,
        decodeAttentionScale: 1,
        prefillScale: 1.02,
        decodeGapMs: 1,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.129, p90: 0.36}, tpot: {p50: 0.0866, p90: 0.23}},
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
        decodeScale: 0.89,
        decodeAttentionScale: 1.05,
        prefillScale: 0.937,
        decodeGapMs: 1.38,
        prefillGapMs: 1.03,
        prefillFloorMsPerLayer: 1.05,
        arrivalMs: 1.28,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 83,
      deployments: 2,
      error: {ttft: {p50: 0.117, p90: 0.33}, tpot: {p50: 0.0791, p90: 0.21}},
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
        decodeScale: 0.644,
        decodeAttentionScale: 1.08,
        prefillScale: 0.831,
        decodeGapMs: 0.597,
        prefillGapMs: 0.9,
        prefillFloorMsPerLayer: 0.939,
        arrivalMs: 0.94,
        arrivalMsPerToken: 0.816,
        kvScale: 1
      },
      rows: 34,
      deployments: 4,
      error: {ttft: {p50: 0.162, p90: 0.58}, tpot: {p50: 0.221, p90: 0.33}},
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
        decodeScale: 0.592,
        decodeAttentionScale: 0.952,
        prefillScale: 0.952,
        decodeGapMs: 0.721,
        prefillGapMs: 0.969,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.838,
        arrivalMsPerToken: 0.974,
        kvScale: 1
      },
      rows: 6,
      deployments: 3,
      error: {ttft: {p50: 0.129, p90: 0.36}, tpot: {p50: 0.0866, p90: 0.23}},
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
        decodeScale: 1.11,
        decodeAttentionScale: 1.48,
        prefillScale: 1.45,
        decodeGapMs: 1.2,
        prefillGapMs: 1.09,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.03,
        arrivalMsPerToken: 1.03,
        kvScale: 1
      },
      rows: 4,
      deployments: 2,
      error: {ttft: {p50: 0.129, p90: 0.36}, tpot: {p50: 0.0866, p90: 0.23}},
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
        decodeScale: 1.21,
        decodeAttentionScale: 1.95,
        prefillScale: 1.57,
        decodeGapMs: 1,
        prefillGapMs: 1.12,
        prefillFloorMsPerLayer: 1.22,
        arrivalMs: 0.915,
        arrivalMsPerToken: 1.28,
        kvScale: 1
      },
      rows: 66,
      deployments: 7,
      error: {ttft: {p50: 0.108, p90: 0.33}, tpot: {p50: 0.0565, p90: 0.18}},
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
        decodeScale: 0.941,
        decodeAttentionScale: 1.09,
        prefillScale: 0.652,
        decodeGapMs: 0.921,
        prefillGapMs: 0.747,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.906,
        arrivalMsPerToken: 1.16,
        kvScale: 1
      },
      rows: 15,
      deployments: 4,
      error: {ttft: {p50: 0.222, p90: 0.73}, tpot: {p50: 0.068, p90: 0.13}},
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
        decodeScale: 1,
        decodeAttentionScale: 1.06,
        prefillScale: 1.04,
        decodeGapMs: 1.1,
        prefillGapMs: 1.24,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.08,
        arrivalMsPerToken: 1.44,
        kvScale: 0.865
      },
      rows: 55,
      deployments: 3,
      error: {ttft: {p50: 0.121, p90: 0.36}, tpot: {p50: 0.0628, p90: 0.13}},
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
        decodeScale: 0.949,
        decodeAttentionScale: 1.17,
        prefillScale: 0.826,
        decodeGapMs: 0.884,
        prefillGapMs: 2.24,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1.3,
        kvScale: 1
      },
      rows: 35,
      deployments: 3,
      error: {ttft: {p50: 0.321, p90: 0.54}, tpot: {p50: 0.137, p90: 0.26}},
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
        decodeScale: 1,
        decodeAttentionScale: 0.96,
        prefillScale: 1.07,
        decodeGapMs: 0.918,
        prefillGapMs: 1.23,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.951,
        arrivalMsPerToken: 0.969,
        kvScale: 1
      },
      rows: 35,
      deployments: 3,
      error: {ttft: {p50: 0.0733, p90: 0.34}, tpot: {p50: 0.0334, p90: 0.12}},
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
        decodeScale: 1.01,
        decodeAttentionScale: 1.05,
        prefillScale: 0.964,
        decodeGapMs: 1.13,
        prefillGapMs: 0.775,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.929,
        arrivalMsPerToken: 0.858,
        kvScale: 1.07
      },
      rows: 30,
      deployments: 3,
      error: {ttft: {p50: 0.0702, p90: 0.22}, tpot: {p50: 0.0218, p90: 0.055}},
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
        decodeScale: 1.06,
        decodeAttentionScale: 0.803,
        prefillScale: 1.43,
        decodeGapMs: 0.888,
        prefillGapMs: 0.763,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.846,
        arrivalMsPerToken: 0.828,
        kvScale: 0.975
      },
      rows: 45,
      deployments: 4,
      error: {ttft: {p50: 0.132, p90: 0.25}, tpot: {p50: 0.0764, p90: 0.33}},
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
        decodeScale: 0.791,
        decodeAttentionScale: 0.87,
        prefillScale: 0.965,
        decodeGapMs: 1.66,
        prefillGapMs: 0.855,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 15,
      deployments: 1,
      error: {ttft: {p50: 0.122, p90: 0.3}, tpot: {p50: 0.261, p90: 0.5}},
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
        decodeScale: 1.16,
        decodeAttentionScale: 0.952,
        prefillScale: 0.93,
        decodeGapMs: 0.741,
        prefillGapMs: 2.81,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.968,
        arrivalMsPerToken: 0.938,
        kvScale: 1
      },
      rows: 39,
      deployments: 2,
      error: {ttft: {p50: 0.214, p90: 0.45}, tpot: {p50: 0.0384, p90: 0.083}},
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
        decodeScale: 0.98,
        decodeAttentionScale: 0.89,
        prefillScale: 1,
        decodeGapMs: 0.922,
        prefillGapMs: 1.04,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.02,
        arrivalMsPerToken: 0.965,
        kvScale: 1
      },
      rows: 13,
      deployments: 2,
      error: {ttft: {p50: 0.036, p90: 0.089}, tpot: {p50: 0.0294, p90: 0.091}},
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
        decodeScale: 0.851,
        decodeAttentionScale: 0.906,
        prefillScale: 0.905,
        decodeGapMs: 1.44,
        prefillGapMs: 0.933,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 30,
      deployments: 1,
      error: {ttft: {p50: 0.515, p90: 0.58}, tpot: {p50: 0.344, p90: 0.61}},
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
        decodeScale: 1,
        decodeAttentionScale: 1,
        prefillScale: 0.94,
        decodeGapMs: 0.76,
        prefillGapMs: 1.05,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.13,
        arrivalMsPerToken: 0.781,
        kvScale: 1
      },
      rows: 52,
      deployments: 4,
      error: {ttft: {p50: 0.0891, p90: 0.3}, tpot: {p50: 0.0451, p90: 0.15}},
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
        decodeScale: 0.954,
        decodeAttentionScale: 1,
        prefillScale: 1.08,
        decodeGapMs: 1.21,
        prefillGapMs: 0.912,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.98,
        arrivalMsPerToken: 1.02,
        kvScale: 1
      },
      rows: 46,
      deployments: 3,
      error: {ttft: {p50: 0.13, p90: 0.49}, tpot: {p50: 0.0873, p90: 0.21}},
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
        decodeScale: 0.89,
        decodeAttentionScale: 1.03,
        prefillScale: 1.05,
        decodeGapMs: 0.91,
        prefillGapMs: 0.947,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.982,
        arrivalMsPerToken: 0.945,
        kvScale: 1
      },
      rows: 23,
      deployments: 3,
      error: {ttft: {p50: 0.199, p90: 0.26}, tpot: {p50: 0.0719, p90: 0.25}},
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
        decodeScale: 0.915,
        decodeAttentionScale: 1.26,
        prefillScale: 0.981,
        decodeGapMs: 1.53,
        prefillGapMs: 0.934,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.882,
        arrivalMsPerToken: 1.28,
        kvScale: 0.96
      },
      rows: 130,
      deployments: 4,
      error: {ttft: {p50: 0.0904, p90: 0.35}, tpot: {p50: 0.0581, p90: 0.15}},
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
        decodeScale: 1.13,
        decodeAttentionScale: 0.928,
        prefillScale: 1.07,
        decodeGapMs: 0.919,
        prefillGapMs: 0.861,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.02,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 73,
      deployments: 5,
      error: {ttft: {p50: 0.112, p90: 0.3}, tpot: {p50: 0.0463, p90: 0.16}},
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
        decodeScale: 0.95,
        decodeAttentionScale: 0.844,
        prefillScale: 1,
        decodeGapMs: 0.982,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 0.956
      },
      rows: 1,
      deployments: 1,
      error: {ttft: {p50: 0.118, p90: 0.34}, tpot: {p50: 0.0629, p90: 0.23}},
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
        decodeScale: 0.944,
        decodeAttentionScale: 1.35,
        prefillScale: 1,
        decodeGapMs: 1.35,
        prefillGapMs: 0.835,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.01,
        arrivalMsPerToken: 1.21,
        kvScale: 1
      },
      rows: 53,
      deployments: 5,
      error: {ttft: {p50: 0.0798, p90: 0.2}, tpot: {p50: 0.0484, p90: 0.13}},
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
        decodeScale: 0.899,
        decodeAttentionScale: 0.786,
        prefillScale: 0.977,
        decodeGapMs: 0.965,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1
      },
      rows: 2,
      deployments: 1,
      error: {ttft: {p50: 0.118, p90: 0.34}, tpot: {p50: 0.0629, p90: 0.23}},
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
        decodeScale: 1.1,
        decodeAttentionScale: 1.23,
        prefillScale: 1.05,
        decodeGapMs: 0.851,
        prefillGapMs: 0.807,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.867,
        arrivalMsPerToken: 0.912,
        kvScale: 0.978
      },
      rows: 49,
      deployments: 6,
      error: {ttft: {p50: 0.147, p90: 0.26}, tpot: {p50: 0.0818, p90: 0.16}},
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
        decodeScale: 1.03,
        decodeAttentionScale: 0.785,
        prefillScale: 0.937,
        decodeGapMs: 1.01,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1,
        kvScale: 1.04
      },
      rows: 2,
      deployments: 1,
      error: {ttft: {p50: 0.118, p90: 0.34}, tpot: {p50: 0.0629, p90: 0.23}},
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
        decodeAttentionScale: 1.18,
        prefillScale: 0.962,
        decodeGapMs: 0.967,
        prefillGapMs: 1,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1,
        arrivalMsPerToken: 1.01,
        kvScale: 0.967
      },
      rows: 15,
      deployments: 1,
      error: {ttft: {p50: 0.129, p90: 0.49}, tpot: {p50: 0.0324, p90: 0.1}},
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
        decodeScale: 0.98,
        decodeAttentionScale: 0.696,
        prefillScale: 0.989,
        decodeGapMs: 0.945,
        prefillGapMs: 1.05,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 0.903,
        arrivalMsPerToken: 0.95,
        kvScale: 1
      },
      rows: 28,
      deployments: 2,
      error: {ttft: {p50: 0.128, p90: 0.3}, tpot: {p50: 0.347, p90: 0.51}},
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
        decodeScale: 1.32,
        decodeAttentionScale: 0.925,
        prefillScale: 1.07,
        decodeGapMs: 1.04,
        prefillGapMs: 0.966,
        prefillFloorMsPerLayer: 1,
        arrivalMs: 1.01,
        arrivalMsPerToken: 0.859,
        kvScale: 1
      },
      rows: 28,
      deployments: 6,
      error: {ttft: {p50: 0.327, p90: 0.87}, tpot: {p50: 0.157, p90: 0.49}},
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
        decodeScale: 1.32,
        decodeAttentionScale: 0.989,
        prefillScale: 1.11,
        decodeGapMs: 1.16,
        prefillGapMs: 0.57,
        arrivalMs: 1.3,
        arrivalMsPerToken: 0.884,
        kvScale: 1.01
      },
      prefillSpreads: {calibrated: 0.1, elsewhere: 0.3},
      rows: 306,
      deployments: 43,
      error: {ttft: {p50: 0.311, p90: 0.78}, tpot: {p50: 0.11, p90: 0.33}},
      errorAsFitted: {ttft: {p50: 0.264, p90: 0.76}, tpot: {p50: 0.103, p90: 0.3}}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 1.07, decodeAttentionScale: 0.964, decodeGapMs: 1.01}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 1.1, decodeAttentionScale: 1.01, decodeGapMs: 0.989}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8",
        drafts: false
      },
      factors: {decodeScale: 0.933, decodeGapMs: 0.954}
    },
    {
      backend: "sglang",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 1.01}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "dep", rack: false, balanced: true},
      factors: {decodeScale: 1.24, decodeAttentionScale: 0.985, decodeGapMs: 0.977}
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
      factors: {decodeScale: 0.982, decodeAttentionScale: 1.06, decodeGapMs: 1.02}
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
      factors: {decodeScale: 1.23, decodeAttentionScale: 0.866, decodeGapMs: 1.11}
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
      factors: {decodeScale: 0.809, decodeAttentionScale: 0.939, decodeGapMs: 0.95}
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
      factors: {decodeScale: 1.05, decodeAttentionScale: 1.07}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "dep", rack: false},
      factors: {decodeScale: 1.04, decodeAttentionScale: 0.955, decodeGapMs: 1.04}
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
      factors: {decodeScale: 0.877, decodeGapMs: 1.06}
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
      factors: {decodeScale: 1.08, decodeAttentionScale: 0.943, decodeGapMs: 0.767}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "tep", rack: false},
      factors: {decodeScale: 0.903, decodeAttentionScale: 0.971, decodeGapMs: 0.89}
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
      factors: {decodeScale: 0.74, decodeAttentionScale: 0.923, decodeGapMs: 1.07}
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
      factors: {decodeScale: 0.84, decodeAttentionScale: 1.08, decodeGapMs: 1.15}
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
      factors: {decodeAttentionScale: 1.04}
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
      factors: {decodeScale: 1.29, decodeAttentionScale: 0.818, decodeGapMs: 1.07}
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
      factors: {decodeScale: 1.29, decodeAttentionScale: 1.03, decodeGapMs: 1.08}
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
      factors: {decodeScale: 0.792, decodeAttentionScale: 0.929, decodeGapMs: 0.909}
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
      factors: {decodeScale: 1.28, decodeAttentionScale: 0.94, decodeGapMs: 1.09}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "tp", rack: false},
      factors: {decodeScale: 1.09, decodeAttentionScale: 0.857, decodeGapMs: 1.21, kvScale: 1.01}
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
      factors: {decodeScale: 0.924, decodeAttentionScale: 1.69, decodeGapMs: 1.1}
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
      factors: {decodeScale: 0.984, decodeAttentionScale: 0.982, decodeGapMs: 0.918}
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
      factors: {decodeAttentionScale: 0.947, decodeGapMs: 0.974}
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
      factors: {decodeScale: 0.909, decodeAttentionScale: 0.915, decodeGapMs: 0.941}
    },
    {
      backend: "sglang",
      kind: {role: "decode", layout: "tp", rack: true},
      factors: {decodeScale: 0.685, decodeAttentionScale: 1.23, decodeGapMs: 0.957}
    },
    {
      backend: "sglang",
      kind: {
        role: "prefill",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "fp8"
      },
      factors: {arrivalMs: 0.984}
    },
    {
      backend: "sglang",
      kind: {
        role: "prefill",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4"
      },
      factors: {prefillScale: 1.2, arrivalMs: 1.11, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {
        role: "prefill",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "fp8"
      },
      factors: {prefillScale: 0.944, prefillGapMs: 1.02, arrivalMs: 1.09, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {
        role: "prefill",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4"
      },
      factors: {prefillScale: 0.986}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: false, balanced: true},
      factors: {prefillScale: 1.08, arrivalMs: 1.08, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.959, arrivalMs: 0.912}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: false, system: "h200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.08, prefillGapMs: 0.968, arrivalMs: 1.1}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dep", rack: false},
      factors: {prefillScale: 1.03, prefillGapMs: 0.987}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dp", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.735, arrivalMs: 1.27, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "dp", rack: false},
      factors: {prefillScale: 0.79, arrivalMs: 1.11}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tep", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.931, prefillGapMs: 0.831, arrivalMs: 0.629, arrivalMsPerToken: 1.11}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tep", rack: false},
      factors: {prefillScale: 0.947, prefillGapMs: 0.9, arrivalMs: 0.813, arrivalMsPerToken: 1.06}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h100_sxm", architecture: "dense", gemm: "fp8_block"},
      factors: {prefillScale: 0.941}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h100_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.889, arrivalMs: 1.55, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.27, arrivalMs: 0.921}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: false},
      factors: {prefillScale: 1.04, arrivalMs: 1.17, arrivalMsPerToken: 1.02}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.63, prefillGapMs: 1.03, arrivalMs: 0.552}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.553, arrivalMs: 1.39, arrivalMsPerToken: 0.808}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb300", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.86, arrivalMs: 1.05}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb300", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {arrivalMs: 0.955}
    },
    {
      backend: "sglang",
      kind: {role: "prefill", layout: "tp", rack: true},
      factors: {prefillScale: 0.825, prefillGapMs: 1.02, arrivalMs: 0.892, arrivalMsPerToken: 0.886}
    },
    {
      backend: "trtllm",
      factors: {
        decodeAttentionScale: 0.972,
        prefillScale: 0.932,
        decodeGapMs: 0.452,
        prefillGapMs: 1.01,
        prefillFloorMsPerLayer: 0.948,
        arrivalMs: 1.32,
        arrivalMsPerToken: 0.68
      },
      prefillSpreads: {calibrated: 0.2, elsewhere: 0.3},
      rows: 584,
      deployments: 138,
      error: {ttft: {p50: 0.225, p90: 0.65}, tpot: {p50: 0.129, p90: 0.36}},
      errorAsFitted: {ttft: {p50: 0.209, p90: 0.65}, tpot: {p50: 0.13, p90: 0.36}}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 1.2, decodeAttentionScale: 1.12, decodeGapMs: 1.03}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "b200_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 1.35, decodeAttentionScale: 1.43}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "b300_sxm",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 1.12, decodeGapMs: 0.973}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.797, decodeAttentionScale: 0.839}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb200",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 1.04, decodeGapMs: 1.01}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: false
      },
      factors: {decodeScale: 0.906, decodeAttentionScale: 0.96, decodeGapMs: 0.985}
    },
    {
      backend: "trtllm",
      kind: {
        role: "decode",
        layout: "dep",
        rack: false,
        balanced: true,
        system: "gb300",
        architecture: "latent-moe",
        gemm: "nvfp4",
        drafts: true
      },
      factors: {decodeScale: 0.9, decodeAttentionScale: 0.943}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "dep", rack: false, balanced: true},
      factors: {decodeScale: 1.47, decodeAttentionScale: 1.13}
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
      factors: {decodeScale: 0.859, decodeAttentionScale: 0.962, decodeGapMs: 0.968}
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
      factors: {decodeScale: 1.02, decodeAttentionScale: 0.938, decodeGapMs: 1.08}
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
      factors: {decodeScale: 1.15, decodeAttentionScale: 1.03}
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
      factors: {decodeScale: 1.08, decodeAttentionScale: 1.5}
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
      factors: {decodeScale: 1.04, decodeAttentionScale: 0.913, decodeGapMs: 1.04}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "dep", rack: false},
      factors: {decodeScale: 1.3, decodeAttentionScale: 1.04, decodeGapMs: 1.06}
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
      factors: {decodeScale: 0.946, decodeAttentionScale: 0.958}
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
      factors: {decodeAttentionScale: 0.867, decodeGapMs: 1.05}
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
      factors: {decodeScale: 0.97, decodeAttentionScale: 0.932}
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
      factors: {decodeScale: 1.02, decodeAttentionScale: 0.845, decodeGapMs: 1.02}
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
      factors: {decodeScale: 0.987, decodeAttentionScale: 1.02, decodeGapMs: 1.01}
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
      factors: {decodeScale: 1.02, decodeAttentionScale: 0.984}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "dep", rack: true},
      factors: {decodeScale: 0.901, decodeAttentionScale: 0.786, decodeGapMs: 1.05}
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
      factors: {decodeScale: 0.799, decodeAttentionScale: 1.13}
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
      factors: {decodeScale: 0.969, decodeAttentionScale: 1.29, decodeGapMs: 1.02}
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
      factors: {decodeAttentionScale: 0.936, decodeGapMs: 0.983}
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
      factors: {decodeScale: 1.07, decodeAttentionScale: 1.36, decodeGapMs: 0.987}
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
      factors: {decodeScale: 0.949, decodeAttentionScale: 1.14}
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
      factors: {decodeScale: 1.02, decodeAttentionScale: 1.05, decodeGapMs: 0.965}
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
      factors: {decodeScale: 1.14, decodeAttentionScale: 1.13, decodeGapMs: 1.01}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tep", rack: false},
      factors: {decodeScale: 0.816, decodeAttentionScale: 1.69, decodeGapMs: 0.98}
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
      factors: {decodeScale: 0.783, decodeAttentionScale: 0.797, decodeGapMs: 0.9}
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
      factors: {decodeScale: 0.973, decodeAttentionScale: 0.877, decodeGapMs: 0.982}
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
      factors: {decodeScale: 0.865, decodeAttentionScale: 0.869, decodeGapMs: 0.803}
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
      factors: {decodeScale: 1.12, decodeAttentionScale: 1.11, decodeGapMs: 0.97}
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
      factors: {decodeScale: 0.911, decodeAttentionScale: 0.949, decodeGapMs: 0.955}
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
      factors: {decodeAttentionScale: 1.14, decodeGapMs: 1.09}
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
      factors: {decodeScale: 1.25, decodeAttentionScale: 1.34, decodeGapMs: 1.02}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tep", rack: true},
      factors: {decodeScale: 0.754, decodeAttentionScale: 0.912, decodeGapMs: 0.829}
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
      factors: {decodeScale: 0.97, decodeAttentionScale: 0.896, decodeGapMs: 0.84}
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
      factors: {decodeScale: 1.06, decodeAttentionScale: 1.3, decodeGapMs: 1.08}
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
      factors: {decodeScale: 0.923, decodeAttentionScale: 0.903, decodeGapMs: 0.939}
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
      factors: {decodeScale: 1.06, decodeAttentionScale: 0.985, decodeGapMs: 0.973}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tp", rack: false},
      factors: {decodeScale: 0.985, decodeAttentionScale: 0.959, decodeGapMs: 0.899}
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
      factors: {decodeScale: 0.947, decodeAttentionScale: 0.63}
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
      factors: {decodeScale: 1.05, decodeAttentionScale: 0.539, decodeGapMs: 0.923}
    },
    {
      backend: "trtllm",
      kind: {role: "decode", layout: "tp", rack: true},
      factors: {decodeScale: 0.975, decodeAttentionScale: 0.551, decodeGapMs: 0.955}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.79, prefillGapMs: 0.935, arrivalMs: 0.832, arrivalMsPerToken: 0.986}
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
      factors: {
        prefillScale: 0.858,
        prefillGapMs: 0.782,
        prefillFloorMsPerLayer: 0.982,
        arrivalMs: 1.05,
        arrivalMsPerToken: 1.13
      }
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
      factors: {prefillScale: 0.618, prefillGapMs: 1.04, arrivalMs: 0.627, arrivalMsPerToken: 0.98}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: false, system: "h100_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.11}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: false},
      factors: {
        prefillScale: 1.1,
        prefillGapMs: 0.85,
        prefillFloorMsPerLayer: 0.982,
        arrivalMs: 0.762,
        arrivalMsPerToken: 1.05
      }
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.18, prefillGapMs: 1.29, arrivalMs: 1.13, arrivalMsPerToken: 1.01}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.871, prefillGapMs: 0.976, arrivalMs: 1.37}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb300", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.27, prefillGapMs: 1.08, arrivalMsPerToken: 1.03}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb300", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 0.805, prefillGapMs: 1.2, arrivalMs: 1.19, arrivalMsPerToken: 0.963}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dep", rack: true},
      factors: {prefillScale: 1.04, prefillGapMs: 1.31, arrivalMs: 1.31}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dp", rack: false, system: "b200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 1.24, prefillGapMs: 1.16, arrivalMs: 0.904, arrivalMsPerToken: 0.954}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dp", rack: false, system: "b300_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.789, prefillGapMs: 0.827, arrivalMs: 0.908}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "dp", rack: false},
      factors: {prefillGapMs: 0.968, arrivalMs: 0.915, arrivalMsPerToken: 0.971}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: false, system: "h200_sxm", architecture: "latent-moe", gemm: "fp8"},
      factors: {prefillScale: 0.911, prefillGapMs: 0.893, arrivalMs: 1.87, arrivalMsPerToken: 1.04}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: false},
      factors: {prefillScale: 0.931, prefillGapMs: 0.938, arrivalMs: 1.32, arrivalMsPerToken: 1.02}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {
        prefillScale: 0.878,
        prefillGapMs: 0.985,
        prefillFloorMsPerLayer: 0.988,
        arrivalMs: 0.904,
        arrivalMsPerToken: 0.892
      }
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tep", rack: true},
      factors: {
        prefillScale: 0.906,
        prefillGapMs: 0.988,
        prefillFloorMsPerLayer: 0.988,
        arrivalMs: 0.955,
        arrivalMsPerToken: 0.937
      }
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "dense", gemm: "nvfp4"},
      factors: {prefillScale: 0.749}
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tp", rack: true, system: "gb200", architecture: "moe", gemm: "bfloat16"},
      factors: {
        prefillScale: 1.31,
        prefillGapMs: 0.888,
        prefillFloorMsPerLayer: 0.977,
        arrivalMs: 0.758,
        arrivalMsPerToken: 0.908
      }
    },
    {
      backend: "trtllm",
      kind: {role: "prefill", layout: "tp", rack: true},
      factors: {
        prefillScale: 0.965,
        prefillGapMs: 0.934,
        prefillFloorMsPerLayer: 0.977,
        arrivalMs: 0.882,
        arrivalMsPerToken: 0.944
      }
    },
    {
      backend: "vllm",
      factors: {
        decodeScale: 0.841,
        decodeAttentionScale: 0.982,
        prefillScale: 1.09,
        decodeGapMs: 0.843,
        prefillGapMs: 1.09,
        arrivalMs: 5.06,
        arrivalMsPerToken: 0.846
      },
      prefillSpreads: {calibrated: 0, elsewhere: 0},
      rows: 13,
      deployments: 3,
      error: {ttft: {p50: 0.499, p90: 0.9}, tpot: {p50: 0.0512, p90: 1.5}},
      errorAsFitted: {ttft: {p50: 0.499, p90: 0.9}, tpot: {p50: 0.0512, p90: 1.5}}
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
      factors: {decodeScale: 0.86, decodeAttentionScale: 0.913, decodeGapMs: 0.924}
    },
    {
      backend: "vllm",
      kind: {role: "decode", layout: "tep", rack: false},
      factors: {decodeScale: 0.767, decodeAttentionScale: 0.949, decodeGapMs: 0.957}
    },
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
      factors: {decodeScale: 1.02, decodeGapMs: 0.974}
    },
    {
      backend: "vllm",
      kind: {role: "decode", layout: "tep", rack: true},
      factors: {decodeScale: 1.03, decodeGapMs: 0.984}
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
      factors: {decodeScale: 0.987, decodeAttentionScale: 0.863, decodeGapMs: 1.02}
    },
    {
      backend: "vllm",
      kind: {role: "decode", layout: "tp", rack: false},
      factors: {decodeScale: 0.974, decodeAttentionScale: 0.919, decodeGapMs: 1.01}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: false, system: "h100_sxm", architecture: "moe", gemm: "fp8"},
      factors: {prefillScale: 0.821, arrivalMs: 0.96, arrivalMsPerToken: 0.982}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: false},
      factors: {prefillScale: 0.857, arrivalMs: 0.98, arrivalMsPerToken: 0.99}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: true, system: "gb200", architecture: "latent-moe", gemm: "nvfp4"},
      factors: {prefillScale: 1.39, prefillGapMs: 0.989, arrivalMs: 1.34, arrivalMsPerToken: 0.961}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "dep", rack: true},
      factors: {prefillScale: 1.29, arrivalMs: 1.15, arrivalMsPerToken: 0.977}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "tp", rack: false, system: "h100_sxm", architecture: "dense", gemm: "fp8"},
      factors: {prefillScale: 0.963, prefillGapMs: 1.03}
    },
    {
      backend: "vllm",
      kind: {role: "prefill", layout: "tp", rack: false},
      factors: {prefillScale: 0.974, prefillGapMs: 1.01}
    }
  ],
  uncalibrated: {ttft: {p50: 0.394, p90: 0.67}, tpot: {p50: 0.149, p90: 0.52}}
};
