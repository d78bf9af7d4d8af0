/** Writes slices as tight-slice.ts reads them. */
import {valueColumn} from "../../engine/schema.js";
import type {Columns} from "../../engine/schema.js";
import {RangeEncoder} from "../calibrate/range-encoder.js";
import {codeRows} from "../perf/tight-slice.js";
import type {TightHeader} from "../perf/tight-slice.js";

/** Latencies as they are, or rounded to bits after the leading one. Throws for a key that is no whole number and no text. */
export function tightenSlice(columns: Columns, mantissaBits?: number): Uint8Array {
  const {[valueColumn]: latencies, ...keys} = columns;
  const latencyMs = Float64Array.from(latencies as ArrayLike<number>);
  const coded = Object.entries(keys).map(([name, values]) => codedColumn(name, values));
  const encoder = new RangeEncoder();
  codeRows(
    encoder,
    coded.map(({values}) => values),
    latencyMs,
    mantissaBits
  );
  const header: TightHeader = {
    rows: latencyMs.length,
    mantissaBits,
    columns: coded.map(({name, names}) => ({name, names}))
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  return Buffer.concat([new Uint8Array(Uint32Array.of(text.length).buffer), text, encoder.finish()]);
}

function codedColumn(name: string, values: Columns[string]): {name: string; names?: string[]; values: Float64Array} {
  if (typeof values[0] === "string") {
    const names = [...new Set(values as readonly string[])];
    const codes = new Map(names.map((text, code) => [text, code]));
    return {name, names, values: Float64Array.from(values as readonly string[], (text) => codes.get(text)!)};
  }
  const numbers = Float64Array.from(values as ArrayLike<number>);
  if (!numbers.every(Number.isSafeInteger)) throw new Error(`${name} has values that are not whole`);
  return {name, values: numbers};
}
