/** The files that describe a model, recognised by what they hold and shortened so that a link can carry them. */
import {normalizeModel, parseConfigJson} from "../engine/models/config.js";

type Json = Record<string, unknown>;

export interface ModelFiles {
  config?: Json;
  /** hf_quant_config.json. */
  quantConfig?: Json;
}

/** What a text is. Throws with words for one that is neither file. */
export function recognise(text: string): ModelFiles {
  const value = parseConfigJson(text);
  if (!isRecord(value)) throw new Error("a config.json is an object in braces");
  const isQuantFile = isRecord(value.quantization) && value.architectures === undefined;
  return isQuantFile ? {quantConfig: value} : {config: value};
}

/** Without everything whose absence changes nothing of what the engine makes of the files. */
export function shortened({config = {}, quantConfig}: ModelFiles): ModelFiles {
  const wanted = reading({config, quantConfig});
  const same = (files: ModelFiles) => reading(files) === wanted;
  const shortConfig = pruned(config, (candidate) => same({config: candidate, quantConfig}));
  if (!quantConfig) return {config: shortConfig};
  return {
    config: shortConfig,
    quantConfig: pruned(quantConfig, (candidate) => same({config: shortConfig, quantConfig: candidate}))
  };
}

/** The model as text, or why there is none. */
function reading({config, quantConfig}: ModelFiles): string {
  try {
    return JSON.stringify(normalizeModel("", config, quantConfig));
  } catch (error) {
    return String(error);
  }
}

/** Tries each key without its value, then with less of it. */
function pruned(value: Json, same: (candidate: Json) => boolean): Json {
  let kept = value;
  for (const key of Object.keys(value)) {
    const {[key]: inner, ...others} = kept;
    if (same(others)) {
      kept = others;
      continue;
    }
    const short = lesser(inner).find((candidate) => same({...kept, [key]: candidate}));
    if (short !== undefined) kept = {...kept, [key]: short};
    if (Array.isArray(inner) && inner.some(isRecord))
      kept = {...kept, [key]: prunedItems(inner, (items) => same({...kept, [key]: items}))};
    const less = kept[key];
    if (isRecord(less) && Object.keys(less).length <= mostKeys)
      kept = {...kept, [key]: pruned(less, (candidate) => same({...kept, [key]: candidate}))};
  }
  return kept;
}

/** Tries a list of records without each name that they use, at any depth. */
function prunedItems(items: unknown[], same: (candidate: unknown[]) => boolean): unknown[] {
  const names = new Set<string>();
  JSON.stringify(items, (name: string, value: unknown) => (/\D/.test(name) && names.add(name), value));
  let kept = items;
  for (const name of names) {
    const candidate = JSON.parse(
      JSON.stringify(kept, (key, value: unknown) => (key === name ? undefined : value))
    ) as unknown[];
    if (same(candidate)) kept = candidate;
  }
  return kept;
}

/** Records longer than this are lists of layers, tried as a whole. */
const mostKeys = 100;

/** Shorter forms of a list or of a record by layer: one entry for all that differ in layer numbers only. */
function lesser(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    const items = value as unknown[];
    return [[], distinct(items.map((each) => [String(each), each])).map(([, each]) => each)];
  }
  if (isRecord(value) && Object.keys(value).length > mostKeys)
    return [{}, Object.fromEntries(distinct(Object.entries(value)))];
  return [];
}

function distinct(entries: [string, unknown][]): [string, unknown][] {
  const byShape = new Map(
    entries.map((entry) => [`${entry[0].replace(/\d+/g, "0")} ${JSON.stringify(entry[1]).replace(/\d+/g, "0")}`, entry])
  );
  return [...byShape.values()];
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
