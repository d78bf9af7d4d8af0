/** Which prefill and decode points go together, and which of the pairs an answer needs. */
import type {SearchProblem, Evaluation, Pools} from "./evaluate.js";
import {matchRates} from "../session/disaggregated.js";
import type {Match, PoolPoint} from "../session/disaggregated.js";
import type {Worker} from "../session/worker.js";
import {clusterRate} from "./mode-answer.js";

/**
 * `best`: of each decode point the pair with the best rate. `undominated`: those that no other betters in TTFT and
 * throughput. `all`: every pair within the limits.
 */
export type PairSet = "best" | "undominated" | "all";

/** Prefill workers considered for a decode worker, the best first. Source: method.md §11. */
export const prefillRows = 32;

/** A prefill and a decode point with the replica that they make. */
export interface Pair {
  prefill: PoolPoint;
  decode: PoolPoint;
  match: Match;
}

/** Every pair of points of two pools that makes a replica. */
export function* pairsOf({disaggregated: pools}: Evaluation): Generator<Pair> {
  if (!pools) return;
  for (const decode of pools.decode)
    for (const [i, match] of matchesOf(pools, decode).entries())
      if (match) yield {prefill: pools.prefill[i], decode, match};
}

/** More requests/s/GPU; among equals the smaller replica. */
function better(a: Match, b: Match): boolean {
  const [rateA, rateB] = [a.requestsPerSec / a.gpus, b.requestsPerSec / b.gpus];
  return rateA > rateB || (rateA === rateB && a.gpus < b.gpus);
}

/** Pairs of a decode point with the first prefill points whose TTFT, queueing included, is below a limit. */
export function pairsWithin(pools: Pools, decode: PoolPoint, limitMs: number): Pair[] {
  const {prefill, tuning} = pools;
  const matches = matchesOf(pools, decode);
  const pairs: Pair[] = [];
  let rows = 0;
  for (let i = 0; i < prefill.length && rows < prefillRows; ++i) {
    if (!(prefill[i].latencyMs * tuning.ttftScale < limitMs)) continue;
    ++rows;
    const match = matches[i];
    if (match) pairs.push({prefill: prefill[i], decode, match});
  }
  return pairs;
}

/** The one of them with the best rate. */
export function bestPair(pools: Pools, decode: PoolPoint, limitMs: number): Pair | undefined {
  const {prefill, tuning} = pools;
  const matches = matchesOf(pools, decode);
  let [best, at, rows] = [null as Match | null, -1, 0];
  for (let i = 0; i < prefill.length && rows < prefillRows; ++i) {
    if (!(prefill[i].latencyMs * tuning.ttftScale < limitMs)) continue;
    ++rows;
    const match = matches[i];
    if (match && (!best || better(match, best))) [best, at] = [match, i];
  }
  return best ? {prefill: prefill[at], decode, match: best} : undefined;
}

export function chosenPairs(
  problem: SearchProblem,
  pools: Pools,
  decode: PoolPoint,
  limitMs: number,
  choice: PairSet
): Pair[] {
  if (choice !== "best") {
    const within = pairsWithin(pools, decode, limitMs);
    return choice === "all" ? within : undominated(problem, within);
  }
  const best = bestPair(pools, decode, limitMs);
  return best ? [best] : [];
}

/** Soonest first token first; each has more throughput, per GPU used or per GPU of the cluster, than those before. */
function undominated(problem: SearchProblem, pairs: Pair[]): Pair[] {
  let [mostPerGpu, mostOfCluster] = [0, 0];
  const rate = ({match}: Pair) => match.requestsPerSec / match.gpus;
  const sooner = (a: Pair, b: Pair) => a.prefill.latencyMs - b.prefill.latencyMs || rate(b) - rate(a);
  return pairs.sort(sooner).filter((pair) => {
    const [perGpu, ofCluster] = [rate(pair), clusterRate(problem, rate(pair), pair.match.gpus)];
    if (perGpu <= mostPerGpu && ofCluster <= mostOfCluster) return false;
    [mostPerGpu, mostOfCluster] = [Math.max(mostPerGpu, perGpu), Math.max(mostOfCluster, ofCluster)];
    return true;
  });
}

export function matchesOf({matches, prefill, shapes, tuning}: Pools, decode: PoolPoint): (Match | null)[] {
  let known = matches.get(decode);
  if (!known) {
    known = prefill.map((point) => (compatible(point, decode) ? matchRates(point, decode, shapes, tuning) : null));
    matches.set(decode, known);
  }
  return known;
}

/** SGLang hands KV over between workers of one tensor-parallel size only, but for wide EP. Source: method.md §11. */
export function compatible({worker: prefill}: PoolPoint, {worker: decode}: PoolPoint): boolean {
  return compatibleWorkers(prefill, decode);
}

export function compatibleWorkers(prefill: Worker, decode: Worker): boolean {
  if (prefill.platform.backend !== "sglang" || prefill.spec.wideEp || decode.spec.wideEp) return true;
  return prefill.spec.parallel.tp === decode.spec.parallel.tp;
}
