/** On a narrow screen the inputs are a sheet at the bottom, closed to one line that says what is asked; on paper a line. */
import {h, uniqueId} from "./dom.js";

export interface Sheet extends HTMLElement {
  /** What the closed sheet says, and paper, which has room for all. */
  describe(words: string, onPaper?: string): void;
}

const narrow = "(max-width: 760px)";

export function sheet(content: HTMLElement): Sheet {
  const words = h("span", {class: "kp-sheet-words"});
  const body = h("div", {id: uniqueId("sheet"), class: "kp-sheet-body"}, content);
  const action = h("b", {}, "change");
  const paper = h("p", {class: "kp-on-paper"});
  const toggle = h(
    "button",
    {type: "button", class: "kp-sheet-toggle", "aria-controls": body.id, "aria-expanded": "false"},
    words,
    action
  );
  const element = h("section", {class: "kp-sheet", "aria-label": "The question"}, toggle, body, paper);
  const query = matchMedia(narrow);
  const open = (isOpen: boolean) => {
    element.classList.toggle("kp-open", isOpen);
    toggle.setAttribute("aria-expanded", String(isOpen));
    action.textContent = isOpen ? "done" : "change";
    body.inert = query.matches && !isOpen;
  };
  toggle.addEventListener("click", () => open(!element.classList.contains("kp-open")));
  element.addEventListener(
    "keydown",
    (event) => event.key === "Escape" && query.matches && (open(false), toggle.focus())
  );
  query.addEventListener("change", () => open(false));
  open(false);
  const describe = (text: string, onPaper = text) => {
    words.textContent = text;
    paper.textContent = onPaper;
  };
  return Object.assign(element, {describe});
}
