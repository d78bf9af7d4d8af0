/**
 * The ladder of what an estimate may take its utilisation from: the measurements themselves, else another shape, else
 * another type, else another operator. Source: method.md §4.2; rungs that it does not have say "ours".
 */
import {UtilCloud} from "../empirical.js";
import type {UtilPoint} from "../empirical.js";
import type {Grid, GridRoofline} from "../grid.js";
import type {PerfDatabase} from "../perf.js";
import type {QuantMode} from "../quant.js";
import type {Tier} from "../result.js";
import type {TableName} from "../schema.js";
import type {GemmRoofline, Sites} from "../sites.js";
import type {SystemSpec} from "../system.js";
import {missing, rank, weaken} from "../trace.js";
import {modeDistance, sameMode, transferTiers} from "../transfer.js";
import type {TransferTier} from "../transfer.js";
import type {Latency, Platform} from "./table.js";

/** Measurements of something alike that stand in. */
export interface Rung {
  tier: "own" | TransferTier;
  cloud: UtilCloud;
  /** Utilisation of what is asked over that of what was measured, where utilisation is what carries over. */
  scale: number;
  /**
   * Speed of light of what was measured, where the time beyond it carries over: launches, uneven experts and the like
   * take as long in another shape or type. Ours: in docs/accuracy-transfer.md it errs half as much as utilisation kept.
   */
  roofline?: GridRoofline;
}

/** What is asked of a ladder: its speed of light, and what to say when no rung holds. */
interface Asked {
  /** Coordinates of a query. */
  axes: number;
  roofline: GridRoofline;
  /** Speed of light of a type that was not measured, where the GPU has no units for it; `roofline` unless given. */
  transferRoofline?: GridRoofline;
  missed: string;
}

/** Answers from the first rung that the platform's policy allows and that holds any measurement. */
export function ladderLatency(platform: Platform, asked: Asked, rungs: Iterable<Rung>): Latency {
  const {transfer = transferTiers, transferRule = "waiting"} = platform;
  let forbidden: TransferTier | undefined;
  for (const {tier, cloud, scale, roofline: there} of rungs) {
    if (cloud.size === 0) continue;
    if (tier !== "own" && !transfer.includes(tier)) {
      forbidden ??= tier;
      continue;
    }
    const ofType = tier === "xquant" || tier === "xprofile";
    const roofline = ofType ? (asked.transferRoofline ?? asked.roofline) : asked.roofline;
    const to = tier === "own" ? rank.empirical : rank[tier];
    const util: Latency = (a, b, c, d) => cloud.util([a, b, c, d].slice(0, asked.axes));
    if (there && tier !== "own" && transferRule === "waiting")
      return (a, b, c, d) => {
        weaken(to);
        return withWaiting(there(a, b, c, d), util(a, b, c, d), roofline(a, b, c, d));
      };
    return (a, b, c, d) => {
      weaken(to);
      return roofline(a, b, c, d) / (util(a, b, c, d) * scale);
    };
  }
  const hint = forbidden ? `; the transfer policy leaves out ${forbidden}, which would answer` : "";
  return () => missing(asked.missed + hint);
}

/** The time beyond the speed of light kept; a kernel faster than light keeps its utilisation. */
function withWaiting(lightThereMs: number, util: number, lightMs: number): number {
  return util < 1 ? lightMs + lightThereMs / util - lightThereMs : lightMs / util;
}

/** Clouds by GPU, by what was measured, and by what its speed of light was taken to be. */
const clouds = new WeakMap<SystemSpec, WeakMap<Grid | Sites, Map<string, UtilCloud>>>();

/** `of` tells apart rooflines of one grid (gated experts or not). */
export function gridCloud({system}: Platform, grid: Grid, roofline: GridRoofline, of = ""): UtilCloud {
  return remembered(system, grid, of, () => {
    const points: UtilPoint[] = [];
    grid.forEach((a, b, c, d, leaf) => {
      const at = [a, b, c, d].slice(0, grid.axes);
      points.push({at, util: roofline(a, b, c, d) / grid.latencyMs[leaf]});
    });
    return points;
  });
}

export function sitesCloud({system}: Platform, sites: Sites, roofline: GemmRoofline): UtilCloud {
  return remembered(system, sites, "", () => {
    const points: UtilPoint[] = [];
    sites.forEach((m, n, k, ms) => points.push({at: [m, n, k], util: roofline(m, n, k) / ms}));
    return points;
  });
}

function remembered(system: SystemSpec, measured: Grid | Sites, of: string, points: () => UtilPoint[]): UtilCloud {
  const ofSystem = getOr(clouds, system, () => new WeakMap<Grid | Sites, Map<string, UtilCloud>>());
  const byRoofline = getOr(ofSystem, measured, () => new Map<string, UtilCloud>());
  return getOr(byRoofline, of, () => new UtilCloud(points().filter(({util}) => util > 0 && util < Infinity)));
}

function getOr<K, V>(map: {get(key: K): V | undefined; set(key: K, value: V): unknown}, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** A type of a table, by the names in its `part`, and how a GPU computes in it. */
export interface MeasuredType {
  part: string[];
  modes: readonly QuantMode[];
  tier: "own" | "xquant" | "xprofile";
}

/**
 * Types that a table was measured in, the asked one first, then those of the same rates, then the others, most alike
 * first; of equally alike ones those of fewer bytes. Types that we do not know are left out.
 */
export function typesByLikeness(
  perf: PerfDatabase,
  table: TableName,
  asked: {part: readonly string[]; modes: readonly QuantMode[]},
  modesOf: (part: readonly string[]) => readonly (QuantMode | undefined)[],
  unlikeness = modeDistance
): MeasuredType[] {
  const names = new Map<string, string[]>();
  for (const {part} of perf.entriesOf(table)) {
    const type = part.slice(0, asked.part.length);
    names.set(type.join("/"), type);
  }
  const distance = ({tier, modes}: MeasuredType) =>
    tier === "own" ? -1 : modes.reduce((sum, mode, i) => sum + unlikeness(mode, asked.modes[i]), 0);
  const bytes = ({modes}: MeasuredType) => modes.reduce((sum, mode) => sum + mode.bytesPerWeight, 0);
  return [...names.values()]
    .flatMap((part): MeasuredType[] => {
      const modes = modesOf(part).filter((mode) => mode !== undefined);
      if (modes.length < asked.modes.length) return [];
      const own = part.every((name, i) => name === asked.part[i]);
      const alike = modes.every((mode, i) => sameMode(mode, asked.modes[i]));
      return [{part, modes, tier: own ? "own" : alike ? "xquant" : "xprofile"}];
    })
    .sort((a, b) => distance(a) - distance(b) || bytes(a) - bytes(b));
}

/** The worse of two tiers. */
export function worseTier<T extends "own" | TransferTier>(a: T, b: T): T {
  return order.indexOf(b) > order.indexOf(a) ? b : a;
}

const order: readonly Tier[] = ["own", ...transferTiers];

/** Numbers by distance in octaves from `asked`, itself first; 0 stands for none and comes last. */
export function byOctaves(values: Iterable<number>, asked: number): number[] {
  const far = (value: number) =>
    value === asked ? -1 : value > 0 && asked > 0 ? Math.abs(Math.log2(value / asked)) : Infinity;
  return [...new Set(values)].sort((a, b) => far(a) - far(b) || a - b);
}
