/**
 * Leaves out candidates that cannot be on the front for given targets, told by bounds before they are evaluated.
 *
 * A step over more tokens, or more requests, is taken to last at least `1 − slack` of the longest shorter one that was
 * evaluated: measurements are not quite monotone. From that follow the least TTFT and TPOT and the most throughput of a
 * candidate; where the TTFT misses its target, or an evaluated candidate does better in both other respects, it is left
 * out. Searches stay exhaustive unless asked for this; tests compare the fronts of both.
 */
import {backendTraits} from "../backend.js";
import {InputError} from "../errors.js";
import type {Targets} from "../result.js";
import {stepCounts} from "../session/aggregated.js";
import type {AggregatedPoint, AggregatedSession} from "../session/aggregated.js";
import type {PoolPoint} from "../session/disaggregated.js";
import {requestLatencyMs, requestsPerSec, tokensPerSecPerUser} from "../session/metrics.js";
import type {Tuning} from "../session/tuning.js";
import type {Worker, Workload} from "../session/worker.js";
import {msPerSecond} from "../units.js";

/** How much shorter than a smaller step a larger one may be. */
const slack = 0.1;

/** How many candidates were evaluated, and how many were left out for each reason. */
export interface PruneCounts {
  evaluated: number;
  ttft: number;
  dominated: number;
}

/** Points that no other betters in both coordinates, told apart in O(log n). */
export class Staircase {
  /** Speed per user ascending, throughput descending. */
  private readonly users: number[] = [];
  private readonly rates: number[] = [];

  /** Whether a point is at least as good in both. */
  dominates(user: number, rate: number): boolean {
    const i = this.firstAtLeast(user);
    return i < this.users.length && this.rates[i] >= rate;
  }

  add(user: number, rate: number): void {
    if (this.dominates(user, rate)) return;
    const end = this.firstAtLeast(user);
    const same = this.users[end] === user ? 1 : 0;
    let start = end;
    while (start > 0 && this.rates[start - 1] <= rate) --start;
    this.users.splice(start, end + same - start, user);
    this.rates.splice(start, end + same - start, rate);
  }

  private firstAtLeast(user: number): number {
    let [low, high] = [0, this.users.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.users[middle] < user) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Starts the pruning of one search; apart from the search itself, so that what does not prune need not load it. */
export type Pruning = (totalGpus: number, workload: Workload, tuning: Tuning) => Pruner;

/** Pruning for the front of these targets. Throws InputError for a request-latency target. */
export function pruneFor(targets: Targets): Pruning {
  if (targets.requestLatencyMs !== undefined)
    throw new InputError("invalid pruning: a request-latency target; prune for a TTFT target, or search exhaustively");
  return (totalGpus, workload, tuning) => new Pruner(targets, totalGpus, workload, tuning);
}

/** What a search that prunes knows so far. */
export class Pruner {
  readonly counts: PruneCounts = {evaluated: 0, ttft: 0, dominated: 0};
  private readonly aggregated = new Staircase();
  private readonly pools = new Staircase();
  private prefill: readonly PoolPoint[] = [];

  constructor(
    readonly targets: Targets,
    private readonly totalGpus: number,
    private readonly workload: Workload,
    private readonly tuning: Tuning
  ) {}

  /** Bounds of one aggregated worker; asked before a point is evaluated, told after. */
  aggregatedBounds(session: AggregatedSession): AggregatedBounds {
    return new AggregatedBounds(this, session, this.aggregated);
  }

  /** Prefill points that decode workers may be paired with. */
  admit(prefill: readonly PoolPoint[]): void {
    const {ttftScale} = this.tuning;
    this.prefill = prefill.filter(({latencyMs}) => latencyMs * ttftScale < this.targets.ttftMs);
  }

  /** Bounds of one decode worker, batches ascending. `bestRate`: tokens/s per GPU of the cluster of a point's best pair. */
  decodeBounds(worker: Worker, bestRate: (point: PoolPoint) => number | undefined): DecodeBounds {
    return new DecodeBounds(this, worker, this.workload, this.tuning, this.prefill, this.pools, bestRate);
  }

  clusterRate(tokensPerSecPerGpu: number, gpus: number): number {
    return (tokensPerSecPerGpu * Math.floor(this.totalGpus / gpus) * gpus) / this.totalGpus;
  }
}

export type Verdict = "ttft" | "dominated" | undefined;

class AggregatedBounds {
  /** Longest mixed step so far at each token budget, and longest decode step. */
  private readonly mixedMs = new Map<number, number>();
  private decodeMs = 0;

  constructor(
    private readonly pruner: Pruner,
    private readonly session: AggregatedSession,
    private readonly front: Staircase
  ) {}

  /** Why a point need not be evaluated; undefined when it must. */
  verdict(batch: number, ctxTokens: number): Verdict {
    const {worker, workload} = this.session;
    const {isl, osl} = workload;
    const {pp, dp} = worker.spec.parallel;
    const traits = backendTraits[worker.platform.backend];
    const mixedMs = (1 - slack) * (this.mixedMs.get(ctxTokens) ?? 0);
    const decodeMs = (1 - slack) * this.decodeMs;
    const counts = stepCounts(worker, workload, batch, ctxTokens);
    const overheadMs = traits.prefillOverheadMsPerLayer * worker.spec.model.layers;
    const queueing = traits.queueing(Math.ceil((isl * batch) / ctxTokens), batch);
    const ttftMs = (mixedMs * Math.ceil(isl / ctxTokens) + overheadMs) * queueing;
    if (ttftMs > this.pruner.targets.ttftMs) return this.count("ttft");
    const stepsForTpot = counts.mixedForTpot + counts.decodeSteps;
    if (stepsForTpot === 0) return undefined;
    const tpotMs = (mixedMs * counts.mixedForTpot + decodeMs * counts.decodeSteps) / stepsForTpot;
    const cycleMs = counts.mixedSteps * mixedMs + counts.decodeSteps * decodeMs;
    if (!(tpotMs > 0 && cycleMs > 0)) return undefined;
    const perGpu = (msPerSecond * batch * (osl - 1) * pp * dp) / cycleMs / worker.gpus;
    const rate = this.pruner.clusterRate(perGpu, worker.gpus);
    return this.front.dominates(tokensPerSecPerUser(tpotMs), rate) ? this.count("dominated") : undefined;
  }

  /** Takes note of an evaluated point. */
  saw(point: AggregatedPoint): void {
    ++this.pruner.counts.evaluated;
    const {ctxTokens, mixedStepMs, decodeStepMs} = point;
    this.mixedMs.set(ctxTokens, Math.max(this.mixedMs.get(ctxTokens) ?? 0, mixedStepMs));
    this.decodeMs = Math.max(this.decodeMs, decodeStepMs);
    const {gpus} = this.session.worker;
    if (point.ttftMs <= this.pruner.targets.ttftMs)
      this.front.add(tokensPerSecPerUser(point.tpotMs), this.pruner.clusterRate(point.tokensPerSec / gpus, gpus));
  }

  private count(verdict: "ttft" | "dominated"): Verdict {
    ++this.pruner.counts[verdict];
    return verdict;
  }
}

class DecodeBounds {
  private longestMs = 0;

  constructor(
    private readonly pruner: Pruner,
    private readonly worker: Worker,
    private readonly workload: Workload,
    private readonly tuning: Tuning,
    private readonly prefill: readonly PoolPoint[],
    private readonly front: Staircase,
    private readonly bestRate: (point: PoolPoint) => number | undefined
  ) {}

  verdict(batch: number): Verdict {
    if (this.prefill.length === 0) return this.count("ttft");
    const tpotMs = (1 - slack) * this.longestMs;
    if (!(tpotMs > 0)) return undefined;
    const rate = this.mostThroughput(batch, tpotMs);
    return this.front.dominates(tokensPerSecPerUser(tpotMs), rate) ? this.count("dominated") : undefined;
  }

  /** Takes note of an evaluated point. */
  saw(point: PoolPoint): void {
    ++this.pruner.counts.evaluated;
    this.longestMs = Math.max(this.longestMs, point.latencyMs);
    const rate = this.bestRate(point);
    if (rate !== undefined) this.front.add(tokensPerSecPerUser(point.latencyMs), rate);
  }

  /** Tokens/s/GPU when worker counts could be fractions: each pool has just the GPUs that it needs. */
  private mostThroughput(batch: number, tpotMs: number): number {
    const {osl} = this.workload;
    const {prefillRateShare, decodeRateShare} = this.tuning;
    const {dp, pp} = this.worker.spec.parallel;
    const decodeRate = decodeRateShare * requestsPerSec(batch * dp, requestLatencyMs(0, tpotMs, osl), pp);
    let most = 0;
    for (const {requestsPerSec: rate, worker} of this.prefill)
      most = Math.max(most, osl / (worker.gpus / (prefillRateShare * rate) + this.worker.gpus / decodeRate));
    return most;
  }

  private count(verdict: "ttft" | "dominated"): Verdict {
    ++this.pruner.counts[verdict];
    return verdict;
  }
}
