/** Every operator of a configuration's steps as a table, and as a file. */
import {csvFormat} from "npm:d3";
import type {Step, StepOp} from "../search/configuring.js";
import {errorWords, originWords} from "../words.js";
import {boundWords, prefixed} from "./configuration-words.js";
import {sourceBadge} from "./data-badge.js";
import {h} from "./dom.js";
import {duration, figure, percent} from "./format.js";
import {groupColors, opGroup} from "./op-group.js";
import {opKey, opRecords} from "./op-key.js";
import {saveText} from "./save.js";

const heads = [
  "operator",
  "count",
  "time",
  "share",
  "FLOP",
  "bytes",
  "FLOP/byte",
  "bound by",
  "of light",
  "source",
  "error"
];

/** `name` of the file without its extension. */
export function opListing(steps: readonly Step[], name: string): HTMLElement {
  const save = () => saveText(`${name}-operators.csv`, csvFormat(opRecords(steps)), "text/csv");
  return h(
    "div",
    {class: "kp-table kp-listing kp-op-listing"},
    h(
      "p",
      {class: "kp-caption"},
      "Operators, longest first ",
      h("button", {type: "button", class: "kp-button", onclick: save}, "csv")
    ),
    h(
      "table",
      {"aria-label": "Operators of every step"},
      h(
        "thead",
        {},
        h("tr", {}, ...heads.map((head, i) => h("th", {scope: "col", class: isNumber(i) ? "kp-number" : null}, head)))
      ),
      ...steps.map(stepBody)
    )
  );
}

function isNumber(column: number): boolean {
  return column > 0 && column < 7;
}

function stepBody(step: Step): HTMLElement {
  const {title, totalMs, error, ops} = step;
  const running = ops.filter(({latencyMs}) => latencyMs > 0).sort((a, b) => b.latencyMs - a.latencyMs);
  return h(
    "tbody",
    {"data-ops": `table ${title}`},
    h(
      "tr",
      {class: "kp-step-head"},
      h("th", {scope: "rowgroup", colspan: heads.length}, `${title}, ${duration(totalMs)}, ${errorWords(error)}`)
    ),
    ...running.map((op) => opRow(op, step))
  );
}

function opRow(op: StepOp, step: Step): HTMLElement {
  const {name, kind, count, latencyMs, work, source, tier, error} = op;
  const {flops, memoryBytes, linkBytes, lightMs, limit} = work;
  const bytes = memoryBytes > 0 ? `${prefixed(memoryBytes)}B` : linkBytes > 0 ? `${prefixed(linkBytes)}B sent` : "–";
  const cells = [
    figure(Math.round(10 * count) / 10),
    duration(latencyMs),
    percent(latencyMs / step.totalMs),
    flops > 0 ? prefixed(flops).trim() : "–",
    bytes,
    flops > 0 && memoryBytes > 0 ? figure(flops / memoryBytes) : "–",
    boundWords[limit],
    lightMs === null ? "–" : percent(lightMs / latencyMs),
    sourceBadge(source, `: ${originWords({source, tier})}`, tier),
    errorWords(error)
  ];
  return h(
    "tr",
    {"data-op": opKey(step, op), tabindex: -1},
    h(
      "th",
      {scope: "row"},
      h("i", {class: "kp-swatch", style: `background: ${groupColors[opGroup(kind)]}`}),
      name.replaceAll("_", " ")
    ),
    ...cells.map((cell, i) => h("td", {class: isNumber(i + 1) ? "kp-number" : null}, cell))
  );
}
