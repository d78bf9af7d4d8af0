/** `kneepoint import DIR`: measured tables into the data folder, with progress and a report. */
import {existsSync, statSync} from "node:fs";
import {dataFolder} from "../data-loaders/data-folder.js";
import {importTables, type ImportProgress} from "../data-loaders/import.js";
import {formatReport} from "../data-loaders/report.js";
import {InputError} from "../engine/errors.js";
import type {Flags} from "./args.js";
import {command, print, toJson} from "./command.js";
import {summaries} from "./verbs.js";

const notes = `DIR holds <system>/<backend>/<version>/ with tables as CSV text or Parquet, or Parquet by family; which one is
recognised. Tables go to the data folder (KNEEPOINT_DATA, or data in the repository). Tables that are there already stay,
unless DIR brings them anew. Exit code 1 when a file or row was refused, 2 when DIR is no such folder.`;

const flags = {json: {type: "boolean", help: "print the report as JSON"}} as const satisfies Flags;

const examples = [{line: "import tables", what: "all of a folder of tables"}];

export const run = command(
  {name: "import", summary: summaries.import, positional: "DIR", completePositional: "folder", flags, notes, examples},
  async ({positional: dir, values}) => {
    if (dir === undefined) throw new InputError("missing DIR: not given; name the folder that holds measured tables");
    if (!existsSync(dir) || !statSync(dir).isDirectory())
      throw new InputError(`no such folder: ${dir}; name the folder that holds measured tables`);
    const dataDir = dataFolder();
    const report = await importTables(dir, {dataDir, onProgress: progressOn(process.stderr)});
    print(values.json ? toJson({dataDir, ...report}) : `${formatReport(report)}\nImported into ${dataDir}`);
    return report.refused > 0 ? 1 : 0;
  }
);

/** One line that rewrites itself on a terminal; elsewhere a line per tenth, so that logs stay short. */
export function progressOn(stream: NodeJS.WriteStream): (progress: ImportProgress) => void {
  let tenth = -1;
  return ({done, total, current}) => {
    const share = total === 0 ? 1 : done / total;
    const text = `importing ${done}/${total} ${current}`;
    if (stream.isTTY) {
      const filled = Math.round(20 * share);
      const line = `${"█".repeat(filled)}${"░".repeat(20 - filled)} ${text}`;
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}${done === total ? "\n" : ""}`);
    } else if (Math.floor(10 * share) > tenth) {
      tenth = Math.floor(10 * share);
      stream.write(`${text}\n`);
    }
  };
}
