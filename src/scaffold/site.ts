/** The files of a site of one's own: what `kneepoint new site` writes besides the pages that it copies. */

export interface SitePlan {
  /** Of the folder, and so of the package: `our-serving`. */
  name: string;
  /** How npm finds this package, a version or `file:` and a path, and what else has the command. */
  dependencies: Record<string, string>;
  /** What Framework needs beside it, with versions, as this package has them. */
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
  node: string;
}

/** Packages that a site builds with; versions are this package's own. */
export const sitePackages = [
  "@duckdb/duckdb-wasm",
  "@fontsource-variable/inter",
  "@fontsource/jetbrains-mono",
  "@observablehq/framework",
  "@observablehq/inputs",
  "@observablehq/plot",
  "apache-arrow",
  "arquero",
  "d3",
  "esbuild",
  "fflate",
  "highlight.js",
  "htl",
  "hyparquet",
  "hyparquet-compressors",
  "isoformat",
  "nunjucks",
  "rolldown",
  "tsx",
  "valibot",
  "yaml"
] as const;

/** Path → text. */
export function siteFiles(plan: SitePlan): Record<string, string> {
  const {name, dependencies, devDependencies, overrides, node} = plan;
  const run = "node node_modules/kneepoint/src/build/run.js";
  const manifest = {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: {node},
    scripts: {
      start: `${run} serve`,
      build: `${run} build`,
      import: "kneepoint import"
    },
    dependencies,
    devDependencies,
    overrides
  };
  return {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "observablehq.config.ts": config,
    ".gitignore": ignored,
    "data/README.md": dataReadme,
    "README.md": readme(name)
  };
}

const config = `import {siteConfig} from "kneepoint/site";

// Options of Observable Framework may be added after the spread.
export default {
  ...siteConfig({title: "Kneepoint"})
};
`;

/** All that mount.ts links into src, whatever the package will hold later. */
const ignored = `node_modules
dist
/data/*
!/data/README.md
/src/*
!/src/index.md
`;

const dataReadme = `Measured tables go here: \`npm run import -- FOLDER\`. Without any, pages answer from surfaces fitted to measurements, and
say so. A CSV of measured deployments in \`data/measured/\` is shown on the page "How good is it?".
`;

function readme(name: string): string {
  return `# ${name}

A site of notebooks about serving LLMs, made by \`kneepoint new site\`.

\`\`\`sh
npm install && npm start       # opens the site at http://127.0.0.1:3000/, pages reload as you edit
npm run build                  # writes dist/, for any static host
npx kneepoint new notebook NAME --config FILE --system h200_sxm
\`\`\`

\`src/index.md\` is the home page, \`notebooks/\` holds the other pages. All of them are yours: change, remove and add. What they
import (\`../components/…\`, \`../search/…\`, \`../engine/…\`) is the package's; to change a part of it, put a folder of that
name with your copy into \`src/\`.
`;
}
