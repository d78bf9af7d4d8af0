/**
 * What can be answered, found out by asking: the very search that would answer, at its smallest batch. A larger batch
 * is only evaluated where the smallest one was answered and fitted, so a plan comes out of a whole search exactly
 * where one comes out of this. Source: method.md §4.1, §12.1.
 */
import {embeddedDefault} from "./embedded.js";
import {InputError} from "./errors.js";
import {isMoe} from "./models/ops.js";
import type {ModelConfig} from "./models/types.js";
import type {Database, Platform} from "./ops/table.js";
import type {Quant} from "./quant.js";
import type {ModeResult, Parallel, PlanError, Reason} from "./result.js";
import {answerSearch} from "./search/answer.js";
import {evaluateSearch} from "./search/evaluate.js";
import type {Evaluation, SearchProblem} from "./search/evaluate.js";
import {AggregatedSession} from "./session/aggregated.js";
import {makeWorker} from "./session/worker.js";
import type {Worker, Workload} from "./session/worker.js";
import {bytesToGiB} from "./units.js";

/**
 * How a question is answered, best first. `measured`: from measured tables alone. `hybrid`: gaps of the tables filled
 * with the utilisation of other measurements. `calibrated`: from what the product carries itself, no table needed.
 */
export const supportLevels = ["measured", "hybrid", "calibrated", "does not fit", "not supported"] as const;
export type SupportLevel = (typeof supportLevels)[number];

/** One serving mode of one model on one platform. */
export interface Verdict {
  level: SupportLevel;
  /** Why it is no better: the table that is missing, the GPUs that one worker needs, what was refused. Empty where nothing is missing. */
  reason: string;
  /** Worker sizes that are answered, of how many that were tried. */
  works: Parallel[];
  tried: number;
  /** Of one answer, on held-out measurements; where there is one. */
  error?: PlanError;
}

export interface Support {
  agg: Verdict;
  disagg: Verdict;
  /** What is wrong with the measurements that were looked up, in words. */
  doubts: string[];
}

export interface SupportQuestion {
  model: ModelConfig;
  /** Its `database` is not looked at: all of them are asked, best first. */
  platform: Platform;
  totalGpus: number;
  workload: Workload;
  quant?: Partial<Quant>;
}

/** What is asked when the user does not say: the default workload of searches. */
export const usualWorkload: Workload = {isl: 4000, osl: 500, prefix: 0};

const modes = ["agg", "disagg"] as const;
type Mode = (typeof modes)[number];

/** No plan misses these. */
const noTargets = {ttftMs: Number.MAX_VALUE, tpotMs: Number.MAX_VALUE};

/** The databases that need tables, best first; the embedded default needs none. */
const tabled = [
  {database: "silicon", level: "measured"},
  {database: "hybrid", level: "hybrid"}
] as const satisfies {database: Database; level: SupportLevel}[];

/**
 * Asks database after database until both modes are answered. Yields a platform each time before its tables are looked
 * into: the caller loads `requiredSlices` of it, and continues. A question that memory or a refusal settles yields none.
 */
export function* supportSteps(question: SupportQuestion): Generator<Platform, Support> {
  const own = question.platform;
  const light = attempt(question, {...own, database: "sol"});
  const support: Partial<Record<Mode, Verdict>> = {};
  let doubts: string[] = [];
  // What memory or a refusal settles needs no tables, and is the same in every database.
  for (const mode of modes) if (!light[mode].answered && !light[mode].lacksData) support[mode] = refusal(light[mode]);
  const misses: Record<Mode, string> = {agg: "", disagg: ""};
  for (const {database, level} of own.perf.empty ? [] : tabled) {
    const open = modes.filter((mode) => !support[mode]);
    if (open.length === 0) break;
    const platform: Platform = {...own, database};
    yield platform;
    const asked = attempt(question, platform);
    for (const mode of open) {
      if (asked[mode].answered) support[mode] = verdictOf(level, misses[mode] || asked[mode].miss, asked[mode]);
      misses[mode] ||= asked[mode].miss;
    }
    if (asked.doubts.length > 0) doubts = asked.doubts;
  }
  if (modes.some((mode) => !support[mode])) {
    const last = attempt(question, embeddedDefault(own));
    for (const mode of modes)
      support[mode] ??= last[mode].answered
        ? verdictOf(
            "calibrated",
            misses[mode] ||
              "no tables of this GPU are imported; fitted surfaces answer, its own or those of the GPU nearest to it",
            last[mode]
          )
        : refusal(last[mode]);
  }
  return {agg: support.agg!, disagg: support.disagg!, doubts};
}

/** The verdict, where all tables that it needs are loaded. */
export function supportOf(question: SupportQuestion): Support {
  const steps = supportSteps(question);
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
  }
}

/** What one mode of a search at the smallest batch came to. */
interface Attempt {
  answered: boolean;
  works: Parallel[];
  tried: number;
  error?: PlanError;
  /** First message of a candidate that no table answers. */
  miss: string;
  /** No plan because of it. */
  lacksData: boolean;
  /** What else kept candidates from being plans. */
  refused: {level: "does not fit" | "not supported"; reason: string};
}

type Attempts = Record<Mode, Attempt> & {doubts: string[]};

function attempt({model, totalGpus, workload, quant}: SupportQuestion, platform: Platform): Attempts {
  const problem: SearchProblem = {model, platform, totalGpus, workload, quant, maxBatch: 1};
  try {
    const evaluation = evaluateSearch(problem);
    const result = answerSearch(evaluation, noTargets, {topN: 1});
    return {
      agg: attemptOf(problem, result.agg!, aggregatedWorkers(evaluation)),
      disagg: result.disagg ? attemptOf(problem, result.disagg, poolWorkers(evaluation)) : tooFew(totalGpus),
      doubts: result.doubts
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const refused = nothingOf("not supported", error.message);
    return {agg: refused, disagg: refused, doubts: []};
  }
}

function attemptOf(problem: SearchProblem, result: ModeResult, workers: Worker[]): Attempt {
  const {best, considered, rejected, messages} = result;
  const answered = best.length > 0;
  return {
    answered,
    works: workers.map(({spec}) => spec.parallel),
    tried: considered,
    error: best[0]?.error,
    miss: messages.data ?? "",
    lacksData: !answered && rejected.data !== undefined,
    refused: answered ? {level: "not supported", reason: ""} : whyNot(problem, rejected, messages)
  };
}

function nothingOf(level: "does not fit" | "not supported", reason: string): Attempt {
  return {answered: false, works: [], tried: 0, miss: "", lacksData: false, refused: {level, reason}};
}

function tooFew(totalGpus: number): Attempt {
  return nothingOf("does not fit", `needs 2 GPUs, one for each phase; there is ${totalGpus}`);
}

/** Reasons in the order in which more of something would help. */
function whyNot(
  problem: SearchProblem,
  rejected: Partial<Record<Reason, number>>,
  messages: Partial<Record<Reason, string>>
): Attempt["refused"] {
  const {data, memory, kvCache, gpus, divisibility} = rejected;
  if (data) return {level: "not supported", reason: messages.data ?? "no perf data"};
  if (memory || kvCache) return {level: "does not fit", reason: memoryWords(problem)};
  if (gpus) return {level: "does not fit", reason: messages.gpus ?? ""};
  if (divisibility) return {level: "not supported", reason: messages.divisibility ?? ""};
  return {level: "not supported", reason: "no worker size is possible"};
}

function aggregatedWorkers({aggregated}: Evaluation): Worker[] {
  return aggregated.flatMap(({session, points}) => (points.length > 0 ? [session.worker] : []));
}

/** Workers of either pool, each size once. */
function poolWorkers({disaggregated: pools}: Evaluation): Worker[] {
  const points = pools ? [...pools.prefill, ...pools.decode] : [];
  return [...new Map(points.map(({worker}) => [worker.label, worker])).values()];
}

function verdictOf(level: SupportLevel, reason: string, {works, tried, error}: Attempt): Verdict {
  return {level, reason, works, tried, ...(error ? {error} : {})};
}

function refusal({refused, tried}: Attempt): Verdict {
  return {...refused, works: [], tried};
}

/** GPUs of one worker that are tried to find how many a model needs; searches stop at 8, or 16 in wide systems. */
const workerSizes = [1, 2, 4, 8, 16, 32, 64, 128];

function memoryWords({model, platform, workload, totalGpus, quant}: SearchProblem): string {
  const gpus = gpusThatFit(model, platform, workload, quant);
  const each = `${Math.round(bytesToGiB(platform.system.memoryCapacityBytes))} GiB each`;
  if (gpus === undefined) return `exceeds ${workerSizes.at(-1)} GPUs per worker (${each})`;
  const limit = gpus > totalGpus ? `there are ${totalGpus}` : "more than searches try";
  return `needs ${gpus} GPUs per worker (${each}); ${limit}`;
}

/** Fewest GPUs whose memory holds one aggregated worker with one request, whatever searches try. */
export function gpusThatFit(
  model: ModelConfig,
  platform: Platform,
  workload: Workload,
  quant?: Partial<Quant>
): number | undefined {
  const own = embeddedDefault(platform);
  return workerSizes.find((gpus) => widest(model, gpus).some((parallel) => fitsIn(model, own, parallel)));

  function fitsIn(model: ModelConfig, platform: Platform, parallel: Parallel): boolean {
    try {
      const session = new AggregatedSession(makeWorker(model, platform, parallel, {role: "agg", quant}), workload);
      return session.misfit(session.memory(1, workload.isl), 1) === undefined;
    } catch (error) {
      if (error instanceof InputError) return false;
      throw error;
    }
  }
}

/** Ways to spread a model over that many GPUs. */
function widest(model: ModelConfig, gpus: number): Parallel[] {
  const one = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
  if (!isMoe(model)) return [{...one, tp: gpus}];
  return [
    {...one, tp: gpus, moeTp: gpus},
    {...one, tp: gpus, moeEp: gpus},
    {...one, dp: gpus, moeEp: gpus}
  ];
}
