/** Whose rules the example follows, and how small its worker is. */
import {backends} from "../engine/schema.js";
import {announce, h} from "./dom.js";
import {backendWords, figure} from "./format.js";
import {exampleChoices, parseExample} from "./simulation-example.js";
import type {Example} from "./simulation-example.js";
import {stepper} from "./stepper.js";

export interface SimulationInputs extends HTMLFormElement {
  value: Example;
  read(search: string): void;
  /** Notes the step that is looked at. */
  look(step: number): void;
}

export function simulationInputs(search: string): SimulationInputs {
  let value = parseExample(search);
  const put = (next: Example) => {
    value = next;
    refresh();
  };
  const set = (part: Partial<Example>) => (put({...value, step: 0, ...part}), announce(form));
  const radios = backends.map((rules) => {
    const input = h("input", {type: "radio", name: "kp-rules", value: rules, onchange: () => set({rules})});
    input.addEventListener("input", (event) => event.stopPropagation());
    return {rules, input, element: h("label", {class: "kp-choice"}, input, h("span", {}, backendWords[rules]))};
  });
  const size = (key: keyof typeof exampleChoices, label: string, title: string) => ({
    key,
    control: stepper({label, title, words: figure, onchange: (to) => set({[key]: to})})
  });
  const sizes = [
    size("seats", "Seats", "Requests that run at once, at most"),
    size("budget", "Tokens a step", "Prompt tokens and decodes of a step, at most"),
    size("kvTokens", "KV cache, tokens", "Tokens that prompts and answers of running requests may take together")
  ];
  const refresh = () => {
    for (const {rules, input} of radios) input.checked = rules === value.rules;
    for (const {key, control} of sizes) control.set(value[key], exampleChoices[key]);
  };
  const form = h(
    "form",
    {
      class: "kp-simulation-inputs kp-asked",
      "aria-label": "The example",
      onsubmit: (event: Event) => event.preventDefault()
    },
    h("fieldset", {class: "kp-choices"}, h("legend", {}, "Rules of"), ...radios.map(({element}) => element)),
    ...sizes.map(({control}) => control)
  );
  put(value);
  Object.assign(form, {
    read: (text: string) => (put(parseExample(text)), announce(form)),
    look: (step: number) => set({step})
  });
  return Object.defineProperty(form, "value", {get: () => value, set: put}) as unknown as SimulationInputs;
}
