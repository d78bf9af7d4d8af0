/** A question and what else a page shows of it, kept in step with the address bar. */
import {announce} from "./dom.js";
import {pageAddress} from "./page-address.js";
import type {ProblemInputs} from "./problem-inputs.js";
import {formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";

/** What a page shows besides its question, and its one spelling in the address. */
export interface ViewSpelling<View> {
  parse(query: URLSearchParams): View;
  /** Keys that stand beside those of the question; what is as by default is left out. */
  format(view: View): Record<string, string>;
}

export interface Shown<View> {
  question: Question;
  view: View;
}

/** How an answer is looked at. */
export interface Looked<View> {
  view: View;
  /** Identity of what the reader picked; empty: the best. */
  pick: string;
}

export interface PageState<View> {
  readonly value: Shown<View>;
  setView(part: Partial<View>): void;
  setQuestion(part: Partial<Question>): void;
  /** For Generators.observe: every change, and those alone that a new answer does not follow. */
  observe(notify: (shown: Shown<View>) => void): () => void;
  observeView(notify: (looked: Looked<View>) => void): () => void;
  dispose(): void;
}

/** `?…` of a question and of a view. */
export function formatShown<View>({question, view}: Shown<View>, spelling: ViewSpelling<View>): string {
  const own = new URLSearchParams(spelling.format(view)).toString();
  return (
    formatQuestion(question) +
    (own ? `&${own.replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%40", "@")}` : "")
  );
}

/** Links that begin with `?` change the question and leave the view as it is. */
export function pageState<View>(form: ProblemInputs, spelling: ViewSpelling<View>): PageState<View> {
  const viewOf = (search: string) => spelling.parse(new URLSearchParams(search));
  let value: Shown<View> = {question: form.value, view: viewOf(location.search)};
  let notify: (shown: Shown<View>) => void = () => {};
  let notifyView: (looked: Looked<View>) => void = () => {};

  const looked = ({view, question}: Shown<View>): Looked<View> => ({view, pick: question.pick});
  const show = (next: Shown<View>) => {
    const isLookedAnew = next.view !== value.view || next.question.pick !== value.question.pick;
    notify((value = next));
    if (isLookedAnew) notifyView(looked(next));
  };
  const change = (next: Shown<View>) => (show(next), bar.write(next));
  // The form settles what does not go together, and says what it settled on.
  const put = (question: Question) => ((form.value = question), form.value);

  const bar = pageAddress<Shown<View>>({
    format: (shown) => formatShown(shown, spelling),
    apply(search) {
      show({question: put(parseQuestion(search)), view: viewOf(search)});
      bar.write(value);
    },
    follow(search) {
      form.value = parseQuestion(search);
      announce(form);
    }
  });
  bar.write(value);
  form.addEventListener("input", () => change({...value, question: form.value}));
  return {
    get value() {
      return value;
    },
    setView: (part) => change({...value, view: {...value.view, ...part}}),
    setQuestion: (part) => change({...value, question: put({...value.question, ...part})}),
    observe: (listener) => ((notify = listener), notify(value), () => {}),
    observeView: (listener) => ((notifyView = listener), notifyView(looked(value)), () => {}),
    dispose: bar.dispose
  };
}
