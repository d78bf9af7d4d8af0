/** Keeps the address bar and the question in step, both ways. */
import {announce} from "./dom.js";
import {pageAddress} from "./page-address.js";
import type {PageAddress} from "./page-address.js";
import type {ProblemInputs} from "./problem-inputs.js";
import {formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";

export interface Address extends PageAddress<Question> {
  /** Applies a question as if it had been entered. */
  apply(question: Question): void;
}

/** `base` is what the page asks with nothing in its address; `hash` what is to stay behind the question. */
export function address(form: ProblemInputs, base?: Question, hash: () => string = () => ""): Address {
  const apply = (question: Question) => {
    form.value = question;
    announce(form);
  };
  const bar = pageAddress<Question>({
    format: (question) => formatQuestion(question, base) + hash(),
    apply: (search) => apply(parseQuestion(search, base))
  });
  return {...bar, apply};
}
