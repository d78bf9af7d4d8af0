/** What the worker can be asked besides the search itself, by name. Each loads its module when it is first asked. */
import type {Plan, PlanDetail} from "../engine/result.js";
import type {PlanWhy} from "../engine/explain/plan.js";
import type {CandidateAsk, ExploredAggregated, ExploredPart, ExploredPools, ShownCandidate} from "./exploring.js";
import type {NamedFile, NamedText, PredictAsked, PredictPart} from "./predicting.js";
import type {WhatIf} from "../engine/explain/what-if.js";
import type {ChoicePart} from "./choosing.js";
import type {ConfigurationAnswer, ConfigurationAsk} from "./configuring.js";
import type {LoadAsk, LoadPart} from "./loading.js";
import type {KneeWalk, MethodAsk, MethodWalk} from "./method.js";
import type {CompareAsk, ComparePart} from "./comparing.js";
import type {PayoffAsk, PayoffPart} from "./paying.js";
import type {Ask, SensitivityPart} from "./protocol.js";
import type {SimulatedPart} from "./simulating.js";
import type {SizingAsk, SizingPart} from "./sizing.js";
import type {SteppingAsk, SteppingCurves} from "./stepping.js";
import type {TracePart, TraceText} from "./tracing.js";
import type {Searcher} from "./searcher.js";

/** Asked once, answered once. */
export interface Calls {
  /** Operator times of a plan of the last answer. */
  detail: {asked: Plan; answer: PlanDetail};
  /** Why a plan of the last answer is as it is. */
  why: {asked: Plan; answer: PlanWhy};
  /** Tables of measured deployments, read. */
  readMeasured: {asked: NamedText[]; answer: NamedFile[]};
  /** Any candidate of a problem as a plan, with its operators. */
  candidate: {asked: CandidateAsk; answer: ShownCandidate};
  /** One configuration, whether a search would try it or not, and what sizes next to it would do. */
  configuration: {asked: ConfigurationAsk; answer: ConfigurationAnswer};
  configurationSteps: {asked: ConfigurationAsk; answer: WhatIf[]};
  /** How one prediction comes about, stage by stage, and the knee of a search's front. */
  method: {asked: MethodAsk; answer: MethodWalk};
  knee: {asked: Ask; answer: KneeWalk | null};
  /** What engine steps cost on one worker. */
  stepping: {asked: SteppingAsk; answer: SteppingCurves};
}

/** Asked once, answered in parts until they say that they are all, or until cancelled. */
export interface Streams {
  sensitivity: {asked: Ask; part: SensitivityPart};
  /** Fronts and best plans of several searches. */
  compare: {asked: CompareAsk[]; part: ComparePart};
  /** Both modes over a grid of lengths. */
  payoff: {asked: PayoffAsk; part: PayoffPart};
  /** What replicas each of several GPU types can serve with. */
  sizing: {asked: SizingAsk; part: SizingPart};
  /** Measured deployments, predicted row by row. */
  predictMeasured: {asked: PredictAsked; part: PredictPart};
  /** Every candidate of a mode, with the answer chosen from them. */
  aggregated: {asked: Ask; part: ExploredPart<ExploredAggregated>};
  pools: {asked: Ask; part: ExploredPart<ExploredPools>};
  /** The answer to a question with figures by simulation. */
  simulated: {asked: Ask; part: SimulatedPart};
  /** The best plan by simulation. */
  choosePlan: {asked: Ask; part: ChoicePart};
  /** A deployment under load, and the requests of a trace to load it with. */
  load: {asked: LoadAsk; part: LoadPart};
  trace: {asked: TraceText; part: TracePart};
}

export type CallName = keyof Calls;
export type StreamName = keyof Streams;

/** How far a stream is. */
export interface Part {
  progress: {done: number; total: number};
}

export const calls: {
  [K in CallName]: (searcher: Searcher, asked: Calls[K]["asked"]) => Promise<Calls[K]["answer"]>;
} = {
  detail: async (searcher, plan) => searcher.detail(plan),
  why: (searcher, plan) => searcher.why(plan),
  readMeasured: async (_, files) => (await import("./predicting.js")).readFiles(files),
  candidate: async (searcher, asked) => (await import("./exploring.js")).showCandidate(searcher, asked),
  configuration: async (searcher, asked) => (await import("./configuring.js")).estimateConfiguration(searcher, asked),
  configurationSteps: async (searcher, asked) => (await import("./configuring.js")).configurationSteps(searcher, asked),
  method: async (searcher, asked) => (await import("./method.js")).walkMethod(searcher, asked),
  knee: async (searcher, asked) => (await import("./method.js")).walkKnee(searcher, asked),
  stepping: async (searcher, asked) => (await import("./stepping.js")).steppingCurves(searcher, asked)
};

export const streams: {
  [K in StreamName]: (
    searcher: Searcher,
    asked: Streams[K]["asked"],
    onpart: (part: Streams[K]["part"]) => void,
    isCancelled: () => boolean
  ) => Promise<void>;
} = {
  sensitivity: (searcher, ask, onpart, isCancelled) => searcher.sense(ask, onpart, isCancelled),
  simulated: async (searcher, ask, ...heard) => {
    const {evaluation} = await searcher.evaluated(ask.problem);
    await (await import("./simulating.js")).simulateSearch(evaluation, ask, ...heard);
  },
  compare: async (...asked) => (await import("./comparing.js")).compareSearches(...asked),
  payoff: async (...asked) => (await import("./paying.js")).sweepPayoff(...asked),
  sizing: async (...asked) => (await import("./sizing.js")).sizeSystems(...asked),
  predictMeasured: async (searcher, asked, onpart, isCancelled) => {
    const {predictRows, predictorOf} = await import("./predicting.js");
    await predictRows(predictorOf(searcher, asked), asked.rows, asked.from, onpart, isCancelled);
  },
  aggregated: async (searcher, ask, onpart) =>
    (await import("./exploring.js")).exploreAggregated(searcher, ask, onpart),
  pools: async (searcher, ask, onpart) => (await import("./exploring.js")).explorePools(searcher, ask, onpart),
  choosePlan: async (...asked) => (await import("./choosing.js")).choosePlan(...asked),
  load: async (...asked) => (await import("./loading.js")).streamLoad(...asked),
  trace: async (...asked) => (await import("./tracing.js")).readTrace(...asked)
};
