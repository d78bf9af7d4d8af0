/** A searchable choice: type to filter, arrows and Enter to choose. */
import {h, uniqueId} from "./dom.js";

export interface Choice {
  value: string;
  label: string;
  /** Small text after the label. */
  note?: string;
}

export interface Combobox extends HTMLDivElement {
  set(value: string, label?: string): void;
}

export function combobox(label: string, choices: Choice[], value: string, onchange: (value: string) => void): Combobox {
  const id = uniqueId("combobox");
  const listId = `${id}-list`;
  const input = h("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-controls": listId,
    "aria-expanded": "false"
  });
  const list = h("ul", {id: listId, role: "listbox", hidden: true, "aria-label": label});
  let shown: Choice[] = [];
  let active = 0;

  const labelOf = (v: string) => choices.find((choice) => choice.value === v)?.label ?? v;
  const open = (filter: string) => {
    shown = matching(choices, filter).slice(0, 60);
    active = Math.max(
      0,
      shown.findIndex((choice) => choice.value === value)
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    render();
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = labelOf(value);
  };
  const choose = (choice: Choice | undefined) => {
    if (choice && choice.value !== value) onchange((value = choice.value));
    close();
  };
  const render = () => {
    list.replaceChildren(
      ...shown.map(option),
      ...(shown.length ? [] : [h("li", {class: "kp-none"}, "no such model; paste its config.json")])
    );
    const current = list.children[active] as HTMLElement | undefined;
    if (shown.length && current) input.setAttribute("aria-activedescendant", current.id);
    current?.scrollIntoView({block: "nearest"});
  };
  const option = (choice: Choice, i: number) =>
    h(
      "li",
      {
        id: `${listId}-${i}`,
        role: "option",
        "aria-selected": String(i === active),
        onpointerdown: (event: Event) => (event.preventDefault(), choose(choice))
      },
      h("span", {}, choice.label),
      choice.note && h("small", {}, choice.note)
    );

  input.addEventListener("focus", () => (input.select(), open("")));
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("blur", close);
  input.addEventListener("input", (event) => (event.stopPropagation(), open(input.value)));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if (event.key === "Enter") return (event.preventDefault(), list.hidden ? open("") : choose(shown[active]));
    const move = {ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8}[event.key];
    if (!move) return;
    event.preventDefault();
    if (list.hidden) return open("");
    active = Math.max(0, Math.min(shown.length - 1, active + move));
    render();
  });
  input.value = labelOf(value);
  const set = (v: string) => {
    value = v;
    if (document.activeElement !== input) input.value = labelOf(v);
  };
  return Object.assign(h("div", {class: "kp-combobox"}, h("label", {for: id}, label), input, list), {set});
}

/** Choices that contain every word of the filter, in their order. */
export function matching(choices: Choice[], filter: string): Choice[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return choices.filter(({value, label}) => words.every((word) => `${value} ${label}`.toLowerCase().includes(word)));
}
