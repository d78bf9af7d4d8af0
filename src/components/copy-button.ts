/** A button that copies text and says so. */
import {h} from "./dom.js";

const thanksMs = 2000;

/** `text` is asked for at the press. Where a page may not write to the clipboard the text is shown to copy. */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  let timer = 0;
  const say = (words: string) => {
    button.textContent = words;
    clearTimeout(timer);
    timer = window.setTimeout(() => (button.textContent = label), thanksMs);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      say("Copied");
    } catch {
      prompt("Copy this:", text());
    }
  };
  const button = h("button", {type: "button", class: "kp-button", onclick: () => void copy()}, label);
  return button;
}
