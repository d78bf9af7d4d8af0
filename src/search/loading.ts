/** A deployment under load: one run, the same with twice the traffic, and goodput from little to more than it can serve. */
import {InputError, PerfDataError} from "../engine/errors.js";
import type {ErrorBand, Source, Tier} from "../engine/result.js";
import type {Predictor} from "../engine/search/predictor.js";
import {withImages} from "../engine/session/encoder.js";
import type {CalibrationKind} from "../engine/simulate/calibration.js";
import {deployed} from "../engine/simulate/deployed.js";
import type {Deployed, DeployedSizes} from "../engine/simulate/deployed.js";
import {goodputOf, simulateSteps} from "../engine/simulate/simulate.js";
import type {CurveCache} from "../engine/simulate/serve.js";
import type {Client, Load, ServiceLevel, Simulation, Timeline, Verdict} from "../engine/simulate/types.js";
import {msPerSecond} from "../engine/units.js";
import type {Part} from "./calls.js";
import type {Ask, DataNote, Progress} from "./protocol.js";
import {formulaPlan, NoPlan} from "./choosing.js";
import type {ChosenPlan} from "./choosing.js";
import {
  clientOf,
  dealt,
  lengthsOf,
  offeredPerSec,
  rateRequests,
  runRequests,
  tracedRequests,
  trafficAt,
  trafficOf,
  twice,
  usualRate
} from "./load-traffic.js";
import type {ClientAsk, SpreadAsk, Traffic} from "./load-traffic.js";
import {pacing} from "./pace.js";
import type {Pace} from "./pace.js";
import type {Searcher} from "./searcher.js";
import {NoTrace, tracedAs} from "./tracing.js";

export interface LoadAsk {
  ask: Ask;
  /** Null: the best plan of the question. */
  sizes: DeployedSizes | null;
  /** How that is chosen: by formulas here, by simulations elsewhere (choosing.ts), which give `plan`. */
  predictor: Predictor;
  plan: ChosenPlan | null;
  nextn?: number;
  freeMemoryFraction?: number;
  client: ClientAsk;
  spread: SpreadAsk;
  seed: number;
  level: ServiceLevel;
}

/** What is simulated: one of so many replicas, each of which gets an equal share of the traffic. */
export interface DeploymentNote {
  sizes: DeployedSizes;
  replicas: number;
  gpus: number;
  /** Asked for; the best plan; or, where a search finds none that keeps the targets, the nearest or the quickest. */
  chosen: "asked" | "best" | "nearest" | "quickest";
  /** Chosen by formulas, until simulations have chosen. */
  isFirst: boolean;
  /** Requests in flight that all replicas are meant for. */
  seats: number;
  /** Most that all replicas serve, and what comes where nothing is said, requests/s. */
  saturationPerSec: number;
  usualPerSec: number;
  kvTokens: number;
  requestTokens: number;
  parts: PartNote[];
  data: DataNote[];
  assumptions: string[];
}

/** What the step times of a kind of worker rest on. */
export interface PartNote {
  role: "agg" | "prefill" | "decode";
  kind: CalibrationKind;
  name: string;
  rows: number;
  error: {ttft: ErrorBand; tpot: ErrorBand};
  /** The weakest of all operator times. */
  source: Source;
  tier: Tier;
  weakestOp?: string;
  /** Engine and release whose rules it follows. */
  rules: string;
  maxBatchedTokens: number;
  maxSequences: number;
}

type Told =
  | "ttftMs"
  | "tpotMs"
  | "interTokenMs"
  | "latencyMs"
  | "queueMs"
  | "burstTtftMs"
  | "steadyTtftMs"
  | "requestsPerSec"
  | "outputTokensPerSec"
  | "durationMs"
  | "requests";

/** One run, its rates those of all replicas together. */
export interface LoadRun extends Pick<Simulation, Told> {
  /** What comes, requests/s; null for a closed loop, which sends as others end. */
  offeredPerSec: number | null;
  /** Requests in flight of a closed loop. */
  users: number | null;
  /** Requests within all limits, of all. */
  goodShare: number;
  /** Of those that come, or of those that end where that is the same. */
  goodPerSec: number;
  /** Requests within each limit alone. */
  within: {ttft: number; tpot: number; latency: number};
  kvShare: {mean: number; peak: number};
  meanRunning: number;
  meanQueued: number;
  preemptions: number;
  steps: number;
  verdict: Verdict;
  timeline: Timeline;
}

/** Goodput at one arrival rate. */
export interface RatePoint {
  requestsPerSec: number;
  goodShare: number;
  goodPerSec: number;
  ttftP50Ms: number;
  ttftP95Ms: number;
  tpotP50Ms: number;
  tpotP95Ms: number;
  verdict: Verdict;
}

export interface LoadFault {
  /** No plan at all, sizes or requests that do not fit, operators without data, or a trace that is not there. */
  kind: "plan" | "sizes" | "data" | "trace";
  message: string;
}

export interface LoadPart extends Part {
  tables?: Progress;
  fault?: LoadFault;
  deployment?: DeploymentNote;
  run?: LoadRun;
  runMs?: number;
  doubled?: LoadRun;
  /** All rates that are done. */
  points?: RatePoint[];
}

/** Shares of saturation that goodput is asked for. */
export const rateShares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.775, 0.85, 0.9, 0.95, 1, 1.1, 1.25] as const;
/** Prompts of each seat while saturation is looked for, the first to warm up. */
const saturatingPrompts = 4;
/** How long a question must stand before its rates are simulated. */
const stillMs = 150;

const steps = rateShares.length + 2;

/** Throws nothing that a person's choice can bring about. Ends without rates where a plan is still to be chosen. */
export async function streamLoad(
  searcher: Searcher,
  asked: LoadAsk,
  onpart: (part: LoadPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const whole = {done: steps, total: steps};
  const part = (done: number, found: Omit<LoadPart, "progress">) => onpart({progress: {done, total: steps}, ...found});
  try {
    const pace = pacing(isCancelled);
    const tables = (progress: Progress) => part(0, {tables: progress});
    const at = await prepare(searcher, asked, tables);
    const shown = await showRuns(at, asked, pace, part);
    if (!shown || at.note.isFirst) return;
    await sweep(at, asked, shown.note, shown.latencyMs, pace, (done, points) => part(2 + done, {points}));
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) throw error;
    onpart({progress: whole, fault});
  }
}

/** The run as asked, and the one with twice the traffic; undefined once it was cancelled. */
async function showRuns(
  at: Prepared,
  asked: LoadAsk,
  pace: Pace,
  part: (done: number, found: Omit<LoadPart, "progress">) => void
): Promise<{note: DeploymentNote; latencyMs: number} | undefined> {
  const start = performance.now();
  const saturated = await saturationOf(at, asked, pace);
  if (!saturated) return undefined;
  const {latencyMs} = saturated;
  const saturationPerSec = saturated.perSec * at.note.replicas;
  const note = {...at.note, saturationPerSec, usualPerSec: usualRate(saturationPerSec)};
  const traffic = trafficOf(asked.client, note);
  const run = await runOf(at, asked, traffic, latencyMs, pace);
  if (!run) return undefined;
  part(1, {deployment: note, run, runMs: performance.now() - start});
  const doubled = await runOf(at, asked, twice(traffic), latencyMs, pace);
  if (!doubled) return undefined;
  part(2, {doubled});
  return {note, latencyMs};
}

interface Prepared {
  deployed: Deployed;
  note: Omit<DeploymentNote, "saturationPerSec" | "usualPerSec">;
  isl: number;
  osl: number;
  prefix: number;
  key: string;
}

/** Curves and plans of the last problem: a change of load alone, or back to what was asked before, looks nothing up. */
let kept: {problemKey: string; curves: CurveCache; plans: Map<string, ChosenPlan>} | undefined;

const mostKept = 64;

/** Lets go of what was kept first. */
function keep<T>(all: Map<string, T>, key: string, value: T): void {
  if (all.size >= mostKept) all.delete(all.keys().next().value!);
  all.set(key, value);
}

async function prepare(
  searcher: Searcher,
  asked: LoadAsk,
  onprogress: (progress: Progress) => void
): Promise<Prepared> {
  const {problem} = asked.ask;
  const opened = await searcher.opened(problem, onprogress);
  const problemKey = JSON.stringify({...problem, workload: null, totalGpus: null});
  if (kept?.problemKey !== problemKey) kept = {problemKey, curves: new Map(), plans: new Map()};
  const plan: Pick<DeploymentNote, "sizes" | "replicas" | "chosen"> = asked.sizes
    ? {sizes: asked.sizes, replicas: 0, chosen: "asked"}
    : (asked.plan ?? (await formulaPlanOf(searcher, asked.ask)));
  const {model, platform, decodePlatform, data} = opened;
  const workload = withImages(model, problem.workload);
  const {quant, serving} = problem;
  const {nextn, freeMemoryFraction} = asked;
  const {sizes} = plan;
  const ready = deployed(
    {model, platform, decodePlatform, workload, sizes, quant, serving, nextn, freeMemoryFraction},
    kept.curves
  );
  const replicas = plan.replicas || Math.max(1, Math.floor(problem.totalGpus / ready.gpus));
  const {isl, osl, prefix} = workload;
  return {
    deployed: ready,
    note: {
      sizes,
      replicas,
      gpus: replicas * ready.gpus,
      chosen: plan.chosen,
      isFirst: !asked.sizes && !asked.plan && asked.predictor === "simulation",
      seats: replicas * ready.seats,
      kvTokens: ready.kvTokens,
      requestTokens: ready.requestTokens,
      parts: ready.parts.map(partNote),
      data,
      assumptions: model.assumptions
    },
    isl,
    osl,
    prefix,
    key: JSON.stringify([problemKey, problem.workload, sizes, nextn, freeMemoryFraction])
  };
}

function partNote({role, calibrated, engine, prepared}: Deployed["parts"][number]): PartNote {
  const {kind, name, rows, error} = calibrated;
  const {source, tier, weakestOp} = prepared.curves.provenance;
  const {policy, maxBatchedTokens, maxSequences} = engine;
  return {
    role,
    kind,
    name,
    rows,
    error,
    source,
    tier,
    weakestOp,
    rules: policy.describes,
    maxBatchedTokens,
    maxSequences
  };
}

async function formulaPlanOf(searcher: Searcher, ask: Ask): Promise<ChosenPlan> {
  const {plans} = kept!;
  const key = JSON.stringify(ask);
  const known = plans.get(key);
  if (known) return known;
  const plan = await formulaPlan(searcher, ask);
  keep(plans, key, plan);
  return plan;
}

function loadOf(at: Prepared, {spread, seed, level}: LoadAsk, client: Client): Load {
  const {isl, osl, prefix, deployed: ready} = at;
  // No request may be larger than the KV cache.
  const room = ready.kvTokens / ready.requestTokens;
  return {
    client,
    input: lengthsOf(isl, spread, room),
    output: lengthsOf(osl, spread, room),
    ...(prefix > 0 ? {prefixTokens: prefix} : {}),
    seed,
    serviceLevel: level
  };
}

/** Undefined once it was cancelled. */
async function simulated(at: Prepared, load: Load, pace: Pace): Promise<Simulation | undefined> {
  const run = simulateSteps(at.deployed.under(load));
  for (;;) {
    const {value, done} = run.next();
    if (done) return value;
    if (!(await pace())) return undefined;
  }
}

/** What a replica serves with all seats taken, and how long a request takes then. */
async function saturationOf(at: Prepared, asked: LoadAsk, pace: Pace) {
  const {client, spread, seed} = asked;
  const trace = client.kind === "trace" ? client.id : undefined;
  const key = JSON.stringify([at.key, at.note.replicas, spread, seed, trace]);
  const known = saturations.get(key);
  if (known) return known;
  const found = await (trace === undefined
    ? seatedSaturation(at, asked, pace)
    : tracedSaturation(at, asked, trace, pace));
  if (found) keep(saturations, key, found);
  return found;
}

const saturations = new Map<string, {perSec: number; latencyMs: number}>();

async function seatedSaturation(at: Prepared, asked: LoadAsk, pace: Pace) {
  const users = at.deployed.seats;
  const load = {kind: "closed-loop", users, promptsPerUser: saturatingPrompts, start: "warmed"} as const;
  const simulation = await simulated(at, loadOf(at, asked, load), pace);
  if (!simulation) return undefined;
  // A request is sent whenever one ends: while all users are there, those sent are those served.
  const {sentMs} = simulation.times;
  const last = sentMs.length - 1;
  const perSec = (last * msPerSecond) / (sentMs[last] - sentMs[0]);
  return {perSec, latencyMs: simulation.latencyMs.mean};
}

/** The start of a trace, all at once. */
async function tracedSaturation(at: Prepared, asked: LoadAsk, id: number, pace: Pace) {
  const requests = dealt(tracedAs(id).requests, at.note.replicas)
    .slice(0, tracedRequests)
    .map((request) => ({...request, arrivalMs: 0}));
  const simulation = await simulated(at, loadOf(at, asked, {kind: "trace", requests}), pace);
  return simulation && {perSec: simulation.requestsPerSec, latencyMs: simulation.latencyMs.mean};
}

async function runOf(
  at: Prepared,
  asked: LoadAsk,
  traffic: Traffic,
  latencyMs: number,
  pace: Pace
): Promise<LoadRun | undefined> {
  const simulation = await simulated(at, loadOf(at, asked, clientOf(traffic, latencyMs, runRequests)), pace);
  if (!simulation) return undefined;
  const {replicas} = at.note;
  const {level} = asked;
  const {times: _times, timeline, goodput, requestsPerSec, outputTokensPerSec, ...figures} = simulation;
  const offered = offeredPerSec(traffic);
  const goodShare = goodput?.share ?? goodputOf(simulation, level).share;
  const share = (limits: ServiceLevel) => goodputOf(simulation, limits).share;
  return {
    ...figures,
    offeredPerSec: offered === null ? null : offered * replicas,
    users: "users" in traffic ? traffic.users * replicas : null,
    requestsPerSec: requestsPerSec * replicas,
    outputTokensPerSec: outputTokensPerSec * replicas,
    goodShare,
    goodPerSec: goodShare * (offered ?? requestsPerSec) * replicas,
    within: {
      ttft: share({ttftMs: level.ttftMs}),
      tpot: share({tpotMs: level.tpotMs}),
      latency: share({latencyMs: level.latencyMs})
    },
    timeline
  };
}

let lastSweep: {key: string; points: RatePoint[]} | undefined;

async function sweep(
  at: Prepared,
  asked: LoadAsk,
  note: DeploymentNote,
  latencyMs: number,
  pace: Pace,
  onpoints: (done: number, points: RatePoint[]) => void
): Promise<void> {
  const {client, spread, seed, level} = asked;
  const shape = client.kind === "gamma" ? client.coefficientOfVariation : client.kind === "trace" ? client.id : 1;
  const key = JSON.stringify([at.key, note.replicas, client.kind === "trace", shape, spread, seed, level]);
  if (lastSweep?.key === key) return onpoints(rateShares.length, lastSweep.points);
  if (!(await pace(stillMs))) return;
  const points: RatePoint[] = [];
  for (const share of rateShares) {
    const point = await pointAt(at, asked, share * note.saturationPerSec, latencyMs, pace);
    if (!point || !(await pace())) return;
    points.push(point);
    if (points.length === rateShares.length) lastSweep = {key, points};
    onpoints(points.length, points);
  }
}

async function pointAt(
  at: Prepared,
  asked: LoadAsk,
  requestsPerSec: number,
  latencyMs: number,
  pace: Pace
): Promise<RatePoint | undefined> {
  const {replicas} = at.note;
  const client = clientOf(trafficAt(requestsPerSec / replicas, asked.client, replicas), latencyMs, rateRequests);
  const simulation = await simulated(at, loadOf(at, asked, client), pace);
  if (!simulation) return undefined;
  const {share} = simulation.goodput ?? goodputOf(simulation, asked.level);
  const {ttftMs, tpotMs, verdict} = simulation;
  return {
    requestsPerSec,
    goodShare: share,
    goodPerSec: share * requestsPerSec,
    ttftP50Ms: ttftMs.p50,
    ttftP95Ms: ttftMs.p95,
    tpotP50Ms: tpotMs.p50,
    tpotP95Ms: tpotMs.p95,
    verdict
  };
}

function faultOf(error: unknown): LoadFault | undefined {
  if (error instanceof NoPlan) return {kind: "plan", message: "nothing of it fits on these GPUs"};
  if (error instanceof NoTrace) return {kind: "trace", message: "the trace is not read"};
  if (error instanceof PerfDataError) return {kind: "data", message: error.message};
  if (error instanceof InputError) return {kind: "sizes", message: error.message};
  return undefined;
}
