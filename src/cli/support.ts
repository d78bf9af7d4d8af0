/** `kneepoint support`: what the imported tables can answer, and whether they can answer a model. */
import {InputError, PerfDataError, unknownName} from "../engine/errors.js";
import {estimate} from "../engine/index.js";
import type {ModelConfig} from "../engine/index.js";
import type {Parallel} from "../engine/result.js";
import {backends, type SliceEntry} from "../engine/schema.js";
import type {Flags} from "./args.js";
import {command, print, toJson} from "./command.js";
import {choosePlatform, findSystem, loadSlices, openData, openModel, type Data} from "./data.js";
import {coverageText, tablesText, verdictsText} from "./support-report.js";
import type {Coverage, Verdict} from "./support-report.js";
import {summaries} from "./verbs.js";

const flags = {
  system: {type: "string", unit: "NAME", help: "only this system"},
  backend: {type: "string", choices: backends, help: "only this serving framework"},
  "backend-version": {type: "string", unit: "VERSION", help: "only this version"},
  model: {type: "string", unit: "ID|PATH", help: "can this model be answered; tries a small estimate on each"},
  "all-versions": {type: "boolean", help: "with --model: older versions too"},
  json: {type: "boolean", help: "print as JSON"}
} as const satisfies Flags;

const notes = `Without --model: versions with their tables, the latest marked *. With --system and --backend: every table, its
types and rows. With --model: exit code 1 when nothing listed can answer it.`;

export const run = command({name: "support", summary: summaries.support, flags, notes}, async ({values}) => {
  const data = openData();
  const model = values.model === undefined ? undefined : openModel(values.model);
  if (values.system !== undefined) findSystem(data, values.system);
  const all = coverageOf(data);
  const chosen = all.filter(
    ({system, backend, version}) =>
      (values.system ?? system) === system &&
      (values.backend ?? backend) === backend &&
      (values["backend-version"] ?? version) === version
  );
  const version = values["backend-version"];
  if (version !== undefined && chosen.length === 0)
    throw new InputError(unknownName("version", version, new Set(all.map((each) => each.version))));
  if (!model) {
    const detail = chosen.length === 1 || (values.system !== undefined && values.backend !== undefined);
    print(
      values.json ? toJson(chosen) : [coverageText(chosen), ...(detail ? chosen.map(tablesText) : [])].join("\n\n")
    );
    return 0;
  }
  const tried = chosen.filter(({latest}) => latest || values["all-versions"] || version !== undefined);
  const verdicts: Verdict[] = [];
  for (const each of tried) verdicts.push(await verdictOn(data, model, each));
  print(values.json ? toJson({model: model.id, verdicts}) : verdictsText(model.id, verdicts));
  return verdicts.some(({answer}) => answer !== "no") ? 0 : 1;
});

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

/** Small worker sizes of every kind, those that a search would try first. */
export function trialSizes(model: ModelConfig): Parallel[] {
  const one = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
  const sizes = [1, 2, 4, 8];
  if (model.experts === 0) return sizes.map((tp) => ({...one, tp}));
  const wide = sizes.slice(1).flatMap((n) => [
    {...one, tp: n, moeTp: n},
    {...one, tp: n, moeEp: n},
    {...one, dp: n, moeEp: n}
  ]);
  return [one, ...wide];
}

async function verdictOn(data: Data, model: ModelConfig, {system, backend, version}: Coverage): Promise<Verdict> {
  const platform = choosePlatform(data, {system, backend, version, database: "silicon"});
  const works: string[] = [];
  const missing = new Set<string>();
  const workload = {isl: 1024, osl: 2, prefix: 0};
  try {
    await loadSlices(data, model, platform);
    for (const parallel of trialSizes(model)) {
      const missed = tryEstimate(() => estimate({mode: "static", model, platform, parallel, batch: 1, workload}));
      if (missed === undefined) works.push(sizeLabel(parallel));
      else missing.add(missed);
    }
  } catch (error) {
    if (!(error instanceof PerfDataError) && !(error instanceof InputError)) throw error;
    missing.add(error.message);
  }
  const answer = works.length === 0 ? "no" : missing.size > 0 ? "partly" : "yes";
  return {system, backend, version, answer, works, missing: [...missing]};
}

/** Undefined when it is answered, else what is missing. */
function tryEstimate(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof PerfDataError || error instanceof InputError) return error.message;
    throw error;
  }
}

function sizeLabel({tp, dp, moeTp, moeEp}: Parallel): string {
  const sizes = [
    ["tp", tp],
    ["dp", dp],
    ["etp", moeTp],
    ["ep", moeEp]
  ] as const;
  return sizes.flatMap(([name, size]) => (size > 1 ? `${name}${size}` : [])).join("") || "tp1";
}
