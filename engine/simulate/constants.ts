/** Written by `npm run calibrate`: do not edit. */
import type {CalibrationTable} from "./calibration.js";

export const calibrationTable: CalibrationTable = {
  format: 1,
  source: {name: "serving.csv", rows: 2010, from: "2025-10-29", to: "2026-04-22"},
  seed: 1,
  folds: 5,
  classes: [
    {
      backend: "sglang",
      architecture: "dense",
      constants: {
        decodeScale: 0.866,
        decodeAttentionScale: 1.195,
        prefillScale: 1.165,
        decodeGapMs: 1.394,
        prefillGapMs: 2.72,
        prefillFloorMsPerLayer: 0.201,
        arrivalMs: 82.05,
        arrivalMsPerToken: 0.00676,
        kvScale: 0.901
      },
      rows: 66,
      deployments: 8,
      error: {ttft: {p50: 0.1905, p90: 0.8321}, tpot: {p50: 0.08181, p90: 0.1788}}
    },
    {
      backend: "sglang",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.7543,
        decodeAttentionScale: 1.131,
        prefillScale: 1.437,
        decodeGapMs: 0.8599,
        prefillGapMs: 3.664,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 75.68,
        arrivalMsPerToken: 0.00458,
        kvScale: 0.9821
      },
      rows: 171,
      deployments: 13,
      error: {ttft: {p50: 0.235, p90: 0.6868}, tpot: {p50: 0.08773, p90: 0.2758}}
    },
    {
      backend: "sglang",
      architecture: "moe",
      constants: {
        decodeScale: 0.7888,
        decodeAttentionScale: 1.239,
        prefillScale: 1.209,
        decodeGapMs: 1.03,
        prefillGapMs: 2.891,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 76.42,
        arrivalMsPerToken: 0.00324,
        kvScale: 1
      },
      rows: 138,
      deployments: 11,
      error: {ttft: {p50: 0.2574, p90: 0.5598}, tpot: {p50: 0.1636, p90: 0.416}}
    },
    {
      backend: "trtllm",
      architecture: "dense",
      constants: {
        decodeScale: 0.8028,
        decodeAttentionScale: 0.3628,
        prefillScale: 1.097,
        decodeGapMs: 0.3569,
        prefillGapMs: 7.578,
        prefillFloorMsPerLayer: 0.637,
        arrivalMs: 8.915,
        arrivalMsPerToken: 0.004735,
        kvScale: 0.9835
      },
      rows: 313,
      deployments: 20,
      error: {ttft: {p50: 0.2722, p90: 0.7234}, tpot: {p50: 0.1994, p90: 0.5117}}
    },
    {
      backend: "trtllm",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.833,
        decodeAttentionScale: 0.8153,
        prefillScale: 1.011,
        decodeGapMs: 0.3547,
        prefillGapMs: 53.46,
        prefillFloorMsPerLayer: 0.4977,
        arrivalMs: 22.46,
        arrivalMsPerToken: 0.002908,
        kvScale: 1.096
      },
      rows: 274,
      deployments: 15,
      error: {ttft: {p50: 0.3029, p90: 0.7505}, tpot: {p50: 0.1585, p90: 0.4254}}
    },
    {
      backend: "trtllm",
      architecture: "moe",
      constants: {
        decodeScale: 0.5689,
        decodeAttentionScale: 1.124,
        prefillScale: 1.044,
        decodeGapMs: 1.652,
        prefillGapMs: 15.08,
        prefillFloorMsPerLayer: 0.8616,
        arrivalMs: 13.25,
        arrivalMsPerToken: 0.003862,
        kvScale: 1
      },
      rows: 194,
      deployments: 18,
      error: {ttft: {p50: 0.3597, p90: 0.9895}, tpot: {p50: 0.1807, p90: 0.8633}}
    },
    {
      backend: "vllm",
      architecture: "dense",
      constants: {
        decodeScale: 1.002,
        decodeAttentionScale: 1.072,
        prefillScale: 0.9064,
        decodeGapMs: 0.4966,
        prefillGapMs: 4.052,
        prefillFloorMsPerLayer: 0.1932,
        arrivalMs: 4.352,
        arrivalMsPerToken: 0.008592,
        kvScale: 0.9659
      },
      rows: 215,
      deployments: 20,
      error: {ttft: {p50: 0.2253, p90: 0.4834}, tpot: {p50: 0.1016, p90: 0.2457}}
    },
    {
      backend: "vllm",
      architecture: "latent-moe",
      constants: {
        decodeScale: 0.4833,
        decodeAttentionScale: 0.3857,
        prefillScale: 0.7437,
        decodeGapMs: 3.445,
        prefillGapMs: 5.53,
        prefillFloorMsPerLayer: 0.2,
        arrivalMs: 11.8,
        arrivalMsPerToken: 0.002552,
        kvScale: 1.016
      },
      rows: 97,
      deployments: 6,
      error: {ttft: {p50: 0.3471, p90: 0.4582}, tpot: {p50: 0.0961, p90: 0.421}}
    },
    {
      backend: "vllm",
      architecture: "moe",
      constants: {
        decodeScale: 0.716,
        decodeAttentionScale: 0.9768,
        prefillScale: 1.006,
        decodeGapMs: 2.077,
        prefillGapMs: 0.8004,
        prefillFloorMsPerLayer: 0.4812,
        arrivalMs: 3.777,
        arrivalMsPerToken: 0.006556,
        kvScale: 1.049
      },
      rows: 502,
      deployments: 42,
      error: {ttft: {p50: 0.3221, p90: 1.275}, tpot: {p50: 0.3065, p90: 1.994}}
    }
  ],
  shapes: [],
  families: [],
  uncalibrated: {ttft: {p50: 0.4191, p90: 0.7866}, tpot: {p50: 0.1658, p90: 0.7981}}
};
