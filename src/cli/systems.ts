/** `kneepoint systems`: the GPUs that are known, who measured them, and a file to describe another. */
import {rankDonors, relationOf, systemFile} from "../engine/index.js";
import type {Relation, SystemSpec} from "../engine/index.js";
import {backends} from "../engine/schema.js";
import {bytesToGiB} from "../engine/units.js";
import type {Flags} from "./args.js";
import {command, print, toJson} from "./command.js";
import {findSystem, measuredBackends, openData, type Data} from "./data.js";
import {textTable, type Column} from "./tables.js";
import {summaries} from "./verbs.js";

const flags = {
  yaml: {type: "string", unit: "NAME", help: "print the file of one, to edit and give to --system"},
  json: {type: "boolean", help: "print as JSON"}
} as const satisfies Flags;

const notes = `Rates are dense. "answered by" is the imported system whose timings are carried over where a system has none of its
own; --donor takes another. Of a system of your own, gpu needs memory_bandwidth_bytes_per_s, memory_capacity_bytes and
bf16_flop_per_s; what else is left out is taken from the nearest system here, and said.`;

const examples = [
  {line: "systems", what: "what is known, and whose timings answer for it"},
  {line: "systems --yaml h200_sxm", what: "a file to edit and to give to --system"}
];

export const run = command({name: "systems", summary: summaries.systems, flags, notes, examples}, async ({values}) => {
  const data = openData();
  if (values.yaml !== undefined) print(systemFile(findSystem(data, values.yaml)));
  else if (values.json) print(toJson(data.systems.map((system) => ({...system, ...answeredBy(data, system)}))));
  else print(textTable(columns(data), data.systems));
  return 0;
});

interface AnsweredBy {
  /** Serving engines with imported tables, or with embedded surfaces where nothing is imported. */
  tables: string[];
  surfaces: string[];
  donor?: string;
  relation?: Relation;
}

function answeredBy(data: Data, system: SystemSpec): AnsweredBy {
  const {store, embedded, systems} = data;
  const tables = measuredBackends(data, system.id);
  const surfaces = backends.filter((backend) => embedded.latest(system.id, backend) !== undefined);
  if (tables.length > 0 || surfaces.length > 0) return {tables, surfaces};
  const able = (from: Pick<Data["store"], "latest">) =>
    systems.filter(({id}) => backends.some((backend) => from.latest(id, backend) !== undefined));
  const imported = able(store);
  const [first] = rankDonors(system, imported.length > 0 ? imported : able(embedded));
  return first
    ? {tables, surfaces, donor: first.system.id, relation: relationOf(system, first.system)}
    : {tables, surfaces};
}

function columns(data: Data): Column<SystemSpec>[] {
  const tera = (value: number | undefined) => value && value / 1e12;
  const giga = (value: number) => value / 1e9;
  return [
    {title: "system", value: ({id}) => id},
    {
      title: "design",
      value: ({generation, smVersion}) => (smVersion < 0 ? generation : `${generation} sm${smVersion}`)
    },
    {title: "TB/s", value: (system) => tera(system.memoryBandwidthBytesPerSec), digits: 2},
    {title: "GiB", value: (system) => bytesToGiB(system.memoryCapacityBytes), digits: 0},
    {title: "bf16 TFLOP/s", value: (system) => tera(system.bf16FlopsPerSec), digits: 0},
    {title: "fp8", value: (system) => tera(system.fp8FlopsPerSec), digits: 0},
    {title: "fp4", value: (system) => tera(system.fp4FlopsPerSec), digits: 0},
    {title: "GPUs/node", value: ({gpusPerNode}) => gpusPerNode},
    {title: "GB/s in node", value: (system) => giga(system.intraNodeBytesPerSec), digits: 0},
    {title: "between", value: (system) => giga(system.interNodeBytesPerSec), digits: 0},
    {title: "answered by", value: (system) => answerWords(answeredBy(data, system))}
  ];
}

function answerWords({tables, surfaces, donor, relation}: AnsweredBy): string {
  if (tables.length > 0) return `own tables: ${tables.join(" ")}`;
  if (surfaces.length > 0) return `own surfaces: ${surfaces.join(" ")}`;
  return donor ? `carried over from ${donor} (${relationWords[relation!]})` : "coefficients";
}

const relationWords: Record<Relation, string> = {
  design: "same design",
  line: "same line of chips",
  none: "unrelated"
};
