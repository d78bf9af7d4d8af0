/** Asks the worker what each GPU type offers, and keeps what came while load, prices and types change. */
import type {SystemSpec} from "../engine/system.js";
import {askOf} from "../search/live.js";
import type {LiveSearch} from "../search/live.js";
import type {SizingPart} from "../search/sizing.js";
import type {Outcome} from "./cost-rows.js";
import {systemsOf} from "./cost-view.js";
import type {CostView} from "./cost-view.js";

export interface CostState {
  view: CostView;
  /** By system; of a question before, until the newest is answered. */
  outcomes: ReadonlyMap<string, Outcome>;
  progress: CostProgress;
}

export interface CostProgress {
  /** GPU types that are done; the one under way counts in part. */
  done: number;
  total: number;
  /** `H200 SXM: loading 3 of 12 tables`; empty when nothing runs. */
  words: string;
  /** Types are left, and nothing runs. */
  isStopped: boolean;
}

export interface CostRuns {
  /** Load and prices alone are answered without the worker. */
  ask(view: CostView): void;
  stop(): void;
  resume(): void;
  /** For Generators.observe. */
  states(notify: (state: CostState) => void): () => void;
}

export function costRuns(search: Pick<LiveSearch, "stream">, systems: SystemSpec[]): CostRuns {
  const known = new Map<string, {asked: string; outcome: Outcome}>();
  let notify: (state: CostState) => void = () => {};
  let view: CostView;
  let progress: CostProgress = {done: 0, total: 0, words: "", isStopped: false};
  let running = "";
  let cancel: () => void = () => {};
  const say = () => {
    const outcomes = new Map([...known].map(([system, {outcome}]) => [system, outcome]));
    notify({view, outcomes, progress});
  };
  const asks = () => systemsOf(view).map((system) => ({system, ...problemOf(view, system, systems)}));
  const run = () => {
    cancel();
    cancel = () => {};
    const all = asks();
    for (const {system, error} of all) if (error) known.set(system, {asked: "", outcome: {error}});
    const due = all.filter(({system, problem, key}) => problem && known.get(system)?.asked !== key);
    const before = all.length - due.length;
    const under = (done: number, words: string): CostProgress => ({done, total: all.length, words, isStopped: false});
    progress = under(before, due.length > 0 ? "starting" : "");
    running = due.map(({key}) => key).join();
    say();
    if (due.length === 0) return;
    const {targets} = all.find(({problem}) => problem)!;
    const take = ({found, doing, progress: {done, total}}: SizingPart) => {
      for (const {at, sizes, error} of found)
        known.set(due[at].system, {asked: due[at].key, outcome: {...(sizes && {sizes}), ...(error && {error})}});
      const label = doing && (systems.find(({id}) => id === due[doing.at].system)?.label ?? due[doing.at].system);
      progress = under(before + done, done >= total ? "" : doing ? `${label}: ${doing.words}` : progress.words);
      if (done >= total) running = "";
      say();
    };
    const fail = (message: string) => {
      for (const {system, key} of due)
        if (known.get(system)?.asked !== key) known.set(system, {asked: key, outcome: {error: message}});
      progress = under(all.length, "");
      running = "";
      say();
    };
    cancel = search.stream("sizing", {problems: due.map(({problem}) => problem!), targets: targets!}, take, fail);
  };
  return {
    ask(next) {
      view = next;
      const due = asks().filter(({system, problem, key}) => problem && known.get(system)?.asked !== key);
      // What is under way already goes on.
      if (running !== "" && due.every(({key}) => running.includes(key)) && progress.words) return say();
      run();
    },
    stop() {
      cancel();
      cancel = () => {};
      running = "";
      progress = {...progress, words: "", isStopped: progress.done < progress.total};
      say();
    },
    resume: run,
    states: (listener) => ((notify = listener), () => {})
  };
}

/** The search of one GPU type; load and prices are none of it. */
function problemOf(view: CostView, system: string, systems: SystemSpec[]) {
  const {question, largest} = view;
  try {
    const version = system === question.system ? question.version : "";
    const decodeSystem = question.decodeSystem === system ? "" : question.decodeSystem;
    const {problem, targets} = askOf({...question, system, decodeSystem, version, gpus: largest}, systems);
    return {problem, targets, key: JSON.stringify([problem, targets])};
  } catch (error) {
    return {error: (error as Error).message, key: ""};
  }
}
