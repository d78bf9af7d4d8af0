/** Formulas with the numbers of this very answer in them. */
import {abridged, substituted, typeset} from "./formula.js";
import type {Formula} from "./formula.js";
import {h} from "./dom.js";
import {figure} from "./format.js";

export function formulaList(formulas: readonly Formula[]): HTMLElement {
  return h("dl", {class: "kp-formulas"}, ...formulas.map(row));
}

function row(formula: Formula): HTMLElement {
  const {name, unit, text, value} = formula;
  // A name alone says which number above it is.
  const isNamed = /^\w+$/.test(text);
  return h(
    "div",
    {},
    h("dt", {}, name),
    h("dd", {class: "kp-formula-text"}, h("code", {}, typeset(abridged(text)))),
    h(
      "dd",
      {class: "kp-formula-numbers"},
      isNamed ? "" : h("code", {}, `= ${typeset(abridged(substituted(formula, digits)))}`)
    ),
    h("dd", {class: "kp-formula-value"}, `= ${written(value)}${unit ? ` ${unit}` : ""}`)
  );
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number within a formula, without separators: whole ones as they are, others by four digits, large ones by powers. */
export function digits(value: number): string {
  if (Math.abs(value) >= 1e7) return powers(value);
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

/** What a formula comes to. */
function written(value: number): string {
  return Math.abs(value) >= 1e7 ? powers(value) : figure(value);
}

/** `1.98·10¹⁵`. */
function powers(value: number): string {
  const [mantissa, exponent] = value.toExponential(2).split("e");
  const raised = [...String(Number(exponent))].map((digit) => superscripts[Number(digit)]).join("");
  return `${Number(mantissa)}·10${raised}`;
}
