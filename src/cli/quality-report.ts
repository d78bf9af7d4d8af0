/** What is wrong with tables, as text. */
import type {TableQuality} from "../audit/judge-tables.js";
import {countOf, formatNumber, textTable} from "./tables.js";

/** Worst first: impossible rows, then rows above 1.2, then rows slower than a larger neighbour. */
export function qualityText(judged: readonly TableQuality[], all: boolean): string {
  if (judged.length === 0) return "No measured tables are imported, or none of that name; see kneepoint import --help.";
  const sum = (field: "rows" | "impossible" | "remarkable" | "slower") =>
    judged.reduce((total, each) => total + each[field], 0);
  const title = `${countOf(judged.length, "table")}, ${countOf(sum("rows"), "row")}: ${formatNumber(sum("impossible"))} impossibly fast, ${formatNumber(sum("remarkable"))} above 1.2 of the speed of light, ${formatNumber(sum("slower"))} slower than a larger neighbour`;
  const shown = all ? judged : judged.filter(({impossible, remarkable}) => impossible > 0 || remarkable > 0);
  const sorted = [...shown].sort(
    (a, b) => b.impossible - a.impossible || b.remarkable - a.remarkable || b.slower - a.slower
  );
  const columns = [
    {title: "system", value: (each: TableQuality) => each.system},
    {title: "backend", value: (each: TableQuality) => each.backend},
    {title: "version", value: (each: TableQuality) => each.version},
    {title: "table", value: (each: TableQuality) => each.table},
    {title: "rows", value: (each: TableQuality) => each.rows, digits: 0},
    {title: "impossible", value: (each: TableQuality) => each.impossible, digits: 0},
    {title: "of tested", value: (each: TableQuality) => each.tested, digits: 0},
    {title: "least/light", value: (each: TableQuality) => least(each), align: "right" as const},
    {title: "util > 1.2", value: (each: TableQuality) => each.remarkable, digits: 0},
    {title: "slower", value: (each: TableQuality) => each.slower, digits: 0},
    {title: "> 10 %", value: (each: TableQuality) => each.muchSlower, digits: 0}
  ];
  const hidden = judged.length - shown.length;
  const rest = hidden > 0 ? [`${countOf(hidden, "table")} without a row above 1.2 not shown; --all shows them`] : [];
  return [title, textTable(columns, sorted), ...rest].join("\n\n");
}

function least({leastOfLight}: TableQuality): string {
  return leastOfLight === Infinity ? "–" : leastOfLight.toFixed(3);
}
