/** Queues of request numbers in typed arrays. */

/** Of a new queue, that many workers and ranks have and few fill. */
const leastCapacity = 16;

/** First in, first out; what is put back goes to the front. */
export class Deque {
  private items = new Int32Array(leastCapacity);
  private mask = leastCapacity - 1;
  private head = 0;
  count = 0;

  at(i: number): number {
    return this.items[(this.head + i) & this.mask];
  }

  push(item: number): void {
    if (this.count > this.mask) this.grow();
    this.items[(this.head + this.count++) & this.mask] = item;
  }

  putBack(item: number): void {
    if (this.count > this.mask) this.grow();
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

  private grow(): void {
    const items = new Int32Array(2 * this.items.length);
    for (let i = 0; i < this.count; ++i) items[i] = this.at(i);
    [this.items, this.mask, this.head] = [items, items.length - 1, 0];
  }
}

/** Times that come in about in order and are passed in order. */
export class Passing {
  private times = new Float64Array(leastCapacity);
  private head = 0;
  private end = 0;

  add(ms: number): void {
    if (this.end === this.times.length) {
      const left = this.times.subarray(this.head, this.end);
      const times = 2 * left.length > this.times.length ? new Float64Array(2 * this.times.length) : this.times;
      times.set(left);
      [this.times, this.head, this.end] = [times, 0, left.length];
    }
    this.times[this.end++] = ms;
  }

  /** Passes those up to a time; how many they are that have not been passed. */
  left(ms: number): number {
    while (this.head < this.end && this.times[this.head] <= ms) ++this.head;
    return this.end - this.head;
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
