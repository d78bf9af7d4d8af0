import {existsSync, readFileSync, renameSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import type {FileReport} from "./import-job.js";
import type {ImportReport} from "./import.js";
import type {FileRecord, ImportRecord} from "../engine/schema.js";
import {compareText} from "../engine/version.js";

const none: ImportRecord = {format: 1, files: [], others: []};

export function importRecordFile(dataDir: string): string {
  return join(dataDir, "import-report.json");
}

export function readImportRecord(dataDir: string): ImportRecord {
  const file = importRecordFile(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ImportRecord) : none;
}

/** Puts what an import found in place of what earlier ones said of the same files. Written whole or not at all. */
export function keepImportRecord(dataDir: string, report: ImportReport): void {
  const file = importRecordFile(dataDir);
  writeFileSync(`${file}.part`, JSON.stringify(mergeRecords(readImportRecord(dataDir), recordOf(report))) + "\n");
  renameSync(`${file}.part`, file);
}

function recordOf({files, refusals, skipped}: ImportReport): ImportRecord {
  const tables = new Set(files.map(({file}) => file));
  const others = [...refusals.filter(({file}) => !tables.has(file)), ...skipped];
  return {format: 1, files: files.map(fileRecord), others: others.map(({file, reason}) => ({file, reason}))};
}

function fileRecord(report: FileReport): FileRecord {
  const {system, backend, version, file, rows, droppedRows, repeatedRows, refusedRows, refusals} = report;
  return {
    ...{system, backend, version, file: baseName(file), rows},
    ...(droppedRows ? {dropped: droppedRows} : {}),
    ...(repeatedRows ? {repeated: repeatedRows} : {}),
    ...(refusedRows ? {refused: refusedRows} : {}),
    ...(refusals.length > 0 ? {refusals: refusals.map(({row, reason}) => ({...(row ? {row} : {}), reason}))} : {})
  };
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}

function mergeRecords(old: ImportRecord, fresh: ImportRecord): ImportRecord {
  const fileName = ({system, backend, version, file}: FileRecord) =>
    [system, backend, version, file.replace(/\.\w+$/, "")].join("/");
  return {
    format: 1,
    files: merged(old.files, fresh.files, fileName),
    others: merged(old.others, fresh.others, ({file}) => file)
  };
}

function merged<T>(old: T[], fresh: T[], nameOf: (each: T) => string): T[] {
  const byName = new Map([...old, ...fresh].map((each) => [nameOf(each), each]));
  return [...byName].sort(([a], [b]) => compareText(a, b)).map(([, each]) => each);
}
