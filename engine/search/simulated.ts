/**
 * The answer with figures by simulation: formulas propose, simulation disposes. Every deployment that could be on the
 * front of simulated figures is simulated, the others are counted as dominated without.
 */
import type {ErrorBand, ModeResult, Plan, SearchResult, SimulatedFigures, Targets} from "../result.js";
import {requestLatencyMs, tokensPerSecPerUser} from "../session/metrics.js";
import type {Steady} from "../simulate/steady.js";
import type {Distribution, Simulation} from "../simulate/types.js";
import {msPerSecond} from "../units.js";
import {checkTargets, chooseMode, modeResult} from "./answer.js";
import type {AnswerOptions} from "./answer.js";
import {countMiss, gridCandidates} from "./answer-aggregated.js";
import {disaggregatedCandidate} from "./answer-disaggregated.js";
import type {Evaluation, SearchProblem} from "./evaluate.js";
import {InputError, PerfDataError} from "../errors.js";
import {checkPreferences, distributedMetrics} from "./goals.js";
import type {Goal, GoalMetric} from "./goals.js";
import {overshootOf, repeated} from "./mode-answer.js";
import type {Candidate, ModeAnswer} from "./mode-answer.js";
import type {Rejections} from "./rejections.js";
import {mostHopeful} from "./most-hopeful.js";
import type {Hopeful} from "./most-hopeful.js";
import {mayLeaveFront} from "./predictor.js";
import {servedPairs} from "./served-pairs.js";
import type {BusyOf} from "./served-pairs.js";
import {busyPoint, deploymentKey, prepareDeployment} from "./served.js";
import type {Deployment, Prepared, ServedOptions} from "./served.js";
import {Shortlist} from "./shortlist.js";
import type {LogFigures, Option} from "./shortlist.js";

export interface SimulatedOptions extends AnswerOptions, ServedOptions {
  /** Simulates every deployment, whether it can be on the front or not. */
  exhaustive?: boolean;
  /**
   * A deployment is not simulated that can be better than a simulated one, in tokens/s/user or in tokens/s/GPU, by no
   * more than this share; 0 unless given, which has the front of simulating all.
   */
  tolerance?: number;
}

export interface SimulatedProgress {
  /** Deployments simulated, and how many are sure to be. */
  done: number;
  total: number;
}

export interface SimulatedStep extends SimulatedProgress {
  /** Answers with what is known so far, and all that has been simulated. */
  partial: () => SearchResult;
  simulated: () => Candidate[];
}

interface Entry extends Option {
  mode: Plan["mode"];
  deployment: Deployment;
  /** By formula. */
  candidate: Candidate;
  /** Null where it cannot run, or no table answers at some size that occurs; undefined: not yet asked. */
  prepared?: Prepared | null;
  /** What no table answers, where that is why. */
  lack?: string;
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

/** A step per deployment. Returns the answer. */
export function* simulatedAnswerSteps(
  evaluation: Evaluation,
  targets: Targets,
  options: SimulatedOptions = {}
): Generator<SimulatedStep, SearchResult> {
  checkTargets(targets, evaluation.problem.workload);
  checkPreferences(options);
  checkShares(options);
  const entries = entriesOf(evaluation, targets, options);
  const answer = () => answerOf(evaluation, entries, targets, options);
  const simulated = () => entries.flatMap((entry) => entry.simulated ?? []);
  const lists = evaluation.modes.map((mode) => shortlistOf(mode, entries, targets, options));
  let done = 0;
  // In turn, so that an answer in the middle has something of both.
  for (let open = lists; open.length > 0; open = open.filter(({isOver}) => !isOver))
    for (const list of open) {
      const next = list.next();
      if (!next) continue;
      next.simulated = withSimulation(evaluation, next, options);
      list.learn(found(next.simulated, targets));
      const left = lists.reduce((sum, {left}) => sum + left, 0);
      yield {done: ++done, total: done + left, partial: answer, simulated};
    }
  for (const mode of mayLeaveFront(options) && !options.exhaustive ? evaluation.modes : []) {
    const own = hopefulsOf(evaluation, mode, entries);
    for (const next of mostHopeful(evaluation, own, {targets, options, found: ({simulated}: Entry) => simulated})) {
      next.simulated = withSimulation(evaluation, next, options);
      yield {done: ++done, total: done, partial: answer, simulated};
    }
  }
  for (const next of nearestMisses(evaluation, entries, targets)) {
    next.simulated = withSimulation(evaluation, next, options);
    yield {done: ++done, total: done, partial: answer, simulated};
  }
  return answer();
}

/** How far figures may turn out beyond their guesses: rates and speeds up, latencies down. */
const hope = {more: Math.exp(0.3), sooner: Math.exp(-0.5)};

/** Deployments of a mode that can run, each with the best that it may turn out to be. */
function hopefulsOf({problem}: Evaluation, mode: Plan["mode"], entries: readonly Entry[]): Hopeful<Entry>[] {
  return entries.flatMap((entry) => {
    if (entry.mode !== mode || !entry.guess()) return [];
    const {candidate, prepared} = entry;
    const {osl} = problem.workload;
    const steady = prepared!.steady;
    const [ttftMs, tpotMs] = [steady.ttftMs * hope.sooner, steady.tpotMs / hope.more];
    const requestsPerSec = steady.requestsPerSec * hope.more;
    const tokensPerSec = requestsPerSec * osl;
    const atBest = {
      ...candidate,
      ...{ttftMs, tpotMs, requestLatencyMs: requestLatencyMs(ttftMs, tpotMs, osl), requestsPerSec, tokensPerSec},
      tokensPerSecPerUser: tokensPerSecPerUser(tpotMs),
      ...repeated(problem, candidate.gpus, tokensPerSec)
    };
    return [{entry, atBest}];
  });
}

/** How many deployments are simulated to say which misses the targets least, where guesses say that all do. */
const mostMisses = 4;

/** Of modes that have nothing within the targets, what misses them least by its guess and was left out for that. */
function nearestMisses({modes, problem}: Evaluation, entries: readonly Entry[], targets: Targets): Entry[] {
  return modes.flatMap((mode) => {
    const own = entries.filter((entry) => entry.mode === mode);
    if (own.some(({simulated}) => simulated && overshootOf(simulated, targets) <= 1)) return [];
    const left = own.flatMap((entry) => (!entry.simulated && entry.guess() ? [entry] : []));
    const over = ({prepared}: Entry) => {
      const {ttftMs, tpotMs} = prepared!.steady;
      const latencyMs = requestLatencyMs(ttftMs, tpotMs, problem.workload.osl);
      return overshootOf({ttftMs, tpotMs, requestLatencyMs: latencyMs}, targets);
    };
    return left.sort((a, b) => over(a) - over(b)).slice(0, mostMisses);
  });
}

/** Every deployment that can run, simulated, whatever its figures: what to count misses of. */
export function simulatedCandidates(
  evaluation: Evaluation,
  targets: Targets,
  options: SimulatedOptions = {}
): Candidate[] {
  checkShares(options);
  const able = entriesOf(evaluation, targets, options).filter(({guess}) => guess());
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
  const {problem} = evaluation;
  return proposals(evaluation, targets, options).map((proposal) => {
    const {deployment, candidate} = proposal;
    const guess = () => {
      if (entry.prepared === undefined) Object.assign(entry, preparedOf(evaluation, deployment, options));
      return entry.prepared ? guessed(problem, candidate.gpus, entry.prepared.steady, targets) : null;
    };
    const entry: Entry = {...proposal, users: candidate.concurrency, rough: found(candidate, targets), guess};
    return entry;
  });
}

function shortlistOf(
  mode: Plan["mode"],
  entries: readonly Entry[],
  targets: Targets,
  {exhaustive = false, tolerance = 0}: SimulatedOptions
): Shortlist<Entry> {
  const {ttftMs, tpotMs, requestLatencyMs} = targets;
  const own = entries.filter((entry) => entry.mode === mode);
  return new Shortlist(own, {
    limit: Math.log(requestLatencyMs ?? ttftMs),
    pace: requestLatencyMs === undefined ? Math.log(tokensPerSecPerUser(tpotMs)) : -Infinity,
    tolerance: Math.log1p(tolerance),
    exhaustive
  });
}

type Compared = Pick<Candidate, "tokensPerSecPerUser" | "requestLatencyMs" | "tokensPerSecPerGpuCluster" | "ttftMs">;

/** A candidate as the shortlist compares them. */
function found(
  {tokensPerSecPerUser, requestLatencyMs, tokensPerSecPerGpuCluster, ttftMs}: Compared,
  targets: Targets
): LogFigures {
  const byRequest = targets.requestLatencyMs !== undefined;
  return {
    speed: Math.log(byRequest ? 1 / requestLatencyMs : tokensPerSecPerUser),
    rate: Math.log(tokensPerSecPerGpuCluster),
    late: Math.log(byRequest ? requestLatencyMs : ttftMs)
  };
}

/** What a replica settles at, about. */
function guessed(problem: SearchProblem, gpus: number, steady: Steady, targets: Targets): LogFigures {
  const {ttftMs, tpotMs, requestsPerSec} = steady;
  const {osl} = problem.workload;
  const requestLatencyMs = ttftMs + tpotMs * Math.max(0, osl - 1);
  const {tokensPerSecPerGpuCluster} = repeated(problem, gpus, requestsPerSec * osl);
  const speed = tokensPerSecPerUser(tpotMs);
  return found({tokensPerSecPerUser: speed, requestLatencyMs, tokensPerSecPerGpuCluster, ttftMs}, targets);
}

function preparedOf(
  {problem}: Evaluation,
  deployment: Deployment,
  options: SimulatedOptions
): Pick<Entry, "prepared" | "lack"> {
  try {
    return {prepared: prepareDeployment(problem, deployment, options) ?? null};
  } catch (error) {
    if (!(error instanceof PerfDataError)) throw error;
    return {prepared: null, lack: error.message};
  }
}

type Proposal = Omit<Entry, "prepared" | "guess" | "users" | "rough">;

function proposals(evaluation: Evaluation, targets: Targets, options: SimulatedOptions): Proposal[] {
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
  const busy: BusyOf = (point, role) => busyPoint(problem, point, role, options);
  for (const {prefill, decode, match} of servedPairs(evaluation, targets, options, busy)) {
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
  return {...candidate, ...figures, plan: () => ({...asServed(candidate.plan(), served), ...figures, error})};
}

/** With how its pools spread and feed experts, where nobody said. */
function asServed(plan: Plan, {prefillServing, decodeServing}: Prepared): Plan {
  const {prefill, decode} = plan;
  return {
    ...plan,
    ...(prefill && prefillServing ? {prefill: {...prefill, serving: prefillServing}} : {}),
    ...(decode && decodeServing ? {decode: {...decode, serving: decodeServing}} : {})
  };
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
  for (const {prepared, lack, simulated} of entries) {
    if (lack !== undefined) rejections.drop("data", () => lack);
    else if (prepared === null)
      rejections.drop("kvCache", () => "no request fits the KV cache that the engine would have");
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
