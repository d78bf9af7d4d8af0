/** Keeps the address bar and the question in step, both ways. */
import {announce} from "./dom.js";
import {formatQuestion, parseQuestion} from "./question.js";
import type {ProblemInputs} from "./problem-inputs.js";
import type {Question} from "./question.js";

/** How long a question must stand before it becomes an entry of the history: a drag makes one, not a hundred. */
const settleMs = 400;

export interface Address {
  /** Notes the newest question. */
  write(question: Question): void;
  /** Applies a question as if it had been entered. */
  apply(question: Question): void;
  dispose(): void;
}

/** `base` is what the page asks with nothing in its address; `hash` what is to stay behind the question. */
export function address(form: ProblemInputs, base?: Question, hash: () => string = () => ""): Address {
  let timer = 0;
  let isFirst = true;
  const apply = (question: Question) => {
    form.value = question;
    announce(form);
  };
  const write = (question: Question) => {
    clearTimeout(timer);
    const query = formatQuestion(question, base);
    // What the reader came with stays as it is: an untouched page keeps its short address.
    if (isFirst || formatQuestion(parseQuestion(location.search, base), base) === query) return void (isFirst = false);
    timer = window.setTimeout(() => history.pushState(null, "", query + hash()), settleMs);
  };
  const back = () => apply(parseQuestion(location.search, base));
  const follow = (event: MouseEvent) => {
    const link = (event.target as Element).closest?.("a[href^='?']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    apply(parseQuestion(link.getAttribute("href")!, base));
  };
  addEventListener("popstate", back);
  document.addEventListener("click", follow);
  const dispose = () => (removeEventListener("popstate", back), document.removeEventListener("click", follow));
  return {write, apply, dispose};
}
