/** Coefficients one by one: records taken apart, single constants as they are written. */
import type {SystemSpec} from "../engine/system.js";
import {coefficientGroups} from "./group.js";
import type {Constant, Scan} from "./scan.js";

export interface CoefficientRow {
  /** Id of its group; `constants` for those that stand alone. */
  group: string;
  /** `backendTraits.trtllm.kvCache.reserved`. */
  name: string;
  value: string;
  unit: string;
  /** Of its field, or what stands beside it. */
  note: string;
  /** Below `engine/`. */
  file: string;
}

export interface ShownGroup {
  id: string;
  title: string;
  affects: string;
  source: string;
  rows: CoefficientRow[];
}

/** Engine folders whose constants describe no deployment: how files are coded, how progress is told, what models are. */
const technical = ["calibration/", "models/catalogue/"];

/** What a systems file says beside rates and sizes of the GPU: fitted or assumed, not of a data sheet. */
const systemFields = ["memoryBandwidthScaling", "memoryLatencyMs", "p2pLatencyMs", "ncclBytes", "otherBytes"] as const;

/** `scans`: of the engine's sources, by path below `engine/`. */
export function shownGroups(scans: Readonly<Record<string, Scan>>, systems: readonly SystemSpec[]): ShownGroup[] {
  const groups = coefficientGroups.map(({id, title, affects, source, file, unit, records}): ShownGroup => {
    const scan = scans[file];
    const rows = Object.entries(records).flatMap(([name, record]) => {
      const remarks = scan?.constants.find((constant) => constant.name === name)?.remarks ?? [];
      const flat = flattened(record, [name]);
      return flat.map(({path, value}) => ({
        group: id,
        name: path.join("."),
        value,
        unit: unitOf(path, unit),
        note: noteOf(path, scan, remarkOf(path, flat, remarks)),
        file
      }));
    });
    return {id, title, affects, source, rows};
  });
  return [...groups, systemGroup(systems, scans["system.ts"]), constantsGroup(scans)];
}

function systemGroup(systems: readonly SystemSpec[], scan: Scan | undefined): ShownGroup {
  const rows = systems.flatMap((system) =>
    systemFields.flatMap((field) =>
      flattened(system[field], [system.id, field]).map(({path, value}) => ({
        group: "systems",
        name: path.join("."),
        value,
        unit: unitOf(path, "share"),
        note: noteOf(path, scan, ""),
        file: `../systems/${system.id}.yaml`
      }))
    )
  );
  return {
    id: "systems",
    title: "What GPUs reach and reserve",
    affects: "Element-wise operators, hand-over between workers, and the memory that is left for weights and KV cache",
    source: "The systems files, as the reference released them",
    rows
  };
}

function constantsGroup(scans: Readonly<Record<string, Scan>>): ShownGroup {
  const rows = Object.entries(scans)
    .filter(([file]) => !technical.some((folder) => file.startsWith(folder)))
    .flatMap(([file, {constants}]) =>
      constants.filter(({isScalar}) => isScalar).map((constant) => scalarRow(file, constant))
    );
  return {
    id: "constants",
    title: "Constants that stand alone",
    affects: "As the note of each says; read out of the sources when the site is built",
    source: "The comment beside each, and its module",
    rows
  };
}

function scalarRow(file: string, {name, text, doc}: Constant): CoefficientRow {
  return {group: "constants", name, value: text, unit: unitOf([name], ""), note: doc, file};
}

interface Leaf {
  path: string[];
  value: string;
}

/** Numbers, words and formulas of a record, in its order. */
function flattened(value: unknown, path: string[]): Leaf[] {
  if (value instanceof RegExp) return [{path, value: String(value)}];
  if (typeof value === "function") return [{path, value: formula(String(value))}];
  // As of a dense model's experts.
  if (value === "" || (Array.isArray(value) && value.length === 0)) return [{path, value: "none"}];
  if (value === null || typeof value !== "object") return value === undefined ? [] : [{path, value: shown(value)}];
  // A short list is one value: a point of a curve, the probabilities of drafts.
  if (Array.isArray(value) && value.every((each) => typeof each === "number"))
    return [{path, value: value.map(shown).join(", ")}];
  return Object.entries(value).flatMap(([key, each]) => flattened(each, [...path, key]));
}

function shown(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

function formula(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, 160);
}

const suffixes: readonly (readonly [RegExp, string])[] = [
  [/MsPerLayer$/, "ms per layer"],
  [/MsPerToken$/, "ms per token"],
  [/Ms$/, "ms"],
  [/GiB$/, "GiB"],
  [/Bytes$/, "bytes"],
  [/(Tokens|tokens)$/, "tokens"],
  [/(Share|Fraction|fraction|reserved|tolerance|Overhead|efficiency|Efficiency|p50|p90)$/, "share"],
  [/(Scale|Factor)$/, "factor"],
  [/(Octaves)$/, "octaves"],
  [/^computeRate$/, "× bf16"],
  [/^bytesPerWeight$/, "bytes"],
  [/(rows|deployments|folds)$/, "count"],
  [/Gpus$/, "GPUs"]
];

/** By the suffix of the field, or of the one above it for what is listed by number. */
function unitOf(path: readonly string[], usual: string): string {
  for (const name of [...path].reverse()) {
    const found = suffixes.find(([pattern]) => pattern.test(name));
    if (found) return found[1];
    if (!/^\d+$|^(alone|group|dense|moe|llama)$/.test(name)) break;
  }
  return usual;
}

/** The comment of the nearest field that has one. */
function noteOf(path: readonly string[], scan: Scan | undefined, remark: string): string {
  const field = [...path].reverse().find((name) => scan?.docs[name]);
  return [remark, field && scan!.docs[field]].filter(Boolean).join("; ");
}

/** What stands at the line end beside a value: one remark for each value of a record that has three fields. */
function remarkOf(path: readonly string[], flat: readonly Leaf[], remarks: readonly string[]): string {
  const owners = [...new Set(flat.map((leaf) => leaf.path.slice(0, -1).join(".")))];
  if (remarks.length !== owners.length) return "";
  return remarks[owners.indexOf(path.slice(0, -1).join("."))];
}

/** Groups with the rows that hold every word, and none that are empty. */
export function matchingGroups(groups: readonly ShownGroup[], words: string, group: string): ShownGroup[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .filter(({id}) => group === "" || id === group)
    .map((each) => ({
      ...each,
      rows: each.rows.filter(({name, value, note, file}) => {
        const text = `${each.title} ${name} ${value} ${note} ${file}`.toLowerCase();
        return wanted.every((word) => text.includes(word));
      })
    }))
    .filter(({rows}) => rows.length > 0);
}
