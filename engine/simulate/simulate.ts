import {InputError} from "../errors.js";
import {msPerSecond} from "../units.js";
import {distributionOf, distributionOfBins} from "./distribution.js";
import type {Standing} from "./distribution.js";
import {EngineWorker, tieMs} from "./engine-worker.js";
import type {Duty, Ledger, StepListener} from "./engine-worker.js";
import {Histogram, SliceClock, SliceCounts} from "./measure.js";
import {EventHeap} from "./queue.js";
import {drawRequests, warmUpMs} from "./client.js";
import type {Requests} from "./requests.js";
import {withLeastError} from "./steady.js";
import {stepTimesOf} from "./step-time.js";
import {verdictOf} from "./verdict.js";
import type {
  DisaggregatedProblem,
  EngineLimits,
  Goodput,
  Load,
  PoolProblem,
  RequestTimes,
  ServiceLevel,
  Simulation,
  SimulationProblem,
  Timeline
} from "./types.js";

export interface SimulateOptions {
  /** Takes stretches of decode steps in which nothing else happens at once; true unless given. Results are the same. */
  jumps?: boolean;
  /** Told of every step, which then are made one by one; see step-log.ts. */
  onStep?: StepListener;
}

/**
 * Runs a load through one engine, or several replicas of it, step by step. The same problem and seed give the same
 * result anywhere. Throws InputError for limits and lengths that make no sense, or a request that no KV cache holds.
 */
export function simulate(problem: SimulationProblem, options: SimulateOptions = {}): Simulation {
  return finish(new Run(problem, poolsOf(problem), options));
}

/** As `simulate`, for prefill workers that hand their prompts over to decode workers. */
export function simulateDisaggregated(problem: DisaggregatedProblem, options: SimulateOptions = {}): Simulation {
  return finish(new Run(problem, disaggregatedPools(problem), options));
}

/** As `simulate`, with the share that is done, from time to time. */
export function* simulateSteps(
  problem: SimulationProblem | DisaggregatedProblem,
  options: SimulateOptions = {}
): Generator<number, Simulation> {
  const pools = "prefill" in problem ? disaggregatedPools(problem) : poolsOf(problem);
  const run = new Run(problem, pools, options);
  while (run.advance(stepsBetweenNews)) yield run.share;
  return run.result();
}

const stepsBetweenNews = 8192;

function finish(run: Run): Simulation {
  while (run.advance(Infinity));
  return run.result();
}

/** Prompts per user that a quick run sends: the burst, one that stands for all others, and the last, as users leave. */
const quickPrompts = 3;

/**
 * As `simulate`, but of a closed loop runs at most three prompts per user, the second standing for all but the first and
 * last: a third of the time, a few per cent off. For searches.
 */
export function simulateQuick(problem: SimulationProblem, options: SimulateOptions = {}): Simulation {
  return finish(new Run(...shortened(problem, poolsOf(problem)), options));
}

/** As `simulateQuick`, for prefill and decode workers. */
export function simulateDisaggregatedQuick(problem: DisaggregatedProblem, options: SimulateOptions = {}): Simulation {
  return finish(new Run(...shortened(problem, disaggregatedPools(problem)), options));
}

function shortened<T extends Load>(problem: T, pools: Pools): [T, Pools] {
  const {client} = problem;
  if (client.kind !== "closed-loop" || client.start !== "burst" || client.promptsPerUser <= quickPrompts)
    return [problem, pools];
  const standsFor = client.promptsPerUser - (quickPrompts - 1);
  return [
    {...problem, client: {...client, promptsPerUser: quickPrompts}},
    {...pools, standsFor}
  ];
}

/** Share and rate of requests within all limits given. */
export function goodputOf(
  {times, requestsPerSec}: Pick<Simulation, "times" | "requestsPerSec">,
  level: ServiceLevel
): Goodput {
  const {ttftMs, tpotMs, latencyMs, weight} = times;
  let good = 0;
  let all = 0;
  for (let i = 0; i < ttftMs.length; ++i) {
    const counts = weight ? weight[i] : 1;
    all += counts;
    // One-token answers have no pace to miss.
    if (ttftMs[i] > (level.ttftMs ?? Infinity) || tpotMs[i] > (level.tpotMs ?? Infinity)) continue;
    if (latencyMs[i] <= (level.latencyMs ?? Infinity)) good += counts;
  }
  const share = all > 0 ? good / all : 0;
  return {share, requestsPerSec: share * requestsPerSec};
}

interface Pools {
  first: PoolProblem;
  firstDuty: Duty;
  /** Where requests go from the first. */
  second?: PoolProblem;
  transferMs?: (tokens: number) => number;
  firstToken: "prefill" | "decode";
  /** Requests of the whole run that one of the second round stands for. */
  standsFor: number;
}

function poolsOf({curves, constants, engine, replicas = 1}: SimulationProblem): Pools {
  const first = {curves, constants, engine, workers: replicas};
  return {first, firstDuty: "both", firstToken: "prefill", standsFor: 1};
}

function disaggregatedPools(problem: DisaggregatedProblem): Pools {
  const {prefill, decode, transfer, firstToken = "decode", client} = problem;
  const {bytesPerToken, bytesPerSec, latencyMs} = transfer;
  if (!(bytesPerToken >= 0 && bytesPerSec > 0 && latencyMs >= 0))
    throw new InputError(
      `invalid transfer: ${bytesPerToken} bytes/token, ${bytesPerSec} bytes/s, ${latencyMs} ms; must be ≥ 0, > 0, ≥ 0`
    );
  const transferMs = (tokens: number) => latencyMs + (tokens * bytesPerToken * msPerSecond) / bytesPerSec;
  // What arrives at a rate of its own comes whether prefill workers keep up or not: it is told as they are likeliest.
  const first = client.kind === "closed-loop" ? withLeastError(prefill, decode, client.users, problem) : prefill;
  return {first, firstDuty: "prefill", second: decode, transferMs, firstToken, standsFor: 1};
}

/** One simulation under way. */
class Run implements Ledger {
  readonly requests: Requests;
  readonly gaps = Histogram.take();
  readonly running: SliceCounts;
  readonly queued: SliceCounts;
  readonly kv: SliceCounts;
  private readonly clock = new SliceClock();
  private readonly first: EngineWorker[];
  private readonly second: EngineWorker[];
  private readonly all: EngineWorker[];
  /** Prompts on their way to the first pool, KV caches to the second, users who have their answer. */
  private readonly arrivals: EventHeap;
  private readonly transfers: EventHeap;
  private readonly frees: EventHeap;
  /**
   * Of each worker, before when it gives neither a client nor another worker anything, and when it must go on: when its
   * next step starts, or, where that only decodes, shortly before a request can end. Until then it may lag behind.
   */
  private readonly emitMs: Float64Array;
  private readonly dueMs: Float64Array;
  private readonly mayLag: boolean;
  /** Least time from a client's sending to a prompt's arrival, of a prefill, and of a transfer. */
  private readonly leastMs: {arrival: number; prefill: number; transfer: number};
  /** Of a closed loop, else 0. */
  private readonly users: number;
  /** Of what is sent to the first pool; and whether either pool deals by load. */
  private readonly arrivalMs: number;
  private readonly arrivalMsPerToken: number;
  private readonly isDealtFirst: boolean;
  private readonly isDealtOn: boolean;
  /** Requests at the start that are not measured. */
  private readonly unmeasured: number;
  private sent = 0;
  private done = 0;
  private lastMs = 0;
  private dealt = 0;
  private dealtOn = 0;
  /** Whether a worker's requests may come of what another one does. */
  private readonly entangled: boolean;

  constructor(
    private readonly load: Load,
    private readonly pools: Pools,
    {onStep, jumps = !onStep}: SimulateOptions
  ) {
    const {client} = load;
    this.running = new SliceCounts(this.clock);
    this.queued = new SliceCounts(this.clock);
    this.kv = new SliceCounts(this.clock);
    this.requests = drawRequests(load);
    this.users = client.kind === "closed-loop" ? client.users : 0;
    this.arrivalMs = pools.first.constants.arrivalMs;
    this.arrivalMsPerToken = pools.first.constants.arrivalMsPerToken;
    this.isDealtFirst = isDealtIn(pools, pools.first.engine);
    this.isDealtOn = isDealtIn(pools, (pools.second ?? pools.first).engine);
    this.unmeasured = client.kind === "closed-loop" && client.start === "warmed" ? client.users : 0;
    this.first = this.workers(pools.first, pools.firstDuty, jumps, onStep);
    this.second = pools.second ? this.workers(pools.second, "decode", jumps, onStep) : [];
    this.all = [...this.first, ...this.second];
    const {count} = this.requests;
    this.arrivals = new EventHeap(count);
    this.transfers = new EventHeap(pools.second ? count : 0);
    this.frees = new EventHeap(this.all.length > 1 ? count : 0);
    this.entangled = this.all.length > 1 && (client.kind === "closed-loop" || this.second.length > 0);
    this.emitMs = new Float64Array(this.all.length).fill(Infinity);
    this.dueMs = new Float64Array(this.all.length).fill(Infinity);
    this.mayLag = jumps;
    this.leastMs = this.leastTimes();
    this.start();
  }

  private leastTimes() {
    const {input, cached} = this.requests;
    const {first, transferMs} = this.pools;
    let shortest = Infinity;
    let freshest = Infinity;
    for (let i = 0; i < input.length; ++i) {
      if (input[i] < shortest) shortest = input[i];
      if (input[i] - cached[i] < freshest) freshest = input[i] - cached[i];
    }
    // Times are on a grid of ties.
    return {
      arrival: first.constants.arrivalMs + first.constants.arrivalMsPerToken * shortest - tieMs,
      prefill: this.first[0].leastPrefillMs,
      transfer: (transferMs?.(freshest) ?? 0) - tieMs
    };
  }

  private workers(
    {curves, constants, engine, workers}: PoolProblem,
    duty: Duty,
    jumps: boolean,
    onStep?: StepListener
  ): EngineWorker[] {
    checkEngine(engine, workers);
    const {requests, load, pools} = this;
    const sharedTokens = load.prefixTokens ?? 0;
    checkFit(engine, requests, duty);
    const seats = Math.min(engine.maxSequences, requests.count);
    const times = stepTimesOf(curves, constants, seats);
    const givesFirst = duty !== "prefill" || pools.firstToken === "prefill";
    const tokensPerStep = engine.tokensPerStep ?? curves.tokensPerStep;
    if (!(tokensPerStep >= 1)) throw new InputError(`invalid tokensPerStep: ${tokensPerStep}; must be ≥ 1`);
    const isDealt = workers > 1 && isDealtIn(pools, engine);
    const options = {duty, givesFirst, tokensPerStep, sharedTokens, isDealt, jumps, onStep};
    return Array.from({length: workers}, () => new EngineWorker(this, times, engine, options));
  }

  private start(): void {
    const {client} = this.load;
    const {count, sentMs} = this.requests;
    if (client.kind !== "closed-loop") {
      for (let i = 0; i < count; ++i) this.send(i, sentMs[i]);
      return;
    }
    const users = Math.min(client.users, count);
    const {first, second} = this.pools;
    const spanMs = client.start === "warmed" ? warmUpMs(this.load, second ? [first, second] : [first], users) : 0;
    for (let i = 0; i < users; ++i) this.send(i, (spanMs * i) / users);
  }

  private send(request: number, ms: number): void {
    this.requests.sentMs[request] = ms;
    this.arrivals.push(onGrid(ms + this.arrivalMs + this.arrivalMsPerToken * this.requests.input[request]), request);
    ++this.sent;
  }

  /** Share of requests that have their last token. */
  get share(): number {
    return this.done / this.requests.count;
  }

  /** Goes on for some steps; false when all is done. */
  advance(steps: number): boolean {
    return this.all.length === 1 ? this.advanceOne(steps) : this.advanceAll(steps);
  }

  private advanceOne(steps: number): boolean {
    const {arrivals} = this;
    const [worker] = this.all;
    let nextMs = worker.nextMs();
    for (let i = 0; i < steps; ++i) {
      const eventMs = arrivals.firstMs;
      if (eventMs > nextMs + tieMs) {
        worker.step(nextMs, eventMs, true);
        nextMs = worker.nextMs();
        continue;
      }
      if (eventMs === Infinity) return false;
      this.arrive(arrivals.pop(), eventMs);
      if (nextMs === Infinity) nextMs = worker.nextMs();
    }
    return true;
  }

  private advanceAll(steps: number): boolean {
    const {all, dueMs} = this;
    for (let i = 0; i < steps; ++i) {
      let soonest = 0;
      for (let j = 1; j < all.length; ++j) if (dueMs[j] < dueMs[soonest] - tieMs) soonest = j;
      const eventMs = Math.min(this.arrivals.firstMs, this.transfers.firstMs, this.frees.firstMs);
      if (eventMs <= dueMs[soonest] + tieMs) {
        if (eventMs === Infinity) return false;
        this.happen(eventMs);
      } else {
        all[soonest].step(all[soonest].nextMs(), this.quietMs(soonest), false);
        this.look(soonest);
      }
    }
    return true;
  }

  /** Notes what a worker does next. */
  private look(worker: number): void {
    const nextMs = this.all[worker].nextMs();
    const emitMs = this.all[worker].emitMs(nextMs);
    this.emitMs[worker] = emitMs;
    // Whoever ends at the time of an event ends before it.
    this.dueMs[worker] = this.mayLag && emitMs > nextMs ? Math.max(nextMs, emitMs - 4 * tieMs) : nextMs;
  }

  /** The first of the events of a time: users who are free send, prompts and their KV caches arrive. */
  private happen(ms: number): void {
    const {frees, arrivals, transfers} = this;
    if (frees.firstMs === ms) {
      const done = frees.pop();
      if (this.sent < this.requests.count) this.send(this.sent, this.requests.finishedMs[done]);
    } else if (arrivals.firstMs === ms) this.arrive(arrivals.pop(), ms);
    else this.deliver(transfers.pop(), ms, this.first.length, this.second, this.isDealtOn);
  }

  private arrive(request: number, ms: number): void {
    this.requests.arrivedMs[request] = ms;
    this.deliver(request, ms, 0, this.first, this.isDealtFirst);
  }

  /** Deals a request to one of some workers, the first of which is the `from`-th of all. */
  private deliver(request: number, ms: number, from: number, workers: EngineWorker[], isDealt: boolean): void {
    this.requests.doorMs[request] = ms;
    this.queued.change(ms, 1);
    let chosen = 0;
    if (workers.length > 1 && isDealt) {
      let least = workers[0].loadAt(ms);
      for (let i = 1; i < workers.length && least > 0; ++i) {
        const load = workers[i].loadAt(ms);
        if (load < least) [chosen, least] = [i, load];
      }
    } else if (workers.length > 1) chosen = (from === 0 ? this.dealt++ : this.dealtOn++) % workers.length;
    workers[chosen].deliver(request);
    if (this.all.length > 1) this.look(from + chosen);
  }

  /**
   * Until when nothing that the others do can bring a worker a request: what they give a client comes back as a new
   * prompt, what they prefill goes on to a decode worker, and either takes its time.
   */
  private quietMs(worker: number): number {
    const {first, all, emitMs, leastMs} = this;
    let firstMs = Infinity;
    let secondMs = Infinity;
    if (this.entangled) {
      const own = emitMs[worker];
      emitMs[worker] = Infinity;
      for (let i = 0; i < first.length; ++i) if (emitMs[i] < firstMs) firstMs = emitMs[i];
      for (let i = first.length; i < all.length; ++i) if (emitMs[i] < secondMs) secondMs = emitMs[i];
      emitMs[worker] = own;
    }
    const split = this.second.length > 0;
    // When a new prompt can arrive, and when one that is computed can.
    const freeMs = Math.min(this.frees.firstMs, split ? secondMs : firstMs, split ? firstMs : Infinity);
    const promptMs = Math.min(this.arrivals.firstMs, freeMs + leastMs.arrival);
    if (worker < first.length) return promptMs;
    return Math.min(this.transfers.firstMs, Math.min(firstMs, promptMs + leastMs.prefill) + leastMs.transfer);
  }

  finished(request: number, ms: number): void {
    const {requests, pools} = this;
    if (this.second.length > 0 && requests.written[request] < requests.output[request]) {
      const fresh = requests.input[request] - requests.cached[request];
      this.transfers.push(onGrid(ms + pools.transferMs!(fresh)), request);
      return;
    }
    if (requests.firstMs[request] !== requests.firstMs[request]) requests.firstMs[request] = ms;
    requests.finishedMs[request] = ms;
    ++this.done;
    if (ms > this.lastMs) this.lastMs = ms;
    if (this.users === 0 || this.sent >= requests.count) return;
    // Of several workers, one may be ahead of another: who is free first sends first.
    if (this.all.length > 1) this.frees.push(onGrid(ms), request);
    else this.send(this.sent, ms);
  }

  result(): Simulation {
    const {requests, unmeasured, load, users} = this;
    const times = this.times();
    const {ttftMs, tpotMs, latencyMs} = times;
    const first = unmeasured > 0 ? 0 : users;
    const {standing} = this;
    const interTokenMs = distributionOfBins(this.gaps);
    this.gaps.release();
    const weighed = (values: Float64Array) => distributionOf(values, standing);
    const queueMs = difference(requests.admittedMs, requests.arrivedMs).subarray(unmeasured);
    const totals = this.totals(times);
    const {serviceLevel} = load;
    const timeline = this.timeline();
    const sum = (count: "steps" | "prefillSteps" | "preemptions") =>
      this.all.reduce((total, worker) => total + worker.counts[count], 0);
    return {
      ttftMs: weighed(ttftMs),
      tpotMs: weighed(tpotMs),
      interTokenMs,
      latencyMs: weighed(latencyMs),
      queueMs: weighed(queueMs),
      burstTtftMs: mean(first > 0 ? ttftMs.subarray(0, first) : ttftMs),
      steadyTtftMs: this.weightedMean(ttftMs, first < ttftMs.length ? first : 0),
      ...totals,
      preemptions: sum("preemptions"),
      steps: sum("steps"),
      prefillSteps: sum("prefillSteps"),
      kvShare: {
        mean: this.kv.area() / (this.kvTokens * this.lastMs),
        peak: Math.max(...this.all.map((worker) => worker.kvPeakShare))
      },
      meanRunning: this.running.area() / this.lastMs,
      meanQueued: this.queued.area() / this.lastMs,
      verdict: verdictOf(requests, load.client, timeline),
      ...(serviceLevel ? {goodput: goodputOf({times, ...totals}, serviceLevel)} : {}),
      times,
      timeline
    };
  }

  private times(): RequestTimes {
    const {requests, unmeasured} = this;
    const {sentMs, firstMs, finishedMs, output} = requests;
    const latencyMs = difference(finishedMs, sentMs);
    const tpotMs = difference(finishedMs, firstMs);
    for (let i = 0; i < tpotMs.length; ++i) tpotMs[i] = output[i] > 1 ? tpotMs[i] / (output[i] - 1) : NaN;
    const measured = (values: Float64Array) => (unmeasured > 0 ? values.slice(unmeasured) : values);
    const times = {
      sentMs: measured(sentMs),
      ttftMs: measured(difference(firstMs, sentMs)),
      tpotMs: measured(tpotMs),
      latencyMs: measured(latencyMs)
    };
    const {standing} = this;
    return standing ? {...times, weight: times.sentMs.map((_, i) => weightOf(i, standing))} : times;
  }

  private weightedMean(values: Float64Array, from: number): number {
    const {standing} = this;
    let [sum, count] = [0, 0];
    for (let i = from; i < values.length; ++i) {
      const weight = weightOf(i, standing);
      sum += weight * values[i];
      count += weight;
    }
    return sum / count;
  }

  /** Of a quick run, the requests that stand for others. */
  private get standing(): Standing | undefined {
    const {users, pools} = this;
    return pools.standsFor === 1 ? undefined : {from: users, to: 2 * users, weight: pools.standsFor};
  }

  /** Requests and tokens, and their rates from the first sending to the last token. */
  private totals({sentMs, latencyMs}: RequestTimes) {
    const {requests, unmeasured, standing} = this;
    let [count, inputTokens, outputTokens] = [0, 0, 0];
    for (let i = unmeasured; i < requests.count; ++i) {
      const weight = weightOf(i, standing);
      count += weight;
      inputTokens += weight * requests.input[i];
      outputTokens += weight * requests.output[i];
    }
    // Each further prompt of a user takes as long as its second.
    const furtherMs = standing ? (standing.weight - 1) * mean(latencyMs.subarray(standing.from, standing.to)) : 0;
    const durationMs = this.lastMs - sentMs[0] + furtherMs;
    const perSec = (amount: number) => (amount * msPerSecond) / durationMs;
    return {
      requestsPerSec: perSec(count),
      outputTokensPerSec: perSec(outputTokens),
      inputTokensPerSec: perSec(inputTokens),
      durationMs,
      requests: count,
      inputTokens,
      outputTokens
    };
  }

  private timeline(): Timeline {
    const {clock, lastMs, kvTokens} = this;
    return {
      sliceMs: clock.sliceMs,
      queued: this.queued.means(lastMs),
      running: this.running.means(lastMs),
      kvShare: this.kv.means(lastMs).map((tokens) => tokens / kvTokens)
    };
  }

  /** KV cache of all workers. */
  private get kvTokens(): number {
    const {first, second} = this.pools;
    const capacity = ({workers, engine}: PoolProblem) => workers * (engine.dpRanks ?? 1) * engine.kvTokens;
    return capacity(first) + (second ? capacity(second) : 0);
  }
}

/** On a grid of ties, so that rounding does not order events of one time. */
function onGrid(ms: number): number {
  return Math.round(ms / tieMs) * tieMs;
}

/** Whether workers of one of some pools get requests by what they have. */
function isDealtIn({second}: Pools, {policy}: EngineLimits): boolean {
  return (second ? policy.routing : policy.dealing) === "least";
}

function weightOf(request: number, standing?: Standing): number {
  return standing && request >= standing.from && request < standing.to ? standing.weight : 1;
}

function difference(late: Float64Array, early: Float64Array): Float64Array {
  const ms = new Float64Array(late.length);
  for (let i = 0; i < ms.length; ++i) ms[i] = late[i] - early[i];
  return ms;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; ++i) sum += values[i];
  return sum / values.length;
}

/** Throws InputError for limits that no engine has. */
function checkEngine(engine: EngineLimits, workers: number): void {
  const {maxBatchedTokens, maxSequences, chunkTokens = 1, dpRanks = 1, stages = 1, kvTokens} = engine;
  const sizes = {maxBatchedTokens, maxSequences, chunkTokens, dpRanks, stages, workers};
  for (const [name, value] of Object.entries(sizes))
    if (!(value >= 1 && (Number.isInteger(value) || value === Infinity)))
      throw new InputError(`invalid ${name}: ${value}; must be a whole number ≥ 1`);
  if (!(kvTokens > 0)) throw new InputError(`invalid kvTokens: ${kvTokens}; must be > 0`);
}

/** Throws InputError for a request that could never run. */
function checkFit({kvTokens, policy}: EngineLimits, {input, output, count}: Requests, duty: Duty): void {
  const needed = (i: number) => input[i] + (duty === "prefill" ? 1 : output[i]) + (policy.pageTokens - 1) / 2;
  for (let i = 0; i < count; ++i)
    if (needed(i) > kvTokens)
      throw new InputError(
        `invalid kvTokens: ${Math.floor(kvTokens)}; request ${i + 1} needs ${Math.ceil(needed(i))} for ${input[i]} + ${output[i]} tokens, give the KV cache more memory or shorten requests`
      );
}
