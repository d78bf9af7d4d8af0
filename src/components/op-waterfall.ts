/** A step as its operators run one after another: each bar begins where the one before ended. */
import type {Step} from "../search/configuring.js";
import {errorWords} from "../words.js";
import {h} from "./dom.js";
import {duration, percent} from "./format.js";
import {groupColors, opGroup, opGroups} from "./op-group.js";
import {opKey, waterfallRows} from "./op-key.js";
import {markStyle} from "./plan.js";

/** `longestMs` is what the width stands for, so that steps beside each other can share a scale. */
export function opWaterfall(step: Step, longestMs = step.totalMs): HTMLElement {
  const rows = waterfallRows(step);
  const share = (ms: number) => `${(100 * ms) / longestMs}%`;
  const row = ({op, startMs}: (typeof rows)[number]) =>
    h(
      "li",
      {
        role: "option",
        "data-op": opKey(step, op),
        "aria-selected": "false",
        tabindex: -1,
        "aria-label": `${op.name.replaceAll("_", " ")}: ${duration(op.latencyMs)}, ${percent(op.latencyMs / step.totalMs)} of the step`
      },
      h("span", {class: "kp-op-name"}, op.name.replaceAll("_", " ")),
      h(
        "span",
        {class: "kp-op-track"},
        h("i", {
          class: `kp-op-bar kp-${markStyle(op.source)}`,
          style: `left: ${share(startMs)}; width: ${share(op.latencyMs)}; --op: ${groupColors[opGroup(op.kind)]}`
        })
      ),
      h("span", {class: "kp-op-ms"}, duration(op.latencyMs))
    );
  return h(
    "ul",
    {
      class: "kp-waterfall",
      role: "listbox",
      "data-ops": `waterfall ${step.title}`,
      "aria-label": `${step.title}, ${duration(step.totalMs)} ${errorWords(step.error)}, operator by operator`
    },
    ...rows.map(row)
  );
}

/** The colours that appear, and the three ways of filling. */
export function opLegend(steps: readonly Step[]): HTMLElement {
  const ops = steps.flatMap(({ops}) => ops).filter(({latencyMs}) => latencyMs > 0);
  const groups = opGroups.filter((group) => ops.some(({kind}) => opGroup(kind) === group));
  const styles = (["filled", "hollow", "hatched"] as const).filter((style) =>
    ops.some(({source}) => markStyle(source) === style)
  );
  const words = {filled: "measured", hollow: "interpolated or extrapolated", hatched: "fitted or estimated"};
  return h(
    "p",
    {class: "kp-legend"},
    ...groups.map((group) =>
      h("span", {}, h("i", {class: "kp-swatch", style: `background: ${groupColors[group]}`}), group)
    ),
    ...styles.map((style) => h("span", {}, h("i", {class: `kp-mark kp-${style}`}), ` ${words[style]}`))
  );
}
