/** Whole workers on a system, from its own tables and from its donor's. */
import {PerfDataError, InputError} from "../../../engine/errors.js";
import {estimate} from "../../../engine/index.js";
import type {Platform} from "../../../engine/index.js";
import type {Parallel} from "../../../engine/result.js";
import {loadSlices, openModel} from "../../../src/cli/data.js";
import type {Data} from "../../../src/cli/data.js";
import type {Pair} from "./pairs.js";

interface Case {
  model: string;
  parallel: Parallel;
}

const one: Parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};

const cases: readonly Case[] = [
  {model: "Qwen/Qwen3-32B-FP8", parallel: {...one, tp: 2}},
  {model: "meta-llama/Meta-Llama-3.1-70B-Instruct", parallel: {...one, tp: 4}},
  {model: "Qwen/Qwen3-235B-A22B-FP8", parallel: {...one, tp: 4, moeEp: 4}},
  {model: "deepseek-ai/DeepSeek-V3", parallel: {...one, tp: 8, moeEp: 8}}
];

const points = [1, 8, 64].flatMap((batch) => [1024, 4000].map((isl) => ({batch, isl, osl: 500, prefix: 0})));

/** The command line sees the engine through a link in src/, which the type checker takes for another copy of it. */
type CliPlatform = Parameters<typeof loadSlices>[2];

export interface EstimateErrors {
  model: string;
  /** Relative errors of the points that both answer. */
  ttft: number[];
  tpot: number[];
}

/** Models that one of the two cannot answer are left out. */
export async function estimateErrors(data: Data, pair: Pair): Promise<EstimateErrors[]> {
  if (pair.folder === "nccl") return [];
  const all: EstimateErrors[] = [];
  for (const {model: id, parallel} of cases) {
    const model = openModel(id);
    const errors: EstimateErrors = {model: id, ttft: [], tpot: []};
    const [own, carried] = [platformOf(data, pair, false), platformOf(data, pair, true)];
    for (const platform of [own, carried]) await loadSlices(data, model, platform as unknown as CliPlatform);
    for (const {batch, ...workload} of points) {
      const answers = [own, carried].map((platform) =>
        maybe(() => estimate({mode: "static", model, platform, parallel, batch, workload}))
      );
      const [truth, guess] = answers;
      if (!truth || !guess) continue;
      errors.ttft.push(Math.abs(guess.ttftMs / truth.ttftMs - 1));
      errors.tpot.push(Math.abs(guess.tpotMs / truth.tpotMs - 1));
    }
    if (errors.ttft.length > 0) all.push(errors);
  }
  return all;
}

function platformOf({store}: Data, pair: Pair, fromDonor: boolean): Platform {
  const {target, donor, folder, donorVersion, targetVersion} = pair;
  if (folder === "nccl") throw new Error("collectives are no backend");
  const [of, version] = fromDonor ? [donor, donorVersion] : [target, targetVersion];
  const perf = store.perf(of, folder, version) as unknown as Platform["perf"];
  const platform: Platform = {system: target, backend: folder, version, perf, database: "silicon"};
  return fromDonor ? {...platform, donor} : platform;
}

function maybe<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof PerfDataError || error instanceof InputError) return undefined;
    throw error;
  }
}
