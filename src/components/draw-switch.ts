/** Whether a chart of several searches has a line for each serving mode, and on which scale. */
import type {Comparison, Drawn} from "./comparison.js";
import {h} from "./dom.js";

export interface DrawSwitch extends HTMLElement {
  show(comparison: Comparison): void;
}

type Part = {drawn?: Drawn; log?: boolean};

export function drawSwitch(draw: (part: Part) => void): DrawSwitch {
  const choices: {button: HTMLButtonElement; isOn: (comparison: Comparison) => boolean}[] = [];
  const choice = (label: string, part: Part, isOn: (comparison: Comparison) => boolean) => {
    const button = h("button", {type: "button", onclick: () => draw(part)}, label);
    choices.push({button, isOn});
    return button;
  };
  const group = (label: string, ...buttons: HTMLElement[]) =>
    h("div", {class: "kp-switch", role: "group", "aria-label": label}, ...buttons);
  const line = (mode: "agg" | "disagg", words: string) => h("span", {class: `kp-dash kp-dash-${mode}`}, words);
  const element = h(
    "div",
    {class: "kp-switches"},
    group(
      "Lines",
      choice("best of both modes", {drawn: "best"}, ({drawn}) => drawn === "best"),
      choice("each mode", {drawn: "modes"}, ({drawn}) => drawn === "modes")
    ),
    h("p", {class: "kp-legend"}, line("agg", "aggregated"), line("disagg", "disaggregated")),
    group(
      "Scale",
      choice("linear", {log: false}, ({base}) => !base.log),
      choice("log", {log: true}, ({base}) => base.log)
    )
  );
  const show = (comparison: Comparison) => {
    for (const {button, isOn} of choices) button.setAttribute("aria-pressed", String(isOn(comparison)));
  };
  return Object.assign(element, {show});
}
