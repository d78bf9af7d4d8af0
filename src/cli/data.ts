/** Opens what the engine computes with: systems, the catalogue of imported tables, and models. */
import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {basename, dirname, join, resolve} from "node:path";
import {parse} from "yaml";
import {catalogueFile, dataFolder, systemFolders} from "../data-loaders/data-folder.js";
import {readAllSystems} from "../data-loaders/read-systems.js";
import {InputError, PerfDataError, unknownName} from "../engine/errors.js";
import {
  calibratedPerf,
  catalogueModels,
  customSystem,
  parseConfigJson,
  readCatalogue,
  readModel,
  requiredSlices
} from "../engine/index.js";
import type {ServingChoices} from "../engine/models/serving.js";
import type {Database, ModelConfig, ModelReading, Platform, Quant, SystemSpec} from "../engine/index.js";
import {backends, type Backend, type Catalogue} from "../engine/schema.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import {donorPlatform, type DonorChoice} from "../perf/donor.js";
import {embeddedPlatform, openEmbedded, type Embedded} from "../perf/embedded.js";
import {openStore, type Store} from "../perf/store.js";

export interface Data {
  systems: SystemSpec[];
  catalogue: Catalogue;
  store: Store;
  embedded: Embedded;
}

export function openData(): Data {
  const file = catalogueFile();
  const catalogue: Catalogue = existsSync(file) ? readJson(file) : {format: 1, systems: {}};
  return {systems: readAllSystems(systemFolders()), catalogue, store: newStore(catalogue), embedded: readEmbedded()};
}

/** The surfaces in the repository; the list says which there are. */
function readEmbedded(): Embedded {
  const folder = join(systemFolders()[0], "calibration");
  const index = join(folder, "index.json");
  const entries = existsSync(index) ? readJson<CalibrationEntry[]>(index) : [];
  return openEmbedded(entries, ({file}) => calibratedPerf(arrayBuffer(readFileSync(join(folder, file)))));
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
  /** Unless given: measured tables where there are any, else embedded surfaces, else either of another GPU. */
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
  const fitted = () => data.embedded.ofSystem(system.id, backend);
  const isFitted = data.embedded.entries.some((entry) => entry.system === system.id);
  const unmeasured = choice.database === undefined && versions.length === 0 && donor === undefined;
  if (choice.database === "calibrated" || (unmeasured && isFitted)) {
    const calibrated = {...choice, version: undefined, system, database: "calibrated", donor, need} as const;
    const carried =
      isFitted && donor === undefined ? undefined : donorPlatform(data.embedded, data.systems, calibrated);
    return carried ?? embeddedPlatform(data.embedded, system, backend);
  }
  const analytic = choice.database === "sol";
  if (!analytic && (versions.length === 0 || donor !== undefined)) {
    const carried = carriedPlatform(data, {...choice, system, donor, need});
    if (carried) return carried;
  }
  const unknown = choice.version !== undefined && !versions.includes(choice.version);
  if (unknown && versions.length > 0)
    throw new InputError(unknownName(`version of ${system.id}/${backend}`, choice.version!, versions));
  if (choice.database !== undefined && !analytic && versions.length === 0)
    throw new PerfDataError(`no tables of ${system.id}/${backend} are imported; see kneepoint import --help`);
  const version = choice.version ?? data.store.latest(system.id, backend) ?? "none";
  const database = choice.database ?? "silicon";
  const perf = data.store.perf(system, backend, version, database === "empirical" ? "own" : "all");
  if (versions.length === 0 && choice.database === undefined) return embeddedPlatform(data.embedded, system, backend);
  return {system, backend, version, perf, database, embedded: fitted};
}

/** Imported tables of another system; its embedded surfaces where none are imported and none were asked for. */
function carriedPlatform(
  {store, embedded, systems}: Data,
  choice: Omit<DonorChoice, "database"> & {database?: Database}
): Platform | undefined {
  const {system, backend, database} = choice;
  if (systems.some(({id}) => id !== system.id && store.latest(id, backend) !== undefined))
    return donorPlatform(store, systems, {...choice, database: database ?? "silicon"});
  if (database !== undefined) return undefined;
  return donorPlatform(embedded, systems, {...choice, version: undefined, database: "calibrated"});
}

/** Loads every slice that a model needs on a platform. */
export async function loadSlices(
  data: Data,
  model: ModelConfig,
  platform: Platform,
  quant?: Partial<Quant>,
  serving?: ServingChoices
) {
  await data.store.ensure(platform.perf, requiredSlices(model, platform, quant, undefined, serving));
}

/** A model of the catalogue by id, or from the path of a config.json or of the folder that holds one. */
export function openModel(idOrPath: string): ModelConfig {
  return openModelReading(idOrPath).model;
}

/** As `openModel`, with every field that was read and the files it was read from; none for the catalogue. */
export function openModelReading(idOrPath: string): ModelReading & {files: string[]} {
  const file = configFile(idOrPath);
  if (!file) return {...knownModel(idOrPath), files: []};
  const config = readConfig(file);
  const isQuantFile = isRecord(config) && config.architectures === undefined && isRecord(config.quantization);
  if (isQuantFile)
    throw new InputError(`not a config.json: ${file} says how weights are quantised; name the file beside it`);
  const quantFile = file.replace(/config\.json$/, "hf_quant_config.json");
  const hasQuantFile = quantFile !== file && existsSync(quantFile);
  const reading = readModel(modelName(file), config, hasQuantFile ? readConfig(quantFile) : undefined);
  return {...reading, files: hasQuantFile ? [file, quantFile] : [file]};
}

function readConfig(file: string): unknown {
  try {
    return parseConfigJson(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${file}: ${error.message}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `models/Qwen3-8B/config.json` and `models/Qwen3-8B_config.json` are both Qwen3-8B. */
function modelName(file: string): string {
  const stem = basename(file).replace(/_?config\.json$|\.json$/, "");
  return stem || basename(dirname(resolve(file)));
}

function knownModel(id: string): ModelReading {
  if (existsSync(id)) throw new InputError(`no config.json: ${id}; name a config.json or the folder that holds one`);
  if (id.endsWith(".json"))
    throw new InputError(`no such file: ${id}; name a config.json or the folder that holds one`);
  try {
    return readCatalogue(id);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message}; have ${catalogueModels().join(", ")}`);
  }
}

function configFile(path: string): string | undefined {
  const candidates = [path, join(path, "config.json")];
  return candidates.find((candidate) => candidate.endsWith(".json") && existsSync(candidate)) ?? onlyConfig(path);
}

/** The one `<stem>_config.json` of a folder without config.json. */
function onlyConfig(folder: string): string | undefined {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return undefined;
  const found = readdirSync(folder).filter((name) => /_config\.json$/.test(name) && !/hf_quant_config/.test(name));
  if (found.length > 1)
    throw new InputError(`no config.json: ${folder} has ${found.length} configs; name one, for example ${found[0]}`);
  return found.length === 1 ? join(folder, found[0]) : undefined;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
