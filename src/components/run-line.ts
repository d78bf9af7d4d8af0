/** How far long work is, with a button that ends it or goes on: the same elements throughout, so that a press meets them. */
import {h} from "./dom.js";

export interface RunState {
  /** Empty: nothing is under way, and nothing is shown. */
  words: string;
  /** Undefined: no bar. */
  progress?: {done: number; total: number};
  /** Nothing is under way until the button is pressed. */
  isStopped?: boolean;
  action?: {label: string; onclick: () => void};
}

export interface RunLine extends HTMLElement {
  show(state: RunState): void;
}

/** `label` is what the bar counts. */
export function runLine(label: string): RunLine {
  let onclick: () => void = () => {};
  const words = h("span", {class: "kp-run-words"});
  const bar = h("progress", {"aria-label": label, hidden: true});
  const button = h("button", {type: "button", class: "kp-button", hidden: true, onclick: () => onclick()});
  const element = h("div", {class: "kp-status kp-run"}, words, bar, button);
  const show = ({words: said, progress, isStopped, action}: RunState) => {
    words.textContent = said;
    bar.hidden = progress === undefined;
    element.setAttribute("aria-busy", String(progress !== undefined && !isStopped));
    if (progress) {
      bar.max = progress.total;
      bar.value = progress.done;
    }
    button.hidden = action === undefined;
    button.textContent = action?.label ?? "";
    onclick = action?.onclick ?? (() => {});
  };
  return Object.assign(element, {show});
}
