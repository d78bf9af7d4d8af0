/** A number that can be dragged or typed. */
import {h, uniqueId} from "./dom.js";

export interface SliderOptions {
  label: string;
  /** After the typed number: `ms`, `tokens`. */
  unit?: string;
  min: number;
  max: number;
  value: number;
  /** Equal ratios take equal way; then dragged values have two significant digits. */
  log?: boolean;
  /** Where a logarithmic way starts when `min` is below; 1 unless given. */
  from?: number;
  /** What the number means, as a tooltip. */
  title?: string;
  onchange: (value: number) => void;
}

export interface Slider extends HTMLDivElement {
  set(value: number): void;
}

const steps = 400;

export function slider({
  label,
  unit = "",
  min,
  max,
  value,
  log = false,
  from = 1,
  title,
  onchange
}: SliderOptions): Slider {
  const id = uniqueId("slider");
  const number = h("input", {id, type: "number", min, max, step: "any", inputmode: "decimal"});
  const range = h("input", {
    type: "range",
    min: 0,
    max: steps,
    step: 1,
    "aria-label": `${label}, ${unit}`,
    tabindex: 0
  });
  const scale = log ? logScale(Math.max(min, from), max) : linearScale(min, max);
  const show = (v: number) => {
    number.value = String(v);
    range.value = String(scale.position(v));
    fill();
    range.setAttribute("aria-valuetext", `${v} ${unit}`);
  };
  const fill = () => range.style.setProperty("--filled", `${(100 * Number(range.value)) / steps}%`);
  range.addEventListener("input", (event) => {
    event.stopPropagation();
    const v = Number(range.value) === 0 ? min : scale.value(Number(range.value));
    // Within what rounds to the same value there is nothing to tell; arrow keys get on from where they are.
    if (v === number.valueAsNumber) return fill();
    show(v);
    onchange(v);
  });
  number.addEventListener("input", (event) => event.stopPropagation());
  number.addEventListener("change", () => {
    const v = Math.min(max, Math.max(min, number.valueAsNumber));
    if (Number.isFinite(v)) onchange(v);
    show(Number.isFinite(v) ? v : value);
  });
  show(value);
  const element = h(
    "div",
    {class: "kp-slider"},
    h("label", {for: id, title, class: title ? "kp-explained" : null}, label),
    h("span", {class: "kp-typed"}, number, unit && h("span", {class: "kp-unit"}, unit)),
    range
  );
  const set = (v: number) => {
    value = v;
    if (number.valueAsNumber !== v) show(v);
  };
  return Object.assign(element, {set});
}

interface Scale {
  position(value: number): number;
  value(position: number): number;
}

function linearScale(min: number, max: number): Scale {
  return {
    position: (value) => Math.round((steps * (value - min)) / (max - min)),
    value: (position) => Math.round(min + ((max - min) * position) / steps)
  };
}

function logScale(min: number, max: number): Scale {
  return {
    position: (value) => Math.round((steps * Math.log(Math.max(value, min) / min)) / Math.log(max / min)),
    value: (position) => Number((min * (max / min) ** (position / steps)).toPrecision(2))
  };
}
