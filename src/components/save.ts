/** Gives the reader a file, or a text to paste. */
import {h} from "./dom.js";

export function saveText(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], {type}));
  h("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url));
}

const saidMs = 2000;

/** The button says for a while what became of it, then `label` again. */
export async function copyText(button: HTMLElement, text: string, label: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  } catch {
    button.textContent = "not allowed; save it instead";
  }
  setTimeout(() => (button.textContent = label), saidMs);
}
