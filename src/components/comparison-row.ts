/** One search of the list: its mark, its name, what it has otherwise, and what can be done with it. */
import type {Difference} from "./difference.js";
import {h} from "./dom.js";
import {seriesSwatch} from "./series-mark.js";

export interface RowOptions {
  slot: number;
  /** The reader's name, or none. */
  name: string;
  shownName: string;
  hidden: boolean;
  /** The others are held against it. */
  isAgainst: boolean;
  differences: readonly Difference[];
  /** What else there is to say of it; empty: nothing. */
  note: string;
  status: RowStatus;
  /** Open while the reader adds a difference. */
  picker?: HTMLElement;
  /** No more searches find a place. */
  isFull: boolean;
  on: RowActions;
}

/** What a search is doing, or what came of it that its figures do not say. */
export interface RowStatus {
  words: string;
  isProblem: boolean;
}

export interface RowActions {
  rename(name: string): void;
  hide(): void;
  against(): void;
  duplicate?(): void;
  vary?(): void;
  without?(key: string, isSetting: boolean): void;
  remove(): void;
}

/** Chips beyond these are folded: an experiment may set dozens of things. */
const mostChips = 6;

export function searchRow(options: RowOptions): HTMLElement {
  const {slot, name, shownName, hidden, isAgainst, differences, note, status, picker, on} = options;
  const rename = h("input", {
    type: "text",
    class: "kp-search-name",
    value: name,
    placeholder: shownName,
    "aria-label": `Name of ${shownName}`,
    "data-key": `name${slot}`,
    oninput: (event: Event) => event.stopPropagation(),
    onchange: () => on.rename(rename.value.trim())
  }) as HTMLInputElement;
  const chips = differences.map((difference) => chip(difference, slot, on));
  const folded = chips.splice(mostChips);
  return h(
    "li",
    {class: hidden ? "kp-search kp-hidden-search" : "kp-search"},
    h("div", {class: "kp-search-head"}, seriesSwatch(slot, hidden), rename, isAgainst && h("span", {class: "kp-tag"}, "baseline")),
    differences.length > 0 &&
      h(
        "div",
        {class: "kp-chips"},
        ...chips,
        folded.length > 0 && h("details", {class: "kp-more"}, h("summary", {}, `and ${folded.length} more`), h("div", {class: "kp-chips"}, ...folded))
      ),
    h("p", {class: `kp-hint kp-search-status${status.isProblem ? " kp-problem-text" : ""}`}, status.words),
    note && h("p", {class: "kp-hint"}, note),
    h("div", {class: "kp-search-actions"}, ...actions(options)),
    picker
  );
} // prettier-ignore

function actions({slot, shownName, hidden, isAgainst, isFull, picker, on}: RowOptions): HTMLElement[] {
  const button = (words: string, label: string, onclick: () => void, more: Record<string, string> = {}) =>
    h("button", {type: "button", class: "kp-link", "aria-label": label, "data-key": `${words}${slot}`, onclick, ...more}, words);
  return [
    ...(isAgainst ? [] : [button("baseline", `Make ${shownName} the baseline`, on.against)]),
    ...(on.vary ? [button("vary", `Vary ${shownName}`, on.vary, {"aria-expanded": String(Boolean(picker))})] : []),
    ...(on.duplicate && !isFull ? [button("duplicate", `Duplicate ${shownName}`, on.duplicate)] : []),
    button(hidden ? "show" : "hide", `${hidden ? "Show" : "Hide"} ${shownName}`, on.hide),
    button("remove", `Remove ${shownName}`, on.remove)
  ];
} // prettier-ignore

function chip({key, setting, words}: Difference, slot: number, on: RowActions): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      class: "kp-chip",
      "data-key": `chip${slot}${key}`,
      "aria-label": `${words}: ask as of the others`,
      title: "Ask as of the others",
      onclick: () => on.without?.(key, setting)
    },
    words,
    h("span", {"aria-hidden": "true"}, " ×")
  );
}
