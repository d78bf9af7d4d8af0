/** `kneepoint quality`: how far the imported tables can be trusted. */
import {InputError, unknownName} from "../engine/errors.js";
import {judgeSlice} from "../engine/quality.js";
import {tables, type SliceEntry} from "../engine/schema.js";
import {judgeTables} from "../audit/judge-tables.js";
import {decodeSlice} from "../perf/slice.js";
import type {Flags, Values} from "./args.js";
import {command, print, toJson} from "./command.js";
import {findSystem, openData, readData, type Data} from "./data.js";
import {qualityText} from "./quality-report.js";
import {summaries} from "./verbs.js";

const flags = {
  system: {type: "string", unit: "NAME", help: "only this system", aliases: ["system-name"], complete: "system"},
  backend: {type: "string", unit: "NAME", help: "only this serving framework, or nccl, oneccl"},
  "backend-version": {type: "string", unit: "VERSION", help: "only this version"},
  table: {type: "string", unit: "NAME", help: "only this table, for example prefill_attention"},
  all: {type: "boolean", help: "tables without anything remarkable too"},
  json: {type: "boolean", help: "print as JSON, with the worst rows"}
} as const satisfies Flags;

const notes = `impossible: rows that take less than 0.7 of the arithmetic at the GPU's peak rate, or half of the time that bytes
beyond any cache take. util > 1.2: rows faster than 1/1.2 of the speed of light. slower: rows that take longer than a
larger neighbour on some axis. Values are used as they are; --clamp of the other verbs raises them to the speed of
light. Exit code 1 when a row is impossible.`;

const examples = [{line: "quality --system h200_sxm --table gemm", what: "the GEMM tables of one GPU"}];

export const run = command({name: "quality", summary: summaries.quality, flags, notes, examples}, async ({values}) => {
  const data = openData();
  check(data, values);
  const found = await judged(data, values);
  print(values.json ? toJson(found) : qualityText(found, values.all || values.table !== undefined));
  return found.some(({impossible}) => impossible > 0) ? 1 : 0;
});

function check({catalogue, ...data}: Data, {system, table}: Values<typeof flags>): void {
  if (system !== undefined) findSystem({catalogue, ...data}, system);
  if (table !== undefined && !Object.hasOwn(tables, table))
    throw new InputError(unknownName("table", table, Object.keys(tables)));
}

function judged(data: Data, {system, backend, table, "backend-version": version}: Values<typeof flags>) {
  const judge = async (id: string, {table, part, path}: SliceEntry) =>
    judgeSlice(table, {part, columns: await decodeSlice(await readData(path), table)}, findSystem(data, id));
  return judgeTables(data.catalogue, judge, {system, backend, version, table});
}
