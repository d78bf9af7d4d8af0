/** A number of GPUs that doubles from step to step. */
import {h, uniqueId} from "./dom.js";

export interface PowerSlider extends HTMLDivElement {
  /** `most` is the largest power of two to choose. */
  set(value: number, most?: number): void;
}

export function powerSlider(
  label: string,
  most: number,
  title: string,
  onchange: (value: number) => void
): PowerSlider {
  const id = uniqueId("power");
  const range = h("input", {id, type: "range", min: 0, step: 1});
  const number = h("output", {for: id, class: "kp-figures"});
  let largest = most;
  const show = (value: number) => {
    const last = Math.log2(largest);
    range.max = String(last);
    range.value = String(Math.log2(value));
    range.disabled = last === 0;
    range.setAttribute("aria-valuetext", String(value));
    range.style.setProperty("--filled", `${last === 0 ? 100 : (100 * Number(range.value)) / last}%`);
    number.textContent = String(value);
  };
  range.addEventListener("input", (event) => {
    event.stopPropagation();
    const value = 2 ** Number(range.value);
    show(value);
    onchange(value);
  });
  const element = h(
    "div",
    {class: "kp-slider kp-power"},
    h("label", {for: id, title, class: "kp-explained"}, label),
    number,
    range
  );
  const set = (value: number, limit = largest) => ((largest = limit), show(value));
  set(1);
  return Object.assign(element, {set});
}
