/** Which curves of a slice to draw. */
import {announce, h} from "./dom.js";
import {choice} from "./select.js";
import type {Cell, Record_, SliceFilter} from "./slice-table.js";

export interface FilterForm extends HTMLElement {
  value: SliceFilter;
}

const none = {value: "", label: "none"};

/** Starts with the innermost axis across, the next one as colour, and a row that exists for the rest. */
export function sliceFilter(columns: string[], values: Record<string, Cell[]>, middle: Record_): FilterForm {
  const numeric = columns.filter((column) => typeof middle[column] === "number");
  let x = numeric.at(-1)!;
  let color =
    columns.filter((column) => column !== x && values[column].length > 1 && values[column].length <= 40).at(-1) ?? "";
  const fixed = {...middle};
  const changed = (change: () => void) => () => (change(), refresh(), announce(element));
  const across = choice("Across", (value) => changed(() => ((x = value), color === x && (color = "")))());
  const colour = choice("Colour", (value) => changed(() => (color = value))());
  const others = columns.map((column) =>
    choice(column, (value) =>
      changed(() => (fixed[column] = typeof middle[column] === "number" ? Number(value) : value))()
    )
  );
  const refresh = () => {
    across.set(numeric.map(option), x);
    colour.set([none, ...columns.filter((column) => column !== x).map(option)], color);
    columns.forEach((column, i) => {
      others[i].set(values[column].map(option), String(fixed[column]));
      others[i].hidden = column === x || column === color || values[column].length === 1;
    });
  };
  const element = h("div", {class: "kp-field kp-picker"}, across, colour, ...others);
  refresh();
  const isFixed = ([column]: [string, Cell]) => column !== x && column !== color && columns.includes(column);
  return Object.defineProperty(element, "value", {
    get: () => ({x, color, fixed: Object.fromEntries(Object.entries(fixed).filter(isFixed))})
  }) as unknown as FilterForm;
}

function option(value: Cell): {value: string; label: string} {
  return {value: String(value), label: typeof value === "number" ? value.toLocaleString("en") : value || "–"};
}
