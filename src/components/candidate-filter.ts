/** How many candidates the filter leaves, and the filter as numbers: what a brush does, for the keyboard. */
import {facetWords} from "./aggregated-switch.js";
import type {AggregatedScene} from "./aggregated-scene.js";
import {rangeNames} from "./aggregated-view.js";
import type {AggregatedView, RangeName, Ranges} from "./aggregated-view.js";
import {metrics} from "./candidate-metric.js";
import {h, uniqueId} from "./dom.js";
import {reasons} from "../engine/result.js";
import type {Reason} from "../engine/result.js";
import {reasonList} from "./aggregated-words.js";

export interface CandidateFilter extends HTMLElement {
  update(scene: AggregatedScene): void;
}

/** `save`: takes away what the filter leaves. */
export function candidateFilter(
  set: (part: Pick<AggregatedView, "ranges"> | Pick<AggregatedView, "ranges" | "only">) => void,
  save: () => void
): CandidateFilter {
  let ranges: Ranges = {};
  const count = h("p", {class: "kp-count", role: "status"});
  const dropped = h("p", {class: "kp-hint"});
  const clear = h(
    "button",
    {type: "button", class: "kp-button", onclick: () => set({ranges: {}, only: undefined})},
    "clear the filter"
  );
  const csv = h(
    "button",
    {type: "button", class: "kp-button", title: "The candidates that the filter leaves, full precision", onclick: save},
    "csv"
  );
  const change = (name: RangeName, range: readonly [number, number]) => {
    const {[name]: _, ...rest} = ranges;
    const isOpen = range[0] === -Infinity && range[1] === Infinity;
    set({ranges: isOpen ? rest : {...rest, [name]: range}});
  };
  const fields = rangeNames.map((name) => rangeField(name, (range) => change(name, range)));
  const numbers = h(
    "fieldset",
    {class: "kp-ranges"},
    h("legend", {class: "kp-spoken"}, "Filter by numbers"),
    ...fields
  );
  const update = ({rows, columns, view, mask}: AggregatedScene) => {
    ranges = view.ranges;
    const all = columns.batch.length.toLocaleString("en");
    const only = view.only ? `, ${facetWords[view.only.facet]} ${view.only.value} alone` : "";
    count.replaceChildren(
      h("b", {}, mask ? rows.length.toLocaleString("en") : all),
      mask ? ` of ${all} candidates${only}` : " candidates; drag over the chart to filter them"
    );
    dropped.textContent = droppedWords(columns);
    clear.disabled = !mask;
    fields.forEach((field) => field.set(view.ranges));
  };
  const element = h(
    "div",
    {class: "kp-filter"},
    h("div", {class: "kp-filter-line"}, h("div", {}, count, dropped), h("div", {class: "kp-downloads"}, clear, csv)),
    numbers
  );
  return Object.assign(element, {update});
}

/** `32 more are no points: 32 exceed the GPU’s memory.` */
function droppedWords({dropped}: AggregatedScene["columns"]): string {
  const rejected: Partial<Record<Reason, number>> = {};
  for (const index of dropped.reason) rejected[reasons[index]] = (rejected[reasons[index]] ?? 0) + 1;
  const count = dropped.reason.length;
  if (count === 0) return "Every candidate fits and could be evaluated.";
  return `${count.toLocaleString("en")} more could not be evaluated: ${reasonList(rejected)}.`;
}

interface RangeField extends HTMLElement {
  set(ranges: Ranges): void;
}

function rangeField(name: RangeName, onchange: (range: readonly [number, number]) => void): RangeField {
  const {label, unit} = name === "batch" ? {label: "batch", unit: "per rank"} : metrics[name];
  const id = uniqueId("range");
  const end = (which: "from" | "to") =>
    h("input", {
      type: "number",
      min: 0,
      step: "any",
      inputmode: "decimal",
      placeholder: "any",
      "aria-label": `${label} ${which}, ${unit}`,
      oninput: (event: Event) => event.stopPropagation(),
      onchange: () => read()
    });
  const [from, to] = [end("from"), end("to")];
  const read = () => {
    const [low, high] = [from.valueAsNumber, to.valueAsNumber];
    const ends = [Number.isNaN(low) ? -Infinity : low, Number.isNaN(high) ? Infinity : high] as const;
    onchange(ends[0] <= ends[1] ? ends : [ends[1], ends[0]]);
  };
  const shown = new Map<HTMLInputElement, string>();
  const set = (ranges: Ranges) => {
    const range = ranges[name];
    const show = (input: HTMLInputElement, value: number | undefined) => {
      const text = value === undefined || !Number.isFinite(value) ? "" : String(Number(value.toPrecision(4)));
      // What is being typed stays, unless the filter changed under it.
      if (shown.get(input) !== text) input.value = text;
      shown.set(input, text);
    };
    show(from, range?.[0]);
    show(to, range?.[1]);
    element.toggleAttribute("data-set", range !== undefined);
  };
  const element = h(
    "div",
    {class: "kp-range", role: "group", "aria-labelledby": id},
    h("span", {id}, label, " ", h("small", {}, unit)),
    h("span", {class: "kp-range-ends"}, from, h("span", {"aria-hidden": "true"}, "–"), to)
  );
  return Object.assign(element, {set});
}
