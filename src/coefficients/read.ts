/** The engine's sources, scanned: what the page on coefficients is built with. */
import {readdirSync, readFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {scanModule} from "./scan.js";
import type {Scan} from "./scan.js";

const engine = resolve(import.meta.dirname, "../../engine");

/** By path below `engine/`. */
export function scanEngine(): Record<string, Scan> {
  const files = readdirSync(engine, {recursive: true, encoding: "utf8"}).filter((file) => file.endsWith(".ts"));
  const scans = files
    .sort()
    .map((file) => [file.replaceAll("\\", "/"), scanModule(readFileSync(join(engine, file), "utf8"))] as const);
  return Object.fromEntries(scans);
}

/** What the page needs of it: comments of the modules that it lists, and every constant that is one number. */
export function scanForPage(modules: readonly string[]): Record<string, Scan> {
  const entries = Object.entries(scanEngine()).map(([file, {constants, docs}]) => {
    const isListed = modules.includes(file);
    const kept = constants
      .filter(({isScalar}) => isScalar || isListed)
      .map((each) => (each.isScalar ? each : {...each, text: ""}));
    return [file, {constants: kept, docs: isListed ? docs : {}}] as const;
  });
  return Object.fromEntries(entries.filter(([, {constants, docs}]) => constants.length + Object.keys(docs).length > 0));
}
