/** Puts what pages say first into them, in place of the sign that they are loading. */
import {execFile} from "node:child_process";
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {promisify} from "node:util";
import {toPage} from "../built-page.js";
import type {BuiltPage} from "../built-page.js";
import {bundleFolder} from "../bundle.js";
import {hashOf} from "../site-data.js";
import type {FirstView} from "./views.js";

export type FirstViews = Record<string, FirstView>;

/** Found out in a process of its own, as it acts as if it were in a page. */
export async function findFirstViews(): Promise<FirstViews> {
  const script = join(import.meta.dirname, "views.ts");
  const {stdout} = await promisify(execFile)(process.execPath, ["--import", "tsx", script], {maxBuffer: 1 << 24});
  return JSON.parse(stdout) as FirstViews;
}

/** Before the page is painted: whoever asks something else must not read the usual answer, even for a moment. */
const askedScript = `if (location.search) document.documentElement.dataset.asked = "";\n`;

export function applyFirstView(output: string, page: BuiltPage, views: FirstViews): BuiltPage {
  const view = views[page.path];
  const at = view ? page.html.indexOf(view.after) : -1;
  if (at < 0) return page;
  const script = `${bundleFolder}/asked.${hashOf(askedScript)}.js`;
  writeFileSync(join(output, script), askedScript);
  const markup = view.markup.values();
  const filled = page.html.slice(at).replace(/<observablehq-loading>(?=<\/observablehq-loading>)/g, (empty) => {
    const next = markup.next().value;
    return next ? `<observablehq-loading class="kp-first">${next}` : empty;
  });
  const head = page.html
    .slice(0, at)
    .replace(/<link rel="stylesheet"/, (link) => `<script src="${toPage(page.path, script)}"></script>\n${link}`);
  return {...page, html: head + filled};
}
