/** What a simulation measures while it runs: a histogram of token gaps, and counts over time. */

/** Sub-bins of an octave, as bits: 128, 0.8 % wide at most. */
const subBits = 7;
/** Octaves from 2^-10 ms, 1 µs, to 2^22 ms, an hour; what is beyond counts in the last bin. */
const lowestExponent = -10;
const octaves = 32;
const bins = octaves << subBits;

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
/** Index of the word that holds sign and exponent. */
const high = new Int32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1;

/** Weighted values in bins of equal relative width; each bin keeps its own mean, so equal values stay exact. */
export class Histogram {
  private readonly weight = new Float64Array(bins);
  private readonly sum = new Float64Array(bins);
  private first = bins;
  private last = -1;
  total = 0;
  private grandSum = 0;

  /** An empty one: clearing what another simulation used is quicker than new arrays. */
  static take(): Histogram {
    return spare.pop() ?? new Histogram();
  }

  /** Gives it back; it must not be used any more. */
  release(): void {
    this.weight.fill(0, this.first, this.last + 1);
    this.sum.fill(0, this.first, this.last + 1);
    [this.first, this.last, this.total, this.grandSum] = [bins, -1, 0, 0];
    spare.push(this);
  }

  add(value: number, weight: number): void {
    float[0] = value;
    let bin = (words[high] >> (20 - subBits)) - ((1023 + lowestExponent) << subBits);
    if (bin < 0) bin = 0;
    else if (bin >= bins) bin = bins - 1;
    if (bin < this.first) this.first = bin;
    if (bin > this.last) this.last = bin;
    this.weight[bin] += weight;
    this.sum[bin] += value * weight;
    this.total += weight;
    this.grandSum += value * weight;
  }

  /** `count` values from `value` on, each `slope` more than the one before. */
  addRun(value: number, slope: number, count: number, weight: number): void {
    let at = value;
    let left = count;
    while (left > 0) {
      // As many as lie in this bin, up to its upper edge or down to its lower one.
      float[0] = at;
      const word = words[high];
      const low = (word >> (20 - subBits)) << (20 - subBits);
      let fit = left;
      if (slope > 0) fit = Math.ceil((edge(low + (1 << (20 - subBits))) - at) / slope);
      else if (slope < 0) fit = Math.floor((at - edge(low)) / -slope) + 1;
      fit = fit >= 1 ? Math.min(fit, left) : 1;
      this.add(at + (slope * (fit - 1)) / 2, weight * fit);
      at += slope * fit;
      left -= fit;
    }
  }

  get mean(): number {
    return this.grandSum / this.total;
  }

  /** Values at ascending shares of the weight. */
  quantiles(shares: Float64Array): Float64Array {
    const {total, weight, sum} = this;
    const found = new Float64Array(shares.length).fill(NaN);
    let bin = Math.min(this.first, bins - 1);
    let below = 0;
    for (let i = 0; i < shares.length && total > 0; ++i) {
      while (bin < this.last && below + weight[bin] < shares[i] * total) below += weight[bin++];
      while (weight[bin] === 0 && bin < this.last) ++bin;
      found[i] = sum[bin] / weight[bin];
    }
    return found;
  }
}

const spare: Histogram[] = [];

/** Smallest value whose high word is this. */
function edge(word: number): number {
  words[high] = word;
  words[1 - high] = 0;
  return float[0];
}

/**
 * Counts over time in equal slices. Steps up and down are kept per slice as what they add to it and to all later ones,
 * so that a change costs the same however long it lasts; when time runs past the last slice, slices pair up.
 */
export class SliceCounts {
  private readonly within: Float64Array;
  private readonly after: Float64Array;

  constructor(private readonly clock: SliceClock) {
    this.within = new Float64Array(clock.slices);
    this.after = new Float64Array(clock.slices);
    clock.follow(this.within, this.after);
  }

  /** From `ms` on there are `change` more. */
  change(ms: number, change: number): void {
    const {clock} = this;
    const slice = clock.sliceOf(ms);
    this.within[slice] += change * ((slice + 1) * clock.sliceMs - ms);
    this.after[slice] += change;
  }

  /** Between two times there was `amount` · ms in all, evenly. */
  spread(fromMs: number, toMs: number, amountMs: number): void {
    const {clock, within} = this;
    const last = clock.sliceOf(toMs);
    const first = clock.sliceOf(fromMs);
    if (first === last || toMs <= fromMs) {
      within[last] += amountMs;
      return;
    }
    const perMs = amountMs / (toMs - fromMs);
    const {sliceMs} = clock;
    within[first] += perMs * ((first + 1) * sliceMs - fromMs);
    for (let i = first + 1; i < last; ++i) within[i] += perMs * sliceMs;
    within[last] += perMs * (toMs - last * sliceMs);
  }

  /** Count · ms of all time, once counts are back at 0. */
  area(): number {
    const {clock, within, after} = this;
    let level = 0;
    let sum = 0;
    for (let i = 0; i < clock.slices; ++i) {
      sum += level * clock.sliceMs + within[i];
      level += after[i];
    }
    return sum;
  }

  /** Mean of each slice up to `endMs`. */
  means(endMs: number): Float64Array {
    const {clock, within, after} = this;
    const count = Math.max(1, Math.min(clock.slices, Math.ceil(endMs / clock.sliceMs - 1e-9)));
    const means = new Float64Array(count);
    let level = 0;
    for (let i = 0; i < count; ++i) {
      const spanMs = Math.min(clock.sliceMs, endMs - i * clock.sliceMs);
      // Changes reckon with whole slices; the last one ends early, with nothing in it any more.
      means[i] = spanMs > 0 ? (level * clock.sliceMs + within[i]) / spanMs : 0;
      level += after[i];
    }
    return means;
  }
}

/** Width of slices, shared by several counts. */
export class SliceClock {
  readonly slices = 256;
  /** A power of two, and its inverse. */
  sliceMs = 1;
  private perMs = 1;
  private readonly followers: Float64Array[][] = [];

  follow(within: Float64Array, after: Float64Array): void {
    this.followers.push([within, after]);
  }

  sliceOf(ms: number): number {
    let slice = Math.floor(ms * this.perMs);
    while (slice >= this.slices) {
      this.pairUp();
      slice = Math.floor(ms * this.perMs);
    }
    return slice;
  }

  private pairUp(): void {
    const half = this.slices / 2;
    for (const [within, after] of this.followers) {
      for (let i = 0; i < half; ++i) {
        // What the first of a pair adds to all later slices it adds to the whole of the second.
        within[i] = within[2 * i] + within[2 * i + 1] + after[2 * i] * this.sliceMs;
        after[i] = after[2 * i] + after[2 * i + 1];
      }
      within.fill(0, half);
      after.fill(0, half);
    }
    this.sliceMs *= 2;
    this.perMs /= 2;
  }
}
