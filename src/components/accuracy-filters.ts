/** What narrows the rows of the accuracy page down, and what predicts them and how; keeps the address in step. */
import type {Predictor} from "../engine/search/predictor.js";
import type {Scored} from "../measured/accuracy.js";
import type {Labeling} from "../measured/labeling.js";
import {modeWords} from "../words.js";
import {facetChoices, facets, formatView, noVersion, parseView} from "./accuracy-view.js";
import type {AccuracyView, Facet} from "./accuracy-view.js";
import {announce, h} from "./dom.js";
import {backendWords, figure, shortModel, shortSystem} from "./format.js";
import {choice} from "./select.js";

export interface AccuracyFilters extends HTMLFormElement {
  readonly value: AccuracyView;
  /** Offers what there is among these rows. */
  offer(scored: readonly Scored[]): void;
  apply(part: Partial<AccuracyView>): void;
  dispose(): void;
}

const labels: Record<Facet, [one: string, all: string]> = {
  model: ["Model", "all models"],
  system: ["GPU", "all GPUs"],
  backend: ["Backend", "all backends"],
  mode: ["Mode", "both modes"],
  version: ["Version", "all versions"]
};

/** `systems`: labels by id. */
export function accuracyFilters(systems: ReadonlyMap<string, string>): AccuracyFilters {
  let view = parseView(location.search);
  let rows: readonly Scored[] = [];
  const apply = (part: Partial<AccuracyView>) => {
    view = {...view, ...part};
    const query = formatView(view);
    if (formatView(parseView(location.search)) !== query) history.pushState(null, "", query);
    refresh();
    announce(form);
  };
  const narrow = (facet: Facet, value: string) => apply({narrowed: {...view.narrowed, [facet]: value}});
  const selects = facets.map((facet) => ({facet, select: choice(labels[facet][0], (value) => narrow(facet, value))}));
  const by = choice("Predicted by", (value) => apply({by: value as Predictor}));
  const labeling = choice("Labels", (value) => apply({labels: value as Labeling}));
  const gaps = choice("Gaps of tables", (value) => apply({gaps: value === "1"}));
  const clear = h(
    "button",
    {type: "button", class: "kp-button", onclick: () => apply({narrowed: parseView("").narrowed})},
    "Show all rows"
  );
  const refresh = () => {
    for (const {facet, select} of selects) {
      const choices = facetChoices(rows, view, facet);
      const chosen = view.narrowed[facet];
      // Kept although other choices leave no row of it, so that the address is what it says.
      if (chosen && !choices.some(({value}) => value === chosen)) choices.push({value: chosen, rows: 0});
      const offered = choices.map(({value, rows: count}) => ({
        value,
        label: `${facetWords(facet, value, systems)} (${figure(count)})`
      }));
      select.set([{value: "", label: labels[facet][1]}, ...offered], chosen);
    }
    by.set(byChoices, view.by);
    labeling.set(labelChoices, view.labels);
    gaps.set(gapChoices, view.gaps ? "1" : "");
    // Each is of one predictor.
    labeling.hidden = view.by === "formula";
    gaps.hidden = view.by === "simulation";
    clear.hidden = facets.every((facet) => !view.narrowed[facet]);
  };
  const form: HTMLFormElement = h(
    "form",
    {
      class: "kp-asked kp-accuracy-filters",
      "aria-label": "Rows to show",
      onsubmit: (event: Event) => event.preventDefault()
    },
    by,
    ...selects.map(({select}) => select),
    labeling,
    gaps,
    clear
  );
  const back = () => {
    view = parseView(location.search);
    refresh();
    announce(form);
  };
  addEventListener("popstate", back);
  const dispose = () => removeEventListener("popstate", back);
  const offer = (scored: readonly Scored[]) => {
    // Predictions come in one after the other, and change nothing of what there is to choose.
    const isSame = scored.length === rows.length && scored[0]?.row === rows[0]?.row;
    if (isSame) return;
    rows = scored;
    refresh();
  };
  refresh();
  return Object.defineProperty(Object.assign(form, {offer, apply, dispose}), "value", {
    get: () => view
  }) as AccuracyFilters;
}

const byChoices: {value: Predictor; label: string}[] = [
  {value: "simulation", label: "simulation"},
  {value: "formula", label: "formula"}
];

const labelChoices: {value: Labeling; label: string}[] = [
  {value: "corrected", label: "corrected by rules"},
  {value: "given", label: "as given"}
];

const gapChoices = [
  {value: "", label: "left open, rows go without"},
  {value: "1", label: "estimated from what is alike"}
];

export function facetWords(facet: Facet, value: string, systems: ReadonlyMap<string, string>): string {
  switch (facet) {
    case "model":
      return shortModel(value);
    case "system":
      return shortSystem(systems.get(value) ?? value);
    case "backend":
      return backendWords[value] ?? value;
    case "mode":
      return modeWords[value as keyof typeof modeWords] ?? value;
    case "version":
      return value === noVersion ? "not said" : value;
  }
}
