/** Opens what the engine computes with: systems, the catalogue of imported tables, and models. */
import {existsSync, readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {basename, dirname, join, resolve} from "node:path";
import {parse} from "yaml";
import {catalogueFile, dataFolder, systemFolders} from "../data-loaders/data-folder.js";
import {readAllSystems} from "../data-loaders/read-systems.js";
import {InputError, PerfDataError, unknownName} from "../engine/errors.js";
import {
  catalogueModels,
  customSystem,
  findModel,
  normalizeModel,
  parseConfigJson,
  requiredSlices
} from "../engine/index.js";
import type {Database, ModelConfig, Platform, Quant, SystemSpec} from "../engine/index.js";
import {backends, type Backend, type Catalogue} from "../engine/schema.js";
import {donorPlatform, type DonorChoice} from "../perf/donor.js";
import {openStore, type Store} from "../perf/store.js";

export interface Data {
  systems: SystemSpec[];
  catalogue: Catalogue;
  store: Store;
}

export function openData(): Data {
  const file = catalogueFile();
  const catalogue: Catalogue = existsSync(file) ? readJson(file) : {format: 1, systems: {}};
  return {systems: readAllSystems(systemFolders()), catalogue, store: newStore(catalogue)};
}

/** Tables of its own, so that what they take goes when it does. */
export function newStore(catalogue: Catalogue): Store {
  return openStore(catalogue, readData);
}

/** A file of the data folder. */
export async function readData(path: string): Promise<ArrayBuffer> {
  return arrayBuffer(await readFile(join(dataFolder(), path)));
}

/** A system by id, or from the YAML file that describes it. */
export function findSystem({systems}: Data, id: string): SystemSpec {
  if (/\.ya?ml$/.test(id)) return openSystem(id, systems);
  const found = systems.find((system) => system.id === id);
  if (!found)
    throw new InputError(
      unknownName(
        "system",
        id,
        systems.map((system) => system.id)
      )
    );
  return found;
}

function openSystem(file: string, known: readonly SystemSpec[]): SystemSpec {
  if (!existsSync(file))
    throw new InputError(`no such file: ${file}; kneepoint systems --yaml NAME prints one to edit`);
  return customSystem(file, parseYaml(file, readFileSync(file, "utf8")), known);
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new InputError(`invalid YAML: ${file}: ${(error as Error).message.split("\n")[0]}; mend that line`);
  }
}

/** Backends with measured tables of a system. */
export function measuredBackends({store}: Data, systemId: string): Backend[] {
  return backends.filter((backend) => store.versions(systemId, backend).length > 0);
}

export interface PlatformChoice {
  system: string;
  backend: Backend;
  /** The latest measured one unless given. */
  version?: string;
  /** Measured tables where there are any, of another GPU if need be, else the embedded roofline, unless given. */
  database?: Database;
  /** The measured system that answers for one without tables; the nearest unless given. */
  donor?: string;
  /** What will be asked, so that a donor with tables of it is taken. */
  need?: DonorChoice["need"];
}

/** One side's platform, with nothing loaded yet. Throws InputError for a name that does not exist. */
export function choosePlatform(data: Data, choice: PlatformChoice): Platform {
  const system = findSystem(data, choice.system);
  const {backend, donor, need} = choice;
  const versions = data.store.versions(system.id, backend);
  const analytic = choice.database === "sol" || choice.database === "roofline";
  if (!analytic && (versions.length === 0 || donor !== undefined)) {
    const database = choice.database ?? "silicon";
    const carried = donorPlatform(data.store, data.systems, {...choice, system, database, donor, need});
    if (carried) return carried;
  }
  const unknown = choice.version !== undefined && !versions.includes(choice.version);
  if (unknown && versions.length > 0)
    throw new InputError(unknownName(`version of ${system.id}/${backend}`, choice.version!, versions));
  if (choice.database !== undefined && !analytic && versions.length === 0)
    throw new PerfDataError(`no tables of ${system.id}/${backend} are imported; see kneepoint import --help`);
  const version = choice.version ?? data.store.latest(system.id, backend) ?? "none";
  const database = choice.database ?? (versions.length > 0 ? "silicon" : "roofline");
  return {system, backend, version, perf: data.store.perf(system, backend, version), database};
}

/** Loads every slice that a model needs on a platform. */
export async function loadSlices(data: Data, model: ModelConfig, platform: Platform, quant?: Partial<Quant>) {
  await data.store.ensure(platform.perf, requiredSlices(model, platform, quant));
}

/** A model of the catalogue by id, or from the path of a config.json or of the folder that holds one. */
export function openModel(idOrPath: string): ModelConfig {
  const file = configFile(idOrPath);
  if (!file) return knownModel(idOrPath);
  const quantFile = file.replace(/config\.json$/, "hf_quant_config.json");
  const hfQuant = existsSync(quantFile) ? parseConfigJson(readFileSync(quantFile, "utf8")) : undefined;
  return normalizeModel(modelName(file), parseConfigJson(readFileSync(file, "utf8")), hfQuant);
}

/** `models/Qwen3-8B/config.json` and `models/Qwen3-8B_config.json` are both Qwen3-8B. */
function modelName(file: string): string {
  const stem = basename(file).replace(/_?config\.json$|\.json$/, "");
  return stem || basename(dirname(resolve(file)));
}

function knownModel(id: string): ModelConfig {
  if (existsSync(id)) throw new InputError(`no config.json: ${id}; name a config.json or the folder that holds one`);
  try {
    return findModel(id);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message}; have ${catalogueModels().join(", ")}`);
  }
}

function configFile(path: string): string | undefined {
  const candidates = [path, join(path, "config.json")];
  return candidates.find((candidate) => candidate.endsWith(".json") && existsSync(candidate));
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
