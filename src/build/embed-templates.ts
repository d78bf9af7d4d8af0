/** Writes `templates/texts.ts` from the `.njk` files beside it, as pages cannot read files. */
import {readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";

const folder = resolve(import.meta.dirname, "../../templates");
export const textsFile = join(folder, "texts.ts");

/** The module with every template as text, by name without the ending. */
export function embeddedTexts(): string {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".njk"))
    .sort();
  const entries = names.map((name) => `  ${JSON.stringify(name.slice(0, -4))}: ${literal(name)}`);
  return `/** The .njk files beside this one, written by src/build/embed-templates.ts: \`npm run templates\`. */
export const texts = {
${entries.join(",\n")}
} as const;

export type TextName = keyof typeof texts;
`;
}

/** Line by line, so that a change shows as the line that it is. */
function literal(name: string): string {
  const lines = readFileSync(join(folder, name), "utf8").split("\n");
  return `[\n${lines.map((line) => `    ${JSON.stringify(line)}`).join(",\n")}\n  ].join("\\n")`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(textsFile, embeddedTexts());
