/** What the page of two pools shows besides its question, and its spelling in the address. */
import type {SearchSpace} from "../engine/search/space.js";
import {defaultTuning} from "../engine/session/tuning.js";
import type {Tuning} from "../engine/session/tuning.js";
import {replicaLimits} from "../engine/session/disaggregated.js";
import type {ViewSpelling} from "./page-state.js";
import {formatSizes, parseSizes} from "./size-list.js";
import type {AllowedSizes} from "./size-list.js";

/** What throughput counts: all GPUs there are, or those of the replica. */
export const planeMeasures = ["all", "use"] as const;
export type PlaneMeasure = (typeof planeMeasures)[number];

/** Numbers of workers in a replica. */
export interface WorkerCounts {
  prefill: number;
  decode: number;
}

export interface DisaggregatedView {
  /** `label@batch` of the chosen workers; empty: those of the answer, or what goes best with the other. */
  prefill: string;
  decode: string;
  /** Undefined: the best numbers for the pair. */
  at?: WorkerCounts;
  measure: PlaneMeasure;
  tuning: Partial<Tuning>;
  prefillSizes: AllowedSizes;
  decodeSizes: AllowedSizes;
  /** Largest batches, and most workers in a replica. */
  prefillBatch: number;
  decodeBatch: number;
  prefillWorkers: number;
  decodeWorkers: number;
  /** GPUs that a replica may have; empty: as usual. */
  replicaGpus: number[];
  /** Most of them; 0: as usual. */
  maxReplicaGpus: number;
  /** Columns that the tables are sorted by, descending with a minus before them. */
  order: string;
  prefillOrder: string;
  decodeOrder: string;
  cellOrder: string;
}

export const usualBatches = {prefill: 1, decode: 512};
const usualWorkers = replicaLimits.maxWorkers;

/** Limits of the numbers in an address. */
export const viewLimits = {batch: 1024, workers: 64, gpus: 1024} as const;

const tuningKeys: Record<keyof Tuning, string> = {
  prefillLatencyScale: "pscale",
  decodeLatencyScale: "dscale",
  prefillRateShare: "pshare",
  decodeRateShare: "dshare",
  ttftScale: "queue"
};
export const tuningNames = Object.keys(tuningKeys) as (keyof Tuning)[];

export const disaggregatedSpelling: ViewSpelling<DisaggregatedView> = {
  parse: (query) => {
    const at = /^(\d+)x(\d+)$/.exec(query.get("at") ?? "");
    const counts = at && {prefill: Number(at[1]), decode: Number(at[2])};
    const whole = (key: string, most: number, usual: number) => {
      const value = Number(query.get(key) || NaN);
      return Number.isInteger(value) && value >= 1 ? Math.min(most, value) : usual;
    };
    return {
      prefill: workerKey(query.get("p")),
      decode: workerKey(query.get("d")),
      at: counts && counts.prefill > 0 && counts.decode > 0 ? counts : undefined,
      measure: query.get("of") === "use" ? "use" : "all",
      tuning: parseTuning(query),
      prefillSizes: parseSizes(query, "p"),
      decodeSizes: parseSizes(query, "d"),
      prefillBatch: whole("pbatch", viewLimits.batch, usualBatches.prefill),
      decodeBatch: whole("dbatch", viewLimits.batch, usualBatches.decode),
      prefillWorkers: whole("pmax", viewLimits.workers, usualWorkers),
      decodeWorkers: whole("dmax", viewLimits.workers, usualWorkers),
      replicaGpus: parseGpuList(query.get("totals") ?? ""),
      maxReplicaGpus: whole("most", viewLimits.gpus, 0),
      order: query.get("order") || "rank",
      prefillOrder: query.get("porder") || "-rate",
      decodeOrder: query.get("dorder") || "-rate",
      cellOrder: query.get("corder") || "-all"
    };
  },
  format: (view) => ({
    ...(view.prefill && {p: view.prefill}),
    ...(view.decode && {d: view.decode}),
    ...(view.at && {at: `${view.at.prefill}x${view.at.decode}`}),
    ...(view.measure !== "all" && {of: view.measure}),
    ...formatTuning(view.tuning),
    ...formatSizes(view.prefillSizes, "p"),
    ...formatSizes(view.decodeSizes, "d"),
    ...(view.prefillBatch !== usualBatches.prefill && {pbatch: String(view.prefillBatch)}),
    ...(view.decodeBatch !== usualBatches.decode && {dbatch: String(view.decodeBatch)}),
    ...(view.prefillWorkers !== usualWorkers && {pmax: String(view.prefillWorkers)}),
    ...(view.decodeWorkers !== usualWorkers && {dmax: String(view.decodeWorkers)}),
    ...(view.replicaGpus.length > 0 && {totals: view.replicaGpus.join()}),
    ...(view.maxReplicaGpus > 0 && {most: String(view.maxReplicaGpus)}),
    ...(view.order !== "rank" && {order: view.order}),
    ...(view.prefillOrder !== "-rate" && {porder: view.prefillOrder}),
    ...(view.decodeOrder !== "-rate" && {dorder: view.decodeOrder}),
    ...(view.cellOrder !== "-all" && {corder: view.cellOrder})
  })
};

function workerKey(text: string | null): string {
  return text && /^\w+@\d+$/.test(text) ? text : "";
}

/** Whole numbers from 1, ascending, each once. */
export function parseGpuList(text: string): number[] {
  const numbers = text.split(/[\s,;]+/).map(Number);
  const able = numbers.filter((n) => Number.isInteger(n) && n >= 1 && n <= viewLimits.gpus);
  return [...new Set(able)].sort((a, b) => a - b);
}

function parseTuning(query: URLSearchParams): Partial<Tuning> {
  const found = tuningNames.flatMap((name): [keyof Tuning, number][] => {
    const value = Number(query.get(tuningKeys[name]) || NaN);
    const most = name.endsWith("Share") ? 1 : 10;
    return value > 0 && value <= most && value !== defaultTuning[name] ? [[name, value]] : [];
  });
  return Object.fromEntries(found);
}

function formatTuning(tuning: Partial<Tuning>): Record<string, string> {
  const set = tuningNames.filter((name) => tuning[name] !== undefined);
  return Object.fromEntries(set.map((name) => [tuningKeys[name], String(Number(tuning[name]!.toPrecision(4)))]));
}

/** One factor set or, at its default, left out. */
export function withTuning(tuning: Partial<Tuning>, name: keyof Tuning, value: number): Partial<Tuning> {
  const {[name]: _, ...rest} = tuning;
  return value === defaultTuning[name] ? rest : {...rest, [name]: value};
}

/** Whether the search is asked anything that other pages do not ask. */
export function isUsual(view: DisaggregatedView): boolean {
  const {modes: _, ...space} = disaggregatedSpace(view);
  return Object.keys(space).length === 0 && Object.keys(view.tuning).length === 0;
}

/** What the search tries for such a view. */
export function disaggregatedSpace(view: DisaggregatedView): SearchSpace {
  const {prefillSizes, decodeSizes, prefillBatch, decodeBatch, replicaGpus, maxReplicaGpus} = view;
  return {
    modes: ["disagg"],
    ...(Object.keys(prefillSizes).length > 0 && {prefill: prefillSizes}),
    ...(Object.keys(decodeSizes).length > 0 && {decode: decodeSizes}),
    ...(prefillBatch !== usualBatches.prefill && {prefillMaxBatch: prefillBatch}),
    ...(decodeBatch !== usualBatches.decode && {decodeMaxBatch: decodeBatch}),
    ...(view.prefillWorkers !== usualWorkers && {prefillWorkers: upTo(view.prefillWorkers)}),
    ...(view.decodeWorkers !== usualWorkers && {decodeWorkers: upTo(view.decodeWorkers)}),
    ...(replicaGpus.length > 0 && {replicaGpus}),
    ...(maxReplicaGpus > 0 && {maxReplicaGpus})
  };
}

function upTo(most: number): number[] {
  return Array.from({length: most}, (_, i) => i + 1);
}
