/** What one step in any size would do, each a link that takes it. */
import type {WhatIf, WhatIfFigures} from "../engine/explain/what-if.js";
import {stepWords} from "../why-words.js";
import {formatConfiguration} from "./configuration.js";
import type {Configuration} from "./configuration.js";
import {whatIfWords} from "./configuration-words.js";
import {h} from "./dom.js";

const heads = ["one step", "TTFT", "TPOT", "tokens/s/GPU", "memory", ""];

/** `null`: not known yet; the table keeps its place. */
export function whatIfTable(
  steps: readonly WhatIf[] | null,
  from: WhatIfFigures | null,
  at: Configuration | undefined
): HTMLElement {
  const rows = steps && from && at ? possibleFirst(steps).map((step) => row(step, from, at)) : [];
  return h(
    "div",
    {class: "kp-table kp-listing kp-what-if"},
    h(
      "table",
      {"aria-label": "What one step in each size would do"},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...heads.map((head, i) => h("th", {scope: "col", class: i > 0 && i < 5 ? "kp-number" : null}, head))
        )
      ),
      h("tbody", {}, ...rows)
    ),
    rows.length === 0 &&
      h("p", {class: "kp-hint"}, from ? "Asking what sizes nearby would do." : "There is nothing to step from.")
  );
}

/** What cannot be comes after what can. */
function possibleFirst(steps: readonly WhatIf[]): WhatIf[] {
  return [...steps.filter(({figures}) => figures), ...steps.filter(({figures}) => !figures)];
}

/** The configuration that a step leads to. */
export function taken(at: Configuration, {sizes}: WhatIf): Configuration {
  const {parallel, batch, ctxTokens = at.sizes.ctxTokens, prefill = at.sizes.prefill, decode = at.sizes.decode} = sizes;
  return {...at, sizes: {...at.sizes, parallel, batch, ctxTokens, prefill, decode}};
}

function row(step: WhatIf, from: WhatIfFigures, at: Configuration): HTMLElement {
  const {ttft, tpot, rate, memory, note} = whatIfWords(step, from);
  const words = stepWords(step.step);
  const fits = step.figures?.fits ?? true;
  const cells = step.figures
    ? [
        ...[ttft, tpot, rate, memory].map((text) => h("td", {class: "kp-number"}, text)),
        h("td", {class: fits ? null : "kp-problem-text"}, note)
      ]
    : [h("td", {colspan: heads.length - 1, class: "kp-obstacle"}, note)];
  const name = step.figures ? h("a", {href: formatConfiguration(taken(at, step))}, words) : words;
  return h("tr", {}, h("th", {scope: "row"}, name), ...cells);
}
