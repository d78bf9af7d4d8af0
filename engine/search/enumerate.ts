import {backendTraits} from "../backend.js";
import {isMoe, splitsContext} from "../models/ops.js";
import type {ModelConfig} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {Parallel} from "../result.js";
import {gpusOf} from "../session/worker.js";

/** Sizes tried for every dimension of a worker, in this order. */
export interface CandidateLists {
  gpus: readonly number[];
  tp: readonly number[];
  pp: readonly number[];
  dp: readonly number[];
  moeTp: readonly number[];
  moeEp: readonly number[];
  cp: readonly number[];
}

const powers = [1, 2, 4, 8] as const;

/** Systems whose NVLink domain makes dense workers of 16 worthwhile. */
const wideSystems = ["gb200", "gb300"];

/** What is tried when the user does not say. Source: method.md §12.1. */
export function defaultCandidates(
  model: ModelConfig,
  platform: Platform,
  role: "agg" | "prefill" | "decode"
): CandidateLists {
  const cp =
    role !== "decode" && backendTraits[platform.backend].supportsContextParallel && splitsContext(model.family)
      ? powers
      : [1];
  if (isMoe(model)) return {gpus: powers, tp: powers, pp: [1], dp: powers, moeTp: powers, moeEp: powers, cp};
  const sizes = wideSystems.includes(platform.system.id) ? [...powers, 16] : powers;
  return {gpus: sizes, tp: sizes, pp: [1], dp: [1], moeTp: [1], moeEp: [1], cp};
}

/** Every combination whose widths agree, in the order of the lists; what the backend or model cannot do is left to the worker. */
export function enumerateParallel(
  model: ModelConfig,
  platform: Platform,
  lists: CandidateLists,
  totalGpus: number
): Parallel[] {
  const allowed = lists.gpus.filter((gpus) => gpus <= totalGpus);
  const moe = isMoe(model);
  const found: Parallel[] = [];
  for (const tp of lists.tp)
    for (const pp of lists.pp)
      for (const dp of lists.dp)
        for (const moeTp of lists.moeTp)
          for (const moeEp of lists.moeEp)
            for (const cp of lists.cp) {
              const parallel = {tp, pp, dp, moeTp, moeEp, cp};
              if (!allowed.includes(gpusOf(parallel))) continue;
              if (cp > 1 && (tp > 1 || dp > 1)) continue;
              if (moe && tp * dp * cp !== moeTp * moeEp) continue;
              if (moe && platform.backend === "trtllm" && dp > 1 && tp > 1) continue;
              if (moe && platform.backend === "vllm" && moeTp > 1 && moeEp > 1) continue;
              found.push(parallel);
            }
  return found;
}
