import {adapt, codeInt, IntContexts, modelBits, zeroShare} from "../engine/calibration/range-coder.js";
import type {BitModel, IntCoder} from "../engine/calibration/range-coder.js";

/** The counterpart of the engine's `RangeDecoder`. */
export class RangeEncoder implements IntCoder {
  private readonly contexts = new IntContexts();
  private readonly out: number[] = [];
  private range = 0xffffffff;
  private low = 0;
  private pending = 0;
  private cache = 0;
  private started = false;

  int(context: string, value: number): number {
    return codeInt(this.bit, this.contexts.of(context), value);
  }

  /** Everything written so far, as bytes; nothing may follow. */
  finish(): Uint8Array {
    for (let i = 0; i < 5; ++i) this.shift();
    let end = this.out.length;
    while (end > 0 && this.out[end - 1] === 0) --end;
    return Uint8Array.from(this.out.slice(0, end));
  }

  private readonly bit = (model: BitModel, bit: number): number => {
    const bound = (this.range >>> modelBits) * zeroShare(model);
    if (bit) {
      this.low += bound;
      this.range -= bound;
    } else this.range = bound;
    adapt(model, bit);
    while (this.range < 0x1000000) {
      this.range = (this.range << 8) >>> 0;
      this.shift();
    }
    return bit;
  };

  /** Moves the top byte of `low` out, once it is certain that no carry will change it. */
  private shift(): void {
    const carry = this.low > 0xffffffff ? 1 : 0;
    if (this.low < 0xff000000 || carry) {
      if (this.started) this.out.push((this.cache + carry) & 0xff);
      else this.out.push(carry);
      this.started = true;
      for (; this.pending > 0; --this.pending) this.out.push((0xff + carry) & 0xff);
      this.cache = Math.floor(this.low / 0x1000000) & 0xff;
    } else ++this.pending;
    this.low = (this.low % 0x1000000) * 256;
  }
}
