/** The rows farthest from what was measured, each with the way to its configuration. */
import {latencyOf, metrics, ratioOf, worstOf} from "../measured/accuracy.js";
import type {Answered, Metric, Scored} from "../measured/accuracy.js";
import {configurationLink} from "./accuracy-link.js";
import {factorWords} from "./accuracy-scatter.js";
import {deploymentWords, loadWords, metricWords} from "./accuracy-words.js";
import {h} from "./dom.js";
import {duration} from "./format.js";

const shownCount = 20;

export function worstTable(scored: readonly Scored[], metric: Metric, onmetric: (metric: Metric) => void): HTMLElement {
  const worst = worstOf(scored, metric, shownCount);
  const hasReference = worst.some(({row}) => row.reference);
  const heads = [
    "deployment",
    "load",
    "measured",
    "predicted",
    "off",
    ...(hasReference ? ["reference"] : []),
    "id in the file"
  ];
  const buttons = metrics.map((each) =>
    h(
      "button",
      {type: "button", "aria-pressed": String(each === metric), onclick: () => onmetric(each)},
      metricWords[each]
    )
  );
  return h(
    "div",
    {},
    h("div", {class: "kp-switch", role: "group", "aria-label": "Worst in"}, ...buttons),
    h(
      "div",
      {class: "kp-table kp-worst"},
      h(
        "table",
        {},
        h("caption", {}, `Farthest from the measured ${metricWords[metric]}, by factor`),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...heads.map((name, i) =>
              h("th", {scope: "col", class: i < 2 || i === heads.length - 1 ? "kp-name" : null}, name)
            )
          )
        ),
        h("tbody", {}, ...worst.map((each) => line(each, metric, hasReference)))
      )
    )
  );
}

function line(each: Answered, metric: Metric, hasReference: boolean): HTMLElement {
  const {row, prediction} = each;
  const ms = (of: {ttftMs: number; tpotMs: number} | undefined) => (of ? duration(latencyOf(of, metric)) : "–");
  const fits = prediction.predicted.fits ? "" : " It does not fit the memory by our reckoning.";
  return h(
    "tr",
    {},
    h(
      "th",
      {scope: "row"},
      h("a", {href: configurationLink(each), title: `Open this configuration.${fits}`}, deploymentWords(row))
    ),
    h("td", {}, loadWords(row)),
    h("td", {class: "kp-number"}, ms(row.measured)),
    h("td", {class: "kp-number"}, ms(prediction.predicted)),
    h("td", {class: "kp-number"}, factorWords(ratioOf(each, metric))),
    hasReference && h("td", {class: "kp-number"}, ms(row.reference)),
    h("td", {class: "kp-id"}, row.id)
  );
}
