/** One of a few numbers: a step down, a step up, or any of them from a list. */
import {h, uniqueId} from "./dom.js";

export interface Stepper extends HTMLDivElement {
  /** A value that is none of `values` is shown, and said not to be possible. */
  set(value: number, values: readonly number[]): void;
}

export interface StepperOptions {
  label: string;
  /** What the number means, as a tooltip. */
  title?: string;
  /** What an entry of the list says; the number itself unless given. */
  words?: (value: number) => string;
  onchange: (value: number) => void;
}

export function stepper({label, title, words = String, onchange}: StepperOptions): Stepper {
  const id = uniqueId("stepper");
  let value = 0;
  let all: readonly number[] = [];
  const select = h("select", {
    id,
    onchange: () => onchange(Number(select.value)),
    oninput: (event: Event) => event.stopPropagation()
  });
  const go = (to: number | undefined) => to !== undefined && onchange(to);
  const down = h("button", {type: "button", "aria-label": `${label}, down`, onclick: () => go(below())}, "−");
  const up = h("button", {type: "button", "aria-label": `${label}, up`, onclick: () => go(above())}, "+");
  const below = () => all.filter((each) => each < value).at(-1);
  const above = () => all.find((each) => each > value);
  let shown = "";
  const set = (to: number, values: readonly number[]) => {
    [value, all] = [to, values];
    const isPossible = values.includes(to);
    const listed = isPossible ? values : [...values, to].sort((a, b) => a - b);
    const key = listed.join() + String(isPossible || to);
    if (key !== shown)
      select.replaceChildren(
        ...listed.map((each) =>
          h("option", {value: each}, isPossible || each !== to ? words(each) : `${words(each)}, impossible`)
        )
      );
    shown = key;
    select.value = String(to);
    // A button that loses what it was pressed for would lose the focus with it.
    down.setAttribute("aria-disabled", String(below() === undefined));
    up.setAttribute("aria-disabled", String(above() === undefined));
    element.classList.toggle("kp-impossible", !isPossible);
  };
  const element = h(
    "div",
    {class: "kp-stepper"},
    h("label", {for: id, title, class: title ? "kp-explained" : null}, label),
    h("div", {}, down, select, up)
  );
  return Object.assign(element, {set});
}
