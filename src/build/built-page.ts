/** A page as Framework writes it, taken apart: markup, what its head loads, and its program. */
import {dirname, join} from "node:path/posix";

export interface BuiltPage {
  /** Path of the file below the output folder, with `/`. */
  path: string;
  html: string;
  /** The module that defines the cells; empty when the page has none. */
  program: string;
  /** Modules that Framework would load at once, as paths below the output folder. */
  preloads: string[];
}

const program = /<script type="module">([^]*?)<\/script>\n?/;
const preload = /<link rel="modulepreload" href="([^"]*)">\n?/g;

export function readPage(path: string, html: string): BuiltPage {
  const preloads = [...html.matchAll(preload)].map(([, url]) => fromPage(path, url));
  return {path, html, program: untimed(program.exec(html)?.[1] ?? ""), preloads};
}

/** Without the times at which files were made: the same site is the same bytes. */
export function untimed(text: string): string {
  return text.replace(/,"lastModified":\d+/g, "");
}

/** Where a page’s relative URL leads, below the output folder. */
export function fromPage(path: string, url: string): string {
  return join(dirname(path), url);
}

/** A path below the output folder as the page’s relative URL. */
export function toPage(path: string, target: string): string {
  return `${"../".repeat(path.split("/").length - 1) || "./"}${target}`;
}

/** `page.html` → `notebooks-perf-data`. */
export function pageName(path: string): string {
  return path.replace(/\.html$/, "").replaceAll("/", "-");
}

/**
 * The program with Framework’s imports as static ones, so that a bundler puts what they lead to together and leaves out
 * what no page uses. Only for what Framework loads at once: what a page imports later by itself stays as it is.
 */
export function staticImports({program, preloads, path}: BuiltPage): string {
  const isStatic = new Set(preloads);
  const heads: string[] = [];
  const body = program.replace(
    imports,
    (whole, many: string | undefined, list: string, one: string, single: string) => {
      const patterns = many === undefined ? [one] : splitList(many);
      const urls = [...(many === undefined ? single : list).matchAll(imported)].map(([, url]) => url);
      if (patterns.length !== urls.length || !urls.every((url) => isStatic.has(fromPage(path, url)))) return whole;
      const values = urls.map((url, i) => {
        const name = `imported${heads.length}`;
        heads.push(`import * as ${name} from ${JSON.stringify(url)};`);
        return selected(name, patterns[i]);
      });
      return many === undefined ? `const ${one} = ${values[0]};` : `const [${many}] = [${values.join(", ")}];`;
    }
  );
  return [...heads, body].join("\n");
}

/** `const [{a}, b] = await Promise.all([import("x"), import("y")]);`, or `const {a} = await import("x");`. */
const imports =
  /const \[([^=;]+)\] = await Promise\.all\(\[((?:import\("[^"]+"\)(?:, )?)+)\]\);|const (\{[^=;]+\}|\w+) = await (import\("[^"]+"\));/g;
const imported = /import\("([^"]+)"\)/g;

/** `{a}, b, {c, d: e}` at its outer commas. */
function splitList(text: string): string[] {
  return text.match(/\{[^}]*\}|[^,{}\s][^,{}]*/g) ?? [];
}

/** Of a module, the names that a pattern takes; the module itself where it takes that. */
function selected(module: string, pattern: string): string {
  if (!pattern.startsWith("{")) return module;
  const names = pattern
    .slice(1, -1)
    .split(",")
    .map((name) => name.split(":")[0].trim());
  return `{${names
    .filter(Boolean)
    .map((name) => `${name}: ${module}.${name}`)
    .join(", ")}}`;
}

export interface PageParts {
  /** Script of the program, below the output folder; empty without one. */
  script: string;
  /** Modules that come with it. */
  modules: string[];
  /** Modules of its workers. */
  workerModules: string[];
  /** JSON that its first cells fetch. */
  files: string[];
  fonts: string[];
  /** Scripts that run when all else has loaded. */
  later: string[];
  /** Scripts that stood in the markup, in order. */
  inline: string[];
}

/**
 * The page with its program and other scripts in files of their own, and all that it will need announced, to be fetched
 * after what it takes to paint what it says first.
 */
export function writePage({path, html}: BuiltPage, parts: PageParts): string {
  const link = (attributes: string, target: string) => `<link ${attributes} href="${toPage(path, target)}">`;
  const modules = [...(parts.script ? [parts.script] : []), ...parts.later];
  const scripts = modules
    .map((file) => `<script type="module" fetchpriority="low" src="${toPage(path, file)}"></script>\n`)
    .join("");
  const head = [
    ...parts.fonts.map((file) => link(`rel="preload" as="font" type="font/woff2" crossorigin`, file)),
    ...parts.modules.map((file) => link(`rel="modulepreload" fetchpriority="low"`, file)),
    ...parts.workerModules.map((file) => link(`rel="modulepreload" fetchpriority="low"`, file)),
    ...parts.files.map((file) => link(`rel="preload" as="fetch" fetchpriority="low" crossorigin`, file))
  ];
  const inline = parts.inline.values();
  return (
    html
      .replace("<html>", `<html lang="en">`)
      // People may zoom.
      .replace(", maximum-scale=1", "")
      .replace(preload, "")
      .replace(program, () => `${head.join("\n")}\n${scripts}`)
      .replace(/<script>[^]*?<\/script>/g, () => `<script defer src="${toPage(path, inline.next().value!)}"></script>`)
  );
}
