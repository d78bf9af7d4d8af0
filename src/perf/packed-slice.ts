/**
 * Slices as a site carries them: a third of their size as Parquet, without losing a bit. What there is of structure in
 * a measured latency is that it is a mean, of 3 runs of 5 say, of times that were taken in single precision: most are
 * the quotient of a single-precision number and a small whole one, give or take a rounding.
 *
 * Gzip of: length of the header (uint32, little-endian), header (JSON), then the columns byte by byte: first all
 * lowest bytes, and so on.
 */
import type {Columns} from "../engine/schema.js";
import {valueColumn} from "../engine/schema.js";

/** How many runs a mean is taken of; 0 marks a latency that is no such quotient. */
export const divisors = [1, 3, 5, 9, 15, 25, 27, 45, 75, 81, 125, 225, 375, 625, 1125];
/** Distances that a code can tell: of the numerator, in steps of single precision, and of the quotient, in steps of double. */
export const farthest = {numerator: 2, quotient: 4};
export const codesPerDivisor = 2 * farthest.numerator + 1;

export interface PackedHeader {
  rows: number;
  columns: PackedColumn[];
  /** Undefined where latencies stand as doubles. */
  quotients?: {
    /** Latencies that are none, as doubles after the others. */
    others: number;
  };
}

export interface PackedColumn {
  name: string;
  /** Bytes of each value: the difference from the one before, twice if it is not negative, else below zero by one, negated. */
  width: number;
  /** What the values stand for, where they are text. */
  names?: string[];
}

/** The columns of a packed slice, `latency_ms` last. Rejects what is no such file. Runs in a browser worker and in Node. */
export async function decodePacked(buffer: ArrayBuffer): Promise<Columns> {
  const bytes = await inflate(buffer);
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerBytes))) as PackedHeader;
  const reader = new PlaneReader(bytes, 4 + headerBytes);
  const columns: Columns = {};
  for (const {name, width, names} of header.columns) {
    const values = fromDifferences(reader.numbers(header.rows, width));
    columns[name] = names ? Array.from(values, (code) => names[code]) : values;
  }
  columns[valueColumn] = header.quotients
    ? quotients(reader, header.rows, header.quotients.others)
    : reader.doubles(header.rows);
  return columns;
}

/** As they came, where the server said how they are compressed and the browser has undone it. */
async function inflate(buffer: ArrayBuffer): Promise<Uint8Array> {
  const bytes = new Uint8Array(buffer);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

class PlaneReader {
  constructor(
    private readonly bytes: Uint8Array,
    private offset: number
  ) {}

  /** Bytes of one plane. */
  plane(rows: number): Uint8Array {
    const plane = this.bytes.subarray(this.offset, this.offset + rows);
    if (plane.length !== rows) throw new Error(`slice ends early: ${plane.length} of ${rows} bytes`);
    this.offset += rows;
    return plane;
  }

  /** Whole numbers of `width` bytes, at most 6. */
  numbers(rows: number, width: number): Float64Array {
    const out = new Float64Array(rows);
    for (let byte = 0, scale = 1; byte < width; ++byte, scale *= 256) {
      const plane = this.plane(rows);
      for (let i = 0; i < rows; ++i) out[i] += plane[i] * scale;
    }
    return out;
  }

  doubles(rows: number): Float64Array {
    const out = new Float64Array(rows);
    const view = new Uint8Array(out.buffer);
    for (let byte = 0; byte < 8; ++byte) {
      const plane = this.plane(rows);
      for (let i = 0; i < rows; ++i) view[8 * i + byte] = plane[i];
    }
    return out;
  }
}

function fromDifferences(coded: Float64Array): Float64Array {
  let last = 0;
  for (let i = 0; i < coded.length; ++i) {
    const code = coded[i];
    last += code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    coded[i] = last;
  }
  return coded;
}

function quotients(reader: PlaneReader, rows: number, others: number): Float64Array {
  const bits = fromDifferences(reader.numbers(rows, 5));
  const codes = reader.plane(rows);
  const steps = reader.plane(rows);
  const doubles = reader.doubles(others);
  const out = new Float64Array(rows);
  for (let i = 0, other = 0; i < rows; ++i)
    out[i] = codes[i] === 0 ? doubles[other++] : quotient(bits[i], codes[i] - 1, steps[i] - farthest.quotient);
  return out;
}

function quotient(floatBits: number, code: number, steps: number): number {
  const divisor = divisors[Math.floor(code / codesPerDivisor)];
  const numerator = floatOf(floatBits) * divisor;
  return stepped(floatOf(bitsOf(numerator) + (code % codesPerDivisor) - farthest.numerator) / divisor, steps);
}

const float = new Float32Array(1);
const floatInteger = new Int32Array(float.buffer);
const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);

/** Of a positive number in single precision, to which it is rounded: larger for larger ones. */
export function bitsOf(value: number): number {
  float[0] = value;
  return floatInteger[0];
}

function floatOf(bits: number): number {
  floatInteger[0] = bits;
  return float[0];
}

/** The double that is this many above. */
function stepped(value: number, steps: number): number {
  double[0] = value;
  const low = doubleWords[0] + steps;
  doubleWords[0] = low;
  doubleWords[1] += Math.floor(low / 2 ** 32);
  return double[0];
}

/** By how many doubles a positive one is above another near it. */
export function stepsBetween(from: number, to: number): number {
  double[0] = from;
  const [low, high] = doubleWords;
  double[0] = to;
  return (doubleWords[1] - high) * 2 ** 32 + (doubleWords[0] - low);
}
