/** What the page of aggregated candidates shows besides its question, and its spelling in the address. */
import type {SearchSpace} from "../engine/search/space.js";
import type {Parallel} from "../engine/result.js";
import {metricNames} from "./candidate-metric.js";
import type {MetricName} from "./candidate-metric.js";
import type {ViewSpelling} from "./page-state.js";
import {formatSizes, parseSizes} from "./size-list.js";
import type {AllowedSizes} from "./size-list.js";

export const acrossNames = ["user", "ttft", "tpot", "latency"] as const satisfies readonly MetricName[];
export type Across = (typeof acrossNames)[number];

/** Dimensions that a chart can be split by. */
export const facetNames = ["tp", "pp", "dp", "moeEp", "moeTp"] as const satisfies readonly (keyof Parallel)[];
export type Facet = (typeof facetNames)[number];

/** What can be filtered by, batch too. */
export const rangeNames = [...metricNames, "batch"] as const;
export type RangeName = (typeof rangeNames)[number];
/** Ends included; −Infinity and Infinity are open. */
export type Ranges = Partial<Record<RangeName, readonly [from: number, to: number]>>;

export const mapMetrics = ["gpu", "ttft", "tpot"] as const satisfies readonly MetricName[];
export type MapMetric = (typeof mapMetrics)[number];

export interface AggregatedView {
  across: Across;
  /** Whether the axis across is logarithmic; undefined: as suits it. */
  log?: boolean;
  facet: Facet | "";
  sizes: AllowedSizes;
  /** Prompts may be cut into chunks. */
  chunked: boolean;
  map: MapMetric;
  ranges: Ranges;
  /** The only value of a dimension that is looked at. */
  only?: {facet: Facet; value: number};
  /** Column that the table is sorted by, descending with a minus before it. */
  order: string;
}

/** No column: as they fare. */
export const defaultOrder = "rank";

export const aggregatedSpelling: ViewSpelling<AggregatedView> = {
  parse: (query) => {
    const only = /^(\w+):(\d+)$/.exec(query.get("only") ?? "");
    const onlyFacet = only && oneOf(facetNames, only[1]);
    const log = query.get("scale");
    return {
      across: oneOf(acrossNames, query.get("across")) ?? "user",
      log: log === "log" ? true : log === "linear" ? false : undefined,
      facet: oneOf(facetNames, query.get("by")) ?? "",
      sizes: parseSizes(query, "w"),
      chunked: query.get("chunked") === "1",
      map: oneOf(mapMetrics, query.get("map")) ?? "gpu",
      ranges: parseRanges(query.get("in") ?? ""),
      only: only && onlyFacet ? {facet: onlyFacet, value: Number(only[2])} : undefined,
      order: query.get("order") || defaultOrder
    };
  },
  format: ({across, log, facet, sizes, chunked, map, ranges, only, order}) => ({
    ...(across !== "user" && {across}),
    ...(log !== undefined && {scale: log ? "log" : "linear"}),
    ...(facet && {by: facet}),
    ...formatSizes(sizes, "w"),
    ...(chunked && {chunked: "1"}),
    ...(map !== "gpu" && {map}),
    ...(Object.keys(ranges).length > 0 && {in: formatRanges(ranges)}),
    ...(only && {only: `${only.facet}:${only.value}`}),
    ...(order !== defaultOrder && {order})
  })
};

/** `user:50-120,ttft:-300`. */
function formatRanges(ranges: Ranges): string {
  const end = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(5))) : "");
  return rangeNames
    .filter((name) => ranges[name])
    .map((name) => `${name}:${ranges[name]!.map(end).join("-")}`)
    .join();
}

function parseRanges(text: string): Ranges {
  const found = text.split(",").flatMap((part): [RangeName, [number, number]][] => {
    const [, word, from, to] = /^(\w+):([\d.]*)-([\d.]*)$/.exec(part) ?? [];
    const name = oneOf(rangeNames, word);
    const range: [number, number] = [from ? Number(from) : -Infinity, to ? Number(to) : Infinity];
    return name && range[0] <= range[1] && (from || to) ? [[name, range]] : [];
  });
  return Object.fromEntries(found);
}

/** What the search tries for such a view. */
export function aggregatedSpace({sizes, chunked}: AggregatedView): SearchSpace {
  const named = Object.keys(sizes).length > 0;
  return {modes: ["agg"], ...(named && {agg: sizes}), ...(chunked && {chunkedPrefill: true})};
}

/** Whether the axis across is logarithmic: latencies span decades. */
export function isLogAcross({across, log}: Pick<AggregatedView, "across" | "log">): boolean {
  return log ?? across !== "user";
}

function oneOf<T extends string>(values: readonly T[], value: string | null | undefined): T | undefined {
  return values.find((each) => each === value);
}
