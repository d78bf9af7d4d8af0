import {backendTraits} from "../backend.js";
import {isMoe, splitsContext} from "../models/ops.js";
import {expertMode} from "../models/serving.js";
import type {ServingChoices} from "../models/serving.js";
import type {ModelConfig} from "../models/types.js";
import type {Platform} from "../ops/table.js";
import type {Parallel} from "../result.js";
import {gpusOf, parallelLabel} from "../session/worker.js";
import type {Rejections} from "./rejections.js";
import type {SearchRole} from "./space.js";

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

/**
 * The sizes that are tried: those given in place of the defaults. Where worker sizes are not given themselves, a
 * given size beyond the usual ones makes a worker of as many GPUs possible.
 */
export function candidateLists(
  model: ModelConfig,
  platform: Platform,
  role: SearchRole,
  choices: ServingChoices,
  scale: {totalGpus: number; allBlackwell: boolean},
  given: Partial<CandidateLists> = {}
): CandidateLists {
  const usual = defaultCandidates(model, platform, role, choices, scale);
  const {gpus, ...sizes} = given;
  const named = Object.values(sizes).flatMap((list) => list ?? []);
  const lists = {...usual, gpus: gpus ?? [...new Set([...usual.gpus, ...named])]};
  for (const [name, list] of Object.entries(sizes)) if (list) lists[name as keyof CandidateLists] = list;
  return lists;
}

/** What is tried when the user does not say. Source: method.md §12.1. */
export function defaultCandidates(
  model: ModelConfig,
  platform: Platform,
  role: SearchRole,
  choices: ServingChoices = {},
  {totalGpus, allBlackwell}: {totalGpus: number; allBlackwell: boolean} = {totalGpus: 0, allBlackwell: false}
): CandidateLists {
  const wide = wideCandidates(platform, role, choices);
  if (wide) return wide;
  const cp =
    role !== "decode" && backendTraits[platform.backend].supportsContextParallel && splitsContext(model.family)
      ? powers
      : [1];
  // Models too large for eight GPUs of today also go over more of them and two pipeline stages.
  const large = model.family === "DEEPSEEKV32" || model.family === "DEEPSEEKV4";
  if (large && allBlackwell && totalGpus >= 16)
    return {gpus: [...powers, 16], tp: powers, pp: [1, 2], dp: powers, moeTp: powers, moeEp: powers, cp};
  if (isMoe(model)) return {gpus: powers, tp: powers, pp: [1], dp: powers, moeTp: powers, moeEp: powers, cp};
  const sizes = wideSystems.includes(platform.system.id) ? [...powers, 16] : powers;
  return {gpus: sizes, tp: sizes, pp: [1], dp: [1], moeTp: [1], moeEp: [1], cp};
}

/** Wide expert parallelism shards experts by ep alone, over more GPUs; undefined without it. Source: method.md §12.1. */
function wideCandidates(
  {backend, system}: Platform,
  role: SearchRole,
  choices: ServingChoices
): CandidateLists | undefined {
  const between = (low: number, high: number) => [1, 2, 4, 8, 16, 32, 64].filter((n) => low <= n && n <= high);
  const list = (gpus: number[], dp: readonly number[], moeEp: readonly number[] = gpus): CandidateLists => ({
    gpus,
    tp: powers,
    pp: [1],
    dp,
    moeTp: [1],
    moeEp,
    cp: [1]
  });
  switch (expertMode({backend, ...choices})) {
    case "trtllm_wide": {
      const sizes = role === "agg" ? between(2, 64) : between(4, role === "prefill" ? 32 : 64);
      return list(sizes, sizes);
    }
    case "deepep": {
      if (!choices.wideEp) return list([...powers], powers);
      const most = role === "prefill" ? 32 : 64;
      return list(between(8, most), between(1, most));
    }
    case "megamoe": {
      const rack = system.gpusPerRack !== Infinity && system.gpusPerRack >= 32;
      return rack ? list([4, 8, 16, 32], between(1, 32)) : list([8], powers);
    }
    case "standard":
      return undefined;
  }
}

/**
 * Every combination whose widths agree, in the order of the lists; what the backend or model cannot do is left to the
 * worker. Where nothing is left, the combinations are counted by why.
 */
export function enumerateParallel(
  model: ModelConfig,
  platform: Platform,
  lists: CandidateLists,
  totalGpus: number,
  counted?: Rejections
): Parallel[] {
  const allowed = lists.gpus.filter((gpus) => gpus <= totalGpus);
  const all = combinations(lists);
  const found = all.filter((parallel) => !faultOf(model, platform, parallel, allowed));
  if (found.length === 0)
    for (const parallel of all) {
      const {reason, words} = faultOf(model, platform, parallel, allowed)!;
      counted?.add(reason, `${parallelLabel(parallel)}: ${words()}`, 1, gpusOf(parallel));
    }
  return found;
}

function combinations(lists: CandidateLists): Parallel[] {
  const found: Parallel[] = [];
  for (const tp of lists.tp)
    for (const pp of lists.pp)
      for (const dp of lists.dp)
        for (const moeTp of lists.moeTp)
          for (const moeEp of lists.moeEp) for (const cp of lists.cp) found.push({tp, pp, dp, moeTp, moeEp, cp});
  return found;
}

/** Why sizes do not go together, undefined when they do. Source: method.md §12.1. */
function faultOf(
  model: ModelConfig,
  {backend}: Platform,
  parallel: Parallel,
  allowed: readonly number[]
): {reason: "gpus" | "divisibility"; words: () => string} | undefined {
  const {tp, dp, moeTp, moeEp, cp} = parallel;
  const moe = isMoe(model);
  const fault = (words: () => string) => ({reason: "divisibility", words}) as const;
  if (moe && tp * dp * cp !== moeTp * moeEp)
    return fault(() => `tp · dp · cp = ${tp * dp * cp} must equal moe_tp · moe_ep = ${moeTp * moeEp}`);
  if (cp > 1 && (tp > 1 || dp > 1)) return fault(() => "context parallelism needs tp 1 and dp 1");
  if (moe && backend === "trtllm" && dp > 1 && tp > 1) return fault(() => "trtllm has either tp or attention dp");
  if (moe && backend === "vllm" && moeTp > 1 && moeEp > 1) return fault(() => "vllm has either moe_tp or moe_ep");
  if (allowed.includes(gpusOf(parallel))) return undefined;
  const words = () => `takes ${gpusOf(parallel)} GPUs; workers may have ${allowed.join(", ") || "none"}`;
  return {reason: "gpus", words};
}
