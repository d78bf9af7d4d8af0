import {powerOfTwo} from "./queue.js";
import type {Requests} from "./requests.js";

/**
 * Sequences of one rank that step together. Each decode step gives every one of them the same number of tokens, so that
 * the step at which a request ends is known when it begins: requests wait in a ring of lists by that step.
 */
export class Batch {
  /** Decoding sequences, their tokens so far, and tokens that they have left to write. */
  count = 0;
  tokens = 0;
  left = 0;
  /** Decode steps so far. */
  tick = 0;
  /** When the last decode step ended. */
  tickedMs = 0;
  /** Requests that prefill, oldest first. */
  readonly partial: Int32Array;
  partials = 0;
  /** Requests in the order of their admission; those whose stamp is another have gone. */
  private admitted: Int32Array;
  private admissions = 0;
  private readonly ring: Int32Array;
  private readonly mask: number;
  /** No request ends before this decode step. */
  private soonest = Infinity;
  /** Sequences that gave a token since the last decode step, and when; others gave theirs in it. */
  readonly joinedCount: Float64Array;
  readonly joinedMs: Float64Array;
  joins = 0;

  /** Tells batches of one set of requests apart. */
  private readonly id: number;

  constructor(
    private readonly requests: Requests,
    private readonly tokensPerStep: number,
    seats: number,
    longestSteps: number
  ) {
    this.id = requests.batches++;
    this.ring = new Int32Array(powerOfTwo(longestSteps + 2)).fill(-1);
    this.mask = this.ring.length - 1;
    this.partial = new Int32Array(seats);
    this.admitted = new Int32Array(Math.max(16, 2 * seats));
    this.joinedCount = new Float64Array(seats + 1);
    this.joinedMs = new Float64Array(seats + 1);
  }

  get seats(): number {
    return this.count + this.partials;
  }

  /** Takes a request in as the newest. */
  admit(request: number): void {
    if (this.admissions === this.admitted.length) this.forgetGone();
    this.requests.stamp[request] = this.admissions;
    this.requests.batch[request] = this.id;
    this.admitted[this.admissions++] = request;
  }

  private forgetGone(): void {
    const {requests, admitted} = this;
    let kept = 0;
    for (let i = 0; i < this.admissions; ++i) {
      const request = admitted[i];
      if (!this.isHere(request, i)) continue;
      requests.stamp[request] = kept;
      admitted[kept++] = request;
    }
    this.admissions = kept;
  }

  /** The request that was admitted last of those here; −1: none. */
  newest(): number {
    const {admitted} = this;
    while (this.admissions > 0) {
      const request = admitted[this.admissions - 1];
      if (this.isHere(request, this.admissions - 1)) return request;
      --this.admissions;
    }
    return -1;
  }

  /** Every request here, by order of admission. */
  *members(): Iterable<number> {
    for (let i = 0; i < this.admissions; ++i) if (this.isHere(this.admitted[i], i)) yield this.admitted[i];
  }

  private isHere(request: number, stamp: number): boolean {
    return this.requests.stamp[request] === stamp && this.requests.batch[request] === this.id;
  }

  /** A request whose context is in the KV cache decodes from the next step on. */
  start(request: number): void {
    const {requests, ring, mask, tokensPerStep} = this;
    const left = requests.output[request] - requests.written[request];
    const end = this.tick + Math.ceil(left / tokensPerStep - 1e-9);
    requests.decodes[request] = 1;
    requests.startTick[request] = this.tick;
    requests.finishTick[request] = end;
    const slot = end & mask;
    const head = ring[slot];
    requests.next[request] = head;
    requests.previous[request] = -1;
    if (head >= 0) requests.previous[head] = request;
    ring[slot] = request;
    if (end < this.soonest) this.soonest = end;
    ++this.count;
    this.tokens += requests.input[request] + requests.written[request];
    this.left += left;
  }

  /** Notes a token that was given outside a decode step. */
  join(ms: number): void {
    if (this.count === 0 && this.joins === 0) this.tickedMs = ms;
    if (ms === this.tickedMs) return;
    if (this.joins > 0 && this.joinedMs[this.joins - 1] === ms) ++this.joinedCount[this.joins - 1];
    else if (this.joins < this.joinedMs.length) {
      this.joinedMs[this.joins] = ms;
      this.joinedCount[this.joins++] = 1;
    }
  }

  /** Decode steps until a request may end. */
  stepsToFinish(): number {
    if (this.count === 0) return Infinity;
    if (this.soonest <= this.tick) {
      let end = this.tick + 1;
      while (this.ring[end & this.mask] < 0) ++end;
      this.soonest = end;
    }
    return this.soonest - this.tick;
  }

  /** All sequences take `steps` decode steps. */
  advance(steps: number): void {
    const given = this.count * this.tokensPerStep * steps;
    this.tick += steps;
    this.tokens += given;
    this.left -= given;
  }

  /** A request that ends at this step, taken out; −1: none (more). */
  finished(): number {
    const request = this.ring[this.tick & this.mask];
    if (request < 0 || this.requests.finishTick[request] !== this.tick) return -1;
    this.remove(request);
    return request;
  }

  /** Takes a decoding request out, its answer tokens noted. */
  remove(request: number): void {
    const {requests, ring, mask} = this;
    const {next, previous, written, input, output} = requests;
    const [before, after] = [previous[request], next[request]];
    if (before >= 0) next[before] = after;
    else ring[requests.finishTick[request] & mask] = after;
    if (after >= 0) previous[after] = before;
    requests.decodes[request] = 0;
    written[request] += this.steps(request) * this.tokensPerStep;
    --this.count;
    this.tokens -= input[request] + written[request];
    this.left -= output[request] - written[request];
    if (written[request] > output[request]) written[request] = output[request];
    if (this.count === 0) [this.tokens, this.left] = [0, 0];
  }

  /** Decode steps that a request has taken here. */
  steps(request: number): number {
    return this.tick - this.requests.startTick[request];
  }
}
