/** What every notebook that searches opens first: the imported tables' catalogue, the fitted surfaces, the GPUs. */
import {FileAttachment} from "observablehq:stdlib";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {reviveSystems} from "../engine/system.js";
import type {SystemSpec} from "../engine/system.js";
import {liveSearch} from "./live.js";
import type {LiveSearch} from "./live.js";

export interface SiteData {
  catalogue: CatalogueIndex;
  calibrations: CalibrationEntry[];
  systems: SystemSpec[];
}

export async function siteData(): Promise<SiteData> {
  const [catalogue, calibrations, systems] = await Promise.all([
    FileAttachment("../data-loaders/catalogue.json").json(),
    FileAttachment("../systems/calibration/index.json").json(),
    FileAttachment("../data-loaders/systems.json").json()
  ]);
  return {
    catalogue: catalogue as CatalogueIndex,
    calibrations: calibrations as CalibrationEntry[],
    systems: reviveSystems(systems as Parameters<typeof reviveSystems>[0])
  };
}

/** A search with a worker of its own. */
export function openSearch({catalogue, calibrations, systems}: SiteData): LiveSearch {
  return liveSearch(catalogue, calibrations, systems);
}
