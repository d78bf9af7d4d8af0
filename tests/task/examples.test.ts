import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {readAllSystems} from "../../data-loaders/read-systems.js";
import {systemFolders} from "../../data-loaders/data-folder.js";
import {findModel} from "../../src/engine/index.js";
import {faultText, formatTask, readTasks, taskOf, type TaskConfig} from "../../src/task/index.js";

const folder = join(import.meta.dirname, "../../docs/examples");
const systems = readAllSystems(systemFolders()).map(({id}) => id);
const options = {model: findModel, systems};
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

function experimentsOf(file: string): Record<string, TaskConfig> {
  const {experiments, errors} = readTasks(readFileSync(join(folder, file), "utf8"), {...options, file});
  const faults = [...errors, ...experiments.flatMap((each) => (each.ok ? [] : each.errors))];
  expect(faults.map(faultText)).toEqual([]);
  return Object.fromEntries(experiments.map((each) => [each.name, taskOf(each).config]));
}

const bf16 = {gemm: "bfloat16", moe: "bfloat16", kvCache: "bfloat16", fmha: "bfloat16", comm: "half"};
const fp8 = {gemm: "fp8", moe: "fp8", kvCache: "fp8", fmha: "fp8", comm: "half"};
const h200 = {system: "h200_sxm", backend: "trtllm"};
const upTo = (most: number) => Array.from({length: most}, (_, i) => i + 1);

const aggFull = {
  servingMode: "agg",
  model: "DEEPSEEK_V3",
  platform: {...h200, version: "1.20"},
  totalGpus: 32,
  workload: {isl: 3000, osl: 800, prefix: 500},
  targets: {ttftMs: 1200, tpotMs: 40},
  nextn: 1,
  acceptRates: [0.85, 0, 0, 0, 0],
  quant: {...bf16, gemm: "fp8_block", moe: "fp8_block"},
  serving: {},
  freeMemoryFraction: 1,
  space: {
    aggMaxBatch: 512,
    agg: {gpus: [8, 16], tp: [1, 8], pp: [1], dp: [1, 8, 16], moeTp: [1], moeEp: [8, 16]}
  }
};
const disaggFull = {
  servingMode: "disagg",
  model: "Qwen/Qwen3-32B",
  platform: h200,
  totalGpus: 64,
  workload: {isl: 4000, osl: 500, prefix: 0},
  targets: {ttftMs: 900, tpotMs: 12.5},
  nextn: 0,
  quant: {...bf16, gemm: "fp8_block"},
  decodeQuant: {...bf16, gemm: "fp8_block", kvCache: "fp8"},
  space: {
    prefill: {gpus: [1, 2], tp: [1, 2], pp: [1], dp: [1], moeTp: [1], moeEp: [1]},
    decode: {gpus: [2, 4, 8], tp: [2, 4, 8]},
    replicaGpus: [8, 16, 32],
    maxReplicaGpus: 32,
    prefillWorkers: upTo(8),
    decodeWorkers: upTo(12),
    prefillMaxBatch: 2,
    decodeMaxBatch: 256
  },
  tuning: {
    prefillLatencyScale: 1.2,
    decodeLatencyScale: 1.05,
    prefillRateShare: 0.9,
    decodeRateShare: 0.92,
    ttftScale: 1.8
  }
};
const minimal = {
  model: "Qwen/Qwen3-32B-FP8",
  platform: h200,
  totalGpus: 16,
  workload: {isl: 4000, osl: 1000, prefix: 0},
  targets: {ttftMs: 1000, tpotMs: 50},
  quant: {},
  decodeQuant: {},
  serving: {},
  preferences: {objective: "throughput", goals: []},
  topN: 5
};
const disaggSpace = {
  maxReplicaGpus: 128,
  prefillMaxBatch: 1,
  decodeMaxBatch: 512,
  prefillWorkers: upTo(32),
  decodeWorkers: upTo(32)
};
const bothForms = {
  agg_minimal: {...minimal, servingMode: "agg", space: {aggMaxBatch: 512}},
  agg_full: aggFull,
  disagg_minimal: {...minimal, servingMode: "disagg", space: disaggSpace},
  disagg_full: disaggFull,
  replaced: {...minimal, servingMode: "agg", quant: {kvCache: "fp8"}, decodeQuant: {kvCache: "fp8"}}
};

/** What each experiment comes to. */
const effective: Record<string, Record<string, object>> = {
  "nested.yaml": bothForms,
  "flat.yaml": bothForms,
  "mixed.yaml": {
    hetero: {
      platform: h200,
      decodePlatform: {system: "b200_sxm", backend: "trtllm"},
      quant: {},
      decodeQuant: {gemm: "nvfp4", kvCache: "fp8"},
      targets: {ttftMs: 1500, tpotMs: 15},
      workload: {isl: 8000, osl: 1000, prefix: 0}
    },
    every_engine: {
      servingMode: "auto",
      platform: {system: "h200_sxm", backend: "auto"},
      space: {...disaggSpace, aggMaxBatch: 512}
    },
    two_engines: {platform: {...h200, backend: "vllm"}, decodePlatform: h200},
    per_tensor_fp8: {
      servingMode: "disagg",
      quant: {gemm: "fp8_static", moe: "fp8", kvCache: "fp8", fmha: "fp8"},
      decodeQuant: {gemm: "fp8_static", moe: "fp8", kvCache: "fp8", fmha: "fp8"}
    },
    wide_ep: {
      serving: {wideEp: true, eplb: true, moeBackend: "deepep_moe", attentionBackend: "fa3"},
      decodeServing: {wideEp: true, moeBackend: "deepep_moe", attentionBackend: "fa3"},
      space: {...disaggSpace, maxReplicaGpus: 512}
    },
    wide_ep_trtllm: {serving: {wideEp: true, eplb: true, wideEpSlots: 288}, platform: {system: "b200_sxm"}}
  },
  "quantisation.yaml": {
    as_stored: {quant: {}, totalGpus: 8},
    bf16: {quant: bf16},
    fp8: {quant: fp8},
    fp8_small_cache: {quant: {...fp8, kvCache: "int8"}, workload: {isl: 4000}},
    mxfp4_experts: {quant: {gemm: "bfloat16", moe: "w4a16_mxfp4", kvCache: "bfloat16", fmha: "bfloat16"}}
  },
  "goals.yaml": {
    soft: {
      targets: {ttftMs: 300},
      preferences: {
        objective: "score",
        penaltyShape: "jump",
        steepness: 0.2,
        strict: false,
        goals: [
          {metric: "tpotMs", threshold: 10, hard: false, weight: 2},
          {metric: "powerWatts", threshold: 9000, hard: true}
        ]
      }
    },
    cheapest: {targets: {requestLatencyMs: 6000}, preferences: {objective: "cost", gpuHourPrices: {h200_sxm: 3.5}}},
    load: {
      totalGpus: 64,
      targets: {ttftMs: 2000},
      preferences: {
        objective: "gpus",
        load: {requestsPerSec: 20, maxGpus: 64},
        goals: [{metric: "inclusiveTpotMs", threshold: 12, hard: true}]
      }
    }
  }
};

describe("the example files", () => {
  test("are those checked here", () => {
    expect(files.sort()).toEqual(Object.keys(effective).sort());
  });

  describe.each(Object.keys(effective))("%s", (file) => {
    const configs = experimentsOf(file);

    test("holds the experiments checked here", () => {
      expect(Object.keys(configs)).toEqual(Object.keys(effective[file]));
    });

    test.each(Object.keys(effective[file]))("%s comes to what it says, and reads back", (name) => {
      expect(configs[name]).toMatchObject(effective[file][name]);
      for (const part of ["quant", "decodeQuant", "serving", "decodeServing", "space", "targets"] as const)
        if (part in effective[file][name])
          expect(configs[name][part], part).toEqual((effective[file][name] as Partial<TaskConfig>)[part]);
      const back = readTasks(formatTask(configs[name]), options).experiments.map(taskOf);
      expect(back.map(({config}) => config)).toEqual([configs[name]]);
    });
  });
});
