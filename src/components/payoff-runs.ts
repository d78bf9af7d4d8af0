/** Runs the sweep in the worker: starts anew when what is asked changes, stops and goes on where it stopped. */
import type {SystemSpec} from "../engine/system.js";
import type {PayoffAsk, PayoffCell, PayoffPart} from "../search/paying.js";
import {askOf} from "../search/live.js";
import type {LiveSearch} from "../search/live.js";
import type {DataNote} from "../search/protocol.js";
import {islSteps, oslSteps, sweepOrder} from "./payoff.js";
import type {Question} from "./question.js";

export interface PayoffState {
  /** What the cells answer. */
  question: Question;
  tpotsMs: readonly number[];
  cells: readonly PayoffCell[];
  total: number;
  /** Time spent since the sweep began, without stops. */
  elapsedMs: number;
  isRunning: boolean;
  data: DataNote[];
  error: string;
}

export interface PayoffRuns {
  /** Goes on with what is known when nothing but the shown TPOT target changed. */
  ask(question: Question): void;
  stop(): void;
  resume(): void;
  /** For Generators.observe. */
  states(notify: (state: PayoffState) => void): () => void;
}

/** How long a question must stand before a sweep begins: a drag begins one, not a hundred. */
const settleMs = 250;

/** Pages redraw at most this often while cells arrive. */
const redrawMs = 250;

export function payoffRuns(
  search: Pick<LiveSearch, "stream">,
  systems: SystemSpec[],
  tpotsMs: readonly number[]
): PayoffRuns {
  const places = sweepOrder();
  let notify: (state: PayoffState) => void = () => {};
  let state: PayoffState;
  let identity = "";
  let cancel: () => void = () => {};
  let timer = 0;
  let beginning = 0;
  let lastMs = 0;

  const say = (isUrgent: boolean) => {
    clearTimeout(timer);
    const waitMs = isUrgent ? 0 : redrawMs - (performance.now() - lastMs);
    if (waitMs > 0) return void (timer = window.setTimeout(() => say(true), waitMs));
    lastMs = performance.now();
    notify(state);
  };
  const run = () => {
    cancel();
    cancel = () => {};
    const known = new Set(state.cells.map(({isl, osl}) => `${isl} ${osl}`));
    const left = places
      .map(({column, row}) => ({isl: islSteps[column], osl: oslSteps[row]}))
      .filter(({isl, osl}) => !known.has(`${isl} ${osl}`));
    const ask = left.length > 0 ? maybeAsk(left) : undefined;
    state = {...state, isRunning: ask !== undefined};
    say(true);
    if (!ask) return;
    let from = performance.now();
    const take = ({cells, data, progress}: PayoffPart) => {
      const now = performance.now();
      state = {
        ...state,
        cells: [...state.cells, ...cells],
        data: data ?? state.data,
        elapsedMs: state.elapsedMs + now - from,
        isRunning: progress.done < progress.total
      };
      from = now;
      say(!state.isRunning);
    };
    cancel = search.stream("payoff", ask, take, (error) => {
      state = {...state, isRunning: false, error};
      say(true);
    });
  };
  /** Undefined for a question that makes no sense, which is said. */
  const maybeAsk = (lengths: {isl: number; osl: number}[]): PayoffAsk | undefined => {
    const {question} = state;
    try {
      const {problem} = askOf(question, systems);
      const cached = lengths.map((length) => ({...length, prefix: Math.min(question.prefix, length.isl - 1)}));
      return {problem, ttftMs: question.ttftMs, tpotsMs: [...tpotsMs], lengths: cached};
    } catch (error) {
      state = {...state, error: (error as Error).message};
      return undefined;
    }
  };
  const begin = (question: Question) => {
    const total = places.length;
    state = {question, tpotsMs, cells: [], total, elapsedMs: 0, isRunning: true, data: [], error: ""};
    run();
  };
  return {
    ask(question) {
      const next = identityOf(question);
      clearTimeout(beginning);
      if (next === identity) {
        state = {...state, question: {...state.question, tpotMs: question.tpotMs}};
        return say(true);
      }
      const isFirst = identity === "";
      const start = () => ((identity = next), begin(question));
      if (isFirst) return start();
      beginning = window.setTimeout(start, settleMs);
    },
    stop() {
      cancel();
      cancel = () => {};
      state = {...state, isRunning: false};
      say(true);
    },
    resume: run,
    states: (listener) => ((notify = listener), () => {})
  };
}

/** Everything that the cells depend on: not the lengths, which they vary, nor the TPOT, which all have. */
function identityOf(question: Question): string {
  const {isl: _, osl: __, tpotMs: ___, pick: ____, axis: _____, log: ______, ...asked} = question;
  return JSON.stringify(asked);
}
