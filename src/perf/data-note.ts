/** Which tables the figures of one system come from, as plain data. */
import {donorAssumptions} from "../engine/donor.js";
import type {Database, Platform} from "../engine/ops/table.js";
import type {PerfDatabase, SliceRef} from "../engine/perf.js";
import type {ErrorBand} from "../engine/result.js";
import type {Backend, SliceEntry} from "../engine/schema.js";
import {donorBand} from "./donor-words.js";
import type {Tables} from "./tables.js";

export interface DataNote {
  system: string;
  backend: Backend;
  /** Of the tables, or of those that the surfaces were fitted to; empty when there are neither. */
  version: string;
  database: Database;
  /** GPU model as the tables name it; empty when nothing is measured. */
  device: string;
  /** Slices that the model needs of these tables, and of their rows those borrowed from other versions. */
  slices: number;
  rows: number;
  borrowedRows: number;
  borrowedFrom: string[];
  /** Whose timings they are, when the system has none: they are carried over. */
  donor?: DonorNote;
  /** Of embedded surfaces: how far off they are on the rows that they were fitted to. */
  fitError?: ErrorBand;
}

export interface DonorNote {
  system: string;
  label: string;
  /** Why this one, in words. */
  why: string;
  /** How far off whole estimates carried over like this were. */
  error: {ttft: ErrorBand; tpot: ErrorBand};
  /** What was assumed of the system, a sentence part each. */
  assumptions: string[];
}

/** Of a platform, and of its tables only what `refs` name. */
export function dataNote(
  {catalogue, embedded}: Pick<Tables, "catalogue" | "embedded">,
  {system, backend, version, perf, database, donor, donorWhy}: Platform,
  refs: readonly SliceRef[]
): DataNote {
  const fitted = database === "calibrated";
  const measured = donor ?? system;
  const surfaces = embedded.entries.find((entry) => entry.system === measured.id && entry.backend === backend);
  const device = fitted ? surfaces?.device : catalogue.systems[measured.id]?.[backend]?.[version]?.device;
  const entries = entriesOf(perf, refs);
  const sum = (field: "rows" | "borrowedRows") => entries.reduce((total, entry) => total + entry[field], 0);
  return {
    system: system.id,
    backend,
    version,
    database,
    device: device ?? "",
    donor: donor && {
      system: donor.id,
      label: donor.label,
      why: donorWhy ?? "",
      error: donorBand(system, donor),
      assumptions: donorAssumptions(system)
    },
    slices: entries.length,
    rows: sum("rows"),
    borrowedRows: sum("borrowedRows"),
    borrowedFrom: [...new Set(entries.flatMap(({borrowedFrom}) => borrowedFrom))],
    fitError: fitted ? meanFitError(perf, entries) : undefined
  };
}

/** Over the surfaces that a model looks into, each by the rows that it stands for. */
function meanFitError(perf: PerfDatabase, entries: readonly SliceEntry[]): ErrorBand {
  let [rows, p50, p90] = [0, 0, 0];
  for (const entry of entries) {
    const error = perf.fitError(entry.table, entry.part)!;
    rows += entry.rows;
    p50 += entry.rows * error.p50;
    p90 += entry.rows * error.p90;
  }
  return rows > 0 ? {p50: p50 / rows, p90: p90 / rows} : {p50: 0, p90: 0};
}

function entriesOf(perf: PerfDatabase, refs: readonly SliceRef[]): SliceEntry[] {
  const matches = ({table, part}: SliceRef) =>
    perf.entriesOf(table).filter((entry) => part.every((value, i) => entry.part[i] === value));
  return [...new Set(refs.flatMap(matches))];
}
