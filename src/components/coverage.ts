/** What the catalogue holds, flat, and as a matrix of systems and backends. */
import type {Catalogue, SliceEntry, VersionEntry} from "../engine/schema.js";
import {h} from "./dom.js";
import {backendWords, figure} from "./format.js";
import {newestFirst} from "./version.js";

/** One slice, with where it belongs. */
export interface CoverageRow extends SliceEntry {
  system: string;
  backend: string;
  version: string;
  measured: boolean;
  device: string;
}

export function coverageRows({systems}: Catalogue): CoverageRow[] {
  return Object.entries(systems).flatMap(([system, backends]) =>
    Object.entries(backends).flatMap(([backend, versions]) =>
      Object.entries(versions).flatMap(([version, {measured, device, slices}]: [string, VersionEntry]) =>
        slices.map((slice) => ({...slice, system, backend, version, measured, device}))
      )
    )
  );
}

interface Cell {
  system: string;
  backend: string;
  version: string;
  tables: number;
  slices: number;
  rows: number;
}

/** Rows that a version measured itself or borrowed; versions that only point at others are left out. */
export function coverageCells(rows: readonly CoverageRow[]): Cell[] {
  const cells = new Map<string, Cell & {names: Set<string>}>();
  for (const {system, backend, version, table, rows: count, measured} of rows) {
    if (!measured) continue;
    const key = [system, backend, version].join("|");
    const cell = cells.get(key) ?? {system, backend, version, tables: 0, slices: 0, rows: 0, names: new Set<string>()};
    cells.set(key, cell);
    cell.names.add(table);
    cell.slices += 1;
    cell.rows += count;
  }
  return [...cells.values()].map(({names, ...cell}) => ({...cell, tables: names.size}));
}

/** `12 tables with 345,000 measurements of 3 systems`; slices that versions share count once. */
export function coverageWords(rows: readonly CoverageRow[]): string {
  const own = new Map(rows.map((row) => [row.path, row.rows]));
  const measurements = [...own.values()].reduce((sum, count) => sum + count, 0);
  const systems = new Set(rows.map(({system}) => system)).size;
  return `${figure(own.size)} tables with ${figure(measurements)} measurements of ${figure(systems)} systems`;
}

/** What there is, or how there comes to be something. */
export function measurementsLede(rows: readonly CoverageRow[]): HTMLElement {
  if (rows.length > 0)
    return h(
      "p",
      {class: "kp-lede"},
      `${coverageWords(rows)} are imported. Every prediction of this site is looked up in them; here you can look too.`
    );
  return h(
    "div",
    {class: "kp-empty"},
    h("b", {}, "Nothing is imported yet."),
    " Point the importer at a folder of measured tables, then reload:",
    h("pre", {}, h("code", {}, "npm run import -- DIR")),
    "Until then every figure of this site comes from surfaces fitted to such tables. ",
    h("a", {href: "../index.html"}, "Find the knee"),
    " works all the same."
  );
}

export function coverageMatrix(rows: CoverageRow[], onpick: (cell: Cell) => void): HTMLElement {
  const cells = coverageCells(rows);
  const systems = [...new Set(cells.map(({system}) => system))].sort();
  const backends = [...new Set(cells.map(({backend}) => backend))].sort(
    (a, b) => Number(!(a in backendWords)) - Number(!(b in backendWords))
  );
  const most = Math.max(...cells.map(({rows}) => rows));
  const version = (cell: Cell) =>
    h(
      "button",
      {
        type: "button",
        class: "kp-link kp-coverage-version",
        title: `${figure(cell.rows)} rows in ${cell.tables} tables, ${cell.slices} slices`,
        onclick: () => onpick(cell)
      },
      h("span", {}, cell.version),
      h("span", {}, compact(cell.rows)),
      h("i", {style: `width: ${(100 * cell.rows) / most}%`})
    );
  const versions = (system: string, backend: string) =>
    cells
      .filter((cell) => cell.system === system && cell.backend === backend)
      .sort((a, b) => newestFirst(a.version, b.version));
  return h(
    "div",
    {class: "kp-table kp-coverage"},
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", {scope: "col"}, "system"),
          ...backends.map((backend) => h("th", {scope: "col"}, backendWords[backend] ?? backend))
        )
      ),
      h(
        "tbody",
        {},
        ...systems.map((system) =>
          h(
            "tr",
            {},
            h("th", {scope: "row"}, system),
            ...backends.map((backend) => h("td", {}, ...versions(system, backend).map(version)))
          )
        )
      )
    )
  );
}

const compactFormat = new Intl.NumberFormat("en", {notation: "compact", maximumSignificantDigits: 3});
function compact(rows: number): string {
  return compactFormat.format(rows);
}
