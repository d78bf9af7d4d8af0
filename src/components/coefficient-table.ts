/** Coefficients by group, searchable; the search is in the address. */
import {matchingGroups} from "../coefficients/row.js";
import type {CoefficientRow, ShownGroup} from "../coefficients/row.js";
import {announce, h, uniqueId} from "./dom.js";
import {counted, figure} from "./format.js";
import {choice} from "./select.js";

export interface CoefficientSearch {
  words: string;
  /** Id of a group; empty: all. */
  group: string;
}

export interface CoefficientInputs extends HTMLFormElement {
  readonly value: CoefficientSearch;
  dispose(): void;
}

export function parseCoefficientSearch(search: string): CoefficientSearch {
  const query = new URLSearchParams(search);
  return {words: query.get("q") ?? "", group: query.get("group") ?? ""};
}

export function formatCoefficientSearch({words, group}: CoefficientSearch): string {
  const query = new URLSearchParams({...(words && {q: words}), ...(group && {group})});
  return `?${query.toString()}`;
}

export function coefficientInputs(groups: readonly ShownGroup[]): CoefficientInputs {
  let value = parseCoefficientSearch(location.search);
  const id = uniqueId("coefficients");
  const input = h("input", {
    id,
    type: "search",
    placeholder: "gemm hopper, queueing, decodeScale …",
    autocomplete: "off"
  });
  // A word is typed letter by letter, and is one entry of the history at most.
  const set = (part: Partial<CoefficientSearch>) => {
    value = {...value, ...part};
    history.replaceState(null, "", formatCoefficientSearch(value));
    announce(form);
  };
  const group = choice("Group", (id) => set({group: id}));
  const refresh = () => {
    if (document.activeElement !== input) input.value = value.words;
    const offered = groups.map(({id, title, rows}) => ({value: id, label: `${title} (${figure(rows.length)})`}));
    group.set([{value: "", label: "all groups"}, ...offered], value.group);
  };
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    set({words: input.value});
  });
  const back = () => {
    value = parseCoefficientSearch(location.search);
    refresh();
    announce(form);
  };
  addEventListener("popstate", back);
  const form: HTMLFormElement = h(
    "form",
    {
      class: "kp-asked kp-coefficient-inputs",
      "aria-label": "Find coefficients",
      onsubmit: (event: Event) => event.preventDefault()
    },
    h("div", {class: "kp-field"}, h("label", {for: id}, "Search"), input),
    group
  );
  refresh();
  return Object.defineProperty(Object.assign(form, {dispose: () => removeEventListener("popstate", back)}), "value", {
    get: () => value
  }) as CoefficientInputs;
}

export function coefficientSentence(groups: readonly ShownGroup[], {words, group}: CoefficientSearch): string {
  const all = groups.reduce((sum, {rows}) => sum + rows.length, 0);
  const found = matchingGroups(groups, words, group).reduce((sum, {rows}) => sum + rows.length, 0);
  const whole = `The engine computes with ${figure(all)} coefficients in ${counted(groups.length, "group")}`;
  if (!words && !group) return `${whole}; measured tables, and the surfaces fitted to them, come besides.`;
  return `${counted(found, "coefficient")} of ${figure(all)} ${found === 1 ? "matches" : "match"}.`;
}

/** Open where something was asked for; else a reader opens what interests. */
export function coefficientList(groups: readonly ShownGroup[], {words, group}: CoefficientSearch): HTMLElement {
  const found = matchingGroups(groups, words, group);
  if (found.length === 0)
    return h("p", {class: "kp-empty"}, `No coefficient has “${words}” in its name, note or file; try fewer words.`);
  return h("div", {}, ...found.map((each) => section(each, words !== "" || group !== "")));
}

function section({title, affects, source, rows}: ShownGroup, open: boolean): HTMLElement {
  const body = h("div", {});
  const element = h(
    "details",
    {class: "kp-coefficients", open},
    h("summary", {}, h("b", {}, title), ` ${figure(rows.length)}`),
    body
  );
  const fill = () =>
    body.childElementCount === 0 &&
    body.append(h("p", {class: "kp-hint"}, `Affects: ${affects}. Source: ${source}.`), table(title, rows));
  if (open) fill();
  element.addEventListener("toggle", () => element.open && fill());
  return element;
}

function table(title: string, rows: readonly CoefficientRow[]): HTMLElement {
  const heads = ["coefficient", "value", "unit", "what it is", "in engine/"];
  const line = ({name, value, unit, note, file}: CoefficientRow) =>
    h(
      "tr",
      {},
      h("th", {scope: "row"}, h("code", {}, name)),
      h("td", {class: "kp-number"}, value),
      h("td", {}, unit),
      h("td", {class: "kp-coefficient-note"}, note),
      h("td", {}, h("code", {}, file))
    );
  return h(
    "div",
    {class: "kp-table kp-coefficient-table"},
    h(
      "table",
      {"aria-label": title},
      h("thead", {}, h("tr", {}, ...heads.map((name) => h("th", {scope: "col", class: "kp-name"}, name)))),
      h("tbody", {}, ...rows.map(line))
    )
  );
}
