/** Rows of two systems' tables at the same coordinates, each with its speed of light. */
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {dataFolder} from "../../../data-loaders/data-folder.js";
import {ownRates} from "../../../engine/ops/carry.js";
import {speedOfLightMs} from "../../../engine/speed-of-light.js";
import {tables, valueColumn} from "../../../engine/schema.js";
import type {Columns, SliceEntry, TableName, TableSpec} from "../../../engine/schema.js";
import type {Data} from "../../../src/cli/data.js";
import {decodeSlice} from "../../../src/perf/slice.js";
import type {Pair} from "./pairs.js";

export interface Row {
  targetMs: number;
  donorMs: number;
  lightHereMs: number;
  lightThereMs: number;
}

/** Rows of one kind of operator and dtype. */
export interface RowGroup {
  kind: string;
  dtype: string;
  rows: Row[];
  /** Left out: one of the two is faster than the GPU can be. */
  impossible: number;
}

/** Tables that are compared, by the kind of operator that they answer. */
const kinds: Partial<Record<TableName, string>> = {
  gemm: "gemm",
  prefill_attention: "prefill_attention",
  decode_attention: "decode_attention",
  prefill_mla: "prefill_mla",
  prefill_mla_module: "prefill_mla",
  decode_mla: "decode_mla",
  decode_mla_module: "decode_mla",
  mla_bmm: "mla_bmm",
  moe: "moe",
  moe_low_latency: "moe",
  custom_allreduce: "allreduce",
  nccl: "nccl"
};

export const studiedKinds = [...new Set(Object.values(kinds))];

/** Rows taken of one slice, evenly spread: more change no figure by a point. */
const rowsPerSlice = 400;
/** A row this far below the speed of light cannot be right. */
const impossibleShare = 0.7;

export async function rowGroups({catalogue}: Data, pair: Pair): Promise<RowGroup[]> {
  const slices = (id: string, version: string) => catalogue.systems[id][pair.folder][version].slices;
  const donors = slices(pair.donor.id, pair.donorVersion);
  const groups = new Map<string, RowGroup>();
  for (const entry of slices(pair.target.id, pair.targetVersion)) {
    const kind = kinds[entry.table];
    const other = donors.find(({table, part}) => table === entry.table && part.join() === entry.part.join());
    if (!kind || !other) continue;
    const dtype = dtypeOf(entry);
    const name = `${kind}|${dtype}`;
    const group = groups.get(name) ?? {kind, dtype, rows: [], impossible: 0};
    groups.set(name, group);
    await addRows(group, pair, entry, other);
  }
  return [...groups.values()].filter(({rows}) => rows.length > 0);
}

async function addRows(group: RowGroup, {target, donor}: Pair, entry: SliceEntry, other: SliceEntry): Promise<void> {
  const [own, theirs] = await Promise.all([openSlice(entry), openSlice(other)]);
  const common = [...own.at.keys()].filter((key) => theirs.at.has(key));
  const step = Math.max(1, common.length / rowsPerSlice);
  const [here, there] = [ownRates(target), ownRates(donor)];
  for (let x = 0; x < common.length; x += step) {
    const key = common[Math.floor(x)];
    const [i, j] = [own.at.get(key)!, theirs.at.get(key)!];
    const at = Object.fromEntries(own.names.map((name) => [name, own.columns[name][i]]));
    const row: Row = {
      targetMs: own.columns[valueColumn][i] as number,
      donorMs: theirs.columns[valueColumn][j] as number,
      lightHereMs: speedOfLightMs(entry.table, entry.part, at, here),
      lightThereMs: speedOfLightMs(entry.table, entry.part, at, there)
    };
    if (!Object.values(row).every((ms) => ms > 0)) continue;
    const {targetMs, donorMs, lightHereMs, lightThereMs} = row;
    if (targetMs < impossibleShare * lightHereMs || donorMs < impossibleShare * lightThereMs) ++group.impossible;
    else group.rows.push(row);
  }
}

interface OpenSlice {
  names: string[];
  columns: Columns;
  /** Row number by coordinates. */
  at: Map<string, number>;
}

async function openSlice({path, table}: SliceEntry): Promise<OpenSlice> {
  const {buffer, byteOffset, byteLength} = readFileSync(join(dataFolder(), path));
  const columns = await decodeSlice(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer, table);
  const {key, axes}: TableSpec = tables[table];
  const names = [...key, ...axes];
  const at = new Map<string, number>();
  for (let i = 0; i < columns[valueColumn].length; ++i) {
    const coordinates = names.map((name) => columns[name][i]).join("|");
    if (!at.has(coordinates)) at.set(coordinates, i);
  }
  return {names, columns, at};
}

function dtypeOf({table, part}: SliceEntry): string {
  switch (table) {
    case "gemm":
    case "moe":
    case "moe_low_latency":
      return part[0];
    case "prefill_attention":
    case "decode_attention":
      return part.slice(0, -1).join("/");
    default:
      return part.join("/") || "bfloat16";
  }
}
