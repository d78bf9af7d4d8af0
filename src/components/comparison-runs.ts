/** Asks the worker for all searches of a comparison, and keeps what came of them while the list is edited. */
import type {SystemSpec} from "../engine/system.js";
import type {CompareAsk, ComparePart} from "../search/comparing.js";
import {askOf} from "../search/live.js";
import type {LiveSearch} from "../search/live.js";
import {variantQuestion} from "./comparison.js";
import type {Comparison, Variant} from "./comparison.js";
import type {Outcome} from "./comparison-entry.js";
import type {Question} from "./question.js";
import {taskValues} from "./task-values.js";

export interface RunState {
  comparison: Comparison;
  /** By place; undefined while nothing is known. What a search found for targets before stands until it is judged anew. */
  outcomes: (Outcome | undefined)[];
  progress: RunProgress;
}

export interface RunProgress {
  /** Searches that are done; the one under way counts in part. */
  done: number;
  total: number;
  /** Place of the one under way, and what of it. */
  doing?: {at: number; words: string};
  /** Searches are left, and nothing runs. */
  isStopped: boolean;
}

export interface ComparisonRuns {
  ask(comparison: Comparison): void;
  /** Ends what is under way; what is found stays. */
  stop(): void;
  /** Goes on with what is left. */
  resume(): void;
  /** For Generators.observe. */
  states(notify: (state: RunState) => void): () => void;
}

interface Asked {
  /** Same for the same search whatever its targets. */
  identity: string;
  ask?: CompareAsk;
  error?: string;
}

export function comparisonRuns(search: Pick<LiveSearch, "stream">, systems: SystemSpec[]): ComparisonRuns {
  /** Newest answers by identity, and what they were asked. */
  const known = new Map<string, {asked: string; outcome: Outcome}>();
  let notify: (state: RunState) => void = () => {};
  let comparison: Comparison;
  let asks: Asked[] = [];
  let progress: RunProgress = {done: 0, total: 0, isStopped: false};
  let cancel: () => void = () => {};

  const say = () => notify({comparison, outcomes: asks.map((asked) => outcomeOf(asked)), progress});
  const outcomeOf = ({identity, error}: Asked) => (error ? {error} : known.get(identity)?.outcome);
  const isFresh = ({identity, ask, error}: Asked) =>
    error !== undefined || known.get(identity)?.asked === JSON.stringify(ask);
  const run = () => {
    cancel();
    cancel = () => {};
    const due = asks.flatMap((asked, at) => (isFresh(asked) ? [] : [{asked, at}]));
    const visibleFirst = due.sort(
      (a, b) => Number(comparison.variants[a.at].hidden) - Number(comparison.variants[b.at].hidden)
    );
    progress = {done: asks.length - due.length, total: asks.length, isStopped: false};
    say();
    if (due.length === 0) return;
    const take = ({found, doing, progress: {done}}: ComparePart) => {
      for (const {at, compared, error} of found) {
        const {asked} = visibleFirst[at];
        known.set(asked.identity, {asked: JSON.stringify(asked.ask), outcome: {found: compared, error}});
      }
      progress = {
        done: asks.length - due.length + done,
        total: asks.length,
        doing: doing && {...doing, at: visibleFirst[doing.at].at},
        isStopped: false
      };
      say();
    };
    const fail = (message: string) => {
      for (const {asked} of due)
        if (!isFresh(asked)) known.set(asked.identity, {asked: JSON.stringify(asked.ask), outcome: {error: message}});
      progress = {done: asks.length, total: asks.length, isStopped: false};
      say();
    };
    cancel = search.stream(
      "compare",
      visibleFirst.map(({asked}) => asked.ask!),
      take,
      fail
    );
  };
  return {
    ask(next) {
      comparison = next;
      asks = next.variants.map((variant) => askedOf(next.base, variant, systems));
      forget(known, asks);
      run();
    },
    stop() {
      cancel();
      cancel = () => {};
      progress = {...progress, doing: undefined, isStopped: progress.done < progress.total};
      say();
    },
    resume: run,
    states: (listener) => ((notify = listener), () => {})
  };
}

function askedOf(base: Question, variant: Variant, systems: SystemSpec[]): Asked {
  const question = variantQuestion(base, variant);
  const settled = Object.keys(variant.settings).length > 0;
  try {
    const ask = askOf(question, systems);
    const values = settled ? {...taskValues(question), ...variant.settings} : undefined;
    return {identity: JSON.stringify([ask.problem, variant.settings]), ask: {ask, values}};
  } catch (error) {
    return {identity: JSON.stringify([question, variant.settings]), error: (error as Error).message};
  }
}

/** Answers that are kept besides those of the list, for when a removed or changed search comes back. */
const mostForgotten = 24;

function forget(known: Map<string, unknown>, asks: readonly Asked[]): void {
  const wanted = new Set(asks.map(({identity}) => identity));
  for (const identity of [...known.keys()].filter((each) => !wanted.has(each)).slice(0, -mostForgotten))
    known.delete(identity);
}
