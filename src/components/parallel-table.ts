/** Why not the others: every parallelism, how its best candidate fares, and what stands in its way. */
import {gpuWords} from "../words.js";
import type {AggregatedScene, ParallelFare} from "./aggregated-scene.js";
import {fareWords, nameOf, reasonList} from "./aggregated-words.js";
import {metricValues} from "./candidate-metric.js";
import {h} from "./dom.js";
import {duration, figure} from "./format.js";

export function parallelTable(scene: AggregatedScene, onpick: (row: number) => void): HTMLElement {
  const {fares} = scene;
  if (fares.length === 0) return h("div");
  const heads = [
    "worker",
    "GPUs each",
    "candidates",
    "keep the targets",
    "best tokens/s/GPU",
    "TTFT",
    "TPOT",
    "why not"
  ];
  return h(
    "div",
    {class: "kp-table kp-fares"},
    h("p", {class: "kp-caption"}, "Why not the others"),
    h(
      "table",
      {"aria-label": "Every parallelism and why it is not the choice"},
      h("thead", {}, h("tr", {}, ...heads.map((name) => h("th", {scope: "col"}, name)))),
      h("tbody", {}, ...fares.map((fare) => row(scene, fare, onpick)))
    )
  );
}

function row(scene: AggregatedScene, fare: ParallelFare, onpick: (row: number) => void): HTMLElement {
  const {columns, selected} = scene;
  const {gpus, considered, rejected, messages} = columns.workers[fare.worker];
  const shown = fare.best >= 0 ? fare.best : fare.nearest;
  const isSelected = selected >= 0 && columns.worker[selected] === fare.worker;
  const name = nameOf(scene, fare);
  const dropped = reasonList(rejected);
  const value = (of: (row: number) => string) => h("td", {class: "kp-number"}, shown < 0 ? "–" : of(shown));
  return h(
    "tr",
    {class: "kp-row-agg", "aria-selected": String(isSelected), onclick: () => shown >= 0 && onpick(shown)},
    h("th", {scope: "row"}, shown < 0 ? name : h("button", {type: "button", class: "kp-link"}, name)),
    h("td", {class: "kp-number", title: gpuWords(gpus)}, String(gpus)),
    h("td", {class: "kp-number"}, considered.toLocaleString("en")),
    h("td", {class: "kp-number"}, fare.kept.toLocaleString("en")),
    value((i) => figure(metricValues(columns, "gpu")[i])),
    value((i) => duration(columns.ttftMs[i])),
    value((i) => duration(columns.tpotMs[i])),
    h(
      "td",
      {class: "kp-choice", title: Object.values(messages).join("; ") || null},
      sentence(fareWords(scene, fare)),
      dropped && h("small", {}, ` ${dropped}`)
    )
  );
}

function sentence(words: string): string {
  return words[0].toUpperCase() + words.slice(1);
}
