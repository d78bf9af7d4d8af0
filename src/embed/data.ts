/** What an embed reads of the site that it comes from. */
import {systems, version} from "kneepoint:site";
import type {CalibrationEntry} from "../engine/calibration.js";
import {reviveSystems} from "../engine/system.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {root} from "./root.js";
import type {Site} from "./solver.js";

export async function openSite(): Promise<Site> {
  const data = new URL("_file/data/", root);
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
