/**
 * Slices for embeds, which load them into other people's pages: a fifth of their size as Parquet, without losing a bit,
 * at the price of a slower reading. What packed-slice.ts knows of a measured latency holds here too: it is a mean of a
 * few runs, each taken in single precision. Their sum is a whole number of nanoseconds, on some GPUs of 16 of them, and
 * it is told by how far it is from what the neighbours along the curve lead to expect.
 *
 * Length of the header (uint32, little-endian), header (JSON), then range-coded integers.
 */
import {RangeDecoder} from "../engine/calibration/range-coder.js";
import type {IntCoder} from "../engine/calibration/range-coder.js";
import type {Columns} from "../engine/schema.js";
import {valueColumn} from "../engine/schema.js";
import {bitsOf, divisors, stepsBetween} from "./packed-slice.js";

export interface TightHeader {
  rows: number;
  /** Bits after the leading one that latencies are rounded to; undefined where they are exact. */
  mantissaBits?: number;
  /** In order, the last along which curves run; what the numbers stand for where a column is text. */
  columns: {name: string; names?: string[]}[];
}

/** The columns of a tight slice, `latency_ms` last. Rejects what is no such file. */
export async function decodeTight(buffer: ArrayBuffer): Promise<Columns> {
  const headerBytes = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerBytes))) as TightHeader;
  const keys = header.columns.map(() => new Float64Array(header.rows));
  const latencyMs = new Float64Array(header.rows);
  codeRows(new RangeDecoder(new Uint8Array(buffer), 4 + headerBytes), keys, latencyMs, header.mantissaBits);
  const named = header.columns.map(({name, names}, i) => {
    return [name, names ? Array.from(keys[i], (code) => names[code]) : keys[i]] as const;
  });
  return {...Object.fromEntries(named), [valueColumn]: latencyMs};
}

/**
 * Codes every row, or decodes it into the columns given. All arithmetic is exact in IEEE 754, none of Math's functions
 * is an approximation, so that every engine decodes what another has coded.
 */
export function codeRows(
  coder: IntCoder,
  keys: readonly Float64Array[],
  latencyMs: Float64Array,
  mantissaBits?: number
): void {
  const places = new PlaceCoder(coder, keys);
  const curves = new Neighbours();
  const latency = new LatencyCoder(coder, mantissaBits);
  for (let i = 0; i < latencyMs.length; ++i) {
    if (places.code(i)) curves.nextSite();
    const x = keys.at(-1)?.[i] ?? 0;
    latencyMs[i] = latency.code(latencyMs[i], curves.expected(x));
    curves.add(x, latencyMs[i]);
  }
}

/** Keys of rows: most sites have the same x as the site before, in the same order. */
class PlaceCoder {
  private readonly steps: number[];
  /** What x came after which, in the site before and in this one. */
  private before = new Map<number, number>();
  private next = new Map<number, number>();
  private firstX = 0;

  constructor(
    private readonly coder: IntCoder,
    private readonly keys: readonly Float64Array[]
  ) {
    this.steps = keys.map(() => 0);
  }

  /** Codes the keys of a row; whether a site begins with it. */
  code(row: number): boolean {
    const {coder, keys} = this;
    if (keys.length === 0) return row === 0;
    const xs = keys[keys.length - 1];
    const lastX = row > 0 ? xs[row - 1] : 0;
    const expected = this.before.get(lastX);
    const differs = row === 0 || keys.slice(0, -1).some((values) => values[row] !== values[row - 1]);
    const isNew = coder.int(`n${expected === undefined}`, differs ? 1 : 0) === 1;
    if (isNew) this.codeSite(row);
    else for (const values of keys.slice(0, -1)) values[row] = values[row - 1];
    const guess = isNew ? this.firstX : (expected ?? lastX + this.steps[keys.length - 1]);
    xs[row] = guess + coder.int(isNew ? "f" : `x${expected === undefined}`, xs[row] - guess);
    if (isNew) {
      [this.before, this.next] = [this.next, new Map()];
      this.firstX = xs[row];
    } else {
      this.next.set(lastX, xs[row]);
      this.steps[keys.length - 1] = xs[row] - lastX;
    }
    return isNew;
  }

  private codeSite(row: number): void {
    for (const [column, values] of this.keys.slice(0, -1).entries()) {
      const last = row > 0 ? values[row - 1] : 0;
      const step = this.coder.int(`k${column}|${this.steps[column]}`, values[row] - last);
      this.steps[column] = step;
      values[row] = last + step;
    }
  }
}

/** What the curve so far and the one before it lead to expect, each trusted by how near it has been lately. */
class Neighbours {
  private previous = new Map<number, number>();
  private current = new Map<number, number>();
  private lastX: number | undefined;
  private errors = {along: 0.02, across: 0.02};
  private guess = {along: NaN, across: NaN};

  nextSite(): void {
    [this.previous, this.current] = [this.current, new Map()];
    this.lastX = undefined;
  }

  /** Milliseconds; 0 where nothing is known. */
  expected(x: number): number {
    const beside = this.previous.get(x);
    const along = (this.lastX === undefined ? beside : this.current.get(this.lastX)) ?? 0;
    const besideLast = this.lastX === undefined ? undefined : this.previous.get(this.lastX);
    const isKnown = beside !== undefined && besideLast !== undefined && besideLast > 0;
    const across = isKnown ? (beside * along) / besideLast : along;
    this.guess = {along, across};
    const {along: a, across: b} = this.errors;
    return (along * b + across * a) / (a + b);
  }

  add(x: number, ms: number): void {
    const {errors, guess} = this;
    for (const way of ["along", "across"] as const)
      errors[way] = errors[way] * 0.95 + 0.05 * Math.min(1, Math.abs(guess[way] - ms) / (ms || 1)) + 1e-6;
    this.current.set(x, ms);
    this.lastX = x;
  }
}

/** Of a double’s mantissa, in the upper of its words. */
const upperBits = 20;
const nanosecondsPerMs = 1e6;
/** Nanoseconds that clocks of some GPUs count in. */
const coarse = 16;
/** By how many steps a sum may differ from a whole number of nanoseconds, and a mean from its quotient. */
const farthest = {sum: 6, quotient: 4};

/** How a mean was written: with all its digits, with fifteen as spreadsheets do, or cut after sixteen decimals. */
const notation = {whole: 0, short: 1, cut: 2};

interface Quotient {
  divisor: number;
  notation: number;
  /** Nanoseconds, whole. */
  sum: number;
  /** By how many steps of single precision the sum is above that, and by how many of its last place the latency. */
  above: number;
  steps: number;
}

class LatencyCoder {
  private lastKind = 0;
  private lastGrain = 0;
  private lastNotation = notation.whole;
  /** Mean share by which latencies were off what was expected. */
  private scatter = 0.02;

  constructor(
    private readonly coder: IntCoder,
    private readonly mantissaBits?: number
  ) {}

  /** The latency, decoded unless it was given. */
  code(ms: number, expectedMs: number): number {
    const {mantissaBits} = this;
    const value =
      mantissaBits === undefined ? this.codeExact(ms, expectedMs) : this.codeRounded(ms, expectedMs, mantissaBits);
    const off = Math.min(1, Math.abs(value - expectedMs) / (value || 1));
    this.scatter = this.scatter * 0.9 + off * 0.1;
    return value;
  }

  private codeRounded(ms: number, expectedMs: number, bits: number): number {
    const unit = 2 ** (upperBits - bits);
    const upper = (value: number) => {
      const [high, low] = wordsOf(value);
      return Math.round((high + low / 2 ** 32) / unit);
    };
    const expected = upper(expectedMs);
    const coded = expected + this.coder.int(`r${this.width(2 ** bits)}`, upper(ms) - expected);
    return doubleOf(coded * unit, 0);
  }

  private codeExact(ms: number, expectedMs: number): number {
    const {coder} = this;
    const known = quotientOf(ms, this.lastNotation);
    const kind = coder.int(`d${this.lastKind}`, known ? 1 + divisors.indexOf(known.divisor) : 0);
    this.lastKind = kind;
    return kind === 0 ? this.codeDouble(ms, expectedMs) : this.codeQuotient(known, divisors[kind - 1], expectedMs);
  }

  private codeQuotient(known: Quotient | undefined, divisor: number, expectedMs: number): number {
    const {coder} = this;
    const isCoarse = coder.int(`c${this.lastGrain}`, known && known.sum % coarse === 0 ? 1 : 0);
    this.lastGrain = isCoarse;
    const grain = isCoarse ? coarse : 1;
    const expected = Math.round((expectedMs * nanosecondsPerMs * divisor) / grain);
    const sum =
      (expected + coder.int(`s${this.width(expected)}|${isCoarse}`, (known?.sum ?? 0) / grain - expected)) * grain;
    const above = coder.int(`a${divisor}`, known?.above ?? 0);
    const written = coder.int(`i${this.lastNotation}`, known?.notation ?? 0);
    this.lastNotation = written;
    const mean = floatOf(bitsOf(Math.fround(sum / nanosecondsPerMs)) + above) / divisor;
    if (written === notation.cut) return cut(mean);
    const steps = coder.int(`q${divisor}|${written}`, known?.steps ?? 0);
    return written === notation.short ? shortened(mean, steps) : stepped(mean, steps);
  }

  /** In how many bits the difference from what is expected will be told, about. */
  private width(expected: number): number {
    return 32 - Math.clz32(Math.min(2 ** 31, Math.floor(this.scatter * expected * 2)));
  }

  private codeDouble(ms: number, expectedMs: number): number {
    const {coder} = this;
    const [expectedHigh] = wordsOf(expectedMs);
    const [high, low] = wordsOf(ms);
    const coded = expectedHigh + coder.int(`h${this.width(2 ** upperBits)}`, high - expectedHigh);
    const upper = coder.int("u", Math.floor(low / 2 ** 16));
    return doubleOf(coded, upper * 2 ** 16 + coder.int("l", low % 2 ** 16));
  }
}

/**
 * Undefined for what is no mean of single-precision times, and for NaN, which stands for what is to be decoded. Where
 * several notations fit, the one of the latency before.
 */
export function quotientOf(ms: number, lastNotation = notation.whole): Quotient | undefined {
  if (!(ms > 0)) return undefined;
  for (const divisor of divisors) {
    const total = Math.fround(ms * divisor);
    const mean = total / divisor;
    const written = notationOf(mean, ms, lastNotation);
    if (!written) continue;
    const sum = Math.round(total * nanosecondsPerMs);
    const above = bitsOf(total) - bitsOf(Math.fround(sum / nanosecondsPerMs));
    if (sum > 0 && Math.abs(above) <= farthest.sum) return {divisor, ...written, sum, above};
  }
  return undefined;
}

/** How a mean became a latency, and by how many steps it is off then; undefined where it did not. */
function notationOf(mean: number, ms: number, last: number): Pick<Quotient, "notation" | "steps"> | undefined {
  if (Math.abs(mean - ms) > ms * 2 ** -40) return undefined;
  const asCut = {notation: notation.cut, steps: 0};
  if (last === notation.cut && cut(mean) === ms) return asCut;
  const steps = stepsBetween(mean, ms);
  if (Math.abs(steps) <= farthest.quotient) return {notation: notation.whole, steps};
  if (cut(mean) === ms) return asCut;
  const short = shortSteps(mean, ms);
  return Math.abs(short) <= farthest.quotient ? {notation: notation.short, steps: short} : undefined;
}

/** Without the decimals after the sixteenth. Twenty are written exactly by every engine, as ECMAScript demands. */
function cut(mean: number): number {
  return Number(mean.toFixed(20).slice(0, -4));
}

/** By how much the last of fifteen digits is above that of the mean; infinite where the latency has more digits. */
function shortSteps(mean: number, ms: number): number {
  const [from, to] = [mean, ms].map((value) => value.toExponential(14).split("e"));
  const steps = Number(to[0].replace(".", "")) - Number(from[0].replace(".", ""));
  return from[1] === to[1] && Number(ms.toPrecision(15)) === ms ? steps : Infinity;
}

/** With fifteen digits, the last of them moved. */
function shortened(mean: number, steps: number): number {
  const [digits, exponent] = mean.toExponential(14).split("e");
  return Number(`${Number(digits.replace(".", "")) + steps}e${Number(exponent) - 14}`);
}

const float = new Float32Array(1);
const floatInteger = new Int32Array(float.buffer);
const double = new DataView(new ArrayBuffer(8));

function floatOf(bits: number): number {
  floatInteger[0] = bits;
  return float[0];
}

/** Sign, exponent and upper bits of a double, and its lower 32 bits. */
function wordsOf(value: number): [high: number, low: number] {
  double.setFloat64(0, value);
  return [double.getInt32(0), double.getUint32(4)];
}

function doubleOf(high: number, low: number): number {
  double.setInt32(0, high);
  double.setUint32(4, low);
  return double.getFloat64(0);
}

/** The double that is this many above. */
function stepped(value: number, steps: number): number {
  const [high, low] = wordsOf(value);
  const next = low + steps;
  return doubleOf(high + Math.floor(next / 2 ** 32), next >>> 0);
}
