/** Whether a chart of several searches has a line for each serving mode, and on which scale. */
import type {Comparison, Drawn} from "./comparison.js";
import {h} from "./dom.js";

export function drawSwitch(
  {drawn, base: {log}}: Comparison,
  draw: (part: {drawn?: Drawn; log?: boolean}) => void
): HTMLElement {
  const button = (label: string, pressed: boolean, part: Parameters<typeof draw>[0]) =>
    h("button", {type: "button", "aria-pressed": String(pressed), onclick: () => draw(part)}, label);
  const line = (mode: "agg" | "disagg", words: string) => h("span", {class: `kp-dash kp-dash-${mode}`}, words);
  return h(
    "div",
    {class: "kp-switches"},
    h(
      "div",
      {class: "kp-switch", role: "group", "aria-label": "Lines"},
      button("best of both modes", drawn === "best", {drawn: "best"}),
      button("each mode", drawn === "modes", {drawn: "modes"})
    ),
    h("p", {class: "kp-legend"}, line("agg", "aggregated"), line("disagg", "disaggregated")),
    h(
      "div",
      {class: "kp-switch", role: "group", "aria-label": "Scale"},
      button("linear", !log, {log: false}),
      button("log", log, {log: true})
    )
  );
}
