/**
 * Seeded random numbers that are the same in every engine: only IEEE operations whose result is exact or correctly
 * rounded, so neither Math.log nor Math.exp, which engines are free to round as they like.
 */

/** Small fast counting generator of 128 bits of state (sfc32, public domain, of PractRand). */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spare = NaN;

  /** `stream` tells apart sequences of one seed: lengths stay the same when arrivals are drawn otherwise. */
  constructor(seed: number, stream = 0) {
    this.a = seed | 0;
    this.b = Math.floor(seed / 2 ** 32) | 0;
    this.c = stream | 0;
    for (let i = 0; i < 12; ++i) this.bits();
  }

  /** Whole number of 32 bits. */
  private bits(): number {
    const {a, b, c} = this;
    const sum = (((a + b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = b ^ (b >>> 9);
    this.b = (c + (c << 3)) | 0;
    this.c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** In [0, 1). */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** Whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.uniform() * (to - from + 1));
  }

  /** Mean 1. */
  exponential(): number {
    return -logarithm(1 - this.uniform());
  }

  /** Mean 0, deviation 1. Marsaglia's polar method: no sines. */
  normal(): number {
    if (this.spare === this.spare) {
      const kept = this.spare;
      this.spare = NaN;
      return kept;
    }
    for (;;) {
      const [x, y] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * logarithm(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** Gamma variate of a shape, mean `shape`. Source: Marsaglia and Tsang, ACM TOMS 26 (2000); below 1 by their boost. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * exponential(logarithm(1 - this.uniform()) / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) * (1 + c * x) * (1 + c * x);
      if (v <= 0) continue;
      if (logarithm(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * logarithm(v)) return d * v;
    }
  }
}

const ln2 = 0.6931471805599453;
/** Split in a part whose multiples are exact, and the rest. */
const ln2High = 0.69314718036912381649;
const ln2Low = 1.90821492927058770002e-10;

/** Natural logarithm to about an ulp; −Infinity at 0, NaN below. */
export function logarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let exponent = 0;
  let m = x;
  while (m >= Math.SQRT2) {
    m /= 2;
    ++exponent;
  }
  while (m < Math.SQRT1_2) {
    m *= 2;
    --exponent;
  }
  // ln m = 2 · artanh z, z at most 0.1716.
  const z = (m - 1) / (m + 1);
  const square = z * z;
  let sum = 0;
  for (let k = 21; k >= 3; k -= 2) sum = (sum + 1 / k) * square;
  return exponent * ln2High + (2 * z + 2 * z * sum + exponent * ln2Low);
}

/** e to the x to about an ulp. */
export function exponential(x: number): number {
  if (x > 709) return Infinity;
  if (!(x > -745)) return x === x ? 0 : NaN;
  const halvings = Math.round(x / ln2);
  const rest = x - halvings * ln2High - halvings * ln2Low;
  let sum = 1;
  for (let k = 16; k >= 1; --k) sum = 1 + (sum * rest) / k;
  let scale = 1;
  const factor = halvings < 0 ? 0.5 : 2;
  for (let i = Math.abs(halvings); i > 0; --i) scale *= factor;
  return sum * scale;
}
