/**
 * Data loader: what the support page tells first, of its usual model on every GPU, found out when a site is built: tried in
 * the page it would load tens of megabytes. Empty in a preview, where the page tries for itself.
 */
import {existsSync, readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {dataFolder, systemFolders} from "../data-loaders/data-folder.js";
import {readAllSystems} from "../data-loaders/read-systems.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import type {Catalogue} from "../engine/schema.js";
import {defaults} from "../components/question.js";
import {placesOf} from "../perf/support.js";
import {Auditor} from "./auditor.js";
import type {KnownSupport} from "./protocol.js";

const selected = process.env.KNEEPOINT_SELECTED;
process.stdout.write(JSON.stringify(selected ? await known(JSON.parse(readFileSync(selected, "utf8"))) : []) + "\n");

async function known(catalogue: Catalogue): Promise<KnownSupport[]> {
  const systems = readAllSystems(systemFolders());
  const calibration = join(systemFolders()[0], "calibration");
  const list = join(calibration, "index.json");
  const calibrations: CalibrationEntry[] = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  const auditor = new Auditor(
    catalogue,
    systems,
    (path) => bytesOf(join(dataFolder(), path)),
    calibrations,
    ({file}) => bytesOf(join(calibration, file))
  );
  const found: KnownSupport[] = [];
  for (const place of placesOf(catalogue, systems)) {
    const ask = {model: defaults.model, totalGpus: defaults.gpus, ...place};
    found.push({ask, support: await auditor.support(ask)});
  }
  return found;
}

async function bytesOf(path: string): Promise<ArrayBuffer> {
  const {buffer, byteOffset, byteLength} = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
