/** Coverage and verdicts as text. */
import {backends, type Backend} from "../engine/schema.js";
import type {Support, SupportLevel} from "../engine/support.js";
import type {Place} from "../perf/support.js";
import {supportCounts} from "../perf/support-words.js";
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

/** The verdict on one model at one place. */
export interface PlaceSupport extends Place, Support {
  model: string;
}

export function coverageText(all: readonly Coverage[]): string {
  if (all.length === 0)
    return "No measured tables are imported; see kneepoint import --help. Searches use the embedded surfaces.";
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

/** Systems down, backends across; below it why each place is no better. */
export function supportText(model: string, question: string, all: readonly PlaceSupport[]): string {
  const title = `${model} on ${question}: ${supportCounts(all)}`;
  const several = new Set(all.map(({system, backend}) => `${system}/${backend}`)).size < all.length;
  const systems = [...new Set(all.map(({system}) => system))];
  const at = (system: string, backend: Backend) =>
    all.find((each) => each.system === system && each.backend === backend);
  const grid = textTable(
    [
      {title: "system", value: (system: string) => system},
      ...backends.flatMap((backend) =>
        all.some((each) => each.backend === backend)
          ? [{title: backend, value: (system: string) => cellText(at(system, backend))}]
          : []
      )
    ],
    systems
  );
  const list = textTable(
    [
      {title: "system", value: (each: PlaceSupport) => each.system},
      {title: "backend", value: (each: PlaceSupport) => each.backend},
      {title: "version", value: (each: PlaceSupport) => each.version || "–"},
      {title: "agg / disagg", value: levelText}
    ],
    all
  );
  return [title, several ? list : grid, ...reasonsText(all), ...doubtsText(all)].join("\n\n");
}

/** `measured 1.3.0rc10`; with both modes where they differ. */
function cellText(each: PlaceSupport | undefined): string {
  if (!each) return "–";
  return [levelText(each), each.version].filter(Boolean).join(" ");
}

function levelText({agg, disagg}: PlaceSupport): string {
  return agg.level === disagg.level ? agg.level : `${agg.level} / ${disagg.level}`;
}

/** One line per reason, with the places that it holds for. */
function reasonsText(all: readonly PlaceSupport[]): string[] {
  const places = new Map<string, string[]>();
  for (const {system, backend, version, agg, disagg} of all) {
    const where = `${system}/${backend}${version ? ` ${version}` : ""}`;
    for (const [mode, {level, reason}] of [
      ["agg", agg],
      ["disagg", disagg]
    ] as const) {
      if (level === "measured" || (mode === "disagg" && level === agg.level)) continue;
      const why = `${level}: ${withoutRemedy(reason).replace(` ${where}`, "")}`;
      places.set(why, [...(places.get(why) ?? []), where + (agg.level === disagg.level ? "" : ` (${mode})`)]);
    }
  }
  const lines = [...places].map(([why, where]) => `  ${why}\n    ${shorten(where, 110, ", ")}`);
  return lines.length > 0 ? [`Why not measured\n${lines.join("\n")}`] : [];
}

function doubtsText(all: readonly PlaceSupport[]): string[] {
  const doubts = [...new Set(all.flatMap((each) => each.doubts))];
  return doubts.length > 0 ? [doubts.map((doubt) => `DOUBTFUL: ${doubt}`).join("\n")] : [];
}

const letters: Record<SupportLevel, string> = {
  measured: "M",
  hybrid: "H",
  calibrated: "C",
  "does not fit": "x",
  "not supported": "–"
};

/** Models down, systems across, a letter per backend: that of the better mode, the other mode's after it where it differs. */
export function matrixText(question: string, all: readonly PlaceSupport[]): string {
  const models = [...new Set(all.map(({model}) => model))];
  const systems = [...new Set(all.map(({system}) => system))];
  const byModel = new Map(models.map((model) => [model, all.filter((each) => each.model === model)]));
  const cell = (model: string, system: string) =>
    byModel
      .get(model)!
      .filter((each) => each.system === system)
      .map(({agg, disagg}) => letters[agg.level] + (agg.level === disagg.level ? "" : letters[disagg.level]))
      .join(" ");
  const columns = [
    {title: "model", value: (model: string) => model},
    ...systems.map((system) => ({title: system, value: (model: string) => cell(model, system)}))
  ];
  const order = backends.filter((backend) => all.some((each) => each.backend === backend)).join(", ");
  const legend = Object.entries(letters).map(([level, letter]) => `${letter} ${level}`);
  return [
    `${question}: ${supportCounts(all, "cell")}`,
    textTable(columns, models),
    `Of each system: ${order}; aggregated, then disaggregated where it differs. ${legend.join(", ")}.`
  ].join("\n\n");
}

/** As many of `texts` as fit `columns` characters, at least one, and how many more there are. */
function shorten(texts: readonly string[], columns: number, separator = " "): string {
  if (texts.length === 0) return "–";
  let shown = 1;
  while (shown < texts.length && texts.slice(0, shown + 1).join(separator).length <= columns) ++shown;
  const more = texts.length - shown;
  return texts.slice(0, shown).join(separator) + (more > 0 ? ` +${formatNumber(more)} more` : "");
}

/** `no moe table: … fp8_block; have …` without what there is: `--json` tells the rest. */
const withoutRemedy = (message: string) => message.split("; ")[0];
