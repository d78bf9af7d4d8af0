/** A page for frames: one chart, asked by the address, and what to copy to have it elsewhere. */
import {chartNames, type ChartName} from "../chart/names.js";
import {copyButton} from "../components/copy-button.js";
import {h} from "../components/dom.js";
import {defineChart} from "./element.js";
import type {Options} from "./option.js";
import {root} from "./root.js";
import {snippetNames, snippetsOf, type SnippetName} from "./snippet.js";

const name = chartNames.find((each) => each === document.body.dataset.chart) as ChartName;
const options: Options = Object.fromEntries(new URLSearchParams(location.search));

defineChart(name);
const chart = document.createElement(`kneepoint-${name}`);
for (const [key, value] of Object.entries(options)) {
  // What is no name of an attribute is no option either; the chart says so.
  const isName = /^[a-z][\w-]*$/i.test(key);
  chart.setAttribute(isName ? key : "unknown", String(value));
}
const theme = options.theme === "light" || options.theme === "dark" ? options.theme : "";
if (theme) document.documentElement.style.colorScheme = theme;

const snippets = snippetsOf(name, listed(name, options), root.href);
const buttons = (Object.keys(snippetNames) as SnippetName[]).map((each) =>
  copyButton(snippetNames[each], () => snippets[each])
);
document.body.append(chart, h("footer", {}, h("span", {}, "Copy as"), buttons));

/** Lists of an address have commas between. */
function listed(chart: ChartName, given: Options): Options {
  if (chart !== "compare") return given;
  const split = (value: unknown) => (String(value).includes(",") ? String(value).split(",") : String(value));
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      ["model", "system", "backend"].includes(key) ? split(value) : value
    ])
  );
}
