/** Writes slices as packed-slice.ts reads them. */
import {promisify} from "node:util";
import {gzip} from "node:zlib";
import {valueColumn} from "../../engine/schema.js";
import type {Columns} from "../../engine/schema.js";
import {bitsOf, codesPerDivisor, divisors, farthest, stepsBetween} from "../perf/packed-slice.js";
import type {PackedColumn, PackedHeader} from "../perf/packed-slice.js";

const compress = promisify(gzip);

/** The smaller of latencies as quotients and as doubles. */
export async function packSlice(columns: Columns): Promise<Uint8Array> {
  const {[valueColumn]: latencies, ...keys} = columns;
  const latencyMs = Float64Array.from(latencies as ArrayLike<number>);
  const packed = Object.entries(keys).map(([name, values]) => packColumn(name, values));
  const file = ({quotients}: Pick<PackedHeader, "quotients">, planes: Uint8Array[]) => {
    const header: PackedHeader = {rows: latencyMs.length, columns: packed.map(({column}) => column), quotients};
    const text = new TextEncoder().encode(JSON.stringify(header));
    const length = new Uint8Array(Uint32Array.of(text.length).buffer);
    return compress(Buffer.concat([length, text, ...packed.flatMap(({planes}) => planes), ...planes]), {level: 9});
  };
  const {others, planes} = packQuotients(latencyMs);
  const asDoubles = others > latencyMs.length / 4 ? await file({}, doublePlanes(latencyMs)) : undefined;
  const asQuotients = await file({quotients: {others}}, planes);
  return asDoubles && asDoubles.length < asQuotients.length ? asDoubles : asQuotients;
}

function packColumn(name: string, values: Columns[string]): {column: PackedColumn; planes: Uint8Array[]} {
  const names = typeof values[0] === "string" ? [...new Set(values as readonly string[])] : undefined;
  const codes = new Map(names?.map((text, code) => [text, code]));
  const numbers = names
    ? Float64Array.from(values as readonly string[], (text) => codes.get(text)!)
    : Float64Array.from(values as ArrayLike<number>);
  if (!numbers.every(Number.isSafeInteger)) throw new Error(`${name} has values that are not whole`);
  const differences = toDifferences(numbers);
  const width = Math.max(1, Math.ceil(Math.log2(differences.reduce((a, b) => Math.max(a, b), 0) + 1) / 8));
  return {column: {name, width, names}, planes: planesOf(differences, width)};
}

function toDifferences(values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0, last = 0; i < out.length; last = values[i++]) {
    const difference = values[i] - last;
    out[i] = difference >= 0 ? 2 * difference : -2 * difference - 1;
  }
  return out;
}

function planesOf(values: Float64Array, width: number): Uint8Array[] {
  return Array.from({length: width}, (_, byte) => {
    const [plane, scale] = [new Uint8Array(values.length), 256 ** byte];
    for (let i = 0; i < plane.length; ++i) plane[i] = Math.floor(values[i] / scale);
    return plane;
  });
}

function doublePlanes(values: Float64Array): Uint8Array[] {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({length: 8}, (_, byte) => {
    const plane = new Uint8Array(values.length);
    for (let i = 0; i < plane.length; ++i) plane[i] = bytes[8 * i + byte];
    return plane;
  });
}

function packQuotients(latencyMs: Float64Array): {others: number; planes: Uint8Array[]} {
  const codes = new Uint8Array(latencyMs.length);
  const steps = new Uint8Array(latencyMs.length);
  const bits = new Float64Array(latencyMs.length);
  const others: number[] = [];
  for (let i = 0; i < latencyMs.length; ++i) {
    const value = latencyMs[i];
    bits[i] = bitsOf(value);
    const found = asQuotient(value);
    if (found) [codes[i], steps[i]] = found;
    else others.push(value);
  }
  const planes = [...planesOf(toDifferences(bits), 5), codes, steps, ...doublePlanes(Float64Array.from(others))];
  return {others: others.length, planes};
}

/** Code and steps of a latency that is a quotient. */
function asQuotient(value: number): [number, number] | undefined {
  if (!(value > 0)) return undefined;
  for (let index = 0; index < divisors.length; ++index) {
    const divisor = divisors[index];
    const numerator = Math.fround(value * divisor);
    const near = numerator / divisor;
    if (Math.abs(near - value) > value * 2 ** -49) continue;
    const steps = stepsBetween(near, value);
    const distance = bitsOf(numerator) - bitsOf(Math.fround(value) * divisor);
    if (Math.abs(steps) > farthest.quotient || Math.abs(distance) > farthest.numerator) continue;
    return [1 + index * codesPerDivisor + distance + farthest.numerator, steps + farthest.quotient];
  }
  return undefined;
}
