/** Rows of a file that could not be read: which line, which column, what would do. */
import type {NamedFile} from "../search/predicting.js";
import {h} from "./dom.js";
import {counted} from "./format.js";

/** More than these are counted only. */
const mostShown = 200;

export function problemList(files: readonly NamedFile[]): HTMLElement {
  const problems = files.flatMap(({name, problems}) => problems.map((problem) => ({name, ...problem})));
  if (problems.length === 0) return h("div", {hidden: true});
  const rows = new Set(problems.map(({name, line}) => `${name} ${line}`)).size;
  const several = files.length > 1;
  const shown = problems.slice(0, mostShown);
  return h(
    "details",
    {class: "kp-problem-list"},
    h(
      "summary",
      {},
      `${counted(rows, "row")} could not be read and ${rows === 1 ? "is" : "are"} in none of the figures`
    ),
    h("ul", {}, ...shown.map(({name, id, message}) => h("li", {}, several ? `${name}, ` : "", `${id}: ${message}`))),
    problems.length > mostShown && h("p", {class: "kp-hint"}, `and ${problems.length - mostShown} more`)
  );
}
