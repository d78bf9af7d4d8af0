/** Which quantity is across, and whether both axes are logarithmic. */
import {h} from "./dom.js";
import {axes} from "./question.js";
import type {Axis, Question} from "./question.js";

const names: Record<Axis, string> = {user: "speed per user", ttft: "TTFT", latency: "request latency"};

export function axisSwitch({axis, log}: Question, onchange: (part: Partial<Question>) => void): HTMLElement {
  const button = (label: string, pressed: boolean, part: Partial<Question>) =>
    h("button", {type: "button", "aria-pressed": String(pressed), onclick: () => onchange(part)}, label);
  return h(
    "div",
    {class: "kp-switches"},
    h(
      "div",
      {class: "kp-switch", role: "group", "aria-label": "Horizontal axis"},
      ...axes.map((a) => button(names[a], a === axis, {axis: a}))
    ),
    h(
      "div",
      {class: "kp-switch", role: "group", "aria-label": "Scale"},
      button("linear", !log, {log: false}),
      button("log", log, {log: true})
    )
  );
}
