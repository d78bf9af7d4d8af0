/** Measured rows of one table, as the fit takes them. */
import {speedOfLightMs} from "../engine/speed-of-light.js";
import {tables, valueColumn} from "../engine/schema.js";
import type {Columns, SliceEntry, TableName} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import {decodeSlice} from "../perf/slice.js";

/** Columns of equal length over all slices of a table. */
export interface TableRows {
  table: TableName;
  part: string[][];
  /** Key columns, then axes, by position in the schema. */
  key: (string | number)[][];
  axes: Float64Array[];
  latencyMs: Float64Array;
  /** What is fitted: the latency, or, for a row that cannot be right, what its neighbours suggest; else NaN. */
  soundMs: Float64Array;
  /** Rows that cannot be right: see `impossible`. */
  excluded: Uint8Array;
}

export async function readTable(
  table: TableName,
  slices: readonly SliceEntry[],
  system: SystemSpec,
  read: (path: string) => Promise<ArrayBuffer>
): Promise<TableRows> {
  const {key, axes} = tables[table];
  const decoded: {part: string[]; columns: Columns; rows: number}[] = [];
  for (const slice of slices) {
    const columns = await decodeSlice(await read(slice.path), table);
    decoded.push({part: slice.part, columns, rows: columns[valueColumn].length});
  }
  const total = decoded.reduce((sum, {rows}) => sum + rows, 0);
  const out: TableRows = {
    table,
    part: new Array<string[]>(total),
    key: key.map(() => new Array<string | number>(total)),
    axes: axes.map(() => new Float64Array(total)),
    latencyMs: new Float64Array(total),
    soundMs: new Float64Array(total),
    excluded: new Uint8Array(total)
  };
  const doubted = table === "prefill_attention";
  const lightMs = new Float64Array(doubted ? total : 0);
  let at = 0;
  for (const {part, columns, rows} of decoded)
    for (let i = 0; i < rows; ++i, ++at) {
      const row: Record<string, number | string> = {};
      key.forEach((name, k) => (out.key[k][at] = row[name] = columns[name][i]));
      axes.forEach((name, k) => (out.axes[k][at] = row[name] = columns[name][i] as number));
      const ms = columns[valueColumn][i] as number;
      out.part[at] = part;
      out.latencyMs[at] = out.soundMs[at] = ms;
      if (!(ms > 0)) {
        out.excluded[at] = 1;
        out.soundMs[at] = NaN;
      }
      if (doubted) lightMs[at] = speedOfLightMs(table, part, row, system);
    }
  if (doubted) repairImpossible(out, lightMs);
  return out;
}

/** A long prompt answered in less than this share of the speed of light was not computed. Source: method.md §15.38. */
const impossibleShare = 0.7;
const longTokens = 2048;
/** Where this share of a site's long prompts is impossible, its other rows from `doubtfulTokens` on are not trusted either. */
const doubtfulShare = 0.1;
const doubtfulTokens = 1024;

/** Leaves out what cannot be right of prefill attention, and says what a sound row would have been. */
export function repairImpossible(rows: TableRows, lightMs: Float64Array): void {
  excludeImpossible(rows, lightMs);
  imputeExcluded(rows, lightMs);
}

function excludeImpossible({table, part, key, axes, latencyMs, excluded}: TableRows, lightMs: Float64Array): void {
  const names: readonly string[] = tables[table].axes;
  const [heads, seq] = [axes[names.indexOf("heads")], axes[names.indexOf("seq")]];
  const site = (i: number) => `${part[i].join("|")}|${key.map((column) => column[i]).join("|")}|${heads[i]}`;
  const bySite = new Map<string, {long: number; impossible: number}>();
  for (let i = 0; i < seq.length; ++i) {
    if (seq[i] < longTokens) continue;
    const name = site(i);
    const seen = bySite.get(name) ?? {long: 0, impossible: 0};
    bySite.set(name, seen);
    ++seen.long;
    if (latencyMs[i] >= impossibleShare * lightMs[i]) continue;
    ++seen.impossible;
    excluded[i] = 1;
  }
  for (let i = 0; i < seq.length; ++i) {
    if (seq[i] < doubtfulTokens) continue;
    const seen = bySite.get(site(i));
    if (seen && seen.impossible > doubtfulShare * seen.long) excluded[i] = 1;
  }
}

/**
 * Gives rows that cannot be right the utilisation of a sound one: same types and head size, same heads, length and batch,
 * the window its own if possible, and of those the nearest in KV heads. Rows without such a neighbour stay unknown.
 */
function imputeExcluded(
  {table, part, key, axes, latencyMs, soundMs, excluded}: TableRows,
  lightMs: Float64Array
): void {
  const keyNames: readonly string[] = tables[table].key;
  const [kvHeads, windows] = [key[keyNames.indexOf("kv_heads")], key[keyNames.indexOf("window")]] as number[][];
  const heads = axes[(tables[table].axes as readonly string[]).indexOf("heads")];
  const point = (i: number) => `${part[i].join("|")}|${axes.map((axis) => axis[i]).join("|")}`;
  const sound = new Map<string, number[]>();
  for (let i = 0; i < latencyMs.length; ++i) {
    if (excluded[i]) continue;
    const name = point(i);
    const rows = sound.get(name);
    if (rows) rows.push(i);
    else sound.set(name, [i]);
  }
  const kv = (i: number) => kvHeads[i] || heads[i];
  for (let i = 0; i < latencyMs.length; ++i) {
    if (!excluded[i]) continue;
    const far = (j: number) => (windows[i] === windows[j] ? 0 : otherWindow) + Math.abs(Math.log2(kv(i) / kv(j)));
    const nearest = sound.get(point(i))?.reduce((a, b) => (far(b) < far(a) ? b : a));
    soundMs[i] = nearest === undefined ? NaN : (lightMs[i] * latencyMs[nearest]) / lightMs[nearest];
  }
}

/** Farther, in octaves, than any number of KV heads. */
const otherWindow = 100;
