/** A folder of tables as `kneepoint import` writes it, made of the embedded surfaces: any checkout has these. */
import {mkdirSync, mkdtempSync, readFileSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {encodeSlice} from "../../data-loaders/slice-file.js";
import {parseCalibration} from "../../engine/calibration.js";
import {tabulate} from "../../engine/calibration/tabulate.js";
import {valueColumn, type Catalogue, type SliceEntry} from "../../engine/schema.js";

const surfaces = join(import.meta.dirname, "../../systems/calibration/h200_sxm/trtllm.bin");

/** Tables of h200_sxm/trtllm, as if the figures of its surfaces had been measured. */
export function writeTables(): string {
  const folder = mkdtempSync(join(tmpdir(), "kneepoint-tables-"));
  const bytes = readFileSync(surfaces);
  const {head, surfaces: all} = parseCalibration(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const slices = all.flatMap(({table, parts, body}) => {
    let from = 0;
    return parts.map(({part, sites, rows}): SliceEntry => {
      const {[valueColumn]: latencyMs, ...columns} = tabulate(table, body(), from, (from += sites));
      const encoded = encodeSlice(
        Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, plain(data)])),
        Float64Array.from(latencyMs as ArrayLike<number>)
      );
      const path = `slices/${[table, ...part].join("-")}.parquet`;
      mkdirSync(dirname(join(folder, path)), {recursive: true});
      writeFileSync(join(folder, path), encoded);
      return {table, part: [...part], path, rows, bytes: encoded.length, borrowedRows: 0, borrowedFrom: []};
    });
  });
  const version = {measured: true, device: "as its surfaces have it", slices};
  const catalogue: Catalogue = {format: 1, systems: {[head.system]: {[head.backend]: {[head.version]: version}}}};
  writeFileSync(join(folder, "catalogue.json"), JSON.stringify(catalogue));
  return folder;
}

function plain(column: ArrayLike<number> | readonly string[]): Float64Array | string[] {
  return typeof column[0] === "string" ? [...(column as string[])] : Float64Array.from(column as ArrayLike<number>);
}
