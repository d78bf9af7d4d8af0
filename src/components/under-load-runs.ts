/** Asks the worker what a deployment does under load, and keeps what came while traffic and sizes change. */
import type {SystemSpec} from "../engine/system.js";
import type {LiveSearch} from "../search/live.js";
import type {ChoicePart, ChosenPlan} from "../search/choosing.js";
import type {DeploymentNote, LoadFault, LoadPart, LoadRun, RatePoint} from "../search/loading.js";
import type {TraceNote} from "../search/tracing.js";
import type {Ask, Progress} from "../search/protocol.js";
import {loadAskOf} from "./under-load.js";
import type {UnderLoad} from "./under-load.js";
import {knowsServed} from "./under-load-words.js";

/** What one question was answered with. */
export interface Loaded {
  asked: UnderLoad;
  deployment: DeploymentNote;
  run: LoadRun;
  /** The same with twice the traffic; null until it is there. */
  doubled: LoadRun | null;
  /** By ascending rate. */
  points: readonly RatePoint[];
  /** Simulated in the worker, looking up and saturation included. */
  runMs: number;
}

export interface LoadState {
  asked: UnderLoad;
  /** Null where there is none: `fault` says why. */
  loaded: Loaded | null;
  /** Rates of the answer before, until all of this one are there. */
  before: readonly RatePoint[];
  fault: LoadFault | null;
  progress: {done: number; total: number};
  tables: Progress | null;
  /** How far the best plan is chosen by simulation. */
  choosing: {done: number; total: number} | null;
  isStopped: boolean;
}

export interface TraceFile {
  name: string;
  text: string;
}

export interface TraceState {
  name: string;
  /** Share that is read; 1: all. */
  share: number;
  note: TraceNote | null;
}

export interface LoadRuns {
  ask(asked: UnderLoad): void;
  /** Reads a trace and asks anew. */
  trace(file: TraceFile): void;
  stop(): void;
  resume(): void;
  /**
   * For Generators.observe, each told once those before it are painted: what changes words, what changes a run or the one
   * with twice its traffic, what changes rates, and every change.
   */
  sentences(notify: (state: LoadState) => void): () => void;
  answers(notify: (state: LoadState) => void): () => void;
  rates(notify: (state: LoadState) => void): () => void;
  states(notify: (state: LoadState) => void): () => void;
  /** As it is now. */
  current(): LoadState | undefined;
  traces(notify: (state: TraceState | null) => void): () => void;
}

/** How long a run waits for the one with twice the traffic before it is shown without. */
const togetherMs = 60;
/** Pages redraw at most this often while rates arrive. */
const redrawMs = 120;

/** How long a question must stand before simulations choose its plan. */
const stillMs = 500;

/**
 * `kept` is a trace from before, read once traffic asks for one. The chooser is another worker: what simulations choose
 * takes long, some of it without a pause in which a new question is heard.
 */
export function loadRuns(
  search: Pick<LiveSearch, "stream">,
  chooser: Pick<LiveSearch, "stream">,
  systems: SystemSpec[],
  kept: TraceFile | null = null
): LoadRuns {
  let state: LoadState | undefined;
  let told: LoadState | undefined;
  const [sentences, answers] = [channel<LoadState>(), channel<LoadState>()];
  const [rates, states] = [channel<LoadState>(), channel<LoadState>()];
  /** Plans that simulations chose. */
  const plans = new Map<string, ChosenPlan>();
  const traces = channel<TraceState | null>(null);
  let traceId = 0;
  let newest: UnderLoad;
  /** What was asked last, and what was answered last. */
  let [key, answeredKey] = ["", ""];
  let cancel: () => void = () => {};
  let cancelChoice: () => void = () => {};
  let cancelTrace: () => void = () => {};
  let timer = 0;
  let dueMs = 0;

  let isDrawing = false;
  const draw = async () => {
    if (isDrawing) return;
    isDrawing = true;
    do {
      await painted();
      if (drawsAnew(answers.last(), told!)) {
        answers.tell(told!);
        await painted();
      }
      if (ratesAnew(rates.last(), told!)) rates.tell(told!);
      states.tell(told!);
    } while (states.last() !== told);
    isDrawing = false;
  };
  const tell = () => {
    clearTimeout(timer);
    dueMs = 0;
    told = state!;
    void draw();
  };
  /** Words change at once. Charts that are due already are not put off. */
  const say = (next: LoadState, waitMs = 0) => {
    state = next;
    if (saysAnew(sentences.last(), next)) sentences.tell(next);
    if (waitMs === 0) return tell();
    const nowMs = performance.now();
    if (dueMs > nowMs && dueMs <= nowMs + waitMs) return;
    clearTimeout(timer);
    dueMs = nowMs + waitMs;
    timer = window.setTimeout(tell, waitMs);
  };
  const start = (asked: UnderLoad) => {
    halt();
    const shown = state?.loaded;
    const before = shown && shown.points.length >= (state?.before.length ?? 0) ? shown.points : (state?.before ?? []);
    const idle: LoadState = {
      asked,
      loaded: null,
      before,
      fault: null,
      progress: {done: 0, total: 1},
      tables: null,
      choosing: null,
      isStopped: false
    };
    if (asked.traffic.client === "trace" && !traces.last()?.note?.requests) {
      // Nothing to play yet; what was shown was of other traffic.
      return say({...idle, progress: {done: 1, total: 1}, fault: {kind: "trace", message: ""}});
    }
    const fail = (message: string) => say({...idle, progress: {done: 1, total: 1}, fault: {kind: "sizes", message}});
    try {
      const load = loadAskOf(asked, systems, traceId);
      const planKey = JSON.stringify(load.ask);
      const open = () => {
        // What is judged here may have changed since it was asked.
        const take = (part: LoadPart) => {
          say(...taken(part, newest, {...idle, asked: newest}));
          if (part.deployment?.isFirst) cancelChoice = choose(load.ask, planKey, open);
        };
        cancel = search.stream("load", {...load, plan: plans.get(planKey) ?? null}, take, fail);
      };
      open();
    } catch (error) {
      fail((error as Error).message);
    }
  };
  /** Once a question stands. */
  const choose = (ask: Ask, planKey: string, onchosen: () => void) => {
    let end: () => void = () => {};
    const take = ({progress, plan}: ChoicePart) => {
      if (!plan) return say({...state!, choosing: progress}, redrawMs);
      plans.set(planKey, plan);
      cancel();
      onchosen();
    };
    const wait = window.setTimeout(() => {
      const fail = (message: string) => say({...state!, choosing: null, fault: {kind: "sizes", message}});
      end = chooser.stream("choosePlan", ask, take, fail);
    }, stillMs);
    return () => (clearTimeout(wait), end());
  };
  const halt = () => {
    cancel();
    cancelChoice();
    cancel = cancelChoice = () => {};
  };
  const taken = (part: LoadPart, asked: UnderLoad, idle: LoadState): [LoadState, number] => {
    const {progress, fault, tables, deployment, run, runMs = 0, doubled, points} = part;
    const current = answeredKey === key ? state! : {...idle, loaded: state?.loaded ?? null};
    if (fault) return [{...idle, progress, fault}, 0];
    if (tables) return [{...current, asked: current.loaded?.asked ?? asked, tables, progress}, 0];
    if (deployment && run) {
      answeredKey = key;
      return [{...idle, progress, loaded: {asked, deployment, run, doubled: null, points: [], runMs}}, togetherMs];
    }
    const {loaded} = current;
    if (!loaded) return [current, 0];
    const isWhole = progress.done >= progress.total;
    return [
      {
        ...current,
        progress,
        choosing: null,
        before: isWhole ? [] : current.before,
        loaded: {
          ...loaded,
          ...(doubled ? {doubled} : {}),
          ...(points ? {points} : {})
        }
      },
      points && !isWhole ? redrawMs : 0
    ];
  };
  const ask = (asked: UnderLoad) => {
    newest = asked;
    const isTrace = asked.traffic.client === "trace";
    if (isTrace && kept) return readTrace(kept);
    const next = JSON.stringify([asked.question, asked.sizes, {...asked.traffic, keptShare: 0}, isTrace && traceId]);
    // The share that counts as served is judged here.
    if (next === key)
      return answeredKey === key && state?.loaded
        ? say({...state, asked, loaded: {...state.loaded, asked}})
        : undefined;
    key = next;
    start(asked);
  };
  const readTrace = ({name, text}: TraceFile) => {
    kept = null;
    cancelTrace();
    halt();
    const id = ++traceId;
    const show = traces.tell;
    show({name, share: 0, note: null});
    cancelTrace = search.stream(
      "trace",
      {id, text},
      ({progress, trace: note}) => {
        show({name, share: progress.done / progress.total, note: note ?? null});
        if (note) ask(newest);
      },
      () => show({name, share: 1, note: null})
    );
  };
  return {
    ask: (asked) => asked !== newest && ask(asked),
    trace: readTrace,
    stop() {
      halt();
      if (state) say({...state, isStopped: true});
    },
    resume() {
      key = "";
      ask(newest);
    },
    sentences: sentences.listen,
    answers: answers.listen,
    rates: rates.listen,
    states: states.listen,
    traces: traces.listen,
    current: () => state
  };
}

/** Whether words say something else. */
function saysAnew(was: LoadState | undefined, {asked, fault, loaded}: LoadState): boolean {
  if (!was || was.asked !== asked || was.fault !== fault) return true;
  if (!loaded || !was.loaded) return loaded !== was.loaded;
  const knows = (each: Loaded) => knowsServed(each.points, each.asked.traffic.keptShare);
  return was.loaded.deployment !== loaded.deployment || knows(was.loaded) !== knows(loaded);
}

/** Whether charts of a run show something else. */
function drawsAnew(was: LoadState | undefined, {fault, loaded}: LoadState): boolean {
  return !was || was.fault !== fault || was.loaded?.run !== loaded?.run || was.loaded?.doubled !== loaded?.doubled;
}

function ratesAnew(was: LoadState | undefined, now: LoadState): boolean {
  if (drawsAnew(was, now) || was!.asked !== now.asked) return true;
  return was!.loaded?.points !== now.loaded?.points || was!.before !== now.before;
}

/** Once what the page has been told so far is painted. */
function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** Who begins to listen later still hears of the last. */
function channel<T>(first?: T) {
  let last = first;
  let notify: (value: T) => void = () => {};
  return {
    last: () => last,
    tell(value: T): void {
      last = value;
      notify(value);
    },
    listen(listener: (value: T) => void): () => void {
      notify = listener;
      if (last !== undefined) listener(last);
      return () => {};
    }
  };
}
