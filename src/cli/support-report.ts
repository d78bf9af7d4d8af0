/** Coverage and verdicts as text. */
import type {Backend} from "../engine/schema.js";
import {formatNumber, textTable} from "./tables.js";

export interface Coverage {
  system: string;
  backend: Backend;
  version: string;
  latest: boolean;
  /** False for a version that only borrows. */
  measured: boolean;
  device: string;
  rows: number;
  borrowedRows: number;
  tables: {table: string; parts: string[]; rows: number; borrowedRows: number}[];
}

export interface Verdict extends Pick<Coverage, "system" | "backend" | "version"> {
  answer: "yes" | "partly" | "no";
  /** Worker sizes that are answered, and what is missing for the others. */
  works: string[];
  missing: string[];
}

export function coverageText(all: readonly Coverage[]): string {
  if (all.length === 0)
    return "No measured tables are imported; see kneepoint import --help. Searches use the embedded roofline.";
  const columns = [
    {title: "system", value: (each: Coverage) => each.system},
    {title: "backend", value: (each: Coverage) => each.backend},
    {title: "version (* latest)", value: (each: Coverage) => each.version + (each.latest ? " *" : "")},
    {title: "tables", value: (each: Coverage) => each.tables.length},
    {title: "rows", value: (each: Coverage) => each.rows, digits: 0},
    {title: "borrowed", value: (each: Coverage) => each.borrowedRows, digits: 0},
    {
      title: "GEMM types",
      value: (each: Coverage) => each.tables.find(({table}) => table === "gemm")?.parts.join(" ") ?? "–"
    },
    {title: "device", value: (each: Coverage) => (each.measured ? each.device : "borrows only")}
  ];
  return textTable(columns, all);
}

export function tablesText({system, backend, version, tables}: Coverage): string {
  type Row = (typeof tables)[number];
  const columns = [
    {title: "table", value: (row: Row) => row.table},
    {title: "rows", value: (row: Row) => row.rows, digits: 0},
    {title: "borrowed", value: (row: Row) => row.borrowedRows, digits: 0},
    {title: "types", value: (row: Row) => shorten(row.parts, 60)}
  ];
  return `${system}/${backend} ${version}\n${textTable(columns, tables, "  ")}`;
}

export function verdictsText(model: string, verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return `${model}: no measured tables to ask; see kneepoint import --help`;
  const columns = [
    {title: "system", value: (each: Verdict) => each.system},
    {title: "backend", value: (each: Verdict) => each.backend},
    {title: "version", value: (each: Verdict) => each.version},
    {title: model, value: (each: Verdict) => each.answer},
    {title: "worker sizes", value: (each: Verdict) => shorten(each.works, 32)},
    {title: "missing", value: (each: Verdict) => shorten(each.missing.map(withoutRemedy), 1)}
  ];
  return textTable(columns, verdicts);
}

/** As many of `texts` as fit `columns` characters, at least one, and how many more there are. */
function shorten(texts: readonly string[], columns: number): string {
  if (texts.length === 0) return "–";
  let shown = 1;
  while (shown < texts.length && texts.slice(0, shown + 1).join(" ").length <= columns) ++shown;
  const more = texts.length - shown;
  return texts.slice(0, shown).join(" ") + (more > 0 ? ` +${formatNumber(more)} more` : "");
}

/** `no moe table: … fp8_block; have …` without what there is: `--json` tells the rest. */
const withoutRemedy = (message: string) => message.split("; ")[0];
