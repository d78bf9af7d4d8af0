/** `kneepoint support`: what the imported tables hold, and which models they answer where. */
import {InputError, unknownName} from "../engine/errors.js";
import {catalogueModels, findModel} from "../engine/index.js";
import type {ModelConfig} from "../engine/index.js";
import {backends, type SliceEntry} from "../engine/schema.js";
import {usualWorkload} from "../engine/support.js";
import {placesOf, supportAt, type Place} from "../perf/support.js";
import type {Flags, Values} from "./args.js";
import {command, print, toJson} from "./command.js";
import {findSystem, newStore, openData, openModel, type Data} from "./data.js";
import {coverageText, matrixText, supportText, tablesText} from "./support-report.js";
import type {Coverage, PlaceSupport} from "./support-report.js";
import {summaries} from "./verbs.js";

const flags = {
  system: {type: "string", unit: "NAME", help: "only this system", aliases: ["system-name"], complete: "system"},
  backend: {type: "string", choices: backends, help: "only this serving framework", aliases: ["backend-name"]},
  "backend-version": {type: "string", unit: "VERSION", help: "only this version", aliases: ["perf-db-version"]},
  model: {
    type: "string",
    unit: "ID|PATH",
    help: "where this model is answered, and how",
    aliases: ["model-path", "hf-id"],
    complete: "model"
  },
  matrix: {
    type: "boolean",
    help: "all models of the catalogue, where there are tables; takes minutes, --system narrows it"
  },
  "all-versions": {type: "boolean", help: "with --model or --matrix: older versions too"},
  "total-gpus": {type: "integer", unit: "N", min: 1, default: 32, help: "GPUs that a deployment may take"},
  isl: {type: "integer", unit: "TOKENS", min: 1, default: usualWorkload.isl, help: "prompt length"},
  osl: {type: "integer", unit: "TOKENS", min: 2, default: usualWorkload.osl, help: "answer length"},
  json: {type: "boolean", help: "print as JSON"}
} as const satisfies Flags;

const notes = `Without --model: versions with their tables, the latest marked *. With --system and --backend: every table, its
types and rows. With --model: measured, hybrid (gaps estimated), calibrated (no tables needed), does not fit or not
supported, for aggregated and disaggregated serving, found out by running the search at its smallest batch. Exit code 1
when no place can answer it.`;

const examples = [
  {line: "support", what: "which tables are imported"},
  {line: "support --model Qwen/Qwen3-32B-FP8 --system h200_sxm", what: "which engines answer a model on a GPU, and how"}
];

type SupportValues = Values<typeof flags>;

export const run = command({name: "support", summary: summaries.support, flags, notes, examples}, async ({values}) => {
  const data = openData();
  const model = values.model === undefined ? undefined : openModel(values.model);
  if (values.system !== undefined) findSystem(data, values.system);
  checkVersion(data, values);
  if (!model && !values.matrix) return printCoverage(data, values);
  const models = model ? [model] : catalogueModels().map(findModel);
  const found = await supportOf(data, placesIn(data, values), models, values);
  const question = `${values["total-gpus"]} GPUs, ${values.isl} tokens in, ${values.osl} out`;
  if (values.json) print(toJson(model ? {model: model.id, places: found.map(({model: _, ...each}) => each)} : found));
  else print(model ? supportText(model.id, question, found) : matrixText(question, found));
  const answers = ["measured", "hybrid", "calibrated"];
  return found.some(({agg, disagg}) => answers.includes(agg.level) || answers.includes(disagg.level)) ? 0 : 1;
});

function checkVersion({catalogue}: Data, {system, backend, "backend-version": version}: SupportValues): void {
  if (version === undefined) return;
  const libraries = Object.entries(catalogue.systems).flatMap(([id, of]) => ((system ?? id) === id ? [of] : []));
  const known = libraries.flatMap((of) =>
    backends.flatMap((name) => ((backend ?? name) === name ? Object.keys(of[name] ?? {}) : []))
  );
  if (!known.includes(version)) throw new InputError(unknownName("version", version, new Set(known)));
}

/** Where to ask: all systems for one model, those with tables for all of them. */
function placesIn({catalogue, systems}: Data, values: SupportValues): Place[] {
  const {system, backend, "backend-version": version, "all-versions": all, matrix} = values;
  const places = placesOf(catalogue, systems, {allVersions: all || version !== undefined}).filter(
    (place) =>
      (system ?? place.system) === place.system &&
      (backend ?? place.backend) === place.backend &&
      (version ?? place.version) === place.version
  );
  const tabled = places.filter((place) => place.version !== "");
  return matrix && tabled.length > 0 ? tabled : places;
}

/** Place by place, so that no more than one place's tables are in memory. */
async function supportOf(
  data: Data,
  places: readonly Place[],
  models: readonly ModelConfig[],
  {"total-gpus": totalGpus, isl, osl}: SupportValues
): Promise<PlaceSupport[]> {
  const found: PlaceSupport[] = [];
  for (const place of places) {
    const store = newStore(data.catalogue);
    const system = findSystem(data, place.system);
    const fitted = () => data.embedded.ofSystem(place.system, place.backend);
    for (const model of models) {
      const question = {model, totalGpus, workload: {isl, osl, prefix: 0}};
      found.push({model: model.id, ...place, ...(await supportAt(store, system, place, question, fitted))});
    }
    if (models.length > 1 && process.stderr.isTTY)
      process.stderr.write(`\r\u001b[K${place.system}/${place.backend} ${place.version}`);
  }
  if (models.length > 1 && process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  return found;
}

function printCoverage(data: Data, values: SupportValues): number {
  const chosen = coverageOf(data).filter(
    ({system, backend, version}) =>
      (values.system ?? system) === system &&
      (values.backend ?? backend) === backend &&
      (values["backend-version"] ?? version) === version
  );
  const detail = chosen.length === 1 || (values.system !== undefined && values.backend !== undefined);
  print(values.json ? toJson(chosen) : [coverageText(chosen), ...(detail ? chosen.map(tablesText) : [])].join("\n\n"));
  return 0;
}

function coverageOf({catalogue, store}: Data): Coverage[] {
  return Object.entries(catalogue.systems).flatMap(([system, libraries]) =>
    backends.flatMap((backend) =>
      Object.entries(libraries[backend] ?? {}).map(([version, {measured, device, slices}]) => ({
        system,
        backend,
        version,
        latest: version === store.latest(system, backend),
        measured,
        device,
        rows: sum(slices, "rows"),
        borrowedRows: sum(slices, "borrowedRows"),
        tables: tablesOf(slices)
      }))
    )
  );
}

function tablesOf(slices: readonly SliceEntry[]): Coverage["tables"] {
  const names = [...new Set(slices.map((slice) => slice.table))];
  return names.map((table) => {
    const own = slices.filter((slice) => slice.table === table);
    const parts = own.map((slice) => slice.part.join("/")).filter((part) => part !== "");
    return {table, parts, rows: sum(own, "rows"), borrowedRows: sum(own, "borrowedRows")};
  });
}

function sum(slices: readonly SliceEntry[], column: "rows" | "borrowedRows"): number {
  return slices.reduce((total, slice) => total + slice[column], 0);
}
