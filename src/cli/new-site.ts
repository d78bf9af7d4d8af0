/** `kneepoint new site DIR`: a folder that builds a site of its own with this package. */
import {existsSync, readdirSync, readFileSync} from "node:fs";
import {basename, join, relative, resolve, sep} from "node:path";
import {InputError} from "../engine/errors.js";
import {siteFiles, sitePackages} from "../scaffold/site.js";
import {print, toJson} from "./command.js";
import {namesIn, Tree} from "./disk.js";
import {WriteError} from "./exit.js";
import {packageFolder} from "./version.js";

interface Manifest {
  version: string;
  engines: {node: string};
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
}

export function newSite(dir: string | undefined, {force, json}: {force: boolean; json: boolean}): number {
  if (dir === undefined) throw new InputError("missing DIR: give a folder to make, such as our-serving");
  const folder = resolve(dir);
  if (namesIn(folder).length > 0 && !force)
    throw new WriteError(
      `already there: ${dir} is not empty; --force writes over the files of a site in it`,
      "notWritable"
    );
  const home = resolve(packageFolder());
  const tree = new Tree(folder);
  const files = {...siteFiles(planOf(folder, home)), ...pagesOf(home)};
  for (const [path, text] of Object.entries(files)) tree.write(path, text);
  tree.close();
  const written = Object.keys(files);
  const pages = written.filter((path) => path.startsWith("notebooks/")).length;
  if (json) print(toJson({folder, written}));
  else
    print(
      [
        `Wrote a site to ${dir}: the home page, ${pages} notebooks, observablehq.config.ts, package.json and data/.`,
        `Next: cd ${dir} && npm install && npm start`
      ].join("\n")
    );
  return 0;
}

function planOf(folder: string, home: string) {
  const {version, engines, dependencies, devDependencies, overrides} = JSON.parse(
    readFileSync(join(home, "package.json"), "utf8")
  ) as Manifest;
  const all = {...devDependencies, ...dependencies};
  return {
    name: packageName(basename(folder)),
    dependencies: packages(home, version, folder),
    devDependencies: Object.fromEntries(sitePackages.map((name) => [name, all[name]])),
    overrides,
    node: engines.node
  };
}

/** The package as the project around it names it, so that a tarball or a fork is found again; else its version. */
function packages(home: string, version: string, folder: string): Record<string, string> {
  const inside = home.lastIndexOf(`${sep}node_modules${sep}`);
  // A checkout has its command in a package of its own.
  if (inside < 0)
    return {kneepoint: fileSpec(folder, home), "kneepoint-cli": fileSpec(folder, join(home, "src", "cli"))};
  const around = home.slice(0, inside);
  const file = join(around, "package.json");
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Manifest>) : {};
  const spec = manifest.dependencies?.kneepoint ?? manifest.devDependencies?.kneepoint ?? `^${version}`;
  return {kneepoint: spec.startsWith("file:") ? fileSpec(folder, resolve(around, spec.slice(5))) : spec};
}

function fileSpec(from: string, to: string): string {
  return `file:${relative(from, to).replaceAll(sep, "/")}`;
}

/** Letters that npm allows. */
function packageName(folder: string): string {
  return (
    folder
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[._-]+/, "") || "site"
  );
}

/** The home page and the notebooks that come with the package, not those that somebody added to a checkout. */
function pagesOf(home: string): Record<string, string> {
  const notebooks = readdirSync(join(home, "notebooks")).filter((name) => name.endsWith(".md"));
  const paths = ["src/index.md", ...notebooks.map((name) => `notebooks/${name}`)];
  const texts = paths.map((path) => [path, readFileSync(join(home, path), "utf8")] as const);
  return Object.fromEntries(texts.filter(([, text]) => !/^group: yours$/m.test(text)));
}
