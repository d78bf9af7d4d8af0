/**
 * How far simulated predictions are from measured deployments, each predicted by a fit that did not see it. `npm run
 * accuracy -- FILE.csv`, after `npm run import` and `npm run calibrate`; the file is ../shared/measured/serving.csv
 * unless given. Writes docs/accuracy-serving.md. Deterministic. `--dry` only prints.
 */
import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {format, resolveConfig} from "prettier";
import {dataFolder} from "../../data-loaders/data-folder.js";
import {InputError} from "../../engine/errors.js";
import {openFolder} from "../../src/library/node.js";
import {readMeasured} from "../../src/measured/read.js";
import {markdown} from "./serving/report.js";
import {scoreRows} from "./serving/score.js";

const root = join(import.meta.dirname, "../..");
const file = process.argv.slice(2).find((arg) => !arg.startsWith("-")) ?? join(root, "../shared/measured/serving.csv");
if (!existsSync(file)) throw new InputError(`no such file: ${file}; give a CSV of measured deployments`);
const {rows, problems} = readMeasured(readFileSync(file, "utf8"));
for (const {message} of problems) console.log(message);
const tables = await openFolder(dataFolder());
const scored = await scoreRows(tables, rows);
const path = join(root, "docs/accuracy-serving.md");
const document = await format(markdown(scored), {...(await resolveConfig(path)), filepath: path});
if (process.argv.includes("--dry")) console.log(document);
else writeFileSync(path, document);
