/** Gives the reader a file. */
import {h} from "./dom.js";

export function saveText(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], {type}));
  h("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url));
}
