/** A labelled drop-down whose choices can change. */
import {h, uniqueId} from "./dom.js";
import type {Choice} from "./combobox.js";

export interface Select extends HTMLDivElement {
  set(choices: Choice[], value: string): void;
}

export function choice(label: string, onchange: (value: string) => void): Select {
  const id = uniqueId("select");
  const select = h("select", {
    id,
    onchange: () => onchange(select.value),
    oninput: (event: Event) => event.stopPropagation()
  });
  let shown = "";
  const set = (choices: Choice[], value: string) => {
    const key = JSON.stringify(choices);
    if (key !== shown) select.replaceChildren(...choices.map(({value, label}) => h("option", {value}, label)));
    shown = key;
    select.value = value;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
  };
  return Object.assign(h("div", {class: "kp-select"}, h("label", {for: id}, label), select), {set});
}
