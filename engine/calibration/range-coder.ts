/**
 * Integers as adaptively coded bits, so that a surface's many small coefficients take little more than their entropy.
 * Encoder and decoder are one interface: whoever describes a format by calling `int` describes both directions.
 */
export interface IntCoder {
  /** Encodes `value`, or decodes and returns what stands there. Equal contexts should hold alike values. */
  int(context: string, value: number): number;
}

/** Probabilities of a 0 bit: one that adapts fast and one that adapts slowly; their mean is used. 15 bits each. */
export interface BitModel {
  fast: number;
  slow: number;
}

export const modelBits = 15;
/** Adaptation shifts, chosen for streams of some hundred to some ten thousand bits. */
export const fastShift = 4;
export const slowShift = 7;

export const newModel = (): BitModel => ({fast: 1 << (modelBits - 1), slow: 1 << (modelBits - 1)});

/** Never 0 nor 1. */
export function zeroShare({fast, slow}: BitModel): number {
  return Math.min((1 << modelBits) - 32, Math.max(32, (fast + slow) >> 1));
}

export function adapt(model: BitModel, bit: number): void {
  const target = bit ? 0 : 1 << modelBits;
  model.fast += (target - model.fast) >> fastShift;
  model.slow += (target - model.slow) >> slowShift;
}

/** Models of one context's integers: is it 0, its sign, one more bit (by bits so far), the bit below the leading one. */
export interface IntModels {
  zero: BitModel;
  sign: BitModel;
  more: BitModel[];
  second: BitModel[];
  rest: BitModel;
}

export class IntContexts {
  private readonly byName = new Map<string, IntModels>();

  of(name: string): IntModels {
    let models = this.byName.get(name);
    if (!models) {
      const many = () => Array.from({length: mostBits}, newModel);
      models = {zero: newModel(), sign: newModel(), more: many(), second: many(), rest: newModel()};
      this.byName.set(name, models);
    }
    return models;
  }
}

const mostBits = 53;

/** How an integer becomes bits; `bit` codes one and returns it. */
export function codeInt(bit: (model: BitModel, value: number) => number, models: IntModels, value: number): number {
  if (bit(models.zero, value === 0 ? 0 : 1) === 0) return 0;
  const negative = bit(models.sign, value < 0 ? 1 : 0);
  const size = Math.abs(value);
  let bits = 0;
  while (bit(models.more[bits], size >= 2 ** (bits + 1) ? 1 : 0) === 1) ++bits;
  let coded = 1;
  for (let i = bits - 1; i >= 0; --i) {
    const model = i === bits - 1 ? models.second[bits] : models.rest;
    coded = coded * 2 + bit(model, Math.floor(size / 2 ** i) & 1);
  }
  return negative ? -coded : coded;
}

/** Reads what `RangeEncoder` wrote. Past the end it reads zeros. */
export class RangeDecoder implements IntCoder {
  private readonly contexts = new IntContexts();
  private range = 0xffffffff;
  private code = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at = 0
  ) {
    for (let i = 0; i < 5; ++i) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  int(context: string): number {
    return codeInt(this.bit, this.contexts.of(context), NaN);
  }

  private next(): number {
    return this.at < this.bytes.length ? this.bytes[this.at++] : 0;
  }

  private readonly bit = (model: BitModel): number => {
    const bound = (this.range >>> modelBits) * zeroShare(model);
    const bit = this.code < bound ? 0 : 1;
    if (bit) {
      this.code -= bound;
      this.range -= bound;
    } else this.range = bound;
    adapt(model, bit);
    while (this.range < 0x1000000) {
      this.range = (this.range << 8) >>> 0;
      this.code = ((this.code << 8) | this.next()) >>> 0;
    }
    return bit;
  };
}
