/** Queues of request numbers in arrays of fixed size. */

/** First in, first out; what is put back goes to the front. */
export class Deque {
  private readonly items: Int32Array;
  private readonly mask: number;
  private head = 0;
  count = 0;

  constructor(capacity: number) {
    const size = powerOfTwo(capacity + 1);
    this.items = new Int32Array(size);
    this.mask = size - 1;
  }

  at(i: number): number {
    return this.items[(this.head + i) & this.mask];
  }

  push(item: number): void {
    this.items[(this.head + this.count++) & this.mask] = item;
  }

  putBack(item: number): void {
    this.head = (this.head - 1) & this.mask;
    ++this.count;
    this.items[this.head] = item;
  }

  shift(): number {
    const item = this.items[this.head];
    this.head = (this.head + 1) & this.mask;
    --this.count;
    return item;
  }
}

/** Events by time; of equal times the lower number first, so that the order never depends on how they came in. */
export class EventHeap {
  private readonly times: Float64Array;
  private readonly events: Int32Array;
  count = 0;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.events = new Int32Array(capacity);
  }

  /** Infinity when empty. */
  get firstMs(): number {
    return this.count > 0 ? this.times[0] : Infinity;
  }

  push(ms: number, event: number): void {
    const {times, events} = this;
    let at = this.count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (times[above] < ms || (times[above] === ms && events[above] < event)) break;
      times[at] = times[above];
      events[at] = events[above];
      at = above;
    }
    times[at] = ms;
    events[at] = event;
  }

  /** Removes the first event and gives its number. */
  pop(): number {
    const {times, events} = this;
    const first = events[0];
    const last = --this.count;
    const ms = times[last];
    const event = events[last];
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= last) break;
      const other = below + 1;
      if (
        other < last &&
        (times[other] < times[below] || (times[other] === times[below] && events[other] < events[below]))
      )
        below = other;
      if (ms < times[below] || (ms === times[below] && event < events[below])) break;
      times[at] = times[below];
      events[at] = events[below];
      at = below;
    }
    times[at] = ms;
    events[at] = event;
    return first;
  }
}

export function powerOfTwo(atLeast: number): number {
  let size = 1;
  while (size < atLeast) size *= 2;
  return size;
}
