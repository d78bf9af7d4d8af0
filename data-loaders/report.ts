import type {ImportReport} from "./import.js";
import {compareText} from "../engine/version.js";

/** The report in words: what is refused and why, what is skipped and why, then a table of what was read. */
export function formatReport(report: ImportReport): string {
  const refused = report.refusals.map(({file, row, reason}) => `  ${file}${row ? ` row ${row}` : ""}: ${reason}`);
  const unlisted = report.files
    .map(({file, refusedRows, refusals}) => ({file, more: refusedRows - refusals.filter(({row}) => row).length}))
    .filter(({file, more}) => more > 0 && report.refusals.some((refusal) => refusal.file === file && refusal.row))
    .map(({file, more}) => `  ${file}: ${more} more rows`);
  const skipped = report.skipped.map(({file, reason}) => `  ${file}: ${reason}`);
  return [
    ...section("skipped", skipped.sort(compareText)),
    ...section("refused", [...refused, ...unlisted].sort(byFileAndRow)),
    ...report.undescribed.map((system) => `${system} has tables but no description; give ${system}.yaml beside them\n`),
    ...readTable(report),
    report.refused ? `${count(report.refused)} files or rows refused, listed above` : "nothing refused",
    ""
  ].join("\n");
}

function section(title: string, lines: string[]): string[] {
  return lines.length ? [`${title}:`, ...lines, ""] : [];
}

/** Row 12 after row 9. */
function byFileAndRow(a: string, b: string): number {
  return a.localeCompare(b, "en", {numeric: true});
}

const headers = [
  "system/backend",
  "tables",
  "rows",
  "left out",
  "repeated",
  "refused rows",
  "refused tables",
  "borrowed"
];

function readTable({files, borrowedRows, slices}: ImportReport): string[] {
  const names = [
    ...new Set([...files.map(({system, backend}) => `${system}/${backend}`), ...Object.keys(borrowedRows)])
  ];
  const lines = names.sort(compareText).map((name) => {
    const own = files.filter(({system, backend}) => `${system}/${backend}` === name);
    const sum = (value: (file: (typeof own)[0]) => number) => own.reduce((total, file) => total + value(file), 0);
    return [
      sum(({refused}) => Number(!refused)),
      sum(({rows}) => rows),
      sum(({droppedRows}) => droppedRows),
      sum(({repeatedRows}) => repeatedRows),
      sum(({refusedRows}) => refusedRows),
      sum(({refused}) => Number(refused)),
      borrowedRows[name] ?? 0
    ];
  });
  const totals = headers.slice(1).map((_, c) => lines.reduce((sum, line) => sum + line[c], 0));
  const rows = [headers, ...lines.map((line, i) => [names[i], ...line.map(count)]), ["all", ...totals.map(count)]];
  const widths = headers.map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const padded = rows.map((row) =>
    row.map((cell, c) => (c ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join("  ")
  );
  return [
    ...padded,
    "",
    "rows: accepted; left out: eager all-reduce and unused dtypes; repeated: coordinates that a file has twice;",
    "borrowed: rows that slices have from other versions or backends",
    `${count(slices)} slices`
  ];
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
