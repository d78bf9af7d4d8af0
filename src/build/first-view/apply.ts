/** Puts what pages say first into them, in place of the sign that they are loading. */
import {execFile} from "node:child_process";
import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {promisify} from "node:util";
import {toPage} from "../built-page.js";
import type {BuiltPage} from "../built-page.js";
import {bundleFolder} from "../bundle.js";
import {hashOf} from "../site-data.js";
import {markupOf} from "./markup.js";
import type {FirstView} from "./views.js";

export type FirstViews = Record<string, FirstView>;

/** Found out in a process of its own, as it acts as if it were in a page. */
export async function findFirstViews(): Promise<FirstViews> {
  const script = join(import.meta.dirname, "views.ts");
  const {stdout} = await promisify(execFile)(process.execPath, ["--import", "tsx", script], {maxBuffer: 1 << 24});
  return JSON.parse(stdout) as FirstViews;
}

const placeholder = /<observablehq-loading>(?=<\/observablehq-loading>)/g;

/** Before the page is painted: whoever asks something else must not read the usual answer, even for a moment. */
const askedScript = `if (location.search) document.documentElement.dataset.asked = "";\n`;

/** `busy`: what the page does until it has its answer, which whoever asks something else reads instead of the view. */
export function applyFirstView(output: string, page: BuiltPage, view: FirstView | undefined, busy: string): BuiltPage {
  const words = busy && `<span class="kp-busy" role="status" aria-busy="true">${markupOf(busy)}</span>`;
  const at = page.html.indexOf(view?.after ?? "<h1");
  if (at < 0 || (!view && !words)) return page;
  const before = page.html.slice(0, at);
  const after = page.html.slice(at);
  if (!view) {
    let isFirst = true;
    const fill = (empty: string) => {
      if (!isFirst) return empty;
      isFirst = false;
      return `<observablehq-loading class="kp-first">${words}`;
    };
    return {...page, html: before + after.replace(placeholder, fill)};
  }
  const script = `${bundleFolder}/asked.${hashOf(askedScript)}.js`;
  writeFileSync(join(output, script), askedScript);
  const markup = view.markup.map((said, i) => said && (i === 0 ? words + said : said)).values();
  const filled = after.replace(placeholder, (empty) => {
    const next = markup.next().value;
    return next ? `<observablehq-loading class="kp-first kp-viewed">${next}` : empty;
  });
  const head = before.replace(
    /<link rel="stylesheet"/,
    (link) => `<script src="${toPage(page.path, script)}"></script>\n${link}`
  );
  return {...page, html: head + filled};
}
