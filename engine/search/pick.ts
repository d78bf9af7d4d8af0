import type {Targets} from "../result.js";
import type {Objective} from "./goals.js";
import {byObjective, meetsTarget} from "./rank.js";
import type {Ranked} from "./rank.js";

/**
 * The best candidate of each parallelism, best first by the objective. Those that miss the TPOT (or request-latency)
 * target are only considered when none meets it, and not at all when `strict`; then the nearest come first and
 * `meetsTargets` is false. Source: method.md §12.4.
 */
export function pickBest<R extends Ranked>(
  offers: readonly R[],
  targets: Targets,
  topN: number,
  {objective, strict = false}: {objective?: Objective; strict?: boolean} = {}
): {best: R[]; meetsTargets: boolean} {
  const byRequest = targets.requestLatencyMs !== undefined;
  const within = offers.filter((offer) => meetsTarget(offer, targets));
  const meetsTargets = within.length > 0;
  const nearer = (a: R, b: R) => (byRequest ? a.requestLatencyMs - b.requestLatencyMs : a.tpotMs - b.tpotMs);
  // The knee is that of a whole front: within a parallelism, and among those beside it, throughput counts.
  const better = byObjective(objective === "knee" ? "throughput" : objective);
  const order = (a: R, b: R) => better(a, b) || nearer(a, b);
  const groups = new Map<string, R>();
  for (const offer of meetsTargets ? within : strict ? [] : offers) {
    const best = groups.get(offer.group);
    // Of candidates with the same throughput (a prefill pool may cap several decode batches) the faster one is as good or better.
    if (!best || order(offer, best) < 0) groups.set(offer.group, offer);
  }
  const best = [...groups.values()].sort(meetsTargets ? order : nearer).slice(0, topN);
  return {best, meetsTargets};
}
