import {Float64, Int32, Table, Utf8, makeData, makeVector} from "apache-arrow";
import type {Vector} from "apache-arrow";

/** Columns of numbers or of text, none missing, as an Arrow table. Arrow’s own builders write code, which a strict policy forbids. */
export function arrowTable(columns: Record<string, ArrayLike<number> | readonly string[]>): Table {
  const vectors = Object.entries(columns).map(([name, values]) => [name, vectorOf(values)]);
  return new Table(Object.fromEntries(vectors));
}

function vectorOf(values: ArrayLike<number> | readonly string[]): Vector {
  if (typeof values[0] === "string") return textVector(values as readonly string[]);
  const numbers = Array.from(values as ArrayLike<number>);
  if (numbers.every((value) => value === (value | 0)))
    return makeVector(makeData({type: new Int32(), data: Int32Array.from(numbers)}));
  return makeVector(makeData({type: new Float64(), data: Float64Array.from(numbers)}));
}

function textVector(values: readonly string[]): Vector {
  const encoder = new TextEncoder();
  const texts = values.map((text) => encoder.encode(text));
  const valueOffsets = new Int32Array(texts.length + 1);
  for (const [i, {length}] of texts.entries()) valueOffsets[i + 1] = valueOffsets[i] + length;
  const data = new Uint8Array(valueOffsets[texts.length]);
  for (const [i, text] of texts.entries()) data.set(text, valueOffsets[i]);
  return makeVector(makeData({type: new Utf8(), length: texts.length, valueOffsets, data}));
}
