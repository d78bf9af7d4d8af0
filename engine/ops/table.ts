import {efficiency} from "../coefficients.js";
import type {CoefficientKind, DtypeClass} from "../coefficients.js";
import type {Database} from "../database.js";
import type {GridRoofline} from "../grid.js";
import type {PerfDatabase} from "../perf.js";
import {tables} from "../schema.js";
import type {Backend, TableName} from "../schema.js";
import type {ErrorBand} from "../result.js";
import type {SystemSpec} from "../system.js";
import {lastBound} from "../roofline.js";
import {expectedError} from "../accuracy/expected.js";
import {doubt, grades, missing, rank, trace, weaken} from "../trace.js";
import type {TransferPolicy, TransferRule} from "../transfer.js";
import {gridCloud, ladderLatency} from "./ladder.js";
import type {Rung} from "./ladder.js";
import {curveRule} from "../interpolation/rules.js";
import type {Interpolation} from "../interpolation/rules.js";
import {sharedLatency} from "./shared.js";

export type {Database} from "../database.js";

/** What answers questions about operators: GPUs, serving engine and its measured tables. */
export interface Platform {
  system: SystemSpec;
  backend: Backend;
  version: string;
  perf: PerfDatabase;
  /** The measured system that `perf` is of, when `system` itself was not measured: its utilisation is carried over. */
  donor?: SystemSpec;
  /** Why that one, in words. */
  donorWhy?: string;
  database: Database;
  /** How measured tables are read between and beyond their points; as in the reference unless given. */
  interpolation?: Interpolation;
  /** Fitted tables that answer where `perf` does not, in order. Of the same system. */
  embedded?: () => readonly PerfDatabase[];
  /** Raises every measured kernel to the speed of light; else only GEMM and decode attention are, as in the reference. */
  clampToLight?: boolean;
  /** What the hybrid and empirical databases may take utilisation from; everything unless given. */
  transfer?: TransferPolicy;
  /** What carries over: time beyond the speed of light unless given, or utilisation as method.md §4.2 has it. */
  transferRule?: TransferRule;
}

/** Latency in ms at up to four coordinates; NaN on a miss, with the reason in `trace`. */
export type Latency = (a: number, b: number, c: number, d: number) => number;

export interface TableQuery {
  kind: CoefficientKind;
  /** What is computed in: picks the coefficient of the embedded default. */
  dtype: DtypeClass;
  table: TableName;
  part: readonly string[];
  key?: readonly (string | number)[];
  /** Coordinates left of the latency: the table's axes, in order. */
  roofline: GridRoofline;
  /** The roofline of another key of the slice, whose rows help to interpolate; without it only the own key's do. */
  keyRoofline?: (key: ArrayLike<number>) => GridRoofline;
  /** Names `roofline` where a grid is looked into with several. */
  rooflineOf?: string;
  /** What is held beyond the table, when not the roofline. */
  hold?: GridRoofline;
  sqrtAxis?: number;
  /** Measurements below the speed of light are raised to it. */
  floored?: boolean;
  /** A curve of one point says nothing below it (MoE). */
  needsCurveBelow?: boolean;
  /** What to take the utilisation from when the slice itself is missing, nearest first. */
  ladder?: () => Iterable<Rung>;
  /** Speed of light at which another type's utilisation is taken over; `roofline` unless given. */
  transferRoofline?: GridRoofline;
}

/** Answers a query against one table in the platform's database mode. */
export function tableLatency(platform: Platform, query: TableQuery): Latency {
  return withError(query.kind, inMode(platform, query), platform.perf.fitError(query.table, query.part));
}

/**
 * Notes beside every answer how far off answers of its kind and grade were on held-out points. Where the table is a
 * `fit`, no answer is better than calibrated, and its error adds to that of interpolating.
 */
export function withError(kind: CoefficientKind, latency: Latency, fit?: ErrorBand): Latency {
  const bands = grades.map((_, index) => {
    const band = expectedError(kind, index);
    return fit && index < rank.calibrated ? addedError(fit, band) : band;
  });
  return (a, b, c, d) => {
    const before = trace.rank;
    trace.rank = rank.measured;
    const ms = latency(a, b, c, d);
    doubt(bands[trace.rank]);
    if (fit) weaken(rank.calibrated);
    if (before > trace.rank) trace.rank = before;
    return ms;
  };
}

/** Of two errors that have nothing to do with each other. */
function addedError(a: ErrorBand, b: ErrorBand): ErrorBand {
  return {p50: Math.hypot(a.p50, b.p50), p90: Math.hypot(a.p90, b.p90)};
}

function inMode(platform: Platform, query: TableQuery): Latency {
  const {roofline} = query;
  switch (platform.database) {
    case "sol":
      return (a, b, c, d) => {
        weaken(rank.roofline);
        return roofline(a, b, c, d);
      };
    case "silicon":
      return measured(platform, query);
    case "empirical":
      return fromUtil(platform, query);
    case "hybrid":
    case "calibrated":
      return firstAnswer(
        measured(platform, query),
        lazily(() => fromUtil(platform, query)),
        lastResorts(platform, query.kind, query.dtype, roofline, (on) => tableLatency(on, query))
      );
  }
}

/**
 * What answers when a platform's own tables do not: the fitted tables beside them, as their own database would, and in
 * the embedded default at last a coefficient.
 */
export function lastResorts(
  platform: Platform,
  kind: CoefficientKind,
  dtype: DtypeClass,
  roofline: GridRoofline,
  bind: (on: Platform) => Latency
): Latency {
  const {embedded, database} = platform;
  const fitted = lazily(() => {
    const others = (embedded?.() ?? []).map((perf) =>
      otherEngine(platform, perf, bind({...platform, perf, embedded: undefined, database: "silicon"}))
    );
    return others.length > 0 ? firstAnswer(...others) : noAnswer;
  });
  return database === "calibrated" ? firstAnswer(fitted, estimated(platform, kind, dtype, roofline)) : fitted;
}

const noAnswer: Latency = () => NaN;

/** Another serving engine's kernels are other operators. */
function otherEngine({perf: own}: Platform, perf: PerfDatabase, latency: Latency): Latency {
  if (perf.backend === own.backend) return latency;
  return (a, b, c, d) => {
    const ms = latency(a, b, c, d);
    if (ms === ms) weaken(rank.xop);
    return ms;
  };
}

/** The first that has one; the first's reason when none has. */
export function firstAnswer(...latencies: readonly Latency[]): Latency {
  const [own, ...others] = latencies;
  return (a, b, c, d) => {
    const ms = own(a, b, c, d);
    if (ms === ms) return ms;
    const {miss} = trace;
    for (let i = 0; i < others.length; ++i) {
      const other = others[i](a, b, c, d);
      if (other === other) return other;
    }
    return missing(miss);
  };
}

/** Speed of light over the embedded efficiency, plus a launch. */
export function estimated(
  platform: Platform,
  kind: CoefficientKind,
  dtype: DtypeClass,
  roofline: GridRoofline
): Latency {
  const coefficient = efficiency(kind, dtype, platform.system.generation);
  const {overheadMs, mathEfficiency} = coefficient;
  if (mathEfficiency === coefficient.efficiency)
    return (a, b, c, d) => {
      weaken(rank.roofline);
      return overheadMs + roofline(a, b, c, d) / mathEfficiency;
    };
  return (a, b, c, d) => {
    weaken(rank.roofline);
    roofline(a, b, c, d);
    return overheadMs + Math.max(lastBound.computeMs / mathEfficiency, lastBound.memoryMs / coefficient.efficiency);
  };
}

function measured(platform: Platform, query: TableQuery): Latency {
  const {perf} = platform;
  const {table, part, key, roofline, hold = roofline, sqrtAxis = -1} = query;
  const grid = perf.grid(table, part, key, query.floored ? roofline : undefined);
  if (!grid) {
    const known = perf.has(table, part);
    const message = known
      ? `no ${table} rows: ${perf.systemId}/${perf.backend} ${perf.version} ${part.join("/")} at ${(key ?? []).join(", ")}; collect that shape or change the parallelism`
      : perf.missingMessage(table, part);
    return () => missing(message);
  }
  const rule = curveRule(table);
  const shared = platform.interpolation === "shared" && rule && !perf.fitError(table, part);
  const found: Latency = shared
    ? sharedLatency(perf, query, grid, rule)
    : (a, b, c, d) => grid.lookup(a, b, c, d, hold, sqrtAxis);
  const looked: Latency = platform.clampToLight
    ? (a, b, c, d) => Math.max(found(a, b, c, d), roofline(a, b, c, d))
    : found;
  if (!query.needsCurveBelow || grid.size > 1) return looked;
  const only = grid.keys[0][0];
  return (a, b, c, d) =>
    a < only ? missing(`no ${table} rows below ${only} tokens: ${a}; measure more points`) : looked(a, b, c, d);
}

function fromUtil(platform: Platform, query: TableQuery): Latency {
  const {perf} = platform;
  const {table, part, key, roofline, transferRoofline} = query;
  const missed = perf.missingMessage(table, part);
  const axes = tables[table].axes.length;
  function* rungs(): Iterable<Rung> {
    const own = perf.grid(table, part, key, query.floored ? roofline : undefined);
    if (own) yield {tier: "own", cloud: gridCloud(platform, own, roofline, query.rooflineOf), scale: 1};
    if (query.ladder) yield* query.ladder();
  }
  return ladderLatency(platform, {axes, roofline, transferRoofline, missed}, rungs());
}

export function lazily(make: () => Latency): Latency {
  let latency: Latency | undefined;
  return (a, b, c, d) => (latency ??= make())(a, b, c, d);
}
