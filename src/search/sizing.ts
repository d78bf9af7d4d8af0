/** What replicas each of several GPU types can serve with, one type after another; evaluations are kept. */
import {evaluateSearchSteps} from "../engine/search/evaluate.js";
import type {Evaluation} from "../engine/search/evaluate.js";
import {answerSearch} from "../engine/search/answer.js";
import {modesOf, reasons} from "../engine/result.js";
import type {Plan, SearchResult, Targets} from "../engine/result.js";
import {least} from "../engine/search/least.js";
import {overshootOf} from "../engine/search/mode-answer.js";
import {replicaOffers} from "../engine/search/replica-offers.js";
import type {ReplicaOffer} from "../engine/search/replica-offers.js";
import {reasonWords} from "../words.js";
import type {Part} from "./calls.js";
import type {DataNote, Problem} from "./protocol.js";
import type {Searcher} from "./searcher.js";

export interface SizingAsk {
  problems: Problem[];
  targets: Targets;
}

/** What a GPU type offers. */
export interface Sizes {
  offers: ReplicaOffer[];
  /** Of both modes, within the TTFT target and at any speed: what a chart of cost against speed is drawn of. */
  front: Plan[];
  data: DataNote[];
  /** What is wrong with the measurements that were looked up, in words. */
  doubts: string[];
  /** Why there are no offers; empty where there are. */
  why: string;
  /** Latencies of the plan that misses the targets least, where none is within them. */
  nearest?: Pick<Plan, "ttftMs" | "tpotMs" | "requestLatencyMs">;
}

export interface SizingPart extends Part {
  /** Problems that are answered since the part before, by their place. */
  found: {at: number; sizes?: Sizes; error?: string}[];
  /** The one under way, and what of it. */
  doing?: {at: number; words: string};
}

interface Kept {
  evaluation: Evaluation;
  data: DataNote[];
}

/** Evaluations kept: of all GPU types there are, and a second lot. */
const mostKept = 24;
/** Between pauses; a cancelled run ends within one. */
const stretchMs = 30;

const memories = new WeakMap<Searcher, Map<string, Kept>>();

/** Those that are evaluated already come first. */
export async function sizeSystems(
  searcher: Searcher,
  {problems, targets}: SizingAsk,
  onpart: (part: SizingPart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const memory = memories.get(searcher) ?? new Map<string, Kept>();
  memories.set(searcher, memory);
  const total = problems.length;
  const keys = problems.map((problem) => JSON.stringify(problem));
  const places = keys.map((_, at) => at);
  const order = [...places.filter((at) => memory.has(keys[at])), ...places.filter((at) => !memory.has(keys[at]))];
  let done = 0;
  if (total === 0) return onpart({found: [], progress: {done, total}});
  for (const at of order) {
    const say = (share: number, words: string) =>
      onpart({found: [], doing: {at, words}, progress: {done: done + Math.min(share, 0.99), total}});
    let found: SizingPart["found"][number];
    try {
      const kept = memory.get(keys[at]) ?? (await evaluated(searcher, problems[at], say, isCancelled));
      if (!kept) return;
      remember(memory, keys[at], kept);
      found = {at, sizes: sizesOf(kept, targets)};
    } catch (error) {
      found = {at, error: error instanceof Error ? error.message : String(error)};
    }
    onpart({found: [found], progress: {done: ++done, total}});
    await pause();
    if (isCancelled()) return;
  }
}

/** Undefined when it was cancelled. */
async function evaluated(
  searcher: Searcher,
  problem: Problem,
  say: (share: number, words: string) => void,
  isCancelled: () => boolean
): Promise<Kept | undefined> {
  say(0, "loading tables");
  const {totalGpus, workload, quant, serving, exactKvCache, space, tuning} = problem;
  const {data, ...platforms} = await searcher.opened(problem, ({loaded, total}) =>
    say(0, `loading ${loaded} of ${total} tables`)
  );
  const steps = evaluateSearchSteps({
    ...platforms,
    totalGpus,
    workload,
    quant,
    exactKvCache,
    space,
    tuning,
    ...serving
  });
  for (let from = performance.now(); ;) {
    const {done, value} = steps.next();
    if (done) return {evaluation: value, data};
    if (performance.now() - from < stretchMs) continue;
    say(value.done / Math.max(1, value.total), "evaluating candidates");
    await pause();
    if (isCancelled()) return undefined;
    from = performance.now();
  }
}

function sizesOf({evaluation, data}: Kept, targets: Targets): Sizes {
  const offers = replicaOffers(evaluation, targets);
  const result = answerSearch(evaluation, {...targets, tpotMs: Infinity}, {topN: 1});
  const front = modesOf(result).flatMap((mode) => mode.front);
  const shared = {offers, front, data, doubts: evaluation.doubts};
  if (offers.length > 0) return {...shared, why: ""};
  const missing = answerSearch(evaluation, targets, {topN: 1});
  return {...shared, why: whyNone(missing), nearest: nearestOf(missing, targets)};
}

function nearestOf(result: SearchResult, targets: Targets): Sizes["nearest"] {
  const plans = modesOf(result).flatMap(({nearest}) => nearest ?? []);
  const plan = least(plans, (each) => overshootOf(each, targets));
  if (!plan) return undefined;
  const {ttftMs, tpotMs, requestLatencyMs} = plan;
  return {ttftMs, tpotMs, requestLatencyMs};
}

/** The reason that most candidates fell out for. */
function whyNone(result: SearchResult): string {
  const dropped = modesOf(result).flatMap(({considered, rejected, messages}) =>
    reasons.map((reason) => ({reason, considered, count: rejected[reason] ?? 0, message: messages[reason]}))
  );
  const [most] = dropped.sort((a, b) => b.count - a.count);
  if (!most || most.count === 0) return "no candidate could be tried";
  const {count, considered, reason, message} = most;
  return `${count} of ${considered} candidates ${reasonWords[reason]}${message ? `: ${message}` : ""}`;
}

/** The newest last, the oldest dropped. */
function remember(memory: Map<string, Kept>, key: string, kept: Kept): void {
  memory.delete(key);
  memory.set(key, kept);
  if (memory.size > mostKept) memory.delete(memory.keys().next().value!);
}

/** Lets messages of the page be heard. */
function pause(): Promise<void> {
  return new Promise((later) => setTimeout(later));
}
