/** `kneepoint quality`: how far the imported tables can be trusted. */
import {InputError, unknownName} from "../engine/errors.js";
import {addQuality, emptyQuality, judgeSlice, type SliceQuality} from "../engine/quality.js";
import {tables, type SliceEntry, type TableName} from "../engine/schema.js";
import {decodeSlice} from "../perf/slice.js";
import type {Flags, Values} from "./args.js";
import {command, print, toJson} from "./command.js";
import {findSystem, openData, readData, type Data} from "./data.js";
import {qualityText} from "./quality-report.js";
import type {TableQuality} from "./quality-report.js";
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
  const judged = await judgeTables(data, values);
  print(values.json ? toJson(judged) : qualityText(judged, values.all || values.table !== undefined));
  return judged.some(({impossible}) => impossible > 0) ? 1 : 0;
});

function check({catalogue, ...data}: Data, {system, table}: Values<typeof flags>): void {
  if (system !== undefined) findSystem({catalogue, ...data}, system);
  if (table !== undefined && !Object.hasOwn(tables, table))
    throw new InputError(unknownName("table", table, Object.keys(tables)));
}

/** Versions with measurements of their own, in the catalogue's order; a file that several versions share is read once. */
async function judgeTables(data: Data, values: Values<typeof flags>): Promise<TableQuality[]> {
  const judged: TableQuality[] = [];
  for (const [systemId, libraries] of Object.entries(data.catalogue.systems)) {
    if ((values.system ?? systemId) !== systemId) continue;
    const system = findSystem(data, systemId);
    const known = new Map<string, SliceQuality>();
    const judge = async ({table, part, path}: SliceEntry) => {
      const quality =
        known.get(path) ?? judgeSlice(table, {part, columns: await decodeSlice(await readData(path), table)}, system);
      known.set(path, quality);
      return quality;
    };
    for (const [backend, versions] of Object.entries(libraries)) {
      if ((values.backend ?? backend) !== backend) continue;
      for (const [version, {measured, slices}] of Object.entries(versions)) {
        if (values["backend-version"] === undefined ? !measured : values["backend-version"] !== version) continue;
        const names = [...new Set(slices.map(({table}) => table))];
        for (const table of names.filter((name: TableName) => (values.table ?? name) === name)) {
          let sum = emptyQuality();
          for (const slice of slices) if (slice.table === table) sum = addQuality(sum, await judge(slice));
          judged.push({system: systemId, backend, version, table, ...sum});
        }
      }
    }
  }
  return judged;
}
