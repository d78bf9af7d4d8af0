import type {Histogram} from "./measure.js";
import type {Distribution} from "./types.js";

const marks = Float64Array.of(0.5, 0.9, 0.95, 0.99);
const points = 201;
const evenly = Float64Array.from({length: points}, (_, i) => i / (points - 1));

/** Values that each stand for several: those from one index to another. */
export interface Standing {
  from: number;
  to: number;
  weight: number;
}

/** Distribution of values, NaN left out; quantiles interpolate between neighbours. */
export function distributionOf(values: Float64Array, standing?: Standing): Distribution {
  if (!standing) {
    const all = sorted(values);
    return shaped(meanOf(all, none, 1), plain(all), all.length);
  }
  const {from, to, weight} = standing;
  const once = merged(sorted(values.subarray(0, from)), sorted(values.subarray(to)));
  const often = sorted(values.subarray(from, to));
  return shaped(meanOf(once, often, weight), blended(once, often, weight), once.length + often.length);
}

const none = new Float64Array();

/** Distribution of gaps between tokens. */
export function distributionOfBins(histogram: Histogram): Distribution {
  const quantiles = histogram.quantiles(evenly);
  const [p50, p90, p95, p99] = histogram.quantiles(marks);
  const measured = quantiles[0] === quantiles[0];
  return {mean: histogram.mean, p50, p90, p95, p99, quantiles: measured ? quantiles : new Float64Array()};
}

function shaped(mean: number, quantile: (share: number) => number, count: number): Distribution {
  const quantiles = new Float64Array(Math.min(points, count));
  const last = quantiles.length - 1;
  for (let i = 0; i <= last; ++i) quantiles[i] = quantile(last === 0 ? 0.5 : i / last);
  return {mean, p50: quantile(0.5), p90: quantile(0.9), p95: quantile(0.95), p99: quantile(0.99), quantiles};
}

/** Kept from one call to the next, to spare the garbage collector: values, and two buckets for each. */
let scratch = scratchFor(1024);

function scratchFor(size: number) {
  const shifted = new Float64Array(size);
  return {
    shifted,
    highs: new Int32Array(shifted.buffer),
    buckets: new Int32Array(size),
    ends: new Int32Array(2 * size)
  };
}

/** Index of the word that holds sign and exponent: as a whole number it rises with the value. */
const high = new Int32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1;

/** Values without NaN, ascending: several times faster than `sort` on times, most of which are short. */
function sorted(values: Float64Array): Float64Array {
  let [count, low, most] = [0, Infinity, -Infinity];
  for (let i = 0; i < values.length; ++i) {
    const value = values[i];
    if (value !== value) continue;
    ++count;
    if (value < low) low = value;
    if (value > most) most = value;
  }
  const kept = new Float64Array(count);
  return most > low ? inserted(inBuckets(values, kept, low, most)) : kept.fill(low);
}

/** Values without NaN in order of their buckets, narrow ones near the least and wider ones beyond. */
function inBuckets(values: Float64Array, kept: Float64Array, low: number, most: number): Float64Array {
  const {length} = values;
  if (scratch.buckets.length < length + 2) scratch = scratchFor(2 * length + 2);
  const {shifted, highs, buckets, ends} = scratch;
  const shift = (most - low) / 1024 - low;
  for (let i = 0; i < length; ++i) shifted[i] = values[i] + shift;
  shifted[length] = low + shift;
  shifted[length + 1] = most + shift;
  const first = highs[2 * length + high];
  const span = highs[2 * length + 2 + high] - first;
  const scale = (2 * kept.length - 1) / Math.max(1, span);
  ends.fill(0, 0, 2 * kept.length);
  for (let i = 0; i < length; ++i) {
    if (values[i] !== values[i]) continue;
    const bucket = ((highs[2 * i + high] - first) * scale) | 0;
    buckets[i] = bucket;
    ++ends[bucket];
  }
  for (let i = 0, sum = 0; i < 2 * kept.length; ++i) {
    const own = ends[i];
    ends[i] = sum;
    sum += own;
  }
  for (let i = 0; i < length; ++i) if (values[i] === values[i]) kept[ends[buckets[i]]++] = values[i];
  return kept;
}

/** Moves to a value's place that are worth it: beyond, values crowd in few buckets. */
const movesPerValue = 32;

/** Sorts what is nearly in order. */
function inserted(values: Float64Array): Float64Array {
  let moves = movesPerValue * values.length;
  for (let i = 1; i < values.length; ++i) {
    const value = values[i];
    let at = i;
    for (; at > 0 && values[at - 1] > value; --at) values[at] = values[at - 1];
    values[at] = value;
    moves -= i - at;
    if (moves < 0) return values.sort();
  }
  return values;
}

function merged(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  for (let i = 0, j = 0; i + j < all.length;)
    all[i + j] = j >= b.length || (i < a.length && a[i] <= b[j]) ? a[i++] : b[j++];
  return all;
}

function meanOf(first: Float64Array, rest: Float64Array, weight: number): number {
  const sum = (values: Float64Array) => {
    let total = 0;
    for (let i = 0; i < values.length; ++i) total += values[i];
    return total;
  };
  return (sum(first) + weight * sum(rest)) / (first.length + weight * rest.length);
}

function plain(values: Float64Array): (share: number) => number {
  return (share) => {
    const at = share * (values.length - 1);
    const i = Math.floor(at);
    return i + 1 < values.length ? values[i] + (values[i + 1] - values[i]) * (at - i) : (values[i] ?? NaN);
  };
}

/** Of two weights: the value at which the weight below, half of its own included, passes the share. */
function blended(first: Float64Array, rest: Float64Array, weight: number): (share: number) => number {
  if (first.length === 0) return plain(rest);
  if (rest.length === 0) return plain(first);
  const values = merged(first, rest);
  const places = new Float64Array(values.length);
  let below = 0;
  for (let i = 0, a = 0; i < values.length; ++i) {
    const own = a < first.length && first[a] === values[i] ? 1 : weight;
    if (own === 1) ++a;
    places[i] = below + own / 2;
    below += own;
  }
  const [lowest, highest] = [places[0], places[places.length - 1]];
  return (share) => {
    const at = lowest + share * (highest - lowest);
    let [low, high] = [0, values.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (places[middle] <= at) low = middle;
      else high = middle;
    }
    return values[low] + ((values[high] - values[low]) * (at - places[low])) / (places[high] - places[low] || 1);
  };
}
