/** Pairs of prefill and decode points that a simulation may prefer: not only those whose rates match. */
import {matchLoad, matchRates} from "../session/disaggregated.js";
import type {Match, PoolPoint} from "../session/disaggregated.js";
import type {Targets} from "../result.js";
import type {Evaluation, Pools} from "./evaluate.js";
import {replicasFor} from "./figures.js";
import type {LoadTarget, Preferences} from "./goals.js";
import {compatible, pairsWithin} from "./pairs.js";
import type {Pair} from "./pairs.js";

/**
 * By how much prefill workers are to outpace decode workers. Formulas know no queue, so that workers whose rates match
 * are their best; in a simulation every prompt then waits for those before it.
 */
const headrooms = [1, 1.5, 3];

/** Part of the TTFT that prefill workers are also held to, as their queue takes the rest. */
const hurry = 2 / 3;

/**
 * Of each decode point and each headroom the prefill workers that feed it best within the TTFT, and within a part of it;
 * without headroom also whatever the TTFT.
 */
export function* servedPairs(
  {disaggregated: pools}: Evaluation,
  {ttftMs}: Targets,
  {objective, load}: Pick<Preferences, "objective" | "load"> = {}
): Generator<Pair> {
  if (!pools) return;
  for (const decode of pools.decode) {
    const seen = new Set<string>();
    const within = [ttftMs, ttftMs * hurry];
    const asked = [[1, Infinity], ...within.flatMap((limitMs) => headrooms.map((headroom) => [headroom, limitMs]))];
    const pairs = asked.flatMap(([headroom, limitMs]) => bestWithin(pools, decode, headroom, limitMs) ?? []);
    if (load && objective === "gpus") pairs.push(...smallest(pools, decode, ttftMs, load));
    for (const pair of pairs) {
      if (seen.has(keyOf(pools, pair))) continue;
      seen.add(keyOf(pools, pair));
      yield pair;
    }
  }
}

function bestWithin(pools: Pools, decode: PoolPoint, headroom: number, limitMs: number): Pair | undefined {
  const {prefill, shapes, tuning} = pools;
  const eager = {...tuning, prefillRateShare: tuning.prefillRateShare / headroom};
  let [best, most] = [undefined as {prefill: PoolPoint; match: Match} | undefined, 0];
  for (const point of prefill) {
    if (!(point.latencyMs * tuning.ttftScale < limitMs) || !compatible(point, decode)) continue;
    const match = matchRates(point, decode, shapes, eager);
    const rate = match ? match.requestsPerSec / match.gpus : 0;
    if (match && rate > most) [best, most] = [{prefill: point, match}, rate];
  }
  return best && {prefill: best.prefill, decode, match: asFormula(pools, best.prefill, decode, best.match)};
}

/** The numbers of each pair of workers that serve a load, and some more of it, with the fewest GPUs. */
function smallest(pools: Pools, decode: PoolPoint, ttftMs: number, load: LoadTarget): Pair[] {
  const {shapes, tuning} = pools;
  return pairsWithin(pools, decode, ttftMs).flatMap(({prefill}) =>
    spares.flatMap((spare) => {
      const replicas = (rate: number, workers: number) =>
        replicasFor(load, rate / spare, (decode.concurrency * workers) / spare);
      const match = matchLoad(prefill, decode, shapes, replicas, load.maxGpus, tuning);
      return match ? [{prefill, decode, match}] : [];
    })
  );
}

/** By how much the replicas that formulas take for a load are to exceed it: requests that wait are served later. */
const spares = [1, 1.5];

/** The rate that formulas give the replica, without the headroom. */
function asFormula({tuning}: Pools, prefill: PoolPoint, decode: PoolPoint, match: Match): Match {
  const {prefillWorkers, decodeWorkers} = match;
  const fed = prefill.requestsPerSec * tuning.prefillRateShare * prefillWorkers;
  const served = decode.requestsPerSec * tuning.decodeRateShare * decodeWorkers;
  return {...match, requestsPerSec: Math.min(fed, served)};
}

function keyOf({prefill: points}: Pools, {prefill, match}: Pair): string {
  return `${points.indexOf(prefill)} ${match.prefillWorkers} ${match.decodeWorkers}`;
}
