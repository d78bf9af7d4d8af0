/** How workers of pools spread and feed experts where nobody says, and the tables that simulations of them look into. */
import {InputError, PerfDataError} from "../errors.js";
import {isMoe} from "../models/ops.js";
import {inferQuant} from "../models/quant.js";
import {checkServing, checkServingSizes, servingChoices} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {ModelConfig} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {SliceRef} from "../perf.js";
import type {Quant} from "../quant.js";
import {requiredSlices} from "../required.js";
import type {Parallel} from "../result.js";
import {isRack} from "./calibration.js";
import type {PoolKind} from "./calibration.js";

/** A worker of a pool, as far as that decides how its experts run. */
export interface AskedPool extends ServingChoices {
  model: ModelConfig;
  platform: Platform;
  parallel: Parallel;
  quant?: Partial<Quant>;
}

/**
 * How workers of a pool spread and feed experts: as asked, else as recipes have it where attention is data-parallel.
 * SGLang's run DeepEP with balanced experts in a rack. TensorRT-LLM's that decode on Blackwell send tokens all to all by
 * NVLink, as its wide EP does; its experts are taken where they were measured in their type, and as balanced, like those of
 * random prompts. Their tables must be loaded. Source: recipes that InferenceX names (srt-slurm) and
 * TensorRT-LLM's disaggregated benchmarks.
 */
export function poolServing(asked: AskedPool, role: PoolKind["role"]): ServingChoices {
  const {model, platform, parallel, wideEp, moeBackend, eplb} = asked;
  const {dp, moeTp, moeEp} = parallel;
  const {backend, system, perf} = platform;
  const chosen = servingChoices(asked);
  const isAsked = wideEp !== undefined || moeBackend !== undefined || eplb !== undefined;
  if (isAsked || dp === 1 || moeEp === 1 || moeTp > 1) return chosen;
  if (backend === "sglang" && isRack(system.id)) return {...chosen, eplb: true};
  if (backend !== "trtllm" || role === "prefill" || system.smVersion < blackwellSmVersion) return chosen;
  const {moe} = inferQuant(model, {role, backend, system}, asked.quant);
  const isMeasured = perf.entriesOf("wideep_moe").some(({part}) => part[1] === moe);
  const wide = {...chosen, wideEp: true, eplb: true};
  return isMeasured && isPossible(asked, wide) ? wide : chosen;
}

const blackwellSmVersion = 100;

function isPossible({model, platform, parallel}: AskedPool, choices: ServingChoices): boolean {
  try {
    checkServing(model, platform, choices);
    checkServingSizes(model, platform.backend, parallel, choices);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/**
 * What is made of a worker as `poolServing` has it; as it was asked for where tables lack an operator of that. Throws what
 * `make` does.
 */
export function asPool<T>(asked: AskedPool, role: PoolKind["role"], make: (serving: ServingChoices) => T): T {
  const plain = servingChoices(asked);
  const serving = poolServing(asked, role);
  if (serving.eplb === plain.eplb) return make(plain);
  try {
    return make(serving);
  } catch (error) {
    if (error instanceof PerfDataError) return make(plain);
    throw error;
  }
}

/**
 * Slices that searches look into whose deployments are simulated: those of `requiredSlices`, and of pools as they are
 * served.
 */
export function servedSlices(
  model: ModelConfig,
  platform: Platform,
  quant?: Partial<Quant>,
  choices: ServingChoices = {}
): SliceRef[] {
  const asked = {...choices, model, platform, quant, parallel: spread};
  const plain = servingChoices(choices);
  const pools = isMoe(model) ? (["prefill", "decode"] as const) : [];
  return [
    ...requiredSlices(model, platform, quant, undefined, plain),
    ...pools.flatMap((role) => {
      const serving = poolServing(asked, role);
      return serving.eplb === plain.eplb ? [] : requiredSlices(model, platform, quant, [role], serving);
    })
  ];
}

/** The least sizes of attention DP with experts on all ranks. */
const spread: Parallel = {tp: 1, pp: 1, dp: 2, moeTp: 1, moeEp: 2, cp: 1};
