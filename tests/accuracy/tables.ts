/**
 * How far off interpolation is, on measured points held out: `npm run accuracy:tables`, after `npm run import`. Prints
 * the table and writes docs/accuracy-tables.md and the engine's figures, engine/accuracy/table-study.ts. Seeded. `--dry` only
 * prints, `--quick` asks for a tenth, `--release SYSTEM/BACKEND/VERSION` (repeatable) and `--table NAME` choose and
 * imply `--dry`.
 */
import {existsSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {parseArgs} from "node:util";
import {format, resolveConfig} from "prettier";
import {catalogueFile} from "../../data-loaders/data-folder.js";
import {openData} from "../../src/cli/data.js";
import type {TableName} from "../../engine/schema.js";
import {engineModule, markdown, overview} from "./tables/report.js";
import {openReleases, releases} from "./tables/releases.js";
import {study} from "./tables/study.js";
import type {Miss} from "./tables/study.js";

const {values} = parseArgs({
  options: {
    dry: {type: "boolean"},
    quick: {type: "boolean"},
    release: {type: "string", multiple: true},
    table: {type: "string", multiple: true}
  }
});

if (!existsSync(catalogueFile())) {
  console.error(`no measured tables: ${catalogueFile()}; npm run import -- DIR first`);
  process.exit(1);
}
const sizes = values.quick ? {asked: 24, rows: 3} : {asked: 90, rows: 8};
const misses: Miss[] = [];
for (const {release, entries} of openReleases(openData(), values.release ?? releases)) {
  const start = performance.now();
  misses.push(...(await study(release, entries, sizes, values.table as TableName[] | undefined)));
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.error(
    `${release.system.id}/${release.backend}/${release.version}: ${misses.length} points so far, ${seconds} s`
  );
}
console.log(overview(misses));

if (!values.dry && !values.quick && !values.release && !values.table) {
  const root = join(import.meta.dirname, "../..");
  const write = async (path: string, text: string) => {
    const file = join(root, path);
    writeFileSync(file, await format(text, {...(await resolveConfig(file)), filepath: file}));
  };
  await write("docs/accuracy-tables.md", markdown(misses));
  await write("engine/accuracy/table-study.ts", engineModule(misses));
}
