/** What is built from where: the package that these sources belong to, and the site, which may be somebody's own. */
import {existsSync, readFileSync} from "node:fs";
import {join, resolve} from "node:path";

/** The package: components, engine, templates. */
export const home = resolve(import.meta.dirname, "../..");

/** The site: the working folder if that is one that depends on the package; else the package, which is one too. */
export const project = dependsOnPackage(process.cwd()) ? process.cwd() : home;

export const isOwnSite = project !== home;

/** Framework's source root. */
export const root = join(project, "src");

function dependsOnPackage(folder: string): boolean {
  const manifest = join(folder, "package.json");
  if (!existsSync(join(folder, "observablehq.config.ts")) || !existsSync(manifest)) return false;
  const {dependencies = {}, devDependencies = {}} = JSON.parse(readFileSync(manifest, "utf8"));
  return "kneepoint" in {...dependencies, ...devDependencies};
}
