/**
 * How far measured tables can be trusted, row by row: against the speed of light, against their neighbours, and
 * against another version of themselves. Pure functions of one slice's columns.
 */
import {impossibleShare, longTokens} from "./ops/attention.js";
import {lastBound} from "./roofline.js";
import {tables, valueColumn} from "./schema.js";
import type {Columns, TableName, TableSpec} from "./schema.js";
import {speedOfLightMs} from "./speed-of-light.js";
import type {SystemSpec} from "./system.js";
import {msPerSecond} from "./units.js";

/**
 * Speed of light over latency from which a row is remarkable, ratio: up to about here caches, boost clocks and the
 * rounding of published rates explain it. Source: method.md §15.
 */
export const remarkableUtilisation = 1.2;

/**
 * Bytes that no cache holds: twice the largest L2 (128 MB, RTX PRO 6000). Below, a kernel that runs again and again on
 * the same data may beat the memory bound honestly.
 */
const beyondCacheBytes = 256e6;

/**
 * Share of the memory bound below which a row is impossible although more than that moves: decode attention whose KV
 * pages are read again reaches 0.52 on five systems, and broken rows start far below. Source: method.md §15 quirk 38.
 */
const impossibleShareOfBytes = 0.5;

/** The rows of one slice of a table. */
export interface PartColumns {
  /** Values of the table's part columns. */
  part: readonly string[];
  columns: Columns;
}

export interface Row {
  /** Part, key and axis values by column name. */
  at: Record<string, number | string>;
  latencyMs: number;
}

/** A row beside what it is compared with: its bound, a larger neighbour, or the same row of another version. */
export interface Contrast extends Row {
  /** What `latencyMs` is compared with, in ms. */
  otherMs: number;
  /** The larger neighbour's coordinates, where it is one. */
  other?: Record<string, number | string>;
}

/** Counts add up over slices; lists keep the worst few. */
export interface SliceQuality {
  rows: number;
  /** Rows whose speed of light is modelled. */
  bounded: number;
  /** Of these, with a utilisation above 1.2. */
  remarkable: number;
  /** Rows whose bound is certain enough to call a latency impossible, and how many are. */
  tested: number;
  impossible: number;
  /** Least latency over bound among the tested; Infinity when none is. */
  leastOfLight: number;
  /** Rows that have a larger neighbour on some axis, and how many of them are slower than it, and by more than a tenth. */
  paired: number;
  slower: number;
  muchSlower: number;
  worstImpossible: Contrast[];
  worstSlower: Contrast[];
}

/** How many of the worst rows are listed. */
const listed = 8;

/** Judges every row of one slice. */
export function judgeSlice(table: TableName, slice: PartColumns, system: SystemSpec): SliceQuality {
  const {columns} = slice;
  const quality = emptyQuality();
  const latencies = columns[valueColumn] as ArrayLike<number>;
  quality.rows = latencies.length;
  const impossible = new Worst();
  eachLight(table, slice, system, (i, light) => {
    const ms = latencies[i];
    ++quality.bounded;
    if (light.ms / ms > remarkableUtilisation) ++quality.remarkable;
    if (!light.certain) return;
    ++quality.tested;
    quality.leastOfLight = Math.min(quality.leastOfLight, ms / light.ms);
    if (!isImpossible(ms, light)) return;
    ++quality.impossible;
    impossible.add(i, ms / light.ms, light.ms);
  });
  quality.worstImpossible = impossible.list.map(({row, other}) => ({...rowAt(table, slice, row), otherMs: other}));
  Object.assign(quality, slowerThanLarger(table, slice));
  return quality;
}

export function emptyQuality(): SliceQuality {
  const none = {rows: 0, bounded: 0, remarkable: 0, tested: 0, impossible: 0, paired: 0, slower: 0, muchSlower: 0};
  return {...none, leastOfLight: Infinity, worstImpossible: [], worstSlower: []};
}

/** Of two slices together. */
export function addQuality(a: SliceQuality, b: SliceQuality): SliceQuality {
  const worst = (list: Contrast[], size: (each: Contrast) => number) =>
    list.sort((x, y) => size(x) - size(y)).slice(0, listed);
  const ofLight = ({latencyMs, otherMs}: Contrast) => latencyMs / otherMs;
  return {
    rows: a.rows + b.rows,
    bounded: a.bounded + b.bounded,
    remarkable: a.remarkable + b.remarkable,
    tested: a.tested + b.tested,
    impossible: a.impossible + b.impossible,
    leastOfLight: Math.min(a.leastOfLight, b.leastOfLight),
    paired: a.paired + b.paired,
    slower: a.slower + b.slower,
    muchSlower: a.muchSlower + b.muchSlower,
    worstImpossible: worst([...a.worstImpossible, ...b.worstImpossible], ofLight),
    worstSlower: worst([...a.worstSlower, ...b.worstSlower], (each) => -ofLight(each))
  };
}

/** The speed of light of one row. */
interface Light {
  ms: number;
  computeMs: number;
  memoryMs: number;
  /** No cache, and no simplification of the bound, can make an honest row beat it by much. */
  certain: boolean;
}

/** Below 0.7 of the arithmetic, or below half of the bytes where these are more than any cache holds. */
function isImpossible(ms: number, {computeMs, memoryMs}: Light): boolean {
  return ms < impossibleShare * computeMs || ms < impossibleShareOfBytes * memoryMs;
}

/** Bounds of a slice's rows: they are the same whatever is asked of them. NaN where there is none. */
interface Lights {
  system: SystemSpec;
  ms: Float64Array;
  computeMs: Float64Array;
  memoryMs: Float64Array;
  certain: Uint8Array;
}

const lights = new WeakMap<PartColumns, Lights>();

function lightsOf(table: TableName, slice: PartColumns, system: SystemSpec): Lights {
  const known = lights.get(slice);
  if (known?.system === system) return known;
  const {part, columns} = slice;
  const names = coordinates(table);
  const cells = names.map((name) => columns[name]);
  const at: Record<string, number | string> = {};
  const count = columns[valueColumn].length;
  const [ms, computeMs, memoryMs] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const certain = new Uint8Array(count);
  const hasBytes = hasCertainBytes(table);
  const leastMs = (beyondCacheBytes / system.memoryBandwidthBytesPerSec) * msPerSecond;
  for (let i = 0; i < count; ++i) {
    for (let c = 0; c < names.length; ++c) at[names[c]] = cells[c][i];
    // Bounds of links leave these as they are: what a switch can add up on the way is not a matter of bandwidth.
    lastBound.computeMs = lastBound.memoryMs = 0;
    const lightMs = speedOfLightMs(table, part, at, system);
    ms[i] = lightMs > 0 && lightMs < Infinity ? lightMs : NaN;
    computeMs[i] = lastBound.computeMs;
    memoryMs[i] = hasBytes && lastBound.memoryMs > leastMs ? lastBound.memoryMs : 0;
    const byCompute = computeMs[i] > 0 && computeMs[i] >= lastBound.memoryMs;
    certain[i] = hasCertainBound(table, at) && (byCompute || memoryMs[i] > 0) ? 1 : 0;
  }
  const found = {system, ms, computeMs, memoryMs, certain};
  lights.set(slice, found);
  return found;
}

/** Visits every row with a bound. The object is the same each time. */
function eachLight(
  table: TableName,
  slice: PartColumns,
  system: SystemSpec,
  visit: (row: number, light: Light) => void
): void {
  const {ms, computeMs, memoryMs, certain} = lightsOf(table, slice, system);
  const light: Light = {ms: 0, computeMs: 0, memoryMs: 0, certain: false};
  for (let i = 0; i < ms.length; ++i) {
    if (Number.isNaN(ms[i])) continue;
    light.ms = ms[i];
    light.computeMs = computeMs[i];
    light.memoryMs = memoryMs[i];
    light.certain = certain[i] === 1;
    visit(i, light);
  }
}

/**
 * The bound of experts counts weights of every expert that tokens could reach; a skewed distribution reaches fewer (33
 * rows of wideep_prefill_moe take down to 0.23 of it). That of sparse prompts counts the cache once per head, which all
 * heads share.
 */
function hasCertainBytes(table: TableName): boolean {
  switch (table) {
    case "moe":
    case "moe_low_latency":
    case "wideep_moe":
    case "wideep_prefill_moe":
    case "wideep_decode_moe":
    case "prefill_attention":
    case "dsa_prefill_module":
      return false;
    default:
      return true;
  }
}

/**
 * Causal attention is bounded exactly without a window alone, and judged where prompts are long (quirk 38). Sparse
 * latent attention is bounded as absorbed heads of 1088 elements; short prompts seem to run dense heads of
 * 320 instead: all 219 rows of sglang below 0.7 of the bound, down to 0.47, are of at most 2048 tokens.
 */
function hasCertainBound(table: TableName, {seq, window, prefix}: Record<string, number | string>): boolean {
  switch (table) {
    case "prefill_attention":
      return Number(seq) >= longTokens && window === 0;
    case "dsa_prefill_module":
      return Number(seq) + Number(prefix) > indexedTokens;
    default:
      return true;
  }
}

/** Longest prompt that sparse latent attention attends to as a whole: index_topk of both measured models. */
const indexedTokens = 2048;

function coordinates(table: TableName): string[] {
  const {key, axes}: TableSpec = tables[table];
  return [...key, ...axes];
}

function rowAt(table: TableName, {part, columns}: PartColumns, row: number): Row {
  const own = tables[table].part.map((name, i) => [name, part[i]]);
  const at = Object.fromEntries([...own, ...coordinates(table).map((name) => [name, columns[name][row]])]);
  return {at, latencyMs: columns[valueColumn][row] as number};
}

/** The few rows with the least `size`. */
class Worst {
  readonly list: {row: number; size: number; other: number}[] = [];

  add(row: number, size: number, other: number): void {
    const {list} = this;
    if (list.length === listed && size >= list[listed - 1].size) return;
    const at = list.findIndex((each) => size < each.size);
    list.splice(at < 0 ? list.length : at, 0, {row, size, other});
    if (list.length > listed) list.pop();
  }
}

/**
 * Points that take longer than the next larger one on some axis, all else equal. Kernels do jump where a tile or a wave
 * is filled, and small times are noise; but a search that interpolates there turns the jump into a wrong choice.
 */
function slowerThanLarger(
  table: TableName,
  slice: PartColumns
): Pick<SliceQuality, "paired" | "slower" | "muchSlower" | "worstSlower"> {
  const {columns} = slice;
  const latencies = columns[valueColumn] as ArrayLike<number>;
  const paired = new Uint8Array(latencies.length);
  const slower = new Uint8Array(latencies.length);
  const worst = new Worst();
  for (const rows of rowsByKey(table, columns).values())
    eachPair(table, columns, rows, (small, large) => {
      paired[small] = 1;
      const ratio = latencies[large] / latencies[small];
      if (ratio >= 1) return;
      slower[small] = Math.max(slower[small], ratio < 1 / 1.1 ? 2 : 1);
      worst.add(small, ratio, large);
    });
  return {
    paired: paired.reduce((sum, one) => sum + one, 0),
    slower: slower.reduce((sum, one) => sum + Math.min(1, one), 0),
    muchSlower: slower.reduce((sum, one) => sum + (one >> 1), 0),
    worstSlower: worst.list.map(({row, other}) => {
      const {at, latencyMs} = rowAt(table, slice, other);
      return {...rowAt(table, slice, row), otherMs: latencyMs, other: at};
    })
  };
}

/** Rows that have every key column alike. */
function rowsByKey(table: TableName, columns: Columns): Map<number, number[]> {
  const count = columns[valueColumn].length;
  // Codes of the rows so far as numbers, as strings of every row take most of the time.
  const codes = new Float64Array(count);
  for (const name of tables[table].key) {
    const column = columns[name];
    const known = new Map<number, Map<number | string, number>>();
    let next = 0;
    for (let i = 0; i < count; ++i) {
      let own = known.get(codes[i]);
      if (!own) known.set(codes[i], (own = new Map()));
      let code = own.get(column[i]);
      if (code === undefined) own.set(column[i], (code = next++));
      codes[i] = code;
    }
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < count; ++i) {
    const group = groups.get(codes[i]);
    if (group) group.push(i);
    else groups.set(codes[i], [i]);
  }
  return groups;
}

/** Most cells of a group's whole grid that are laid out, else the outermost axes are left out. */
const mostCells = 2e7;

/** Neighbours along every axis, the others fixed, the smaller first. Lays the group's rows out as a full grid. */
function eachPair(
  table: TableName,
  columns: Columns,
  rows: readonly number[],
  visit: (small: number, large: number) => void
): void {
  const axes = tables[table].axes.map((name) => columns[name] as ArrayLike<number>);
  const ranks = axes.map((axis) => {
    const distinct = [...new Set(rows.map((row) => axis[row]))].sort((a, b) => a - b);
    return new Map(distinct.map((value, rank) => [value, rank]));
  });
  const sizes = ranks.map(({size}) => size);
  const total = sizes.reduce((product, size) => product * size, 1);
  if (total > mostCells) return;
  const strides = sizes.map((_, axis) => sizes.slice(axis + 1).reduce((product, size) => product * size, 1));
  const grid = new Int32Array(total).fill(-1);
  for (const row of rows) {
    let cell = 0;
    for (let axis = 0; axis < axes.length; ++axis) cell += ranks[axis].get(axes[axis][row])! * strides[axis];
    grid[cell] = row;
  }
  for (let axis = 0; axis < axes.length; ++axis) {
    const [stride, length] = [strides[axis], strides[axis] * sizes[axis]];
    for (let block = 0; block < total && sizes[axis] > 1; block += length)
      for (let start = block; start < block + stride; ++start) {
        let small = -1;
        for (let cell = start; cell < block + length; cell += stride) {
          const large = grid[cell];
          if (large < 0) continue;
          if (small >= 0) visit(small, large);
          small = large;
        }
      }
  }
}

/** What became of the coordinates of one table in another version of it. */
export interface VersionJump {
  /** Coordinates in both, in the older alone, in the newer alone. */
  common: number;
  gone: number;
  added: number;
  /** Newer latency over older, of every common coordinate, ascending. */
  ratios: Float64Array;
  /** Common coordinates off by more than a tenth, and by more than a factor of two. */
  off: number;
  farOff: number;
  /** Largest factor first, either way; `otherMs` is the older one. */
  worst: Contrast[];
}

/** The same coordinates measured twice, over all slices of a table. */
export function compareTables(
  table: TableName,
  older: readonly PartColumns[],
  newer: readonly PartColumns[]
): VersionJump {
  const before = new Map<string, number>();
  for (const slice of older) eachRow(table, slice, (name, ms) => before.set(name, ms));
  const ratios: number[] = [];
  let [added, off, farOff] = [0, 0, 0];
  let worst: Contrast[] = [];
  for (const slice of newer) {
    const own = new Worst();
    eachRow(table, slice, (name, ms, row) => {
      const old = before.get(name);
      if (old === undefined) return void ++added;
      const ratio = ms / old;
      const factor = Math.max(ratio, 1 / ratio);
      ratios.push(ratio);
      if (factor > 1.1) ++off;
      if (factor > 2) ++farOff;
      if (factor > 1) own.add(row, -factor, old);
    });
    worst.push(...own.list.map(({row, other}) => ({...rowAt(table, slice, row), otherMs: other})));
  }
  const factorOf = ({latencyMs, otherMs}: Contrast) => Math.max(latencyMs / otherMs, otherMs / latencyMs);
  worst = worst.sort((a, b) => factorOf(b) - factorOf(a)).slice(0, listed);
  const common = ratios.length;
  return {common, gone: before.size - common, added, ratios: Float64Array.from(ratios).sort(), off, farOff, worst};
}

function eachRow(
  table: TableName,
  {part, columns}: PartColumns,
  visit: (name: string, latencyMs: number, row: number) => void
): void {
  const cells = coordinates(table).map((name) => columns[name]);
  const latencies = columns[valueColumn] as ArrayLike<number>;
  for (let i = 0; i < latencies.length; ++i)
    visit([...part, ...cells.map((column) => column[i])].join("|"), latencies[i], i);
}

/** Value below which a share of the ascending values lies; NaN of none. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  if (ascending.length === 0) return NaN;
  const at = share * (ascending.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, ascending.length - 1);
  return ascending[low] + (ascending[high] - ascending[low]) * (at - low);
}

/** One square of a coverage map. */
export interface CoverageCell {
  x: number | string;
  y: number | string;
  rows: number;
  impossible: number;
  /** Median speed of light over latency; NaN where no bound is modelled. */
  utilisation: number;
}

/** Rows at each pair of values of two columns, over all slices of a table: where there are measurements, and what they are worth. */
export function coverageMap(
  table: TableName,
  slices: readonly PartColumns[],
  system: SystemSpec,
  x: string,
  y: string
): CoverageCell[] {
  const all: (CoverageCell & {reached: number[]})[] = [];
  const columnsOf = new Map<number | string, Map<number | string, (typeof all)[number]>>();
  for (const slice of slices) {
    const {columns} = slice;
    const latencies = columns[valueColumn] as ArrayLike<number>;
    const cellOf = (row: number) => {
      const at = {x: columns[x][row], y: columns[y][row]};
      let own = columnsOf.get(at.x);
      if (!own) columnsOf.set(at.x, (own = new Map()));
      let cell = own.get(at.y);
      if (!cell) {
        own.set(at.y, (cell = {...at, rows: 0, impossible: 0, utilisation: NaN, reached: []}));
        all.push(cell);
      }
      return cell;
    };
    for (let i = 0; i < latencies.length; ++i) ++cellOf(i).rows;
    eachLight(table, slice, system, (i, light) => {
      const cell = cellOf(i);
      cell.reached.push(light.ms / latencies[i]);
      if (light.certain && isImpossible(latencies[i], light)) ++cell.impossible;
    });
  }
  return all.map(({reached, ...cell}) => ({
    ...cell,
    utilisation: quantile(Float64Array.from(reached).sort(), 0.5)
  }));
}
