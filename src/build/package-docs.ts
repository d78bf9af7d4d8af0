/** `npm run docs:api`: writes docs/api.md from the docstrings of the library; `--check` fails when that is stale. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {Application} from "typedoc";
import type {PluginOptions} from "typedoc-plugin-markdown";

const repo = resolve(import.meta.dirname, "../..");
export const apiFile = join(repo, "docs/api.md");

const preamble = `<!-- Written by npm run docs:api from the docstrings in src/library; do not edit. -->

# API of the library

What \`kneepoint\` exports, and \`openFolder\` of \`kneepoint/node\`, which exports all of it too. Examples:
[library.md](library.md).

`;

const layout: Partial<PluginOptions> = {
  outputFileStrategy: "modules",
  hidePageHeader: true,
  hidePageTitle: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  parametersFormat: "table",
  propertyMembersFormat: "table",
  tableColumnSettings: {hideInherited: true, hideOverrides: true, hideModifiers: true, hideDefaults: true}
};

/** The whole of docs/api.md. Throws when a docstring links to nothing. */
export async function apiText(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kneepoint-api-"));
  const entry = join(repo, "src/library/node.ts");
  const tsconfig = join(folder, "tsconfig.json");
  writeFileSync(tsconfig, JSON.stringify({extends: join(repo, "tsconfig.json"), files: [entry], include: []}));
  try {
    const app = await Application.bootstrapWithPlugins({
      entryPoints: [entry],
      tsconfig,
      plugin: ["typedoc-plugin-markdown"],
      out: join(folder, "out"),
      readme: "none",
      disableSources: true,
      excludePrivate: true,
      excludeExternals: true,
      excludeInternal: true,
      groupOrder: ["Functions", "Classes", "Interfaces", "Type Aliases"],
      skipErrorChecking: true,
      sort: ["source-order"],
      logLevel: "Warn",
      ...layout
    });
    const project = await app.convert();
    if (!project) throw new Error("typedoc made nothing of src/library/node.ts");
    await app.generateOutputs(project);
    return preamble + readFileSync(join(folder, "out/README.md"), "utf8").trimStart();
  } finally {
    rmSync(folder, {recursive: true});
  }
}

if (process.argv[1] === import.meta.filename) {
  const text = await apiText();
  if (!process.argv.includes("--check")) writeFileSync(apiFile, text);
  else if (readFileSync(apiFile, "utf8") !== text) {
    console.error("docs/api.md is stale: the docstrings say more; run npm run docs:api");
    process.exitCode = 1;
  }
}
