/** Asks what an answer hangs on, and keeps what pages show of it while parts of the newest question arrive. */
import type {SensitivityRow} from "../engine/sensitivity/sensitivity.js";
import type {SystemSpec} from "../engine/system.js";
import {askOf} from "../search/live.js";
import type {LiveSearch} from "../search/live.js";
import type {Progress, Sensed, SensedInput} from "../search/protocol.js";
import type {Question} from "./question.js";

/** What was found out when the site was built, and of which question. */
export interface KnownSensitivity {
  key: string;
  sensed: Sensed;
}

export interface SensitivityState {
  question: Question;
  /** Of this question, as far as it is known; null until the search as it is has answered. */
  sensed: Sensed | null;
  /** Each input in its row; those still to come stand as for the question before, else empty. */
  rows: readonly ShownRow[];
  /** Undefined: all is done. */
  progress?: {done: number; total: number};
  tables?: Progress;
  elapsedMs: number;
  /** Whether it was known beforehand. */
  isKnown: boolean;
  error: string;
}

/** An answer that comes within this is not announced: the one before stands until then. */
const patienceMs = 150;

export type ShownRow = SensedInput & Partial<SensitivityRow>;

export interface SensitivityRuns {
  ask(question: Question): void;
  /** For Generators.observe. */
  states(notify: (state: SensitivityState) => void): () => void;
}

export function sensitivityRuns(
  search: Pick<LiveSearch, "stream">,
  systems: SystemSpec[],
  known: KnownSensitivity | null = null
): SensitivityRuns {
  let notify: (state: SensitivityState) => void = () => {};
  let state: SensitivityState | undefined;
  let cancel: () => void = () => {};
  let asked = "";
  let announcing: ReturnType<typeof setTimeout> | undefined;

  const say = (next: SensitivityState) => {
    clearTimeout(announcing);
    notify((state = next));
  };
  const ask = (question: Question) => {
    const [start, before] = [performance.now(), state];
    const begun = {question, sensed: null, rows: before?.rows ?? [], elapsedMs: 0, isKnown: false, error: ""};
    const fail = (error: string) => say({...begun, error});
    let next: ReturnType<typeof askOf>;
    try {
      next = askOf(question, systems);
    } catch (error) {
      cancel();
      asked = "";
      return fail((error as Error).message);
    }
    const key = JSON.stringify(next);
    if (key === asked) return;
    asked = key;
    cancel();
    const isKnown = key === known?.key;
    if (isKnown) say({...begun, isKnown, sensed: known.sensed, rows: known.sensed.rows});
    else {
      const searching = {...begun, progress: {done: 0, total: 0}};
      clearTimeout(announcing);
      if (before?.sensed) announcing = setTimeout(() => say(searching), patienceMs);
      else say(searching);
    }
    cancel = search.stream(
      "sensitivity",
      next,
      ({sensed, progress, tables}) => {
        // It comes to the same, and makes the next question quick.
        if (isKnown) return;
        const isWhole = progress.done >= progress.total;
        const rows = sensed ? rowsOf(sensed, begun.rows) : begun.rows;
        const elapsedMs = performance.now() - start;
        say({...begun, sensed, rows, elapsedMs, tables, progress: isWhole ? undefined : progress});
      },
      (error) => !isKnown && fail(error)
    );
  };
  return {ask, states: (listener) => ((notify = listener), state && notify(state), () => {})};
}

/** By effect once all are known; until then where they stood, or in the order in which they come. */
function rowsOf({rows, waiting}: Sensed, before: readonly ShownRow[]): ShownRow[] {
  if (waiting.length === 0) return rows;
  const nameOf = ({input, side}: ShownRow) => `${input} ${side}`;
  const places = new Map(before.map((row, at) => [nameOf(row), {row, at}]));
  const stale = waiting.map((input) => ({...places.get(nameOf(input))?.row, ...input}));
  const placeOf = (row: ShownRow) => places.get(nameOf(row))?.at ?? Infinity;
  const all = [...rows, ...stale];
  return before.length > 0 ? all.sort((a, b) => placeOf(a) - placeOf(b)) : all;
}
