/** What `--save-dir` writes: the reference's tree of one run, a folder per experiment. Source: reference-features.md §13.1. */
import {accessSync, constants, existsSync, statSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import {modesOf, type SearchResult} from "../engine/result.js";
import {toJson} from "./command.js";
import {plansCsv, type CsvContext} from "./csv.js";
import {namesIn, Tree, type Disk} from "./disk.js";
import {WriteError} from "./exit.js";
import {frontSvg, type FrontChart} from "../chart/front-chart.js";
import {pngOf} from "./png.js";
import type {TargetFile} from "../templates/tree.js";

export interface SavedRun {
  /** The whole answer as `--json` prints it, and the experiments that gave it as one file. */
  json: string;
  config: string;
  chart: FrontChart;
  experiments: readonly SavedExperiment[];
}

export interface SavedExperiment {
  /** Name of its folder. */
  name: string;
  /** The effective configuration; `kneepoint exp --yaml` on it gives this result again. */
  config: string;
  context: CsvContext;
  /** Of one serving mode. */
  result: SearchResult;
  json: string;
  chart: FrontChart;
  /** Files that deploy each best plan, by serving mode. */
  deployments: readonly (readonly (readonly TargetFile[])[])[];
}

/**
 * The folder of a run below `dir`, before anything is computed. Throws WriteError when it holds something already and
 * `force` is not given, or when nothing can be written there.
 */
export function reserveFolder(dir: string, name: string, force: boolean): string {
  const folder = join(dir, name);
  const parent = existingParent(resolve(folder));
  if (!statSync(parent).isDirectory())
    throw new WriteError(`cannot write to ${dir}: ${parent} is a file; name another folder`, "notWritable");
  if (!isWritable(parent))
    throw new WriteError(`cannot write to ${dir}: permission denied in ${parent}; name another folder`, "notWritable");
  if (namesIn(folder).length > 0 && !force)
    throw new WriteError(`already there: ${folder}; --force overwrites it`, "notWritable");
  return folder;
}

function existingParent(path: string): string {
  return existsSync(path) ? path : existingParent(dirname(path));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Writes all of it; text before pictures. Throws WriteError when some of it could not be written. */
export async function saveRun(folder: string, run: SavedRun, disk?: Disk): Promise<readonly string[]> {
  const tree = new Tree(folder, disk);
  tree.write("result.json", `${run.json}\n`);
  tree.write("config.yaml", run.config);
  for (const experiment of run.experiments) saveText(tree, experiment);
  const charts = [...run.experiments.map(({name, chart}) => ({at: `${name}/`, chart})), {at: "", chart: run.chart}];
  const pictures = charts.map(({at, chart}) => ({at: `${at}pareto_frontier`, svg: frontSvg(chart)}));
  for (const {at, svg} of pictures) tree.write(`${at}.svg`, svg);
  for (const {at, svg} of pictures) tree.write(`${at}.png`, await pngOf(svg));
  tree.close();
  return tree.written;
}

function saveText(tree: Tree, {name, config, context, result, json, deployments}: SavedExperiment): void {
  tree.write(`${name}/config.yaml`, config);
  tree.write(`${name}/result.json`, `${json}\n`);
  for (const [at, mode] of modesOf(result).entries()) {
    tree.write(`${name}/pareto.csv`, plansCsv(mode.mode, mode.front, context));
    tree.write(`${name}/best_config_topn.csv`, plansCsv(mode.mode, mode.best, context));
    mode.best.forEach((plan, i) => {
      const top = `${name}/top${i + 1}`;
      tree.write(`${top}/plan.json`, `${toJson(plan)}\n`);
      for (const {path, text} of deployments[at][i]) tree.write(`${top}/${path}`, text);
    });
  }
}
