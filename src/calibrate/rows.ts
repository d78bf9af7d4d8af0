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
    excluded: new Uint8Array(total)
  };
  const doubted = table === "prefill_attention";
  const impossible = new Uint8Array(doubted ? total : 0);
  let at = 0;
  for (const {part, columns, rows} of decoded)
    for (let i = 0; i < rows; ++i, ++at) {
      const row: Record<string, number | string> = {};
      key.forEach((name, k) => (out.key[k][at] = row[name] = columns[name][i]));
      axes.forEach((name, k) => (out.axes[k][at] = row[name] = columns[name][i] as number));
      const ms = columns[valueColumn][i] as number;
      out.part[at] = part;
      out.latencyMs[at] = ms;
      if (!(ms > 0)) out.excluded[at] = 1;
      else if (doubted && ms < impossibleShare * speedOfLightMs(table, part, row, system)) impossible[at] = 1;
    }
  if (doubted) excludeImpossible(out, impossible);
  return out;
}

/** A long prompt answered in less than this share of the speed of light was not computed. Source: method.md §15.38. */
const impossibleShare = 0.7;
const longTokens = 2048;
/** Where this share of a site's long prompts is impossible, its other rows from `doubtfulTokens` on are not trusted either. */
const doubtfulShare = 0.1;
const doubtfulTokens = 1024;

function excludeImpossible({table, part, key, axes, excluded}: TableRows, impossible: Uint8Array): void {
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
    seen.impossible += impossible[i];
    if (impossible[i]) excluded[i] = 1;
  }
  for (let i = 0; i < seq.length; ++i) {
    if (seq[i] < doubtfulTokens) continue;
    const seen = bySite.get(site(i));
    if (seen && seen.impossible > doubtfulShare * seen.long) excluded[i] = 1;
  }
}
