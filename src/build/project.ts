/** What is built from where: the package that these sources belong to, and the site, which may be somebody's own. */
import {existsSync} from "node:fs";
import {join, resolve} from "node:path";

/** The package: components, engine, templates. */
export const home = resolve(import.meta.dirname, "../..");

/** The site: the working folder if that is one, which depends on the package; else the package, which is one too. */
export const project = existsSync(resolve("observablehq.config.ts")) ? process.cwd() : home;

export const isOwnSite = project !== home;

/** Framework's source root. */
export const root = join(project, "src");
