/** Asks the worker what a deployment does under load, and keeps what came while traffic and sizes change. */
import type {SystemSpec} from "../engine/system.js";
import type {LiveSearch} from "../search/live.js";
import type {DeploymentNote, LoadFault, LoadPart, LoadRun, RatePoint} from "../search/loading.js";
import type {TraceNote} from "../search/tracing.js";
import type {Progress} from "../search/protocol.js";
import {loadAskOf} from "./under-load.js";
import type {UnderLoad} from "./under-load.js";

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
  /** For Generators.observe: every change, and those alone that are not of further rates. */
  states(notify: (state: LoadState) => void): () => void;
  answers(notify: (state: LoadState) => void): () => void;
  traces(notify: (state: TraceState | null) => void): () => void;
}

/** How long a run waits for the one with twice the traffic before it is shown without. */
const togetherMs = 60;
/** Pages redraw at most this often while rates arrive. */
const redrawMs = 120;

/** `kept` is a trace from before, read once traffic asks for one. */
export function loadRuns(
  search: Pick<LiveSearch, "stream">,
  systems: SystemSpec[],
  kept: TraceFile | null = null
): LoadRuns {
  let notify: (state: LoadState) => void = () => {};
  let notifyTrace: (state: TraceState | null) => void = () => {};
  let state: LoadState | undefined;
  let trace: TraceState | null = null;
  let traceId = 0;
  let key = "";
  let cancel: () => void = () => {};
  let cancelTrace: () => void = () => {};
  let timer = 0;

  let notifyAnswer: (state: LoadState) => void = () => {};
  let told: LoadState | undefined;
  let dueMs = 0;

  const tell = () => {
    clearTimeout(timer);
    dueMs = 0;
    const [was, now] = [told, state!];
    told = now;
    const isAnew = was?.loaded?.run !== now.loaded?.run || was?.loaded?.doubled !== now.loaded?.doubled;
    if (!was || isAnew || was.fault !== now.fault) notifyAnswer(now);
    notify(now);
  };
  /** What is due already is not put off. */
  const say = (next: LoadState, waitMs = 0) => {
    state = next;
    if (waitMs === 0) return tell();
    const nowMs = performance.now();
    if (dueMs > nowMs && dueMs <= nowMs + waitMs) return;
    clearTimeout(timer);
    dueMs = nowMs + waitMs;
    timer = window.setTimeout(tell, waitMs);
  };
  const start = (asked: UnderLoad) => {
    cancel();
    cancel = () => {};
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
    if (asked.traffic.client === "trace" && !trace?.note?.requests) {
      // Nothing to play yet; what was shown was of other traffic.
      return say({...idle, progress: {done: 1, total: 1}, fault: {kind: "trace", message: ""}});
    }
    const take = (part: LoadPart) => say(...taken(part, asked, idle));
    try {
      cancel = search.stream("load", loadAskOf(asked, systems, traceId), take, (message) =>
        say({...idle, progress: {done: 1, total: 1}, fault: {kind: "sizes", message}})
      );
    } catch (error) {
      say({...idle, progress: {done: 1, total: 1}, fault: {kind: "sizes", message: (error as Error).message}});
    }
  };
  const taken = (part: LoadPart, asked: UnderLoad, idle: LoadState): [LoadState, number] => {
    const {progress, fault, tables, choosing, deployment, run, runMs = 0, doubled, points} = part;
    const isOurs = state?.asked === asked;
    const current = isOurs ? state! : {...idle, loaded: state?.loaded ?? null};
    if (fault) return [{...idle, progress, fault}, 0];
    if (tables) return [{...current, asked: current.loaded?.asked ?? asked, tables, progress}, 0];
    if (deployment && run)
      return [{...idle, progress, loaded: {asked, deployment, run, doubled: null, points: [], runMs}}, togetherMs];
    const {loaded} = current;
    if (!loaded) return [current, 0];
    if (choosing) return [{...current, progress, choosing}, redrawMs];
    const isWhole = progress.done >= progress.total;
    return [
      {
        ...current,
        progress,
        choosing: null,
        before: isWhole ? [] : current.before,
        loaded: {...loaded, ...(doubled ? {doubled} : {}), ...(points ? {points} : {})}
      },
      points && !isWhole ? redrawMs : 0
    ];
  };
  let newest: UnderLoad;
  const ask = (asked: UnderLoad) => {
    newest = asked;
    const isTrace = asked.traffic.client === "trace";
    if (isTrace && kept) return readTrace(kept);
    const next = JSON.stringify([asked.question, asked.sizes, {...asked.traffic, keptShare: 0}, isTrace && traceId]);
    if (next === key && state?.loaded) {
      // The share that counts as served is judged here.
      return say({...state, asked, loaded: {...state.loaded, asked}});
    }
    key = next;
    start(asked);
  };
  const readTrace = ({name, text}: TraceFile) => {
    kept = null;
    cancelTrace();
    cancel();
    const id = ++traceId;
    const show = (next: TraceState) => notifyTrace((trace = next));
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
    ask,
    trace: readTrace,
    stop() {
      cancel();
      cancel = () => {};
      if (state) say({...state, isStopped: true});
    },
    resume() {
      key = "";
      ask(newest);
    },
    states: (listener) => {
      notify = listener;
      if (told) listener(told);
      return () => {};
    },
    answers: (listener) => {
      notifyAnswer = listener;
      if (told) listener(told);
      return () => {};
    },
    traces: (listener) => ((notifyTrace = listener), listener(trace), () => {})
  };
}
