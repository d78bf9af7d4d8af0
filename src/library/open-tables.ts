/** Opens what answers questions: measured tables from an address or from memory, and the surfaces in the package. */
import type {CalibrationEntry} from "../engine/calibration.js";
import {InputError} from "../engine/errors.js";
import type {SystemSpec} from "../engine/system.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {Tables} from "../perf/tables.js";
import {readJson, readUrl} from "./read-url.js";

/** Measured tables, or surfaces, that are read by whatever means. */
export interface FileSource<List> {
  /** What `catalogue.json`, or the surfaces' `index.json`, holds. */
  catalogue: List;
  /** A file by its path in there. */
  read: (path: string) => Promise<ArrayBuffer>;
}

/** The folder that `kneepoint import` writes, or the `_file/data/` of a built site, by URL; or what is in one of them. */
export type TablesSource = string | URL | FileSource<CatalogueIndex>;

export interface TablesOptions {
  /**
   * The package's folder `systems/calibration`, by URL or what is in it: surfaces that answer where no tables do. Found
   * beside the library unless given, which a bundle for browsers is not; null: do without.
   */
  surfaces?: string | URL | FileSource<CalibrationEntry[]> | null;
  /** Systems besides those that are known; one of the same id takes its place. */
  systems?: readonly SystemSpec[];
}

/**
 * Tables to answer from. Without a source, only the surfaces in the package.
 *
 * Reads the lists alone: slices and surfaces come when a question first looks into them. Rejects when a list cannot be
 * read, naming the address and what would do.
 */
export async function openTables(source?: TablesSource, {surfaces, systems = []}: TablesOptions = {}): Promise<Tables> {
  const [{Tables: Opened}, known, slices, fitted] = await Promise.all([
    import("../perf/tables.js"),
    import("./known-systems.js").then(({readKnownSystems}) => readKnownSystems()),
    source === undefined ? noTables : openSource<CatalogueIndex>(source, "catalogue.json", tablesRemedy),
    surfaces === null ? noSurfaces : openSource<CalibrationEntry[]>(surfaces ?? ownSurfaces(), "index.json", ownRemedy)
  ]);
  const byId = new Map([...known, ...systems].map((system) => [system.id, system]));
  return new Opened(slices.catalogue, fitted.catalogue, [...byId.values()], {
    slice: (path) => slices.read(path),
    calibration: ({file}) => fitted.read(file)
  });
}

let own: Promise<Tables> | undefined;

/** The surfaces in the package, opened once. */
export function ownTables(): Promise<Tables> {
  own ??= openTables().catch((error: unknown) => {
    own = undefined;
    throw error;
  });
  return own;
}

const tablesRemedy = "give the address of the folder that kneepoint import wrote";
const ownRemedy = `serve the package's folder systems/calibration and give its address: openTables(…, {surfaces: "…"})`;

const noTables: FileSource<CatalogueIndex> = {catalogue: {format: 1, systems: {}}, read: refuse};
const noSurfaces: FileSource<CalibrationEntry[]> = {catalogue: [], read: refuse};

function refuse(path: string): never {
  throw new Error(`no source of ${path}`);
}

/** Bundlers would look for a file at a literal address; this is a folder, and no part of a bundle. */
function ownSurfaces(): URL {
  const here = import.meta.url;
  return new URL("../../systems/calibration/", here);
}

async function openSource<List>(
  source: string | URL | FileSource<List>,
  list: string,
  remedy: string
): Promise<FileSource<List>> {
  if (typeof source === "object" && "catalogue" in source) return source;
  const folder = folderUrl(source);
  const read = (path: string) => readUrl(new URL(path, folder), remedy);
  return {catalogue: await readJson<List>(new URL(list, folder), remedy), read};
}

/** With a slash at the end; below the page where it is not a whole address. */
function folderUrl(address: string | URL): URL {
  const page = (globalThis as {location?: {href: string}}).location?.href;
  try {
    return new URL(`${address}`.replace(/\/?$/, "/"), page);
  } catch {
    throw new InputError(`not a URL: ${address}; for a path use openFolder of kneepoint/node`);
  }
}
