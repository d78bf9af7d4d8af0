/**
 * The answer with figures by simulation: formulas propose, simulation disposes. Every deployment that could be on the
 * front of simulated figures is simulated, the others are counted as dominated without.
 */
import type {ErrorBand, ModeResult, Plan, SearchResult, SimulatedFigures, Targets} from "../result.js";
import {tokensPerSecPerUser} from "../session/metrics.js";
import type {Distribution, Simulation} from "../simulate/types.js";
import {msPerSecond} from "../units.js";
import {checkTargets, chooseMode, modeResult} from "./answer.js";
import type {AnswerOptions} from "./answer.js";
import {countMiss, gridCandidates} from "./answer-aggregated.js";
import {disaggregatedCandidate} from "./answer-disaggregated.js";
import type {Evaluation} from "./evaluate.js";
import {InputError, PerfDataError} from "../errors.js";
import {checkPreferences, distributedMetrics} from "./goals.js";
import type {Goal, GoalMetric} from "./goals.js";
import {overshootOf, repeated} from "./mode-answer.js";
import type {Candidate, ModeAnswer} from "./mode-answer.js";
import {bestPair, pairsOf} from "./pairs.js";
import type {Rejections} from "./rejections.js";
import {deploymentKey, prepareDeployment} from "./served.js";
import type {Deployment, Prepared, ServedOptions} from "./served.js";

export interface SimulatedOptions extends AnswerOptions, ServedOptions {
  /** Simulates every deployment, whether it can be on the front or not. */
  exhaustive?: boolean;
}

export interface SimulatedProgress {
  /** Deployments simulated, and how many are sure to be. */
  done: number;
  total: number;
}

interface Entry {
  mode: Plan["mode"];
  deployment: Deployment;
  /** By formula. */
  candidate: Candidate;
  /** Deployments whose simulated figures differ from guesses alike: those of one worker, or of one pair of them. */
  family: string;
  /** Those of one engine launch, of which more users wait longer for their first token. */
  series: string;
  /** Null where it cannot run, or no table answers at some size that occurs. */
  prepared: Prepared | null;
  /** What it settles at, about: tokens/s/user, or requests by their time, and tokens/s/GPU of the cluster. */
  guess: {speed: number; rate: number};
  simulated?: Candidate;
}

/** All at once. Throws InputError for targets and preferences that make no sense. */
export function simulatedAnswer(
  evaluation: Evaluation,
  targets: Targets,
  options: SimulatedOptions = {}
): SearchResult {
  const steps = simulatedAnswerSteps(evaluation, targets, options);
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
  }
}

/** A step per deployment; `partial` answers with what is known so far. Returns the answer. */
export function* simulatedAnswerSteps(
  evaluation: Evaluation,
  targets: Targets,
  options: SimulatedOptions = {}
): Generator<SimulatedProgress & {partial: () => SearchResult}, SearchResult> {
  checkTargets(targets, evaluation.problem.workload);
  checkPreferences(options);
  checkShares(options);
  const entries = entriesOf(evaluation, targets, options);
  const progress = {done: 0, total: 0};
  const answer = () => answerOf(evaluation, entries, targets, options);
  for (const mode of evaluation.modes) {
    const own = entries.filter((entry) => entry.mode === mode);
    const shortlist = new Shortlist(own, targets, options.exhaustive ?? false);
    for (let next = shortlist.next(); next; next = shortlist.next()) {
      next.simulated = withSimulation(evaluation, next, options);
      ++progress.done;
      progress.total = Math.max(progress.done, progress.done + shortlist.left);
      yield {...progress, partial: answer};
    }
  }
  return answer();
}

/** Every deployment that can run, simulated, whatever its figures: what to count misses of. */
export function simulatedCandidates(
  evaluation: Evaluation,
  targets: Targets,
  options: SimulatedOptions = {}
): Candidate[] {
  checkShares(options);
  const able = entriesOf(evaluation, targets, options).filter(({prepared}) => prepared);
  return able.map((entry) => withSimulation(evaluation, entry, options));
}

/** Throws InputError for a share of what has no distribution over requests, or one that is none. */
function checkShares({goals = []}: SimulatedOptions): void {
  for (const {metric, share} of goals) {
    if (share === undefined) continue;
    if (!(distributedMetrics as readonly string[]).includes(metric))
      throw new InputError(`invalid share of ${metric}: ${share}; only ${distributedMetrics.join(", ")} have one`);
    if (!(share > 0 && share < 1))
      throw new InputError(`invalid share of ${metric}: ${share}; must be above 0 and below 1, 0.99 for P99`);
  }
}

/** Deployments that differ, each with the candidate that formulas rate best. */
function entriesOf(evaluation: Evaluation, targets: Targets, options: SimulatedOptions): Entry[] {
  return proposals(evaluation, targets).map((proposal) => {
    const prepared = preparedOf(evaluation, proposal.deployment, options);
    return {...proposal, prepared, guess: guessOf(evaluation, proposal.candidate, prepared, targets)};
  });
}

function preparedOf({problem}: Evaluation, deployment: Deployment, options: SimulatedOptions): Prepared | null {
  try {
    return prepareDeployment(problem, deployment, options) ?? null;
  } catch (error) {
    if (!(error instanceof PerfDataError)) throw error;
    return null;
  }
}

function guessOf({problem}: Evaluation, {gpus}: Candidate, prepared: Prepared | null, targets: Targets) {
  if (!prepared) return {speed: 0, rate: 0};
  const {tpotMs, requestsPerSec} = prepared.steady;
  const {osl} = problem.workload;
  const speed = targets.requestLatencyMs === undefined ? tokensPerSecPerUser(tpotMs) : 1 / (tpotMs * osl);
  return {speed, rate: repeated(problem, gpus, requestsPerSec * osl).tokensPerSecPerGpuCluster};
}

type Proposal = Omit<Entry, "prepared" | "guess">;

function proposals(evaluation: Evaluation, targets: Targets): Proposal[] {
  const {problem, aggregated, disaggregated: pools} = evaluation;
  const byKey = new Map<string, Proposal>();
  const add = (entry: Proposal) => {
    const key = `${entry.mode} ${deploymentKey(entry.deployment, problem.workload)}`;
    const known = byKey.get(key);
    if (!known || entry.candidate.tokensPerSecPerGpuCluster > known.candidate.tokensPerSecPerGpuCluster)
      byKey.set(key, entry);
  };
  for (const sweep of aggregated)
    for (const [i, candidate] of gridCandidates(problem, sweep).entries()) {
      const {worker} = sweep.session;
      const {batch, ctxTokens} = sweep.points[i];
      const deployment = {mode: "agg", users: candidate.concurrency, worker, batch, ctxTokens} as const;
      add({
        mode: "agg",
        deployment,
        candidate,
        family: worker.label,
        series: `${worker.label} ${Math.max(problem.workload.isl, ctxTokens)}`
      });
    }
  if (!pools) return [...byKey.values()];
  for (const {prefill, decode, match} of pairsTried(evaluation, targets)) {
    const candidate = disaggregatedCandidate(problem, pools.tuning, {prefill, decode, match});
    const {prefillWorkers, decodeWorkers} = match;
    const users = candidate.concurrency;
    const deployment = {mode: "disagg", users, prefill, decode, prefillWorkers, decodeWorkers} as const;
    const family = `${prefill.worker.label} ${decode.worker.label}`;
    const series = `${family} ${prefill.batch} ${prefillWorkers} ${decodeWorkers}`;
    add({mode: "disagg", deployment, candidate, family, series});
  }
  return [...byKey.values()];
}

/** Of each decode point the prefill worker that feeds it best whatever the TTFT, and best within what formulas allow. */
function* pairsTried(evaluation: Evaluation, {ttftMs}: Targets) {
  const pools = evaluation.disaggregated!;
  const seen = new Set<unknown>();
  for (const {decode} of pairsOf(evaluation)) {
    if (seen.has(decode)) continue;
    seen.add(decode);
    for (const limitMs of new Set([Infinity, ttftMs, ttftMs / 2])) {
      const pair = bestPair(pools, decode, limitMs);
      if (pair) yield pair;
    }
  }
}

/** First tokens this much over their limit are late for more users too, whatever chance does. */
const farBeyond = 1.5;

/** How far beyond what its family suggests simulated figures may turn out, as a share, and more the less alike it is. */
const leastSlack = 0.06;
const slackPerDoubling = 0.15;

/** The same before any of the family is simulated. */
const unknownSlack = 1.3;

/**
 * Which deployment to simulate next: first some of each family, to learn how simulated figures differ from formulas,
 * then whatever could still be on the front, the most promising first.
 */
class Shortlist {
  private readonly families: Map<string, Entry[]>;
  private readonly series: Map<string, Entry[]>;
  private readonly waiting: Set<Entry>;
  private last: Entry | undefined;

  constructor(
    private readonly entries: readonly Entry[],
    private readonly targets: Targets,
    private readonly exhaustive: boolean
  ) {
    const byUsers = [...entries].sort((a, b) => users(a) - users(b));
    this.families = grouped(byUsers, ({family}) => family);
    this.series = grouped(byUsers, ({series}) => series);
    this.waiting = new Set(entries.filter(({prepared}) => prepared));
  }

  /** How many are still to be simulated, as far as is known. */
  get left(): number {
    return this.exhaustive ? this.waiting.size : 0;
  }

  next(): Entry | undefined {
    if (this.last) this.learn(this.last);
    const next = this.exhaustive ? first(this.waiting) : this.promising();
    if (next) this.waiting.delete(next);
    return (this.last = next);
  }

  /** Where a first token comes far too late, it does so for more users of the same launch. */
  private learn({series, simulated, candidate}: Entry): void {
    if (this.exhaustive || this.lateness(simulated!) < farBeyond) return;
    for (const other of this.series.get(series)!)
      if (other.candidate.concurrency > candidate.concurrency) this.waiting.delete(other);
  }

  /** TTFT, or request latency, by its limit. */
  private lateness({ttftMs, requestLatencyMs}: Candidate): number {
    const {ttftMs: limitMs, requestLatencyMs: requestMs} = this.targets;
    return requestMs === undefined ? ttftMs / limitMs : requestLatencyMs / requestMs;
  }

  private promising(): Entry | undefined {
    const known = this.entries.flatMap(({simulated}) => (simulated && this.isWithin(simulated) ? [simulated] : []));
    let [best, most] = [undefined as Entry | undefined, 0];
    for (const entry of this.waiting) {
      const {speed, rate} = this.optimistic(entry);
      const isDominated = known.some(
        (other) => this.speedOf(other) >= speed && other.tokensPerSecPerGpuCluster >= rate
      );
      // Nothing that is simulated later can bring it back.
      if (isDominated) this.waiting.delete(entry);
      else if (rate > most) [best, most] = [entry, rate];
    }
    return best && this.bracketing(best);
  }

  /** The entry, or one of its launch with fewer users where none yet shows that so many may be in time. */
  private bracketing(entry: Entry): Entry {
    const fewer = this.series.get(entry.series)!.filter((other) => users(other) <= users(entry));
    const inTime = fewer.filter(({simulated}) => simulated && this.isWithin(simulated)).at(-1);
    const between = fewer.filter((other) => this.waiting.has(other) && (!inTime || users(other) > users(inTime)));
    return between[between.length >> 1] ?? entry;
  }

  private isWithin(simulated: Candidate): boolean {
    return this.lateness(simulated) <= 1;
  }

  private speedOf(candidate: Candidate): number {
    return this.targets.requestLatencyMs === undefined ? candidate.tokensPerSecPerUser : 1 / candidate.requestLatencyMs;
  }

  /** The guess, corrected as those of the family with about as many users were, and some more. */
  private optimistic(entry: Entry): {speed: number; rate: number} {
    const {guess} = entry;
    const near = this.neighbours(entry);
    if (near.length === 0) return {speed: guess.speed * unknownSlack, rate: guess.rate * unknownSlack};
    const speed = Math.max(...near.map(({simulated, guess}) => this.speedOf(simulated!) / guess.speed));
    const rate = Math.max(...near.map(({simulated, guess}) => simulated!.tokensPerSecPerGpuCluster / guess.rate));
    const slack = 1 + leastSlack + slackPerDoubling * Math.min(...near.map((other) => doublings(entry, other)));
    return {speed: guess.speed * speed * slack, rate: guess.rate * rate * slack};
  }

  /** The simulated ones of its family with about as many users, else with the next fewer and the next more. */
  private neighbours(entry: Entry): Entry[] {
    const family = this.families.get(entry.family)!.filter(({simulated}) => simulated);
    const alike = family.filter((other) => users(other) <= 2 * users(entry) && users(entry) <= 2 * users(other));
    if (alike.length > 0) return alike;
    const below = family.filter((other) => users(other) <= users(entry)).at(-1);
    const above = family.find((other) => users(other) >= users(entry));
    return [below, above].filter((other) => other !== undefined);
  }
}

const users = ({candidate}: Entry) => candidate.concurrency;
const doublings = (a: Entry, b: Entry) => Math.abs(Math.log2(users(a) / users(b)));

function grouped(entries: readonly Entry[], key: (entry: Entry) => string): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(key(entry));
    if (group) group.push(entry);
    else groups.set(key(entry), [entry]);
  }
  return groups;
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  for (const each of set) return each;
  return undefined;
}

function withSimulation(
  {problem}: Evaluation,
  {candidate, deployment, prepared}: Entry,
  {goals = []}: SimulatedOptions
): Candidate {
  const {ttftMs, tpotMs, requestLatencyMs, requestsPerSec, tokensPerSec, gpus} = candidate;
  const served = prepared!;
  const simulation = served.run();
  const simulated: SimulatedFigures = {
    ttft: percentiles(simulation.ttftMs),
    tpot: percentiles(simulation.tpotMs),
    interToken: percentiles(simulation.interTokenMs),
    requestLatency: percentiles(simulation.latencyMs),
    shares: sharesOf(simulation, goals),
    verdict: simulation.verdict,
    kvShare: simulation.kvShare,
    preemptions: simulation.preemptions,
    calibration: {kind: served.calibrated.kind, name: served.calibrated.name, rows: served.calibrated.rows},
    formula: {ttftMs, tpotMs, requestLatencyMs, requestsPerSec, tokensPerSec}
  };
  // Little's law: a run's own rate counts the time in which its first requests came and its last ones went.
  const rate = (deployment.users * msPerSecond) / simulation.latencyMs.mean;
  const tokens = rate * problem.workload.osl;
  const figures = {
    ttftMs: simulation.ttftMs.mean,
    tpotMs: simulation.tpotMs.mean,
    requestLatencyMs: simulation.latencyMs.mean,
    requestsPerSec: rate,
    tokensPerSec: tokens,
    tokensPerSecPerUser: tokensPerSecPerUser(simulation.tpotMs.mean),
    ...repeated(problem, gpus, tokens),
    simulated
  };
  const error = errorOf(served);
  return {...candidate, ...figures, plan: () => ({...candidate.plan(), ...figures, error})};
}

/** Of whole deployments that were held out, of the class that answered; throughput goes with the time of a token. */
function errorOf({calibrated, prefillCalibrated = calibrated}: Prepared) {
  const ttft: ErrorBand = prefillCalibrated.error.ttft;
  const {tpot} = calibrated.error;
  return {ttft, tpot, tokensPerSec: tpot};
}

function percentiles({mean, p50, p90, p95, p99}: Distribution) {
  return {mean, p50, p90, p95, p99};
}

function sharesOf(simulation: Simulation, goals: readonly Goal[]): SimulatedFigures["shares"] {
  const {ttftMs, tpotMs, latencyMs} = simulation;
  const of: Partial<Record<GoalMetric, Distribution>> = {ttftMs, tpotMs, requestLatencyMs: latencyMs};
  const asked = goals.filter(({share}) => share !== undefined);
  return Object.fromEntries(asked.map(({metric, share}) => [`${metric}${share}`, quantile(of[metric]!, share!)]));
}

/** Linear between the quantiles that are kept. */
function quantile({quantiles}: Distribution, share: number): number {
  const at = share * (quantiles.length - 1);
  const [low, high] = [Math.floor(at), Math.ceil(at)];
  return quantiles[low] + (quantiles[high] - quantiles[low]) * (at - low);
}

function answerOf(
  evaluation: Evaluation,
  entries: readonly Entry[],
  targets: Targets,
  options: SimulatedOptions
): SearchResult {
  const modes = (["agg", "disagg"] as const).map((mode) => {
    if (!evaluation.modes.includes(mode)) return null;
    const own = entries.filter((entry) => entry.mode === mode);
    return modeResult(evaluation, mode, offersOf(evaluation, mode, own, targets), targets, options);
  });
  const [agg, disagg] = modes as [ModeResult | null, ModeResult | null];
  return {agg, disagg, doubts: evaluation.doubts, chosen: chooseMode([agg, disagg], options)};
}

/** What a mode offers by simulation, and what became of the rest. */
function offersOf(
  {aggregatedRejections, disaggregated}: Evaluation,
  mode: Plan["mode"],
  entries: readonly Entry[],
  targets: Targets
): ModeAnswer {
  // What formulas dropped before anything could be launched: memory, sizes, data.
  const base = mode === "agg" ? aggregatedRejections : disaggregated!.rejections;
  const rejections = base.copy();
  // Several candidates launch the same engine, and a decode worker goes with several prefill workers.
  rejections.pass(entries.length - passedOf(base));
  const offers: Candidate[] = [];
  const known: Candidate[] = [];
  let [nearest, least] = [undefined as Candidate | undefined, Infinity];
  for (const {prepared, simulated} of entries) {
    if (!prepared) rejections.drop("kvCache", () => "no request fits the KV cache that the engine would have");
    else if (!simulated) rejections.drop("dominated", () => "cannot be on the front of simulated figures");
    if (!simulated) continue;
    known.push(simulated);
    const over = overshootOf(simulated, targets);
    if (over < least) [nearest, least] = [simulated, over];
    countMiss(simulated, targets, rejections);
    if (isWithin(simulated, targets)) offers.push(simulated);
  }
  offers.sort((a, b) => b.tokensPerSecPerGpu - a.tokensPerSecPerGpu);
  return {offers, nearest: nearest?.plan() ?? null, cloud: known, rejections};
}

function isWithin({ttftMs, requestLatencyMs}: Candidate, targets: Targets): boolean {
  return targets.requestLatencyMs === undefined
    ? ttftMs <= targets.ttftMs
    : requestLatencyMs <= targets.requestLatencyMs;
}

function passedOf({result: {considered, rejected}}: Rejections): number {
  return considered - Object.values(rejected).reduce((sum, count) => sum + count, 0);
}
