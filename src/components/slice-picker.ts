/** Chooses one slice: system, backend, version, table, part; each list only holds what there is. */
import {announce, h} from "./dom.js";
import {backendWords, figure} from "./format.js";
import type {CoverageRow} from "./coverage.js";
import {choice} from "./select.js";
import {newestFirst} from "./version.js";

const fields = ["system", "backend", "version", "table", "part"] as const;
type Field = (typeof fields)[number];
export type Wish = Partial<Record<Field, string>>;

export interface SlicePicker extends HTMLElement {
  value: CoverageRow;
  /** Chooses the slice nearest to a wish, field by field. */
  wish(wish: Wish): void;
}

const preferred: Wish = {system: "h200_sxm", backend: "trtllm", table: "gemm", part: "fp8_block"};
const labels: Record<Field, string> = {
  system: "System",
  backend: "Backend",
  version: "Version",
  table: "Table",
  part: "Part"
};

export function slicePicker(rows: CoverageRow[], initial: Wish): SlicePicker {
  let chosen = rows[0];
  const selects = fields.map((field) =>
    choice(labels[field], (value) => (narrow({...wishOf(chosen), [field]: value}), announce(element)))
  );
  const element = h("div", {class: "kp-field kp-picker"}, ...selects);
  const narrow = (wish: Wish) => {
    let left = rows;
    fields.forEach((field, i) => {
      const values = [...new Set(left.map((row) => valueOf(row, field)))].sort(
        field === "version" ? newestFirst : undefined
      );
      const newest =
        field === "version"
          ? values.find((value) => left.some((row) => row.version === value && row.measured))
          : undefined;
      const wanted = [wish[field], preferred[field], newest, values[0]].find(
        (value) => value !== undefined && values.includes(value)
      )!;
      left = left.filter((row) => valueOf(row, field) === wanted);
      selects[i].set(
        values.map((value) => ({value, label: labelOf(field, value)})),
        wanted
      );
      selects[i].hidden = field === "part" && values.length === 1 && values[0] === "";
    });
    chosen = left[0];
  };
  narrow(initial);
  return Object.defineProperties(element, {
    value: {get: () => chosen},
    wish: {value: (wish: Wish) => (narrow(wish), announce(element))}
  }) as unknown as SlicePicker;
}

export function wishOf(row: CoverageRow): Wish {
  return Object.fromEntries(fields.map((field) => [field, valueOf(row, field)]));
}

function valueOf(row: CoverageRow, field: Field): string {
  return field === "part" ? row.part.join(" · ") : row[field];
}

function labelOf(field: Field, value: string): string {
  if (field === "backend") return backendWords[value] ?? value;
  return field === "table" ? value.replaceAll("_", " ") : value;
}

/** `fp8 block GEMM …: 12,345 rows, 3 % borrowed from …`. */
export function sliceWords({rows, borrowedRows, borrowedFrom, device, measured}: CoverageRow): string {
  const from = borrowedFrom.length ? ` from ${borrowedFrom.slice(0, 3).join(", ")}` : "";
  const borrowed = borrowedRows > 0 ? `, ${figure(borrowedRows)} of them borrowed${from}` : "";
  return `${figure(rows)} rows measured on ${device || "an unnamed device"}${borrowed}${measured ? "" : " (this version only points at others’ tables)"}`;
}
