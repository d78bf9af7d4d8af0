/**
 * The Content-Security-Policy under which every page of the site works: own scripts and styles alone, nothing inline,
 * no code from text. Written beside the site, for servers to send; see docs/publish.md.
 */
import {createHash} from "node:crypto";
import {readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

export const policyFile = "content-security-policy.txt";

export function contentSecurityPolicy(): string {
  const directives = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "worker-src": ["'self'"],
    "style-src": ["'self'", ...plotStyles().map(hashSource)],
    "font-src": ["'self'"],
    // Charts are saved as pictures by way of one.
    "img-src": ["'self'", "data:", "blob:"],
    "connect-src": ["'self'"],
    "frame-src": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"]
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}

export function writePolicy(output: string): void {
  writeFileSync(join(output, policyFile), `${contentSecurityPolicy()}\n`);
}

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** The name that Plot gives to charts without one of their own. */
const plotClass = "plot-d6a7b5";

/** What Plot puts into charts and legends as style elements, so that they stand alone when they are saved. */
function plotStyles(): string[] {
  const source = (file: string) => readFileSync(join(plotFolder(), file), "utf8");
  const templates = (file: string) =>
    [...source(file).matchAll(/`(:where\(\.\$\{className\}[^`]*)`/g)].map(([, text]) =>
      text.replaceAll("${className}", plotClass)
    );
  const swatches = templates("legends/swatches.js");
  const [base] = swatches.filter((text) => text.includes("${extraStyle}"));
  const extras = swatches.filter((text) => text !== base);
  const legends = extras.map((extra) => base.replace("${extraStyle}", extra));
  return [...templates("plot.js"), ...templates("legends/ramp.js"), ...legends];
}

function plotFolder(): string {
  return dirname(fileURLToPath(import.meta.resolve("@observablehq/plot")));
}
