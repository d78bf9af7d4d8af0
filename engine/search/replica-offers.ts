/** Replicas that any load may be sized with: what the fewest GPUs for a load, or the least cost, can be made of. */
import type {Plan, Targets} from "../result.js";
import type {PoolPoint} from "../session/disaggregated.js";
import {answerAggregated} from "./answer-aggregated.js";
import {disaggregatedCandidate, offeredDecode, ttftLimit} from "./answer-disaggregated.js";
import type {Evaluation} from "./evaluate.js";
import {pairsWithin} from "./pairs.js";
import {withPlanError} from "./plan-error.js";
import {meetsTarget} from "./rank.js";

/** A replica and the GPUs of each kind in it. */
export interface ReplicaOffer {
  plan: Plan;
  /** Of the system of prefill and aggregated workers. */
  gpus: number;
  /** Of another system, where decode workers have one; else counted in `gpus`. */
  decodeGpus: number;
  /**
   * Users with one request each whom it serves at its latency: as many as it holds, or where prefill workers do not keep
   * up with the decode workers, the share of these that they feed.
   */
  users: number;
}

/** What offers are compared by, before they become plans. */
interface Offered {
  gpus: number;
  decodeGpus: number;
  requestsPerSec: number;
  users: number;
  plan: () => Plan;
}

/**
 * The replicas within the targets that no other betters: with no more GPUs of either kind, as many requests/s, or as
 * many users. Whatever the load and the prices, the fewest GPUs and the least cost for it are of replicas of one of
 * these; for a request rate they are those that `answerSearch` finds with the objective `gpus`. Fewest GPUs first.
 */
export function replicaOffers(evaluation: Evaluation, targets: Targets): ReplicaOffer[] {
  const offered = [...aggregatedOffers(evaluation, targets), ...disaggregatedOffers(evaluation, targets)];
  const kept = new Set([
    ...undominated(offered, "requestsPerSec", "users"),
    ...undominated(offered, "users", "requestsPerSec")
  ]);
  return [...kept]
    .sort((a, b) => total(a) - total(b) || a.requestsPerSec - b.requestsPerSec)
    .map(({gpus, decodeGpus, users, plan}) => ({gpus, decodeGpus, users, plan: withPlanError(evaluation, plan())}));
}

function aggregatedOffers(evaluation: Evaluation, targets: Targets): Offered[] {
  if (!evaluation.modes.includes("agg")) return [];
  const {offers} = answerAggregated(evaluation, targets, {sampling: "target"});
  return offers
    .filter((offer) => meetsTarget(offer, targets))
    .map(({gpus, requestsPerSec, concurrency: users, plan}) => ({gpus, decodeGpus: 0, requestsPerSec, users, plan}));
}

/** Of every pair of pools, in every number of workers, the best by rate and by users for its GPUs. */
function disaggregatedOffers({problem, disaggregated: pools}: Evaluation, targets: Targets): Offered[] {
  if (!pools) return [];
  const {tuning, shapes} = pools;
  const isSplit = problem.decodePlatform !== undefined && problem.decodePlatform.system !== problem.platform.system;
  const byRate = new Map<number, Offered>();
  const byUsers = new Map<number, Offered>();
  const offer = (
    prefill: PoolPoint,
    decode: PoolPoint,
    prefillWorkers: number,
    decodeWorkers: number,
    gpus: number
  ) => {
    const fed = prefill.requestsPerSec * tuning.prefillRateShare * prefillWorkers;
    const taken = decode.requestsPerSec * tuning.decodeRateShare * decodeWorkers;
    const requestsPerSec = Math.min(fed, taken);
    const users = decode.concurrency * decodeWorkers * Math.min(1, fed / taken);
    const decodeGpus = isSplit ? decode.worker.gpus * decodeWorkers : 0;
    const key = gpus * maxKey + decodeGpus;
    const [fastest, fullest] = [byRate.get(key), byUsers.get(key)];
    const isFaster = !fastest || exceeds(requestsPerSec, fastest.requestsPerSec, users, fastest.users);
    const servesMore = !fullest || exceeds(users, fullest.users, requestsPerSec, fullest.requestsPerSec);
    if (!isFaster && !servesMore) return;
    const match = {prefillWorkers, decodeWorkers, gpus, requestsPerSec};
    const plan = () => disaggregatedCandidate(problem, tuning, {prefill, decode, match}).plan();
    const made = {gpus: gpus - decodeGpus, decodeGpus, requestsPerSec, users, plan};
    if (isFaster) byRate.set(key, made);
    if (servesMore) byUsers.set(key, made);
  };
  for (const decode of offeredDecode(problem, pools, targets, "target")) {
    if (!meetsDecode(decode.latencyMs, targets)) continue;
    const limitMs = ttftLimit(problem, decode, targets);
    for (const {prefill} of pairsWithin(pools, decode, limitMs)) {
      const triples = shapes.of(prefill.worker.gpus, decode.worker.gpus);
      for (let i = 0; i < triples.length; i += 3) offer(prefill, decode, triples[i], triples[i + 1], triples[i + 2]);
    }
  }
  return [...byRate.values(), ...byUsers.values()];
}

/** Whether the first is larger than the second, or where they are equal the third than the fourth. */
function exceeds(a: number, b: number, c: number, d: number): boolean {
  return a > b || (a === b && c > d);
}

/** Beyond any number of GPUs. */
const maxKey = 1 << 16;

/** The limit of decode alone; that of whole requests was seen to by that of the first token. */
function meetsDecode(tpotMs: number, targets: Targets): boolean {
  return targets.requestLatencyMs !== undefined || tpotMs < targets.tpotMs;
}

function total({gpus, decodeGpus}: Pick<Offered, "gpus" | "decodeGpus">): number {
  return gpus + decodeGpus;
}

type Worth = "requestsPerSec" | "users";

/** Those that no other equals or betters in `worth` with no more GPUs of either kind; of equals that with more `besides`. */
function undominated(offered: readonly Offered[], worth: Worth, besides: Worth): Offered[] {
  const order = [...offered].sort((a, b) => total(a) - total(b) || b[worth] - a[worth] || b[besides] - a[besides]);
  const kept: Offered[] = [];
  for (const each of order)
    if (!kept.some((k) => k.gpus <= each.gpus && k.decodeGpus <= each.decodeGpus && k[worth] >= each[worth]))
      kept.push(each);
  return kept;
}
