/** All requests of a simulation, one array per property. */
export class Requests {
  /** When the client sent it, the engine had it, its first step began, its first and its last token came; NaN: not yet. */
  readonly sentMs: Float64Array;
  readonly arrivedMs: Float64Array;
  /** When the worker had it that has it now. */
  readonly doorMs: Float64Array;
  readonly admittedMs: Float64Array;
  readonly firstMs: Float64Array;
  readonly finishedMs: Float64Array;
  readonly cached: Int32Array;
  /** Tokens that are in the KV cache while it prefills. */
  readonly computed: Int32Array;
  /** Tokens that must be in the KV cache before the next token of the answer can be given. */
  readonly context: Int32Array;
  /** Answer tokens when it began to decode, or was put back. */
  readonly written: Float64Array;
  /** KV tokens that it took with its seat. */
  readonly held: Float64Array;
  /** Decode steps of its batch when it began to decode, and when it ends. */
  readonly startTick: Int32Array;
  readonly finishTick: Int32Array;
  /** 1 while it decodes. */
  readonly decodes: Uint8Array;
  /** Neighbours among requests that finish at the same step; −1: none. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Place in the order of admission to its batch, and which one that is; −1: has no seat. */
  readonly stamp: Int32Array;
  readonly batch: Int32Array;
  /** Batches that there are for them. */
  batches = 0;
  /** When a request that was put back gave its last token. */
  readonly pausedMs: Float64Array;

  constructor(
    readonly input: Int32Array,
    readonly output: Int32Array,
    cached?: Int32Array
  ) {
    const {length} = input;
    const times = () => new Float64Array(length).fill(NaN);
    this.sentMs = times();
    this.arrivedMs = times();
    this.doorMs = times();
    this.admittedMs = times();
    this.firstMs = times();
    this.finishedMs = times();
    this.pausedMs = times();
    this.cached = cached ?? new Int32Array(length);
    this.computed = this.cached.slice();
    this.context = input.slice();
    this.written = new Float64Array(length);
    this.held = new Float64Array(length);
    this.decodes = new Uint8Array(length);
    this.startTick = new Int32Array(length);
    this.finishTick = new Int32Array(length);
    this.next = new Int32Array(length);
    this.previous = new Int32Array(length);
    this.batch = new Int32Array(length);
    this.stamp = new Int32Array(length).fill(-1);
  }

  get count(): number {
    return this.input.length;
  }
}
