import {Batch} from "./batch.js";
import {Deque, Passing} from "./queue.js";
import type {Histogram, SliceCounts} from "./measure.js";
import type {Requests} from "./requests.js";
import type {StepTimes} from "./step-time.js";
import type {Admission, EngineLimits} from "./types.js";

/** Times that differ by less are the same, ms: sums of the same steps round differently when taken at once. */
export const tieMs = 2 ** -20;
/** Likewise of KV tokens, that are no whole numbers where drafts are accepted. */
const tieTokens = 1e-6;

/** What a worker does with requests: `prefill` hands them on after their first token, `decode` takes them from there. */
export type Duty = "both" | "prefill" | "decode";

/** What a worker tells of. All times in ms from the start of the simulation. */
export interface Ledger {
  requests: Requests;
  /** Gaps between tokens. */
  gaps: Histogram;
  running: SliceCounts;
  queued: SliceCounts;
  /** KV tokens in use. */
  kv: SliceCounts;
  /** A request gave its last token, or the one that a prefill worker is there for. */
  finished(request: number, ms: number): void;
}

export interface WorkerOptions {
  duty: Duty;
  /** Whether a client has its first token when the prompt is computed. */
  givesFirst: boolean;
  tokensPerStep: number;
  /** KV tokens that all requests have in common. */
  sharedTokens: number;
  /** Whether requests are dealt by what workers have. */
  isDealt: boolean;
  /** Whether stretches of decode steps in which nothing else happens are taken at once. */
  jumps: boolean;
  /** Told of every step, when it is made, before anything ends with it; only of one at a time, without jumps. */
  onStep?: StepListener;
}

export type StepListener = (worker: EngineWorker, startMs: number, endMs: number) => void;

/** Counts of one worker. */
export interface WorkerCounts {
  steps: number;
  prefillSteps: number;
  preemptions: number;
  /** Largest KV tokens in use on one rank. */
  kvPeak: number;
}

/** One attention-DP rank: its queue and memory, and what it does in the step that is being made. */
export interface Rank {
  waiting: Deque;
  /** One batch per pipeline lane. */
  batches: Batch[];
  seats: number;
  kvUsed: number;
  /** Chunks of the step: requests, their first and last token; `started` of them are taken from the queue. */
  chunkRequest: Int32Array;
  chunkFrom: Float64Array;
  chunkTo: Float64Array;
  chunks: number;
  started: number;
  /** Prompt tokens and complete prompts of the step, and sequences that decode in it. */
  tokens: number;
  completed: number;
  decodes: number;
}

/**
 * One engine: a scheduler that makes a step at a time, over attention-DP ranks in lock step and pipeline lanes in turn.
 * Rules: docs/simulation.md.
 */
export class EngineWorker {
  readonly counts: WorkerCounts = {steps: 0, prefillSteps: 0, preemptions: 0, kvPeak: 0};
  /** Requests that it was given and that have not ended, and when those that it has finished did. */
  private unfinished = 0;
  private readonly endedMs = new Passing();
  readonly ranks: Rank[];
  private readonly lanes: number;
  readonly inbox = new Deque();
  /** When each lane is back from the last stage, and each stage is free. */
  private readonly readyMs: Float64Array;
  private readonly stageFreeMs: Float64Array;
  private readonly rows: number;
  private readonly tokensPerStep: number;
  private readonly kvGrowth: number;
  private readonly maxSeats: number;
  private readonly laneSeats: number;
  private readonly halfPage: number;
  private readonly chunkTokens: number;
  /** KV cache of a rank, and what rounding may add up to. */
  private readonly kvTokens: number;
  private readonly maxBatchedTokens: number;
  private readonly receiveInterval: number;
  private readonly overlapSteps: number;
  /** Whether decodes ride along in a step that prefills; how admission reckons with answers, if it does. */
  private readonly together: boolean;
  private readonly wholeAnswers: boolean;
  private readonly estimate?: Admission & {kind: "estimate"};
  /** Start of the last step, when requests were last looked for, in decode steps, and the KV use since when. */
  private lastStartMs = -Infinity;
  private unpolled = Infinity;
  private kvSinceMs = 0;
  private nextRank = 0;
  /** Share of what running requests have left to write that is kept free; only with admission `estimate`. */
  private reservedShare: number;
  private heldBack = false;
  /** Whether a request was put back for this step: what waits may fit in the next one. */
  private madeRoom = false;
  private waitedSteps = 0;
  private balanceBatched = 0;
  private balanceWaited = 0;
  /** Where a run of decode steps stands: its next start, the last one's start, its steps. */
  private runMs = 0;
  private runLastMs = 0;
  private runSteps = 0;
  /** Of every step of the run, how many came before it, times its ms: what memory that fills step by step is held for. */
  private runFillMs = 0;

  constructor(
    readonly ledger: Ledger,
    private readonly times: StepTimes,
    private readonly limits: EngineLimits,
    private readonly options: WorkerOptions
  ) {
    const {requests} = ledger;
    const {policy, dpRanks = 1, stages = 1, maxBatchedTokens, maxSequences, chunkTokens = Infinity} = limits;
    const {tokensPerStep, sharedTokens} = options;
    this.rows = times.rowsPerSequence;
    this.tokensPerStep = tokensPerStep;
    this.maxBatchedTokens = maxBatchedTokens;
    this.kvTokens = limits.kvTokens + tieTokens;
    this.receiveInterval = policy.receiveInterval;
    this.overlapSteps = policy.overlapSteps;
    this.together = policy.order === "mixed" || policy.mixesDecodes;
    this.wholeAnswers = policy.admission.kind === "answer";
    this.estimate = policy.admission.kind === "estimate" ? policy.admission : undefined;
    this.kvGrowth = this.wholeAnswers ? 0 : tokensPerStep;
    // Decodes of a mixed step need room in its budget.
    const most = policy.order === "mixed" ? Math.floor(maxBatchedTokens / this.rows) : Infinity;
    this.maxSeats = Math.max(1, Math.min(maxSequences, most, requests.count));
    this.lanes = stages;
    this.laneSeats = policy.laneSeats === "all" ? this.maxSeats : Math.max(1, Math.floor(this.maxSeats / stages));
    this.halfPage = (policy.pageTokens - 1) / 2;
    this.chunkTokens = chunkTokens;
    this.reservedShare = this.estimate?.share ?? 0;
    this.endings = new Int32Array(this.maxSeats);
    this.readyMs = new Float64Array(stages);
    this.stageFreeMs = new Float64Array(stages);
    const longest = Math.ceil(requests.output.reduce((a, b) => Math.max(a, b), 1) / tokensPerStep) + 1;
    const batch = () => new Batch(requests, tokensPerStep, this.maxSeats, longest);
    this.ranks = Array.from({length: dpRanks}, () => ({
      waiting: new Deque(),
      batches: Array.from({length: stages}, batch),
      seats: 0,
      kvUsed: sharedTokens,
      chunkRequest: new Int32Array(this.maxSeats),
      chunkFrom: new Float64Array(this.maxSeats),
      chunkTo: new Float64Array(this.maxSeats),
      chunks: 0,
      started: 0,
      tokens: 0,
      completed: 0,
      decodes: 0
    }));
  }

  /** Largest share of a rank's KV cache that was in use. */
  get kvPeakShare(): number {
    return this.counts.kvPeak / this.limits.kvTokens;
  }

  /** A request has arrived at the engine's door, at the time noted with it. */
  deliver(request: number): void {
    this.inbox.push(request);
    ++this.unfinished;
  }

  /** Requests that it has at a time, which must not go back. */
  loadAt(ms: number): number {
    return this.unfinished + this.endedMs.left(ms + tieMs);
  }

  /** Before when no request ends here, if the next step starts at `startMs`. */
  emitMs(startMs: number): number {
    if (startMs === Infinity) return Infinity;
    const {times, ranks} = this;
    if (this.lanes > 1 || this.inbox.count > 0) return startMs;
    let steps = Infinity;
    let stepMs = 0;
    for (let i = 0; i < ranks.length; ++i) {
      const {batches, waiting} = ranks[i];
      const [{count, tokens, partials}] = batches;
      if (waiting.count > 0 || partials > 0) return startMs;
      if (count === 0) continue;
      steps = Math.min(steps, batches[0].stepsToFinish(), this.stepsOfRoom(ranks[i], batches[0]));
      stepMs = Math.max(stepMs, times.decodeStep(times.decodeOwn(count, tokens / count), 0));
      // Where attention falls with length, steps get shorter: one is sure.
      if (times.slope < 0) steps = 1;
    }
    return startMs + steps * stepMs - tieMs;
  }

  /** No step that prefills takes less. */
  get leastPrefillMs(): number {
    return this.times.mixedStep(0, 0);
  }

  /** When the next step may start: Infinity when there is nothing to do. What is delivered changes it from that alone. */
  nextMs(): number {
    if (this.lanes === 1) return this.laneMs(0);
    let soonest = Infinity;
    for (let lane = 0; lane < this.lanes; ++lane) {
      const ms = this.laneMs(lane);
      if (ms < soonest) soonest = ms;
    }
    return soonest;
  }

  private laneMs(lane: number): number {
    const {ranks, inbox, readyMs, stageFreeMs} = this;
    const freeMs = Math.max(stageFreeMs[0], readyMs[lane]);
    let waits = false;
    let seats = 0;
    for (let i = 0; i < ranks.length; ++i) {
      if (ranks[i].batches[lane].seats > 0) return freeMs;
      if (ranks[i].waiting.count > 0) waits = true;
      seats += ranks[i].seats;
    }
    // Other lanes have the memory that requests wait for, or will look at the door.
    if (seats > 0) return waits && !this.stuck ? freeMs : Infinity;
    if (waits) return freeMs;
    return inbox.count > 0 ? Math.max(freeMs, this.ledger.requests.doorMs[inbox.at(0)]) : Infinity;
  }

  /** Whether the last step that could have started a request did not, and none has ended since. */
  private stuck = false;

  /**
   * Makes the next step, which starts at `nextMs()`, and, where nothing else can happen, those after it. But for those
   * delivered, no request comes before `quietMs`; a worker that is `alone` gets that one, so that it goes on until it sees
   * it.
   */
  step(startMs: number, quietMs: number, alone: boolean): void {
    const lane = this.nextLane(startMs);
    this.noteKv(startMs);
    this.look(startMs);
    this.takeHandedOver(lane, startMs);
    let prefills = false;
    this.madeRoom = false;
    for (let i = 0; i < this.ranks.length; ++i) if (this.form(this.ranks[i], lane, startMs)) prefills = true;
    this.heldBack = prefills && this.holdsBack(lane);
    if (this.heldBack) for (let i = 0; i < this.ranks.length; ++i) this.dropChunks(this.ranks[i], lane);
    if (prefills && !this.heldBack) this.prefill(lane, startMs);
    else this.decode(lane, startMs, quietMs, alone);
  }

  /** The first lane that may start at this time, the soonest. */
  private nextLane(startMs: number): number {
    let lane = 0;
    while (lane < this.lanes - 1 && this.laneMs(lane) > startMs) ++lane;
    return lane;
  }

  /** Counts KV tokens in use since it was last asked. */
  private noteKv(ms: number): void {
    if (ms <= this.kvSinceMs) return;
    this.ledger.kv.spread(this.kvSinceMs, ms, this.kvUsed * (ms - this.kvSinceMs));
    this.kvSinceMs = ms;
  }

  private get kvUsed(): number {
    let used = 0;
    for (let i = 0; i < this.ranks.length; ++i) used += this.ranks[i].kvUsed;
    return used;
  }

  /** Takes requests from the door into queues: those that the scheduler can know of in a step that starts now. */
  private look(startMs: number): void {
    const {inbox, ledger, estimate} = this;
    let idle = true;
    for (let i = 0; i < this.ranks.length; ++i)
      if (this.ranks[i].seats > 0 || this.ranks[i].waiting.count > 0) idle = false;
    if (idle && estimate) this.reservedShare = estimate.share;
    if (!idle && this.unpolled < this.receiveInterval) return;
    this.unpolled = 0;
    const knownMs = idle || this.overlapSteps === 0 ? startMs : this.lastStartMs;
    while (inbox.count > 0 && ledger.requests.doorMs[inbox.at(0)] <= knownMs + tieMs) {
      this.dealToRank(inbox.shift());
      this.stuck = false;
    }
  }

  private dealToRank(request: number): void {
    const {ranks} = this;
    let chosen = ranks[0];
    if (ranks.length > 1 && this.limits.policy.dealing === "least") {
      for (const rank of ranks)
        if (rank.seats + rank.waiting.count < chosen.seats + chosen.waiting.count) chosen = rank;
    } else if (ranks.length > 1) {
      chosen = ranks[this.nextRank];
      this.nextRank = (this.nextRank + 1) % ranks.length;
    }
    chosen.waiting.push(request);
  }

  /** Requests whose prompt another worker has computed decode as soon as they have a seat. */
  private takeHandedOver(lane: number, startMs: number): void {
    if (this.options.duty !== "decode") return;
    for (const rank of this.ranks) {
      const batch = rank.batches[lane];
      while (rank.waiting.count > 0) {
        const request = rank.waiting.at(0);
        if (!this.isHandedOver(request) || !this.hasSeat(rank, batch, 0)) break;
        const need = this.kvNeed(request);
        if (this.roomFor(rank, need, this.promised(request), 0, batch.count * this.kvGrowth) < 0) break;
        this.seat(rank, batch, rank.waiting.shift(), need, startMs);
        this.ledger.requests.computed[request] = this.ledger.requests.context[request];
        this.begin(batch, request, startMs);
      }
    }
  }

  /** Put back, a prompt is computed again here. */
  private isHandedOver(request: number): boolean {
    const {pausedMs} = this.ledger.requests;
    return this.options.duty === "decode" && pausedMs[request] !== pausedMs[request];
  }

  private hasSeat(rank: Rank, batch: Batch, started: number): boolean {
    return rank.seats + started < this.maxSeats && (this.lanes === 1 || batch.seats + started < this.laneSeats);
  }

  /** KV tokens that a request takes with its seat. */
  private kvNeed(request: number): number {
    const {requests} = this.ledger;
    const prompt = requests.context[request] - this.sharedOf(request) + this.halfPage;
    return this.wholeAnswers ? prompt + requests.output[request] - requests.written[request] : prompt;
  }

  private sharedOf(request: number): number {
    return Math.min(this.options.sharedTokens, this.ledger.requests.input[request]);
  }

  /** What a request may write yet, as far as that is reckoned with when it starts. */
  private promised(request: number): number {
    if (!this.estimate) return 0;
    const {requests} = this.ledger;
    return Math.min(requests.output[request] - requests.written[request], this.estimate.answerTokens);
  }

  /** KV tokens left after a request takes its seat, beside `taken` in this step and `growth`; negative: no room. */
  private roomFor(rank: Rank, need: number, promised: number, taken: number, growth: number): number {
    const room = this.kvTokens - rank.kvUsed - taken - growth - need - promised;
    if (!this.estimate || room < 0) return room;
    return room - this.reservedShare * this.leftToWrite(rank, room);
  }

  /** Answer tokens to come of running requests; counted one by one only where it matters how many are too many to count. */
  private leftToWrite(rank: Rank, room: number): number {
    const {batches} = rank;
    let left = 0;
    for (let lane = 0; lane < batches.length; ++lane) {
      const {partial, partials} = batches[lane];
      left += batches[lane].left;
      for (let i = 0; i < partials; ++i) left += this.promised(partial[i]);
    }
    if (this.reservedShare * left <= room || !this.estimate) return left;
    const {answerTokens} = this.estimate;
    const {output, written, decodes} = this.ledger.requests;
    let counted = 0;
    for (const batch of rank.batches)
      for (const request of batch.members()) {
        const given = decodes[request] ? batch.steps(request) * this.tokensPerStep : 0;
        counted += Math.min(output[request] - written[request] - given, answerTokens);
      }
    return counted;
  }

  private seat(rank: Rank, batch: Batch, request: number, need: number, ms: number): void {
    const {requests, queued, running} = this.ledger;
    ++rank.seats;
    rank.kvUsed += need;
    requests.held[request] = need;
    batch.admit(request);
    if (requests.admittedMs[request] !== requests.admittedMs[request]) requests.admittedMs[request] = ms;
    queued.change(ms, -1);
    running.change(ms, 1);
  }

  /** Chooses what a rank does in the next step; whether it prefills. Takes no request from the queue yet. */
  private form(rank: Rank, lane: number, startMs: number): boolean {
    const {together, maxBatchedTokens} = this;
    const batch = rank.batches[lane];
    rank.chunks = rank.started = rank.tokens = rank.completed = 0;
    const full = together && this.makeRoom(rank, lane, startMs);
    const decodes = together ? batch.count : 0;
    let budget = maxBatchedTokens - decodes * this.rows;
    for (let i = 0; i < batch.partials && budget > 0; ++i) budget -= this.addChunk(rank, batch.partial[i], budget);
    if (!full) this.addWaiting(rank, batch, budget, decodes * this.kvGrowth);
    if (!together && rank.chunks === 0) this.makeRoom(rank, lane, startMs);
    rank.decodes = rank.chunks > 0 && !together ? 0 : batch.count;
    return rank.chunks > 0;
  }

  private addChunk(rank: Rank, request: number, budget: number): number {
    const {requests} = this.ledger;
    const from = requests.computed[request];
    const whole = requests.context[request];
    const tokens = Math.min(whole - from, budget, this.chunkTokens);
    const at = rank.chunks++;
    rank.chunkRequest[at] = request;
    rank.chunkFrom[at] = from;
    rank.chunkTo[at] = from + tokens;
    rank.tokens += tokens;
    if (from + tokens === whole) ++rank.completed;
    return tokens;
  }

  private addWaiting(rank: Rank, batch: Batch, budget: number, growth: number): void {
    const {chunks} = this.limits.policy;
    const {requests} = this.ledger;
    let taken = 0;
    while (budget > 0 && rank.started < rank.waiting.count && this.hasSeat(rank, batch, rank.started)) {
      const request = rank.waiting.at(rank.started);
      if (this.isHandedOver(request)) break;
      const fresh = requests.context[request] - requests.computed[request];
      if (fresh > budget && !chunks && fresh <= this.maxBatchedTokens) break;
      const need = this.kvNeed(request);
      const promised = this.promised(request);
      if (this.roomFor(rank, need, promised, taken, growth) < 0) break;
      taken += need + promised;
      ++rank.started;
      budget -= this.addChunk(rank, request, budget);
    }
  }

  private dropChunks(rank: Rank, lane: number): void {
    rank.chunks = rank.started = rank.tokens = rank.completed = 0;
    rank.decodes = rank.batches[lane].count;
  }

  /** Puts the newest requests back until the next decode step has room; whether it put any back. */
  private makeRoom(rank: Rank, lane: number, startMs: number): boolean {
    const batch = rank.batches[lane];
    const {kvGrowth, kvTokens} = this;
    if (kvGrowth === 0 || rank.kvUsed + batch.count * kvGrowth <= kvTokens) return false;
    const {roomSteps} = this.limits.policy;
    let spared = 0;
    while (rank.kvUsed + batch.count * kvGrowth * roomSteps > kvTokens && batch.seats > 0) {
      if (batch.seats === 1 && rank.kvUsed + batch.count * kvGrowth <= kvTokens) break;
      this.putBack(rank, batch, batch.newest(), startMs);
      ++spared;
    }
    if (spared === 0) return false;
    this.estimateAnew(rank);
    this.madeRoom = true;
    return true;
  }

  private putBack(rank: Rank, batch: Batch, request: number, ms: number): void {
    const {requests, queued, running} = this.ledger;
    rank.kvUsed -= this.leave(rank, batch, request);
    requests.computed[request] = requests.cached[request];
    // What it wrote is computed again with its prompt.
    requests.context[request] = requests.input[request] + Math.round(requests.written[request]);
    requests.pausedMs[request] = batch.tickedMs;
    rank.waiting.putBack(request);
    running.change(ms, -1);
    queued.change(ms, 1);
    ++this.counts.preemptions;
  }

  /** Takes a request from its batch; the KV tokens that it held. */
  private leave(rank: Rank, batch: Batch, request: number): number {
    const {requests} = this.ledger;
    let held = requests.held[request];
    --rank.seats;
    requests.stamp[request] = -1;
    if (requests.decodes[request]) {
      held += batch.steps(request) * this.kvGrowth;
      batch.remove(request);
    } else {
      const at = batch.partial.subarray(0, batch.partials).indexOf(request);
      batch.partial.copyWithin(at, at + 1, batch.partials--);
    }
    return held;
  }

  /** SGLang's new estimate once it had to put requests back. */
  private estimateAnew(rank: Rank): void {
    if (!this.estimate) return;
    const {output, decodes} = this.ledger.requests;
    let whole = 0;
    let left = 0;
    let count = 0;
    for (const batch of rank.batches) {
      for (const request of batch.members()) if (decodes[request]) whole += output[request];
      left += batch.left;
      count += batch.count;
    }
    this.reservedShare = Math.min(1, (whole - left + this.limits.policy.roomSteps * count) / (whole + 1));
  }

  /** Whether prompts that could start in this step wait for more of them. */
  private holdsBack(lane: number): boolean {
    const {policy, maxBatchedTokens} = this.limits;
    const {ranks} = this;
    const {batchWait, rankBalance} = policy;
    if (rankBalance && ranks.length > 1) return this.balances(lane, rankBalance);
    if (batchWait.steps === 0 || ranks.length > 1) return false;
    const [rank] = ranks;
    const decodes = rank.batches[lane].count;
    const enough = rank.tokens + decodes * this.rows >= batchWait.share * maxBatchedTokens;
    if (decodes === 0 || enough || this.waitedSteps >= batchWait.steps) {
      this.waitedSteps = 0;
      return false;
    }
    ++this.waitedSteps;
    return true;
  }

  private balances(lane: number, {batchSteps, timeoutSteps}: {batchSteps: number; timeoutSteps: number}): boolean {
    const {ranks} = this;
    const allFree = ranks.every((rank) => rank.batches[lane].count < this.maxSeats);
    const allPrompts = ranks.every(({chunks}) => chunks > 0);
    const allDecode = ranks.every((rank) => rank.batches[lane].count > 0);
    if (allFree && allPrompts) {
      this.balanceWaited = 0;
      if (!allDecode) return false;
      if (this.balanceBatched < batchSteps) {
        ++this.balanceBatched;
        return true;
      }
      this.balanceBatched = 0;
      return false;
    }
    ++this.balanceWaited;
    if (this.balanceWaited < timeoutSteps && allDecode) return true;
    this.balanceWaited = 0;
    return false;
  }

  /** A step with prompts in it. */
  private prefill(lane: number, startMs: number): void {
    const {ranks, times, rows} = this;
    for (let i = 0; i < ranks.length; ++i) this.takeStarted(ranks[i], ranks[i].batches[lane], startMs);
    let slowestMs = 0;
    let tokens = 0;
    for (let i = 0; i < ranks.length; ++i) {
      const rank = ranks[i];
      const batch = rank.batches[lane];
      const mean = batch.count > 0 ? batch.tokens / batch.count : 0;
      let attentionMs = 0;
      for (let j = 0; j < rank.chunks; ++j)
        attentionMs += times.chunkAttention(rank.chunks, rank.chunkFrom[j], rank.chunkTo[j]);
      const ms = times.mixedOwn(rank.tokens, rank.decodes, mean, rank.completed, attentionMs);
      if (ms > slowestMs) slowestMs = ms;
      tokens += rank.tokens + rank.decodes * rows;
    }
    const ms = times.mixedStep(slowestMs, times.mixedExperts(tokens / ranks.length));
    const endMs = this.passStages(lane, startMs, ms);
    this.options.onStep?.(this, startMs, endMs);
    if (this.lanes === 1) this.noteKv(endMs);
    ++this.counts.steps;
    ++this.counts.prefillSteps;
    this.lastStartMs = startMs;
    this.unpolled = Infinity;
    for (let i = 0; i < ranks.length; ++i) {
      const rank = ranks[i];
      if (rank.decodes > 0) this.tick(rank, rank.batches[lane], endMs);
    }
    this.notePeak();
    for (let i = 0; i < ranks.length; ++i) this.finishChunks(ranks[i], lane, endMs);
    for (let i = 0; i < ranks.length; ++i)
      if (ranks[i].decodes > 0) this.finishDecodes(ranks[i], ranks[i].batches[lane], endMs);
  }

  /** Requests that start in this step leave the queue for a seat. */
  private takeStarted(rank: Rank, batch: Batch, startMs: number): void {
    for (let i = 0; i < rank.started; ++i) {
      const request = rank.waiting.shift();
      this.seat(rank, batch, request, this.kvNeed(request), startMs);
      batch.partial[batch.partials++] = request;
    }
  }

  private finishChunks(rank: Rank, lane: number, endMs: number): void {
    const batch = rank.batches[lane];
    const {requests} = this.ledger;
    for (let i = 0; i < rank.chunks; ++i) requests.computed[rank.chunkRequest[i]] = rank.chunkTo[i];
    let kept = 0;
    for (let i = 0; i < batch.partials; ++i) {
      const request = batch.partial[i];
      if (requests.computed[request] < requests.context[request]) batch.partial[kept++] = request;
      else this.begin(batch, request, endMs);
    }
    const gone = batch.partials - kept;
    batch.partials = kept;
    if (gone > 0) this.finishFirst(rank, endMs);
  }

  /** A request's context is computed: it gives a token, and decodes if that is not its last. */
  private begin(batch: Batch, request: number, ms: number): void {
    const {requests, gaps} = this.ledger;
    const {firstMs, pausedMs, written, output} = requests;
    if (this.isHandedOver(request)) {
      // Its first token was given elsewhere: at the end of its prefill, or, noted now, when it has a seat here.
      if (firstMs[request] !== firstMs[request]) firstMs[request] = ms;
      batch.join(firstMs[request]);
      batch.start(request);
      return;
    }
    // Where a decode worker gives the first token, a prefill worker does not.
    if (firstMs[request] !== firstMs[request] && this.options.givesFirst) firstMs[request] = ms;
    const paused = pausedMs[request];
    if (paused === paused) gaps.add(ms - paused, 1);
    ++written[request];
    if (written[request] < output[request] && this.options.duty !== "prefill") {
      batch.join(ms);
      batch.start(request);
    } else this.endings[this.ending++] = request;
  }

  /** Requests that end with the token that ends their prefill. */
  private readonly endings: Int32Array;
  private ending = 0;

  private finishFirst(rank: Rank, ms: number): void {
    const {requests, running} = this.ledger;
    for (let i = 0; i < this.ending; ++i) {
      const request = this.endings[i];
      --rank.seats;
      rank.kvUsed -= requests.held[request];
      requests.stamp[request] = -1;
      running.change(ms, -1);
      this.end(rank, request, ms);
    }
    this.ending = 0;
  }

  private end(rank: Rank, request: number, ms: number): void {
    --this.unfinished;
    if (this.options.isDealt) this.endedMs.add(ms);
    this.stuck = false;
    if (rank.seats === 0) rank.kvUsed = this.options.sharedTokens;
    this.ledger.finished(request, ms);
  }

  /** One decode step of a batch has ended. */
  private tick(rank: Rank, batch: Batch, endMs: number): void {
    this.noteGaps(batch, endMs);
    batch.advance(1);
    batch.tickedMs = endMs;
    rank.kvUsed += batch.count * this.kvGrowth;
    this.decayReserve(1);
  }

  /** Gaps of a step that ends now: of those who gave a token in the last one, and of those who joined since. */
  private noteGaps(batch: Batch, endMs: number): void {
    const {gaps} = this.ledger;
    const {tokensPerStep} = this;
    let old = batch.count;
    for (let i = 0; i < batch.joins; ++i) {
      old -= batch.joinedCount[i];
      gaps.add((endMs - batch.joinedMs[i]) / tokensPerStep, batch.joinedCount[i] * tokensPerStep);
    }
    batch.joins = 0;
    if (old > 0) gaps.add((endMs - batch.tickedMs) / tokensPerStep, old * tokensPerStep);
  }

  private finishDecodes(rank: Rank, batch: Batch, ms: number): void {
    const {requests, running} = this.ledger;
    for (;;) {
      const {tick} = batch;
      const request = batch.finished();
      if (request < 0) return;
      --rank.seats;
      rank.kvUsed -= requests.held[request] + (tick - requests.startTick[request]) * this.kvGrowth;
      requests.stamp[request] = -1;
      running.change(ms, -1);
      this.end(rank, request, ms);
    }
  }

  private decayReserve(steps: number): void {
    if (!this.estimate) return;
    const {share, leastShare, steps: over} = this.estimate;
    this.reservedShare = Math.max(leastShare, this.reservedShare - ((share - leastShare) / over) * steps);
  }

  private notePeak(): void {
    const {counts} = this;
    for (let i = 0; i < this.ranks.length; ++i) counts.kvPeak = Math.max(counts.kvPeak, this.ranks[i].kvUsed);
  }

  /** Steps of decodes alone: one, or as many as pass before anything else can happen. */
  private decode(lane: number, startMs: number, quietMs: number, alone: boolean): void {
    const {ranks, ledger, inbox} = this;
    let most = Infinity;
    let nobody = true;
    let follows = false;
    for (let i = 0; i < ranks.length; ++i) {
      const batch = ranks[i].batches[lane];
      if (batch.count === 0) continue;
      nobody = false;
      if (batch.joins > 0 || batch.tickedMs !== startMs) follows = true;
      most = Math.min(most, batch.stepsToFinish(), this.stepsOfRoom(ranks[i], batch));
    }
    if (nobody) {
      // All that could run waits for memory or a seat that other lanes hold.
      if (ranks.every(({seats}) => seats === 0)) throw new Error("scheduler: nothing runs and nothing can start");
      this.stuck = true;
      return;
    }
    if (!this.options.jumps || this.lanes > 1 || this.heldBack || this.madeRoom || this.waitsByStep()) most = 1;
    const doorMs = inbox.count > 0 ? ledger.requests.doorMs[inbox.at(0)] : Infinity;
    const comesMs = Math.min(doorMs, alone ? quietMs : Infinity) - tieMs;
    this.runMs = startMs;
    this.runSteps = 0;
    this.runFillMs = 0;
    // Where not all gave a token just now, the first step has gaps of its own.
    if (follows && startMs >= comesMs) most = 1;
    if (most === 1 || follows) this.runOne(lane, startMs);
    if (most > 1) {
      const otherMs = alone ? Infinity : quietMs;
      this.run(lane, most, Math.min(quietMs, doorMs));
      if (this.runMs >= comesMs) this.run(lane, Math.min(most, this.stepUntilSeen(this.runSteps)), otherMs);
      // A worker that waits for others' requests makes at least one step at a time.
      if (this.runSteps === 0) this.run(lane, 1, Infinity);
    }
    const steps = this.runSteps;
    this.counts.steps += steps;
    this.lastStartMs = this.runLastMs;
    this.passPolls(steps);
    if (this.lanes === 1) this.readyMs[0] = this.stageFreeMs[0] = this.runMs;
    this.kvOverRun(startMs, lane, steps);
    const endMs = this.lanes === 1 ? this.runMs : this.readyMs[lane];
    for (let i = 0; i < ranks.length; ++i) {
      const batch = ranks[i].batches[lane];
      if (batch.count === 0) continue;
      batch.advance(steps);
      batch.tickedMs = endMs;
    }
    this.decayReserve(steps);
    this.notePeak();
    for (let i = 0; i < ranks.length; ++i) this.finishDecodes(ranks[i], ranks[i].batches[lane], endMs);
  }

  /** Decode steps until the KV cache is full. */
  private stepsOfRoom(rank: Rank, batch: Batch): number {
    if (this.kvGrowth === 0) return Infinity;
    return Math.max(1, Math.floor((this.kvTokens - rank.kvUsed) / (batch.count * this.kvGrowth)));
  }

  /** Whether what waits may start at a step that nothing announces. */
  private waitsByStep(): boolean {
    if (!this.estimate) return false;
    for (let i = 0; i < this.ranks.length; ++i)
      if (this.ranks[i].waiting.count > 0 && this.ranks[i].seats < this.maxSeats) return true;
    return false;
  }

  /** Step from which on an arrival just before the run's step `i` is seen: late by overlap, and when the socket is read. */
  private stepUntilSeen(i: number): number {
    const {receiveInterval, overlapSteps} = this;
    const known = Math.max(1, i + overlapSteps);
    const first = Math.max(1, receiveInterval - this.unpolled);
    return first + Math.ceil(Math.max(0, known - first) / receiveInterval) * receiveInterval;
  }

  /** Counts decode steps since the socket was last read; whoever reads it before the last of them finds nothing. */
  private passPolls(steps: number): void {
    const {receiveInterval} = this;
    const first = receiveInterval - this.unpolled;
    if (steps <= first) this.unpolled += steps;
    else this.unpolled = receiveInterval === 1 ? 1 : ((steps - first - 1) % receiveInterval) + 1;
  }

  private runOne(lane: number, startMs: number): void {
    const {ranks, times} = this;
    let slowestMs = 0;
    let sequences = 0;
    for (let i = 0; i < ranks.length; ++i) {
      const {count, tokens} = ranks[i].batches[lane];
      if (count === 0) continue;
      sequences += count;
      slowestMs = Math.max(slowestMs, times.decodeOwn(count, tokens / count));
    }
    const ms = times.decodeStep(slowestMs, times.decodeExperts(sequences / ranks.length));
    const endMs = this.passStages(lane, startMs, ms);
    this.options.onStep?.(this, startMs, endMs);
    for (let i = 0; i < ranks.length; ++i)
      if (ranks[i].batches[lane].count > 0) this.noteGaps(ranks[i].batches[lane], endMs);
    this.runLastMs = startMs;
    this.runMs = endMs;
    this.runSteps = 1;
  }

  /** Goes on decoding until `most` steps are done, or one starts at `untilMs` or later. */
  private run(lane: number, most: number, untilMs: number): void {
    const {ranks, times, tokensPerStep, ledger} = this;
    let sequences = 0;
    for (let i = 0; i < ranks.length; ++i) sequences += ranks[i].batches[lane].count;
    const expertsMs = times.decodeExperts(sequences / ranks.length);
    while (this.runSteps < most && this.runMs < untilMs - tieMs) {
      let steps = most - this.runSteps;
      let ms = 0;
      let slope = 0;
      if (ranks.length === 1) {
        const {count, tokens} = ranks[0].batches[lane];
        const mean = tokens / count + this.runSteps * tokensPerStep;
        ms = times.decodeOwn(count, mean);
        slope = times.slope * tokensPerStep;
        steps = Math.min(steps, Math.max(1, Math.ceil((times.pieceEnd - mean) / tokensPerStep)));
      } else {
        steps = this.slowest(lane, steps);
        ms = this.slowestMs;
        slope = this.slowestSlope;
      }
      ms = times.decodeStep(ms, expertsMs);
      slope *= times.decodeScale;
      if (untilMs < Infinity) steps = stepsUntil(ms, slope, steps, untilMs - tieMs - this.runMs);
      ledger.gaps.addRun(ms / tokensPerStep, slope / tokensPerStep, steps, sequences * tokensPerStep);
      const lastMs = ms + slope * (steps - 1);
      const spanMs = (steps * (ms + lastMs)) / 2;
      this.runFillMs += this.runSteps * spanMs + steps * (steps - 1) * (ms / 2 + (slope * (2 * steps - 1)) / 6);
      this.runMs += spanMs;
      this.runLastMs = this.runMs - lastMs;
      this.runSteps += steps;
    }
  }

  private slowestMs = 0;
  private slowestSlope = 0;

  /** Steps, at most `most`, over which one rank stays the slowest and all times are straight lines. */
  private slowest(lane: number, most: number): number {
    const {ranks, times, tokensPerStep} = this;
    let steps = most;
    this.slowestMs = -1;
    for (let i = 0; i < ranks.length; ++i) {
      const {count, tokens} = ranks[i].batches[lane];
      if (count === 0) continue;
      const mean = tokens / count + this.runSteps * tokensPerStep;
      const ms = times.decodeOwn(count, mean);
      steps = Math.min(steps, Math.max(1, Math.ceil((times.pieceEnd - mean) / tokensPerStep)));
      const slope = times.slope * tokensPerStep;
      if (ms > this.slowestMs || (ms === this.slowestMs && slope > this.slowestSlope))
        [this.slowestMs, this.slowestSlope] = [ms, slope];
    }
    // Straight lines: none that is below at both ends is above between them.
    for (let i = 0; i < ranks.length && steps > 1; ++i) {
      const {count, tokens} = ranks[i].batches[lane];
      if (count === 0) continue;
      const mean = tokens / count + this.runSteps * tokensPerStep;
      const ms = times.decodeOwn(count, mean);
      const closing = times.slope * tokensPerStep - this.slowestSlope;
      if (closing > 0) steps = Math.max(1, Math.min(steps, Math.floor((this.slowestMs - ms) / closing) + 1));
    }
    return steps;
  }

  /** KV use over a run of steps. */
  private kvOverRun(startMs: number, lane: number, steps: number): void {
    let growth = 0;
    const before = this.kvUsed;
    for (let i = 0; i < this.ranks.length; ++i) {
      const own = this.ranks[i].batches[lane].count * this.kvGrowth;
      this.ranks[i].kvUsed += own * steps;
      growth += own;
    }
    if (this.lanes > 1) return;
    this.ledger.kv.spread(startMs, this.runMs, before * (this.runMs - startMs) + growth * this.runFillMs);
    this.kvSinceMs = this.runMs;
  }

  /** Sends a lane's step through the pipeline, stage by stage; when it is back. */
  private passStages(lane: number, startMs: number, ms: number): number {
    const {lanes, stageFreeMs} = this;
    let endMs = startMs;
    for (let stage = 0; stage < lanes; ++stage) {
      endMs = Math.max(endMs, stageFreeMs[stage]) + ms / lanes;
      stageFreeMs[stage] = endMs;
    }
    this.readyMs[lane] = endMs;
    return endMs;
  }
}

/** Steps until one starts `spanMs` or later after the first one's start, at most `most`; the i-th takes ms + slope · i. */
function stepsUntil(ms: number, slope: number, most: number, spanMs: number): number {
  const taken = (steps: number) => steps * (ms + (slope * (steps - 1)) / 2);
  if (taken(most) < spanMs) return most;
  let steps = spanMs / ms;
  if (slope !== 0) {
    const half = ms - slope / 2;
    const root = half * half + 2 * slope * spanMs;
    if (root >= 0) steps = (2 * spanMs) / (half + Math.sqrt(root));
  }
  steps = Math.max(1, Math.min(most, Math.ceil(steps)));
  while (steps < most && taken(steps) < spanMs) ++steps;
  while (steps > 1 && taken(steps - 1) >= spanMs) --steps;
  return steps;
}
