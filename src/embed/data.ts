/** What an embed reads of the site that it comes from. */
import {roundedTables, systems, tables, version} from "kneepoint:site";
import type {CalibrationEntry} from "../engine/calibration.js";
import {reviveSystems} from "../engine/system.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {root} from "./root.js";
import type {Site} from "./solver.js";

/** With measured tables as they are, or, for several systems on one chart, rounded ones, which weigh half. */
export async function openSite(isRounded: boolean): Promise<Site> {
  const data = new URL(isRounded ? roundedTables : tables, root);
  const surfaces = new URL("_file/systems/calibration/", root);
  const [catalogue, calibrations] = await Promise.all([
    readJson<CatalogueIndex>(new URL("catalogue.json", data), {format: 1, systems: {}}),
    readJson<CalibrationEntry[]>(new URL("index.json", surfaces), [])
  ]);
  return {
    version,
    systems: reviveSystems(systems),
    catalogue,
    calibrations,
    isRounded: isRounded && roundedTables !== tables,
    readers: {
      slice: (path) => readBytes(new URL(path, data)),
      calibration: ({file, hash}) => readBytes(new URL(`${file}?${hash}`, surfaces))
    }
  };
}

async function readJson<T>(url: URL, absent: T): Promise<T> {
  const response = await ask(url);
  return response.status === 404 ? absent : ((await checked(response).json()) as T);
}

async function readBytes(url: URL): Promise<ArrayBuffer> {
  return checked(await ask(url)).arrayBuffer();
}

/** Browsers do not say why another origin's file was refused. */
function ask(url: URL): Promise<Response> {
  return fetch(url).catch(() => {
    throw new Error(`cannot read ${url.href}; is the site up, and does it send Access-Control-Allow-Origin?`);
  });
}

function checked(response: Response): Response {
  if (!response.ok) throw new Error(`cannot read ${response.url}: ${response.status}; build the site again`);
  return response;
}
