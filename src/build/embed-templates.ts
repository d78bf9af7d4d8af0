/**
 * Writes `templates/compiled.ts` from the `.njk` files beside it: pages cannot read files, and a strict policy does not
 * let them compile any. What is left to do there is Nunjucks' slim half.
 */
import {readFileSync, readdirSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import nunjucks from "nunjucks";

const folder = resolve(import.meta.dirname, "../../templates");
export const compiledFile = join(folder, "compiled.ts");

const environment = new nunjucks.Environment(null, {
  autoescape: false,
  throwOnUndefined: true,
  trimBlocks: true,
  lstripBlocks: true
});

/** The module with every template as a function, by name without the ending. */
export function compiledTemplates(): string {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".njk"))
    .sort();
  const entries = names.map((name) => `  ${JSON.stringify(name.slice(0, -4))}: (() => {\n${compiled(name)}})()`);
  return `/** The .njk files beside this one, compiled by src/build/embed-templates.ts: \`npm run templates\`. */
/* eslint-disable */
// @ts-nocheck
export const templates = {
${entries.join(",\n")}
};

export type TemplateName = keyof typeof templates;
`;
}

function compiled(name: string): string {
  const text = readFileSync(join(folder, name), "utf8");
  const wrapper = ([{template}]: {template: string}[]) => template;
  // Its types have one template where Nunjucks hands over a list.
  const options = {name, env: environment, wrapper} as unknown as nunjucks.PrecompileOptions;
  return nunjucks.precompileString(text, options);
}

if (process.argv[1] === import.meta.filename) writeFileSync(compiledFile, compiledTemplates());
