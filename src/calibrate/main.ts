/**
 * `npm run calibrate:surfaces`: fits the embedded surfaces to the imported tables, newest version of every system and backend.
 * `-- SYSTEM/BACKEND …` fits only those; `-- --check` fits nothing, compares with the tables and writes docs/calibration.md.
 */
import {createHash} from "node:crypto";
import {mkdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import type {CalibrationEntry} from "../engine/calibration.js";
import {InputError} from "../engine/errors.js";
import type {TableName} from "../engine/schema.js";
import {openData} from "../cli/data.js";
import {check} from "./check.js";
import {calibrationBytes} from "./file.js";
import {fitTable} from "./fit.js";
import {readTable} from "./rows.js";
import {calibrationSources, readSlice} from "./source.js";
import type {Source} from "./source.js";

const folder = resolve(import.meta.dirname, "../../systems/calibration");
const indexFile = join(folder, "index.json");

async function main(args: readonly string[]): Promise<void> {
  const data = openData();
  const sources = calibrationSources(data);
  if (sources.length === 0)
    throw new InputError("no tables are imported: nothing to fit to; run npm run import -- DIR");
  if (args.includes("--check")) return check(data, sources);
  const wanted = args.filter((arg) => !arg.startsWith("-"));
  const chosen = sources.filter(
    ({system, backend}) => wanted.length === 0 || wanted.includes(`${system.id}/${backend}`)
  );
  const entries = wanted.length ? readIndex() : [];
  for (const source of chosen) {
    const started = performance.now();
    const entry = await calibrate(source);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${entry.file.padEnd(32)} ${entry.bytes} bytes, ${entry.rows} rows, ${seconds} s`);
    const before = entries.findIndex(({file}) => file === entry.file);
    if (before >= 0) entries.splice(before, 1);
    entries.push(entry);
  }
  entries.sort((a, b) => (a.file < b.file ? -1 : 1));
  writeFileSync(indexFile, `[\n${entries.map((entry) => `  ${JSON.stringify(entry)}`).join(",\n")}\n]\n`);
  console.log(`${entries.reduce((sum, {bytes}) => sum + bytes, 0)} bytes in all`);
}

async function calibrate({system, backend, version, entry, slices}: Source): Promise<CalibrationEntry> {
  const surfaces = [];
  let rows = 0;
  for (const table of [...new Set(slices.map((slice) => slice.table))].sort() as TableName[]) {
    const own = slices.filter((slice) => slice.table === table);
    const surface = fitTable(await readTable(table, own, system, readSlice));
    if (!surface) continue;
    surfaces.push(surface);
    rows += surface.parts.reduce((sum, part) => sum + part.rows, 0);
  }
  const {device} = entry;
  const bytes = calibrationBytes({system: system.id, backend, version}, surfaces);
  const file = `${system.id}/${backend}.bin`;
  mkdirSync(dirname(join(folder, file)), {recursive: true});
  writeFileSync(join(folder, file), bytes);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  return {system: system.id, backend, version, device, file, hash, bytes: bytes.length, rows};
}

function readIndex(): CalibrationEntry[] {
  return JSON.parse(readFileSync(indexFile, "utf8")) as CalibrationEntry[];
}

await main(process.argv.slice(2));
