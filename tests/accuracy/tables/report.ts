/** The study as Markdown and as the engine's figures. */
import type {CoefficientKind} from "../../../engine/coefficients.js";
import type {Interpolation} from "../../../engine/interpolation/rules.js";
import type {ErrorBand} from "../../../engine/result.js";
import type {TableName} from "../../../engine/schema.js";
import {rank} from "../../../engine/trace.js";
import {studied} from "./ask.js";
import type {Miss} from "./study.js";

/** Median and p90 in % that the reference publishes for its newest scheme, on folds of its own. */
const published: Record<string, string> = {
  "gemm interior": "4.87 / 15.6",
  "gemm site": "3.63 / 14.7",
  "gemm frontier": "0.96 / 8.4",
  "prefill_attention interior": "2.00 / 9.7",
  "prefill_mla interior": "2.19 / 10.0",
  "prefill_mla frontier": "5.47 / 45",
  "decode_attention interior": "1.1 / –",
  "decode_mla interior": "1.2 / –",
  "decode_attention frontier": "9.7 / –",
  "decode_mla frontier": "2.4 / –"
};

export interface Figures extends ErrorBand {
  count: number;
  missed: number;
}

export function figures(misses: readonly Miss[], interpolation: Interpolation): Figures {
  const errors = misses.map(({ratio}) => Math.abs(ratio[interpolation] - 1)).filter((error) => error === error);
  errors.sort((a, b) => a - b);
  const at = (share: number) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))] ?? NaN;
  return {p50: at(0.5), p90: at(0.9), count: misses.length, missed: misses.length - errors.length};
}

/** Misses by table and fold; every table with its rows of all axes, and its frontiers, taken together besides. */
export function byFold(misses: readonly Miss[]): Map<string, Miss[]> {
  const groups = new Map<string, Miss[]>();
  const byTable = groupBy(misses, ({table}) => table);
  for (const [table, of] of byTable) {
    for (const [fold, some] of groupBy(of, ({fold}) => fold)) groups.set(`${table} ${fold}`, some);
    for (const kind of ["row", "frontier"]) {
      const some = of.filter(({fold}) => fold.startsWith(`${kind} of`));
      if (new Set(some.map(({fold}) => fold)).size > 1) groups.set(`${table} ${kind}`, some);
    }
  }
  const gridded = misses.filter(({table, fold}) => table !== "gemm" && fold.startsWith("row of"));
  if (gridded.length > 0) groups.set("all grids row", gridded);
  return groups;
}

export function overview(misses: readonly Miss[]): string {
  const lines = [...byFold(misses)].map(([name, of]) =>
    cells(name, of)
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("")
  );
  return [head.map((cell, i) => cell.padEnd(widths[i])).join(""), ...lines].join("\n");
}

const head = ["table and fold", "points", "§5", "ours", "change", "reference's own"];
const widths = [38, 8, 22, 22, 18, 18];

function cells(name: string, of: readonly Miss[]): string[] {
  const [reference, ours] = [figures(of, "reference"), figures(of, "shared")];
  const of5 = (f: Figures) => `${percent(f.p50)} / ${percent(f.p90)}${f.missed ? `, ${f.missed} missed` : ""}`;
  const change = (a: number, b: number) => `${b / a - 1 > 0 ? "+" : ""}${(100 * (b / a - 1)).toFixed(0)}`;
  return [
    name.replace(/_/g, " "),
    String(of.length),
    of5(reference),
    of5(ours),
    `${change(reference.p50, ours.p50)} / ${change(reference.p90, ours.p90)}`,
    published[name] ?? ""
  ];
}

export function markdown(misses: readonly Miss[]): string {
  const all = byFold(misses);
  const releases = [...new Set(misses.map(({release}) => release))];
  const main = ["interior", "site", "row", "frontier", "corner"];
  const short = [...all].filter(
    ([name]) => main.some((fold) => name.endsWith(` ${fold}`)) || /moe|bmm|nccl|all/.test(name)
  );
  return [
    "# How far off interpolation is",
    "",
    "<!-- Written by `npm run accuracy:tables` on the imported tables; do not edit. -->",
    "",
    "Measured points are taken out of a table and predicted from what is left. *interior*: one point that has neighbours on both sides of",
    "every axis. *row*: every point that shares one value of an axis, whatever its shape, which is what a query between grid lines meets.",
    "*site*: one GEMM shape (n, k) with its whole curve. *frontier*: the largest value of an axis. *corner*: the upper third of two axes and",
    "more together. Cells are median / p90 of the relative error in %, over " + releases.join(", ") + ".",
    "Slices with more than 2 % of rows from other versions are left out. *§5*: `--interpolation reference`, the published method. *ours*:",
    "`--interpolation shared`, see [interpolation.md](interpolation.md). *reference's own*: what its authors publish for their newest scheme, on folds",
    "of their own choice.",
    "",
    "## By operator",
    "",
    ...table(short.map(([name, of]) => cells(name, of))),
    "",
    "## By axis",
    "",
    ...table([...all].filter((entry) => !short.includes(entry)).map(([name, of]) => cells(name, of))),
    "",
    "## By release",
    "",
    ...table(
      releases.flatMap((release) =>
        [...byFold(misses.filter((miss) => miss.release === release))]
          .filter(([name]) => main.some((fold) => name.endsWith(` ${fold}`)))
          .map(([name, of]) => cells(name, of).map((cell, i) => (i === 0 ? `${release} ${cell}` : i === 5 ? "" : cell)))
      )
    ),
    ""
  ].join("\n");
}

function table(rows: readonly string[][]): string[] {
  return [
    `| ${head.join(" | ")} |`,
    "| -- | --: | --: | --: | --: | --: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`)
  ];
}

/** By kind of operator and grade of the answer: frontiers and corners beyond the table, all else within. */
export function engineModule(misses: readonly Miss[]): string {
  const byKind = groupBy(misses, ({table}) => studied[table as TableName] as CoefficientKind);
  const lines = [...byKind].map(([kind, of]) => {
    const beyond = of.filter(({fold}) => fold === "corner" || fold.startsWith("frontier"));
    const within = of.filter((miss) => !beyond.includes(miss) && miss.grade <= rank.interpolated);
    return `  ${kind}: {interpolated: ${band(within)}, extrapolated: ${band(beyond)}}`;
  });
  return [
    "/** How far off interpolated answers are. Written by `npm run accuracy:tables`; do not edit. */",
    'import type {CoefficientKind} from "../coefficients.js";',
    'import type {ErrorBand} from "../result.js";',
    "",
    "/** Within what was measured, and beyond. */",
    "export interface Interpolated {",
    "  interpolated: ErrorBand;",
    "  extrapolated: ErrorBand;",
    "}",
    "",
    "export const tableStudy: Partial<Record<CoefficientKind, Interpolated>> = {",
    lines.join(",\n"),
    "};",
    ""
  ].join("\n");
}

function band(of: readonly Miss[]): string {
  const {p50, p90} = figures(of, "shared");
  return `{p50: ${p50.toFixed(3)}, p90: ${p90.toFixed(3)}}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(share < 0.1 ? 2 : 1);
}

function groupBy<T, K>(of: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of of) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
