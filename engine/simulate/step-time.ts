/** Durations of engine steps, looked up fast: one object per worker and set of constants, no allocation per look-up. */
import type {Curve, StepConstants, StepCurves, Surface} from "./types.js";

/** Index of the segment of ascending `at` that holds or is nearest x. */
function segment(at: Float64Array, x: number): number {
  let [low, high] = [0, at.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at[middle] <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Value of a curve; never below 0. */
export function curveAt({at, ms}: Curve, x: number): number {
  if (at.length === 1) return ms[0];
  const i = segment(at, x);
  const value = ms[i] + ((ms[i + 1] - ms[i]) * (x - at[i])) / (at[i + 1] - at[i]);
  return value > 0 ? value : 0;
}

/** Value of a surface; never below 0. */
export function surfaceAt({rows, columns, ms}: Surface, row: number, column: number): number {
  const width = columns.length;
  const i = rows.length === 1 ? 0 : segment(rows, row);
  const j = width === 1 ? 0 : segment(columns, column);
  const down = rows.length === 1 ? 0 : width;
  const right = width === 1 ? 0 : 1;
  const u = down === 0 ? 0 : (row - rows[i]) / (rows[i + 1] - rows[i]);
  const v = right === 0 ? 0 : (column - columns[j]) / (columns[j + 1] - columns[j]);
  const at = i * width + j;
  const top = ms[at] + (ms[at + right] - ms[at]) * v;
  const bottom = ms[at + down] + (ms[at + down + right] - ms[at + down]) * v;
  const value = top + (bottom - top) * u;
  return value > 0 ? value : 0;
}

/**
 * Step times of one worker. A decode step of n sequences takes, over their mean length, straight pieces between the
 * columns of its attention surface: `decodeStep` finds the piece, and leaves its end and slope in fields.
 */
export class StepTimes {
  readonly rowsPerSequence: number;
  private readonly columns: Float64Array;
  /** Rest of a decode step and its experts, by sequences; attention at every column, by sequences. NaN: not yet. */
  private readonly rest: Float64Array;
  private readonly experts: Float64Array;
  private readonly attention: Float64Array;
  private readonly floorMs: number;
  /** What steps ask of constants and curves, as objects of one shape each, wherever these came from. */
  private readonly scales: StepScales;
  private readonly prefillRest: Curve;
  private readonly prefillExperts: Curve;
  private readonly logits: Curve;
  private readonly decodeExpertsCurve: Curve;
  private readonly prefillAttention: Surface;
  /** What attention is multiplied with before the factor of a decode step, and then before that of one that prefills. */
  private readonly attentionScale: number;
  private readonly mixedAttentionScale: number;

  /** Mean length at which the last piece ends, ms per token of mean length in it, and which piece it was. */
  pieceEnd = Infinity;
  slope = 0;

  constructor(
    private readonly curves: StepCurves,
    private readonly constants: StepConstants,
    private readonly maxSequences: number
  ) {
    this.rowsPerSequence = curves.rowsPerSequence;
    this.columns = curves.decodeAttention.columns;
    this.rest = new Float64Array(maxSequences + 1).fill(NaN);
    this.experts = new Float64Array(maxSequences + 1).fill(NaN);
    this.attention = new Float64Array((maxSequences + 1) * this.columns.length);
    this.floorMs = constants.prefillFloorMsPerLayer * curves.layers;
    const {decodeScale, prefillScale, decodeGapMs, prefillGapMs, decodeAttentionScale: scale} = constants;
    this.scales = {decodeScale, prefillScale, decodeGapMs, prefillGapMs};
    this.prefillRest = ownCurve(curves.prefillRest);
    this.prefillExperts = ownCurve(curves.prefillExperts);
    this.logits = ownCurve(curves.logits);
    this.decodeExpertsCurve = ownCurve(curves.decodeExperts);
    this.prefillAttention = ownSurface(curves.prefillAttention);
    this.attentionScale = scale === undefined ? 1 : scale / decodeScale;
    this.mixedAttentionScale = scale === undefined ? 1 : decodeScale / prefillScale;
  }

  /** Whether it answers for these constants, up to so many sequences. */
  suits(constants: StepConstants, maxSequences: number): boolean {
    if (maxSequences > this.maxSequences) return false;
    return constantKeys.every((key) => constants[key] === this.constants[key]);
  }

  private fill(n: number): void {
    const {curves, columns, attention} = this;
    this.rest[n] = n === 0 ? 0 : curveAt(curves.decodeRest, n);
    this.experts[n] = n === 0 ? 0 : curveAt(curves.decodeExperts, n);
    const from = n * columns.length;
    for (let j = 0; j < columns.length; ++j)
      attention[from + j] = n === 0 ? 0 : this.attentionScale * surfaceAt(curves.decodeAttention, n, columns[j]);
  }

  /** One rank's own part of a decode step: n sequences of a mean length; sets `pieceEnd` and `slope`. */
  decodeOwn(n: number, meanTokens: number): number {
    if (this.rest[n] !== this.rest[n]) this.fill(n);
    return this.rest[n] + this.decodeAttention(n, meanTokens);
  }

  private decodeAttention(n: number, meanTokens: number): number {
    const {columns, attention} = this;
    const last = columns.length - 1;
    const from = n * columns.length;
    if (last === 0) {
      [this.pieceEnd, this.slope] = [Infinity, 0];
      return attention[from];
    }
    let j = 0;
    while (j < last - 1 && columns[j + 1] <= meanTokens) ++j;
    const left = attention[from + j];
    const slope = (attention[from + j + 1] - left) / (columns[j + 1] - columns[j]);
    const value = left + slope * (meanTokens - columns[j]);
    this.pieceEnd = j === last - 1 ? Infinity : columns[j + 1];
    if (value < 0) {
      // Before a falling first piece reaches 0 it may be taken as 0: step by step.
      this.pieceEnd = meanTokens;
      this.slope = 0;
      return 0;
    }
    this.slope = slope;
    return value;
  }

  /** Experts' part of a decode step with a mean of n sequences on each rank. */
  decodeExperts(n: number): number {
    if (!Number.isInteger(n)) return curveAt(this.decodeExpertsCurve, n);
    if (this.rest[n] !== this.rest[n]) this.fill(n);
    return this.experts[n];
  }

  /** Whole decode step from the slowest rank's part and the experts' part. */
  decodeStep(ownMs: number, expertsMs: number): number {
    return this.scales.decodeGapMs + this.scales.decodeScale * (ownMs + expertsMs);
  }

  get decodeScale(): number {
    return this.scales.decodeScale;
  }

  /**
   * One rank's own part of a step that prefills `tokens` beside `decodes` sequences of a mean length, giving
   * `firstTokens` first tokens; `attentionMs` of its chunks.
   */
  mixedOwn(tokens: number, decodes: number, meanTokens: number, firstTokens: number, attentionMs: number): number {
    const {rowsPerSequence} = this;
    const all = tokens + decodes * rowsPerSequence;
    if (all === 0) return 0;
    let ms = curveAt(this.prefillRest, all) + attentionMs;
    const giving = firstTokens + decodes * rowsPerSequence;
    if (giving > 0) ms += curveAt(this.logits, giving);
    if (decodes > 0) {
      if (this.rest[decodes] !== this.rest[decodes]) this.fill(decodes);
      ms += this.mixedAttentionScale * this.decodeAttention(decodes, meanTokens);
    }
    return ms;
  }

  mixedExperts(tokens: number): number {
    return tokens > 0 ? curveAt(this.prefillExperts, tokens) : 0;
  }

  /** Whole step that prefills. */
  mixedStep(ownMs: number, expertsMs: number): number {
    const ms = this.scales.prefillScale * (ownMs + expertsMs);
    return this.scales.prefillGapMs + (ms > this.floorMs ? ms : this.floorMs);
  }

  /** Attention of a chunk that brings a prompt from `from` to `full` tokens, one of `chunks` in the step. */
  chunkAttention(chunks: number, from: number, full: number): number {
    const {prefillAttention} = this;
    const whole = surfaceAt(prefillAttention, chunks, full) / chunks;
    if (from === 0) return whole;
    if (this.curves.chunkRule === "square-share") return whole * (1 - (from / full) * (from / full));
    const beyond = whole - surfaceAt(prefillAttention, chunks, from) / chunks;
    const alone = surfaceAt(prefillAttention, chunks, full - from) / chunks;
    return beyond > alone ? beyond : alone;
  }
}

type StepScales = Pick<StepConstants, "decodeScale" | "prefillScale" | "decodeGapMs" | "prefillGapMs">;

function ownCurve({at, ms}: Curve): Curve {
  return {at, ms};
}

function ownSurface({rows, columns, ms}: Surface): Surface {
  return {rows, columns, ms};
}

const constantKeys = [
  "decodeScale",
  "prefillScale",
  "decodeAttentionScale",
  "decodeGapMs",
  "prefillGapMs",
  "prefillFloorMsPerLayer"
] as const satisfies readonly (keyof StepConstants)[];

const known = new WeakMap<StepCurves, StepTimes>();

/** Step times of a worker; those that another simulation of it filled, where they suit. */
export function stepTimesOf(curves: StepCurves, constants: StepConstants, maxSequences: number): StepTimes {
  const last = known.get(curves);
  if (last?.suits(constants, maxSequences)) return last;
  const times = new StepTimes(curves, constants, maxSequences);
  known.set(curves, times);
  return times;
}
