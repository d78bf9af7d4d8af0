/** What a built site weighs: its measured tables by system, engine and version, and its parts. */
import {readFileSync, readdirSync, statSync} from "node:fs";
import {join} from "node:path";
import {gzipSync} from "node:zlib";
import type {VersionSize} from "./site-data.js";

/** Two tables as text. */
export function sizeReport(output: string, sizes: readonly VersionSize[]): string {
  return [...dataRows(sizes), ...partRows(output)].join("\n");
}

function dataRows(sizes: readonly VersionSize[]): string[] {
  if (sizes.length === 0) return [];
  const rows = sizes.map(({system, backend, version, slices, bytes, packedBytes}) =>
    row(`${system}/${backend} ${version}`, `${slices} slices`, bytes, packedBytes)
  );
  const sum = (of: (size: VersionSize) => number) => sizes.reduce((total, size) => total + of(size), 0);
  const total = row(
    "all measured tables",
    "",
    sum((size) => size.bytes),
    sum((size) => size.packedBytes)
  );
  return [row("measured tables", "", "as imported", "in the site"), ...rows, total, ""];
}

const parts: [name: string, pattern: RegExp][] = [
  ["pages", /\.html$/],
  ["DuckDB, on pages with SQL", /duckdb/],
  ["scripts", /\.m?js$/],
  ["styles", /\.css$/],
  ["fonts", /\.woff2$/],
  ["measured tables", /^_file[\\/]data[\\/]/],
  ["fitted surfaces", /calibration/],
  ["everything else", /./]
];

function partRows(output: string): string[] {
  const sums = parts.map(([name]) => ({name, files: 0, bytes: 0, gzipBytes: 0}));
  for (const file of readdirSync(output, {recursive: true, encoding: "utf8"})) {
    const path = join(output, file);
    if (!statSync(path).isFile()) continue;
    const part = sums[parts.findIndex(([, pattern]) => pattern.test(file))];
    const content = readFileSync(path);
    part.files += 1;
    part.bytes += content.length;
    part.gzipBytes += isCompressed(file) ? content.length : gzipSync(content).length;
  }
  const found = sums.filter(({files}) => files > 0);
  return [
    row("parts of the site", "", "raw", "gzip"),
    ...found.map(({name, files, bytes, gzipBytes}) =>
      row(name, `${files} ${files === 1 ? "file" : "files"}`, bytes, gzipBytes)
    )
  ];
}

/** Compressing these again gains nothing and takes long. */
function isCompressed(file: string): boolean {
  return /\.(woff2|png|bin|tight)$/.test(file);
}

function row(name: string, count: string, bytes: number | string, packedBytes: number | string): string {
  return `  ${name.padEnd(40)} ${count.padStart(12)} ${size(bytes)} ${size(packedBytes)}`;
}

function size(bytes: number | string): string {
  if (typeof bytes === "string") return bytes.padStart(14);
  const text = bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
  return text.padStart(14);
}
