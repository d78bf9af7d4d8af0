import {InputError} from "../errors.js";
import {msPerSecond} from "../units.js";
import {distributionOf, distributionOfBins} from "./distribution.js";
import type {Standing} from "./distribution.js";
import {EngineWorker, tieMs} from "./engine-worker.js";
import type {Duty, Ledger} from "./engine-worker.js";
import {Histogram, SliceClock, SliceCounts} from "./measure.js";
import {EventHeap} from "./queue.js";
import {drawRequests, warmUpMs} from "./client.js";
import type {Requests} from "./requests.js";
import {StepTimes} from "./step-time.js";
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

function disaggregatedPools({prefill, decode, transfer, firstToken = "decode"}: DisaggregatedProblem): Pools {
  const {bytesPerToken, bytesPerSec, latencyMs} = transfer;
  if (!(bytesPerToken >= 0 && bytesPerSec > 0 && latencyMs >= 0))
    throw new InputError(
      `invalid transfer: ${bytesPerToken} bytes/token, ${bytesPerSec} bytes/s, ${latencyMs} ms; must be ≥ 0, > 0, ≥ 0`
    );
  const transferMs = (tokens: number) => latencyMs + (tokens * bytesPerToken * msPerSecond) / bytesPerSec;
  return {first: prefill, firstDuty: "prefill", second: decode, transferMs, firstToken, standsFor: 1};
}

/** One simulation under way. */
class Run implements Ledger {
  readonly requests: Requests;
  readonly gaps = new Histogram();
  readonly running: SliceCounts;
  readonly queued: SliceCounts;
  readonly kv: SliceCounts;
  private readonly clock = new SliceClock();
  private readonly first: EngineWorker[];
  private readonly second: EngineWorker[];
  private readonly all: EngineWorker[];
  private readonly events: EventHeap;
  private readonly users: number;
  /** Requests at the start that are not measured. */
  private readonly unmeasured: number;
  private sent = 0;
  private done = 0;
  private lastMs = 0;
  private nextFirst = 0;
  private nextSecond = 0;
  /** Whether a worker's requests may come of what another one does. */
  private readonly entangled: boolean;

  constructor(
    private readonly load: Load,
    private readonly pools: Pools,
    {jumps = true}: SimulateOptions
  ) {
    const {client} = load;
    this.running = new SliceCounts(this.clock);
    this.queued = new SliceCounts(this.clock);
    this.kv = new SliceCounts(this.clock);
    this.requests = drawRequests(load);
    this.users = client.kind === "closed-loop" ? client.users : 0;
    this.unmeasured = client.kind === "closed-loop" && client.start === "warmed" ? client.users : 0;
    this.events = new EventHeap(2 * this.requests.count);
    this.first = this.workers(pools.first, pools.firstDuty, jumps);
    this.second = pools.second ? this.workers(pools.second, "decode", jumps) : [];
    this.all = [...this.first, ...this.second];
    this.entangled = this.all.length > 1 && (client.kind === "closed-loop" || this.second.length > 0);
    this.start();
  }

  private workers({curves, constants, engine, workers}: PoolProblem, duty: Duty, jumps: boolean): EngineWorker[] {
    checkEngine(engine, workers);
    const {requests, load, pools} = this;
    const sharedTokens = load.prefixTokens ?? 0;
    checkFit(engine, requests, duty);
    const seats = Math.min(engine.maxSequences, requests.count);
    const times = new StepTimes(curves, constants, seats);
    const givesFirst = duty !== "prefill" || pools.firstToken === "prefill";
    const tokensPerStep = engine.tokensPerStep ?? curves.tokensPerStep;
    if (!(tokensPerStep >= 1)) throw new InputError(`invalid tokensPerStep: ${tokensPerStep}; must be ≥ 1`);
    const options = {duty, givesFirst, tokensPerStep, sharedTokens, jumps};
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
    const {constants} = this.pools.first;
    this.requests.sentMs[request] = ms;
    const {arrivalMs, arrivalMsPerToken} = constants;
    this.expect(request, ms + arrivalMs + arrivalMsPerToken * this.requests.input[request]);
    ++this.sent;
  }

  /** Notes an event, on a grid of ties so that rounding does not order those of one time. */
  private expect(event: number, ms: number): void {
    this.events.push(Math.round(ms / tieMs) * tieMs, event);
  }

  /** Share of requests that have their last token. */
  get share(): number {
    return this.done / this.requests.count;
  }

  /** Goes on for some steps; false when all is done. */
  advance(steps: number): boolean {
    const {all, events} = this;
    for (let i = 0; i < steps; ++i) {
      let worker = all[0];
      let soonestMs = worker.nextMs();
      for (let j = 1; j < all.length; ++j) {
        const ms = all[j].nextMs();
        if (ms < soonestMs - tieMs) [worker, soonestMs] = [all[j], ms];
      }
      const eventMs = events.firstMs;
      if (eventMs <= soonestMs + tieMs) {
        if (eventMs === Infinity) return false;
        this.deliver(events.pop(), eventMs);
      } else worker.step(this.entangled ? this.quietMs(worker, eventMs) : eventMs, all.length === 1);
    }
    return true;
  }

  /** Until when nothing that the others do can bring this worker a request. */
  private quietMs(worker: EngineWorker, eventMs: number): number {
    let ms = eventMs;
    for (const other of this.all) if (other !== worker) ms = Math.min(ms, other.nextMs());
    return ms;
  }

  private deliver(event: number, ms: number): void {
    const {requests, pools} = this;
    const handedOver = event >= requests.count;
    const request = handedOver ? event - requests.count : event;
    requests.doorMs[request] = ms;
    if (!handedOver) requests.arrivedMs[request] = ms;
    this.queued.change(ms, 1);
    const workers = handedOver ? this.second : this.first;
    const {dealing} = (handedOver ? pools.second! : pools.first).engine.policy;
    let chosen = workers[0];
    if (workers.length > 1 && dealing === "least") {
      for (const worker of workers) if (worker.load < chosen.load) chosen = worker;
    } else if (workers.length > 1) {
      const turn = handedOver ? this.nextSecond++ : this.nextFirst++;
      chosen = workers[turn % workers.length];
    }
    chosen.deliver(request);
  }

  finished(request: number, ms: number): void {
    const {requests, pools} = this;
    if (pools.second && requests.written[request] < requests.output[request]) {
      const fresh = requests.input[request] - requests.cached[request];
      this.expect(request + requests.count, ms + pools.transferMs!(fresh));
      return;
    }
    if (requests.firstMs[request] !== requests.firstMs[request]) requests.firstMs[request] = ms;
    requests.finishedMs[request] = ms;
    ++this.done;
    if (ms > this.lastMs) this.lastMs = ms;
    if (this.load.client.kind === "closed-loop" && this.sent < requests.count) this.send(this.sent, ms);
  }

  result(): Simulation {
    const {requests, unmeasured, load, users} = this;
    const times = this.times();
    const {ttftMs, tpotMs, latencyMs} = times;
    const first = unmeasured > 0 ? 0 : users;
    const {standing} = this;
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
      interTokenMs: distributionOfBins(this.gaps),
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
