/** How far the fitted surfaces are from the tables: per operator, per system, and in whole estimates. */
import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {InputError, PerfDataError} from "../engine/errors.js";
import {estimate} from "../engine/index.js";
import type {EstimateProblem, Platform} from "../engine/index.js";
import type {PerfDatabase} from "../engine/perf.js";
import type {ErrorBand} from "../engine/result.js";
import type {TableName} from "../engine/schema.js";
import {choosePlatform, loadSlices, openModel} from "../cli/data.js";
import type {Data} from "../cli/data.js";
import {errorOf} from "./fit.js";
import {readTable} from "./rows.js";
import type {TableRows} from "./rows.js";
import {readSlice} from "./source.js";
import type {Source} from "./source.js";

const repo = resolve(import.meta.dirname, "../..");
const document = join(repo, "docs/calibration.md");
/** Recorded estimates of the reference, whose models and points are estimated here; not part of the repository. */
const recordedFile = join(repo, "../shared/reference/static.jsonl");

export interface TableErrors {
  error: ErrorBand;
  errors: Float64Array;
  rows: number;
  /** Rows left out: not positive, or prefill attention faster than the GPU can be. */
  excluded: number;
}

/** Relative errors of a fitted table's own look-ups on measured rows. */
export function tableErrors(rows: TableRows, fitted: PerfDatabase): TableErrors {
  const errors: number[] = [];
  let excluded = 0;
  for (let i = 0; i < rows.latencyMs.length; ++i) {
    if (rows.excluded[i]) {
      ++excluded;
      continue;
    }
    const key = rows.key.map((column) => column[i]);
    const grid = fitted.has(rows.table, rows.part[i]) ? fitted.grid(rows.table, rows.part[i], key) : undefined;
    if (!grid) {
      ++excluded;
      continue;
    }
    const [a, b = 0, c = 0, d = 0] = rows.axes.map((axis) => axis[i]);
    errors.push(Math.abs(grid.lookup(a, b, c, d, () => 1) / rows.latencyMs[i] - 1));
  }
  const all = Float64Array.from(errors);
  return {error: errorOf(all), errors: all, rows: rows.latencyMs.length, excluded};
}

export interface StaticPoint extends Omit<EstimateProblem, "model" | "platform" | "mode"> {
  model: string;
  system: string;
  backend: Platform["backend"];
}

/** Distinct models and points of recorded estimates. */
export function staticPoints(recorded: string): StaticPoint[] {
  const points = new Map<string, StaticPoint>();
  for (const line of recorded.trim().split("\n")) {
    const {input} = JSON.parse(line) as {input: Record<string, never>};
    const {model, system, backend, quant, nextn, batch, isl, osl, prefix = 0} = input;
    const {tp, pp = 1, dp = 1, moeTp = 1, moeEp = 1, cp = 1} = input;
    const parallel = {tp, pp, dp, moeTp, moeEp, cp};
    const point: StaticPoint = {model, system, backend, quant, nextn, batch, parallel, workload: {isl, osl, prefix}};
    points.set(JSON.stringify(point), point);
  }
  return [...points.values()];
}

export interface StaticErrors {
  points: number;
  /** Points that the tables themselves do not answer. */
  unanswered: number;
  ttft: ErrorBand;
  tpot: ErrorBand;
}

/** Estimates on the surfaces against the same on the tables, newest version. */
export async function staticErrors(data: Data, points: readonly StaticPoint[]): Promise<StaticErrors> {
  const ttft: number[] = [];
  const tpot: number[] = [];
  let unanswered = 0;
  for (const {model: id, system, backend, ...point} of points) {
    const version = data.store.latest(system, backend);
    if (!version) continue;
    try {
      const model = openModel(id);
      const tabled = choosePlatform(data, {system, backend, version, database: "silicon"});
      await loadSlices(data, model, tabled, point.quant);
      const measured = estimate({mode: "static", model, platform: tabled, ...point});
      const platform = choosePlatform(data, {system, backend, database: "calibrated"});
      const fitted = estimate({mode: "static", model, platform, ...point});
      ttft.push(Math.abs(fitted.ttftMs / measured.ttftMs - 1));
      if (measured.tpotMs > 0) tpot.push(Math.abs(fitted.tpotMs / measured.tpotMs - 1));
    } catch (error) {
      if (!(error instanceof PerfDataError || error instanceof InputError)) throw error;
      ++unanswered;
    }
  }
  const band = (errors: number[]) => errorOf(Float64Array.from(errors));
  return {points: ttft.length, unanswered, ttft: band(ttft), tpot: band(tpot)};
}

/** Compares everything, prints the tables and writes docs/calibration.md. */
export async function check(data: Data, sources: readonly Source[]): Promise<void> {
  const byTable = new Map<TableName, {place: string; found: TableErrors}[]>();
  for (const {system, backend, slices} of sources) {
    const [fitted] = data.embedded.ofSystem(system.id, backend);
    if (fitted?.backend !== backend)
      throw new InputError(`no surfaces: ${system.id}/${backend}; run npm run calibrate:surfaces`);
    for (const table of [...new Set(slices.map((slice) => slice.table))]) {
      const own = slices.filter((slice) => slice.table === table);
      const found = tableErrors(await readTable(table, own, system, readSlice), fitted);
      byTable.set(table, [...(byTable.get(table) ?? []), {place: `${system.id}/${backend}`, found}]);
    }
  }
  const recorded = existsSync(recordedFile)
    ? await staticErrors(data, staticPoints(readFileSync(recordedFile, "utf8")))
    : undefined;
  if (!recorded) console.warn(`!!! whole estimates NOT COMPARED: ${recordedFile} is not there !!!`);
  const text = documentText(data, byTable, recorded);
  console.log(text);
  if (recorded) writeFileSync(document, text);
}

function documentText(
  {embedded}: Data,
  byTable: Map<TableName, {place: string; found: TableErrors}[]>,
  recorded: StaticErrors | undefined
): string {
  const bytes = embedded.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const largest = embedded.entries.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  const rows = [...byTable].sort(([a], [b]) => (a < b ? -1 : 1)).map(([table, places]) => tableLine(table, places));
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const whole = recorded
    ? [
        `| TTFT | ${recorded.points} | ${share(recorded.ttft.p50)} | ${share(recorded.ttft.p90)} |`,
        `| TPOT | ${recorded.points} | ${share(recorded.tpot.p50)} | ${share(recorded.tpot.p90)} |`
      ]
    : [];
  return `# The embedded default, and how far off it is

Written by \`npm run calibrate:surfaces -- --check\`. \`npm run calibrate:surfaces\` fits the surfaces anew from imported tables.

Without imported tables every operator is answered by a surface fitted to the newest measured version of its system and
serving engine. A table's rows are a matrix: its sites (types and shapes, such as a GEMM's n and k) by its cells (points
of the other axes, such as m). ln(latency) is a mean curve over the cells plus a few curves that all sites share, each
site with its own small coefficients; means, curves and coefficients are rounded and entropy-coded. As few curves are
taken as leave a median error of 2 % and a nine-tenths error of 7 %, at most sixteen. Surfaces are tabulated when they are
first asked for and then looked up and interpolated like measurements.

What a surface does not hold is answered, in this order, by: its nearest shapes and types (the ladder of the hybrid database,
graded by tier), the same operator of the system's other serving engines (tier \`xop\`), speed of light times a coefficient
(source \`roofline\`). A GPU without surfaces takes those of the nearest GPU that has some. An answer's error is that of its
surface, below by table and in the files by type, and where it lies between or beyond the fitted points that of interpolating
too; how another type, shape, engine or GPU errs comes from its own studies.

${embedded.entries.length} files, ${(bytes / 1e6).toFixed(2)} MB together; the largest, ${largest.file}, has ${Math.round(largest.bytes / 1000)} kB.

## Operators, against every measured row

Left out are rows that cannot be right: prefill attention of 2,048 tokens and more in under 0.7 of the time that the
GPU's peak rate allows, and, where more than a tenth of a shape's long prompts are such, its other rows from 1,024 tokens
on. The surface has there the utilisation of the nearest sound shape of the same types, heads, length and batch.

| table | rows | left out | median | nine tenths | worst system (median / nine tenths) |
|---|---:|---:|---:|---:|---|
${rows.join("\n")}

## Whole static estimates, against the same on the full tables

${recorded ? `${recorded.points} distinct points of the reference's recorded estimates; ${recorded.unanswered} more are not answered by the tables.` : ""}

| figure | points | median | nine tenths |
|---|---:|---:|---:|
${whole.join("\n")}
`;
}

function tableLine(table: TableName, places: {place: string; found: TableErrors}[]): string {
  const all = new Float64Array(places.reduce((sum, {found}) => sum + found.errors.length, 0));
  let at = 0;
  for (const {found} of places) {
    all.set(found.errors, at);
    at += found.errors.length;
  }
  const {p50, p90} = errorOf(all);
  const worst = places.reduce((a, b) => (b.found.error.p50 > a.found.error.p50 ? b : a));
  const excluded = places.reduce((sum, {found}) => sum + found.excluded, 0);
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const count = (value: number) => value.toLocaleString("en");
  const {error} = worst.found;
  return `| ${table} | ${count(all.length)} | ${count(excluded)} | ${share(p50)} | ${share(p90)} | ${worst.place} ${share(error.p50)} / ${share(error.p90)} |`;
}
