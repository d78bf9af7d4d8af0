/** Pairs of prefill and decode points that a simulation may prefer: not only those whose rates match. */
import {matchLoad, matchRates} from "../session/disaggregated.js";
import type {Match, PoolPoint} from "../session/disaggregated.js";
import type {Targets} from "../result.js";
import type {Busy} from "../simulate/steady.js";
import type {Evaluation, Pools} from "./evaluate.js";
import {replicasFor} from "./figures.js";
import type {LoadTarget, Preferences} from "./goals.js";
import {compatible, prefillRows} from "./pairs.js";
import type {Pair} from "./pairs.js";

/** By how much prefill workers are to outpace decode workers: those whose rates match are busy, and prompts wait long. */
const headrooms = [1, 1.5];

/** Part of the TTFT that prefill workers are also held to, as their queue takes the rest. */
const hurry = 2 / 3;

/** What a point does by itself as it is served; null where that is not known. */
export type BusyOf = (point: PoolPoint, role: "prefill" | "decode") => Busy | null;

/** A prefill point as formulas or simulations rate it. */
interface Rated {
  point: PoolPoint;
  rated: PoolPoint;
  /** Until the first token, when nothing queues. */
  ttftMs: number;
}

/**
 * Of each decode point and each headroom the prefill workers that feed it best within the TTFT, within a part of it, and
 * whatever the TTFT, by rates and times as they are served; and what formulas take for the best.
 */
export function* servedPairs(
  {disaggregated: pools}: Evaluation,
  {ttftMs}: Targets,
  {objective, load}: Pick<Preferences, "objective" | "load">,
  busy: BusyOf
): Generator<Pair> {
  if (!pools) return;
  const byFormula = pools.prefill.map((point): Rated => ({point, rated: point, ttftMs: 0}));
  const asServed = pools.prefill.flatMap((point): Rated[] => {
    const own = busy(point, "prefill");
    return own ? [{point, rated: {...point, ...own}, ttftMs: own.latencyMs}] : [];
  });
  const hurried = asServed.filter(({ttftMs: ownMs}) => ownMs < ttftMs * hurry);
  const inTime = asServed.filter(({ttftMs: ownMs}) => ownMs < ttftMs);
  for (const decode of pools.decode) {
    const own = busy(decode, "decode");
    const found = [bestOf(pools, byFormula, decode)];
    if (own) {
      const rated = {...decode, ...own};
      found.push(bestOf(pools, asServed, rated));
      for (const prefill of [inTime, hurried])
        for (const headroom of headrooms) found.push(bestOf(pools, prefill, rated, headroom));
      if (load && objective === "gpus") found.push(...smallest(pools, inTime, rated, load));
    }
    const seen = new Set<string>();
    for (const fed of found) {
      if (!fed) continue;
      const {prefill, match} = fed;
      const key = `${pools.prefill.indexOf(prefill)} ${match.prefillWorkers} ${match.decodeWorkers}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield {prefill, decode, match: asFormula(pools, prefill, decode, match)};
    }
  }
}

/** A prefill point, and how many workers of it feed how many of a decode point. */
type Fed = Pick<Pair, "prefill" | "match">;

/** The one that feeds a decode point with the best rate, `headroom` times what it takes. */
function bestOf({shapes, tuning}: Pools, prefill: readonly Rated[], decode: PoolPoint, headroom = 1): Fed | undefined {
  const eager = {...tuning, prefillRateShare: tuning.prefillRateShare / headroom};
  let [best, most] = [undefined as Fed | undefined, 0];
  for (const {point, rated} of prefill) {
    if (!compatible(point, decode)) continue;
    const match = matchRates(rated, decode, shapes, eager);
    const rate = match ? match.requestsPerSec / match.gpus : 0;
    if (match && rate > most) [best, most] = [{prefill: point, match}, rate];
  }
  return best;
}

/** The numbers of each pair of workers that serve a load, and some more of it, with the fewest GPUs. */
function smallest({shapes, tuning}: Pools, prefill: readonly Rated[], decode: PoolPoint, load: LoadTarget): Fed[] {
  const able = prefill.filter(({point}) => compatible(point, decode)).sort((a, b) => perGpu(b) - perGpu(a));
  return able.slice(0, prefillRows).flatMap(({point, rated}) =>
    spares.flatMap((spare) => {
      const replicas = (rate: number, workers: number) =>
        replicasFor(load, rate / spare, (decode.concurrency * workers) / spare);
      const match = matchLoad(rated, decode, shapes, replicas, load.maxGpus, tuning);
      return match ? [{prefill: point, match}] : [];
    })
  );
}

function perGpu({rated}: Rated): number {
  return rated.requestsPerSec / rated.worker.gpus;
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
