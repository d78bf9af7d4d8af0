/** Candidates as a page sees them: questions in, what was found for the newest of them out. */
import type {SystemSpec} from "../engine/system.js";
import type {Question} from "../components/question.js";
import type {Streams} from "./calls.js";
import {askOf} from "./live.js";
import type {LiveSearch, Status} from "./live.js";
import type {Ask, Problem} from "./protocol.js";

type Explorer = "aggregated" | "pools";

/** What was found, with the question as it was put. */
export interface Discovery<K extends Explorer> {
  question: Question;
  ask: Ask;
  found: NonNullable<Streams[K]["part"]["found"]>;
}

/** What an explorer asks that the question does not say. */
export type Besides = Pick<Problem, "space" | "tuning">;

export interface Exploration<K extends Explorer> {
  /** Of questions that come while one is under way only the newest waits; one that was answered last is not asked again. */
  ask(question: Question, besides: Besides): void;
  /** For Generators.observe. */
  discoveries(notify: (discovery: Discovery<K>) => void): () => void;
  statuses(notify: (status: Status) => void): () => void;
}

export function exploration<K extends Explorer>(
  search: Pick<LiveSearch, "stream">,
  name: K,
  systems: SystemSpec[]
): Exploration<K> {
  const idle: Status = {busy: false, progress: null, error: "", isAnswered: false};
  let notifyFound: (discovery: Discovery<K>) => void = () => {};
  let notifyStatus: (status: Status) => void = () => {};
  let status: Status = idle;
  let last: Discovery<K> | undefined;
  let running: {question: Question; ask: Ask} | undefined;
  let waiting: typeof running;
  const say = (next: Status) => notifyStatus((status = {...next, isAnswered: last !== undefined}));
  const tell = (discovery: Discovery<K>) => notifyFound((last = discovery));

  const start = (asked: NonNullable<typeof running>) => {
    running = asked;
    search.stream(
      name,
      asked.ask as Streams[K]["asked"],
      ({found, tables}) => {
        if (!found) return say({...idle, busy: true, progress: tables});
        tell({...asked, found: found as Discovery<K>["found"]});
        finish(idle);
      },
      (error) => finish({...idle, error})
    );
  };
  const finish = (next: Status) => {
    running = undefined;
    say(next);
    const asked = waiting;
    waiting = undefined;
    if (asked) start(asked);
  };
  const ask = (question: Question, besides: Besides) => {
    let asked: NonNullable<typeof running>;
    try {
      const {problem, ...judged} = askOf(question, systems);
      asked = {question, ask: {problem: {...problem, ...besides}, ...judged}};
    } catch (error) {
      return say({...idle, error: (error as Error).message});
    }
    if (running) return void (waiting = asked);
    if (last && JSON.stringify(last.ask) === JSON.stringify(asked.ask)) {
      if (status.error) say(idle);
      return tell({...last, question});
    }
    start(asked);
  };
  return {
    ask,
    discoveries: (notify) => ((notifyFound = notify), last && notify(last), () => {}),
    statuses: (notify) => ((notifyStatus = notify), notify(status), () => {})
  };
}
