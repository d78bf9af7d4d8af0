/** Several searches one after another, their evaluations kept: a change of targets evaluates nothing again. */
import {normalizeModel, parseConfigJson} from "../engine/models/config.js";
import {findModel} from "../engine/models/catalogue.js";
import {servingChoices} from "../engine/models/serving.js";
import type {ModelConfig} from "../engine/models/types.js";
import {modesOf, reasons} from "../engine/result.js";
import type {Plan, Reason, SearchResult, Targets} from "../engine/result.js";
import {answerSearch} from "../engine/search/answer.js";
import type {AnswerOptions} from "../engine/search/answer.js";
import {evaluateSearchSteps} from "../engine/search/evaluate.js";
import type {Evaluation, SearchProblem} from "../engine/search/evaluate.js";
import {dataNote} from "../perf/data-note.js";
import type {DataNote} from "../perf/data-note.js";
import {lookedInto} from "../perf/tables.js";
import type {TaskConfig} from "../task/types.js";
import type {Part} from "./calls.js";
import type {Ask} from "./protocol.js";
import type {Searcher} from "./searcher.js";

/** One search of several. */
export interface CompareAsk {
  ask: Ask;
  /** Flat values of an experiment, which then says everything: for what a question cannot say. */
  values?: Record<string, unknown>;
}

/** What a search found, as far as it is compared. */
export interface Compared {
  modes: {mode: "agg" | "disagg"; front: Plan[]; best: Plan | null}[];
  /** The best plan within the targets; null when none is. */
  chosen: Plan | null;
  data: DataNote[];
  doubts: string[];
  /** Where there is no front: the reason that most candidates fell out for. */
  why?: {reason: Reason; count: number; considered: number; message?: string};
}

export interface ComparePart extends Part {
  /** Searches that are done since the part before, by their place. */
  found: {at: number; compared?: Compared; error?: string}[];
  /** The one under way, and what of it. */
  doing?: {at: number; words: string};
}

/** Evaluations kept: of as many searches as are compared, and some that were before. */
const mostKept = 12;
/** Between pauses; a cancelled run ends within one. */
const stretchMs = 30;

interface Opened {
  problem: SearchProblem;
  data: DataNote[];
}

interface Kept {
  evaluation: Evaluation;
  data: DataNote[];
}

interface Memory {
  done: Map<string, Kept>;
  /** The one that was cancelled, to go on with; while another is under way it is not taken up again. */
  half?: {key: string; data: DataNote[]; steps: ReturnType<typeof evaluateSearchSteps>};
}

const memories = new WeakMap<Searcher, Memory>();

/** Those that are evaluated already come first, together; the others in their order. */
export async function compareSearches(
  searcher: Searcher,
  asks: readonly CompareAsk[],
  onpart: (part: ComparePart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const memory = memories.get(searcher) ?? {done: new Map<string, Kept>()};
  memories.set(searcher, memory);
  const total = asks.length;
  const tasks = await Promise.all(asks.map((ask) => readAsk(ask)));
  const known = tasks.flatMap((task, at) => ("error" in task || memory.done.has(task.key) ? [at] : []));
  const first = known.map((at) => judgedOf(at, tasks[at], memory));
  let done = known.length;
  if (done > 0 || total === 0) onpart({found: first, progress: {done, total}});
  for (const [at, task] of tasks.entries()) {
    if (known.includes(at) || "error" in task) continue;
    const say = (share: number, words: string) =>
      onpart({found: [], doing: {at, words}, progress: {done: done + Math.min(share, 0.99), total}});
    say(0, "loading tables");
    try {
      const kept = memory.done.get(task.key) ?? (await evaluated(searcher, memory, task, say, isCancelled));
      if (!kept) return;
      remember(memory, task.key, kept);
      onpart({found: [judgedOf(at, task, memory)], progress: {done: ++done, total}});
    } catch (error) {
      onpart({found: [{at, error: messageOf(error)}], progress: {done: ++done, total}});
    }
    await pause();
    if (isCancelled()) return;
  }
}

interface Readable {
  /** The same for searches that differ in targets and preferences alone. */
  key: string;
  ask: Ask;
  config?: TaskConfig;
  targets: Targets;
  options: AnswerOptions;
}

async function readAsk({ask, values}: CompareAsk): Promise<Readable | {error: string}> {
  const {problem, targets, preferences} = ask;
  if (!values) return {key: JSON.stringify(problem), ask, targets, options: {...preferences, topN: 1}};
  try {
    const [{resolveTask, taskOf}, {taskAnswerOptions, taskTargets}] = await Promise.all([
      import("../task/resolve.js"),
      import("../task/problem.js")
    ]);
    const {config} = taskOf(resolveTask(values, {name: "search", model: () => modelOf(ask)}));
    const {targets: _, preferences: __, topN: ___, sampling: ____, ...asked} = config;
    const systems = [problem.system, problem.decodeSystem];
    return {
      key: JSON.stringify([asked, systems, problem.config, problem.hfQuantConfig]),
      ask,
      config,
      targets: taskTargets(config),
      options: {...taskAnswerOptions(config), topN: 1}
    };
  } catch (error) {
    return {error: messageOf(error)};
  }
}

/** Undefined when it was cancelled. */
async function evaluated(
  searcher: Searcher,
  memory: Memory,
  task: Readable,
  say: (share: number, words: string) => void,
  isCancelled: () => boolean
): Promise<Kept | undefined> {
  if (memory.half?.key !== task.key) {
    const {problem, data} = await opened(searcher, task, (loaded, of) => say(0, `loading ${loaded} of ${of} tables`));
    memory.half = {key: task.key, data, steps: evaluateSearchSteps(problem)};
  }
  const {steps, data} = memory.half;
  for (let from = performance.now(); ;) {
    const {done, value} = steps.next();
    if (done) {
      memory.half = undefined;
      return {evaluation: value, data};
    }
    if (performance.now() - from < stretchMs) continue;
    say(value.done / Math.max(1, value.total), "evaluating candidates");
    await pause();
    if (isCancelled()) return undefined;
    from = performance.now();
  }
}

async function opened(
  searcher: Searcher,
  {ask, config}: Readable,
  onload: (loaded: number, total: number) => void
): Promise<Opened> {
  const {problem} = ask;
  if (!config) {
    const {totalGpus, workload, quant, serving, exactKvCache} = problem;
    const {data, ...platforms} = await searcher.opened(problem, ({loaded, total}) => onload(loaded, total));
    return {problem: {...platforms, totalGpus, workload, quant, exactKvCache, ...serving}, data};
  }
  const {openProblem} = await import("../library/request.js");
  const {tables} = searcher;
  const request = {
    ...config,
    platform: {...config.platform, system: problem.system},
    ...(config.decodePlatform && {
      decodePlatform: {...config.decodePlatform, system: problem.decodeSystem ?? problem.system}
    })
  };
  const {backend} = config.platform;
  if (backend === "auto") throw new Error("backend auto: name one; every search here is on one backend");
  const whole = await openProblem(tables, request, modelOf(ask), backend, {
    onProgress: ({phase, done, total}) => phase === "tables" && onload(done, total)
  });
  const {model, quant, platform, decodePlatform} = whole;
  const need = {model, quant, serving: servingChoices(whole)};
  const platforms = decodePlatform ? [platform, decodePlatform] : [platform];
  return {problem: whole, data: platforms.map((each) => dataNote(tables, each, lookedInto(each, need)))};
}

function modelOf({problem: {model, config, hfQuantConfig}}: Ask): ModelConfig {
  if (!config) return findModel(model);
  return normalizeModel(model, parseConfigJson(config), hfQuantConfig ? parseConfigJson(hfQuantConfig) : undefined);
}

function judgedOf(at: number, task: Readable | {error: string}, {done}: Memory): ComparePart["found"][number] {
  if ("error" in task) return {at, error: task.error};
  try {
    const {evaluation, data} = done.get(task.key)!;
    return {at, compared: comparedOf(answerSearch(evaluation, task.targets, task.options), data)};
  } catch (error) {
    return {at, error: messageOf(error)};
  }
}

function comparedOf(result: SearchResult, data: DataNote[]): Compared {
  const modes = modesOf(result).map(({mode, front, best, meetsTargets}) => ({
    mode,
    front,
    best: meetsTargets ? (best[0] ?? null) : null
  }));
  const chosen = modes.find(({mode}) => mode === result.chosen)?.best ?? null;
  const isEmpty = modes.every(({front}) => front.length === 0);
  return {modes, chosen, data, doubts: result.doubts, why: isEmpty ? whyEmpty(result) : undefined};
}

function whyEmpty(result: SearchResult): Compared["why"] {
  const dropped = modesOf(result).flatMap(({considered, rejected, messages}) =>
    reasons.map((reason) => ({reason, considered, count: rejected[reason] ?? 0, message: messages[reason]}))
  );
  return dropped.sort((a, b) => b.count - a.count).find(({count}) => count > 0);
}

/** The newest last, the oldest dropped. */
function remember({done}: Memory, key: string, kept: Kept): void {
  done.delete(key);
  done.set(key, kept);
  if (done.size > mostKept) done.delete(done.keys().next().value!);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lets messages of the page be heard. */
function pause(): Promise<void> {
  return new Promise((later) => setTimeout(later));
}
