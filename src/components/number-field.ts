/** A number to type, which may be left empty: nothing is assumed then. */
import {h, uniqueId} from "./dom.js";

export interface NumberField extends HTMLDivElement {
  /** 0 shows as empty. */
  set(value: number): void;
}

export interface NumberFieldOptions {
  label: string;
  unit: string;
  value: number;
  most: number;
  placeholder?: string;
  title?: string;
  /** 0 for what is empty or no number. */
  onchange: (value: number) => void;
}

export function numberField({
  label,
  unit,
  value,
  most,
  placeholder = "",
  title,
  onchange
}: NumberFieldOptions): NumberField {
  const id = uniqueId("number");
  const input = h("input", {id, type: "number", min: 0, max: most, step: "any", inputmode: "decimal", placeholder});
  const read = () => (input.valueAsNumber > 0 ? Math.min(most, input.valueAsNumber) : 0);
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    onchange(read());
  });
  const set = (next: number) => {
    // While it is typed, `2.` and `2.0` stay as they are.
    if (document.activeElement === input && read() === next) return;
    input.value = next > 0 ? String(next) : "";
  };
  set(value);
  const named = h("label", {for: id, title, class: title ? "kp-explained" : null}, label);
  const element = h(
    "div",
    {class: "kp-number-field"},
    named,
    h("span", {}, input, h("span", {class: "kp-unit"}, unit))
  );
  return Object.assign(element, {set});
}
