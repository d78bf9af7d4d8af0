/**
 * How far off utilisation is that was taken from elsewhere: measurements are held out as a type, a shape, a sharding,
 * and predicted by the transfer ladder from what is left. `npm run accuracy:transfer`, after `npm run import`. Writes
 * docs/accuracy-transfer.md and the engine's figures, engine/accuracy/transfer-study.ts. Deterministic. `--dry` only prints.
 */
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {format, resolveConfig} from "prettier";
import {grades, resetTrace, trace} from "../../engine/trace.js";
import {openData} from "../../src/cli/data.js";
import {ask, folds} from "./transfer/folds.js";
import type {Fold} from "./transfer/folds.js";
import {engineModule, markdown} from "./transfer/report.js";
import type {Miss} from "./transfer/report.js";
import {openRelease, platformWithout, pointsOf, readTables} from "./transfer/tables.js";
import type {Point, Release, Tables} from "./transfer/tables.js";

/** Two Hopper systems, two Blackwell ones, three backends. */
const studied = [
  "h200_sxm/trtllm/1.3.0rc10",
  "h100_sxm/sglang/0.5.10",
  "h100_sxm/vllm/0.19.0",
  "b200_sxm/trtllm/1.3.0rc10",
  "gb200/sglang/0.5.10"
];
/** Points of one group that are predicted, spread evenly over its rows. */
const pointsPerGroup = 30;
/** Groups of one fold, spread evenly over them. */
const groupsPerFold = 24;

const releases = process.argv.filter((arg) => arg.includes("/") && arg.split("/").length === 3 && !arg.startsWith("/"));
const only = process.argv.find((arg) => arg.startsWith("--op="))?.slice(5);
const data = openData();
const misses: Miss[] = [];
for (const name of releases.length ? releases : studied) {
  const release = openRelease(data, name);
  const all = await readTables(data, release);
  for (const fold of folds) if (!only || fold.table === only) study(name, release, all, fold);
}

const document = await formatted(markdown(misses, studied), "docs/accuracy-transfer.md");
if (process.argv.includes("--dry")) console.log(document);
else {
  const root = join(import.meta.dirname, "../..");
  writeFileSync(join(root, "docs/accuracy-transfer.md"), document);
  const figures = await formatted(engineModule(misses), "engine/accuracy/transfer-study.ts");
  writeFileSync(join(root, "engine/accuracy/transfer-study.ts"), figures);
}

function study(name: string, release: Release, all: Tables, fold: Fold): void {
  const {table, kind, what, group, every, methodTransfer, besides = []} = fold;
  const byGroup = new Map<string, Point[]>();
  for (const point of pointsOf(all, table)) {
    const of = group(point);
    if (of === undefined || !(point.ms > 0)) continue;
    const known = byGroup.get(of);
    if (known) known.push(point);
    else byGroup.set(of, [point]);
  }
  for (const [of, points] of evenly([...byGroup], groupsPerFold)) {
    const lost = fold.lost ?? ((row) => group(row) === of);
    const open = platformWithout(release, all, [table, ...besides], (name, row, index) =>
      name !== table ? true : every ? index % every !== 0 : !lost(row, points[0])
    );
    const method = {...open, transferRule: "utilisation", transfer: methodTransfer} as const;
    const held = every ? points.filter(({row}) => row % every === 0) : points;
    for (const point of evenly(held, every ? pointsPerGroup * 10 : pointsPerGroup)) {
      const methodRatio = ask(method, table, point) / point.ms;
      resetTrace();
      const ratio = ask(open, table, point) / point.ms;
      const {tier} = grades[trace.rank];
      if (ratio === ratio) misses.push({release: name, kind, what, tier, group: of, ratio, methodRatio});
    }
  }
}

function evenly<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, values.length / most);
  return Array.from({length: Math.min(values.length, most)}, (_, i) => values[Math.floor(i * step)]);
}

async function formatted(text: string, path: string): Promise<string> {
  return format(text, {...(await resolveConfig(join(import.meta.dirname, "../..", path))), filepath: path});
}
