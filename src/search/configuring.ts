/** One configuration, estimated: figures, work of every operator, memory, and what sizes next to it would do. */
import {InputError, PerfDataError} from "../engine/errors.js";
import {memoryRooms} from "../engine/explain/room.js";
import type {MemoryRoom} from "../engine/explain/room.js";
import {poolFault, whatIfs} from "../engine/explain/what-if.js";
import type {WhatIf} from "../engine/explain/what-if.js";
import {computeRoofs, estimateWork, platformOf} from "../engine/explain/work.js";
import type {ComputeRoof, OpWork} from "../engine/explain/work.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Platform} from "../engine/ops/table.js";
import type {Quant} from "../engine/quant.js";
import type {ErrorBand, OpTime, Parallel} from "../engine/result.js";
import {errorOfSum} from "../engine/session/error.js";
import {estimate} from "../engine/session/estimate.js";
import type {Estimate, EstimateProblem} from "../engine/session/estimate.js";
import type {DataNote, Problem} from "./protocol.js";
import type {Searcher} from "./searcher.js";

/** What is fixed of an estimate before anything is opened. */
export type EstimateSizes = Pick<
  EstimateProblem,
  "mode" | "parallel" | "batch" | "ctxTokens" | "prefill" | "decode" | "nextn" | "freeMemoryFraction"
>;

export interface ConfigurationAsk {
  problem: Problem;
  sizes: EstimateSizes;
  /** Sizes to look for room in where these have none, fewest GPUs first. */
  possible: Parallel[];
}

/** An operator of a step: how long it takes, and what it does in that time. */
export type StepOp = OpTime & {work: OpWork};

export interface Step {
  title: string;
  totalMs: number;
  error: ErrorBand;
  ops: StepOp[];
  roofs: ComputeRoof[];
  /** Of the GPU that runs it. */
  system: string;
  memoryBytesPerSec: number;
}

export interface ConfigurationAnswer {
  ask: ConfigurationAsk;
  /** Null where it cannot be estimated. */
  estimate: Estimate | null;
  steps: Step[];
  /** Empty where sizes make no sense. */
  rooms: MemoryRoom[];
  /** What stands in the way: `sizes` cannot be, tables lack `data`, or two `pools` cannot work together. */
  fault: {kind: "sizes" | "data" | "pools"; message: string} | null;
  /** Where the memory does not hold it: the smallest worker that does, at this batch. */
  roomy: Parallel | null;
  data: DataNote[];
  /** What was assumed of the model, a sentence each. */
  assumptions: string[];
  /** Types that tables hold, of those that operators are told apart by. */
  types: Partial<Record<keyof Quant, string[]>>;
  evaluateMs: number;
}

/** Throws nothing that a person's choice can bring about. */
export async function estimateConfiguration(searcher: Searcher, ask: ConfigurationAsk): Promise<ConfigurationAnswer> {
  const none = {ask, estimate: null, steps: [], rooms: [], fault: null, roomy: null, assumptions: [], types: {}};
  let opened: Awaited<ReturnType<Searcher["opened"]>>;
  try {
    opened = await searcher.opened(ask.problem);
  } catch (error) {
    return {...none, data: [], evaluateMs: 0, fault: faultOf(error)};
  }
  const start = performance.now();
  const {model, platform, data} = opened;
  const {assumptions} = model;
  const problem = problemOf(ask, opened);
  const shared = {...none, data, assumptions, types: typesOf(platform)};
  const rooms = attempt(() => memoryRooms(problem));
  const pools = poolFault(problem);
  const figures = attempt(() => (pools ? undefined : figuresOf(problem)));
  const evaluateMs = performance.now() - start;
  const fault = pools ? ({kind: "pools", message: pools} as const) : (figures.fault ?? rooms.fault);
  const overfull = rooms.value?.some(({fits}) => !fits) ?? false;
  return {
    ...shared,
    ...figures.value,
    rooms: rooms.value ?? [],
    fault,
    roomy: overfull ? roomyParallel(problem, ask.possible) : null,
    evaluateMs
  };
}

/** What sizes next to a configuration would do. Rejects where there is no configuration to start from. */
export async function configurationSteps(searcher: Searcher, ask: ConfigurationAsk): Promise<WhatIf[]> {
  return whatIfs(problemOf(ask, await searcher.opened(ask.problem)));
}

function problemOf(
  {problem, sizes}: ConfigurationAsk,
  {model, platform, decodePlatform}: {model: ModelConfig; platform: Platform; decodePlatform?: Platform}
): EstimateProblem {
  const {workload, quant, serving, exactKvCache} = problem;
  return {...serving, ...sizes, model, platform, decodePlatform, workload, quant, exactKvCache};
}

function figuresOf(problem: EstimateProblem): Pick<ConfigurationAnswer, "estimate" | "steps"> {
  const figures = estimate(problem);
  return {estimate: figures, steps: stepsOf(problem, figures)};
}

/** Each operator beside its work. */
function stepsOf(problem: EstimateProblem, {phases}: Estimate): Step[] {
  const work = estimateWork(problem);
  return phases.map(({title, totalMs, ops}, at) => {
    const {system} = platformOf(problem, title);
    return {
      title,
      totalMs,
      error: errorOfSum(ops),
      ops: ops.map((op, i) => ({...op, work: work[at].ops[i]})),
      roofs: computeRoofs([work[at]], system),
      system: system.label,
      memoryBytesPerSec: system.memoryBandwidthBytesPerSec
    };
  });
}

/** The smallest worker whose memory holds the batch; of two pools the wider one decides, so both take it. */
function roomyParallel(problem: EstimateProblem, possible: readonly Parallel[]): Parallel | null {
  const {prefill, decode} = problem;
  const widened = (parallel: Parallel): EstimateProblem => ({
    ...problem,
    parallel,
    ...(prefill && decode ? {prefill: {...prefill, parallel}, decode: {...decode, parallel}} : {})
  });
  const holds = (parallel: Parallel) => attempt(() => memoryRooms(widened(parallel))).value?.every(({fits}) => fits);
  return possible.find(holds) ?? null;
}

function attempt<T>(of: () => T): {value?: T; fault: ConfigurationAnswer["fault"]} {
  try {
    return {value: of(), fault: null};
  } catch (error) {
    return {fault: faultOf(error)};
  }
}

/** Throws on what is nobody's choice. */
function faultOf(error: unknown): NonNullable<ConfigurationAnswer["fault"]> {
  if (error instanceof PerfDataError) return {kind: "data", message: error.message};
  if (error instanceof InputError) return {kind: "sizes", message: error.message};
  throw error;
}

/** By what is measured, or fitted; nothing where operators need no tables. */
function typesOf({perf, database}: Platform): ConfigurationAnswer["types"] {
  if (database === "sol") return {};
  const parts = (table: Parameters<typeof perf.entriesOf>[0], at: number) =>
    perf.entriesOf(table).flatMap(({part}) => (part[at] === undefined ? [] : [part[at]]));
  const apart = (types: string[]) => [...new Set(types)];
  return {
    gemm: apart(parts("gemm", 0)),
    moe: apart([...parts("moe", 0), ...parts("wideep_moe", 1)]),
    kvCache: apart([...parts("decode_attention", 0), ...parts("decode_mla", 0), ...parts("decode_mla_module", 1)]),
    fmha: apart([...parts("prefill_attention", 0), ...parts("prefill_mla", 0)])
  };
}
