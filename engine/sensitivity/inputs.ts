/** Inputs of a search that may turn out other than given, and the search with one of them changed. */
import {withBandwidth, withRates} from "../explain/light.js";
import {defaultAcceptRates, inferNextn} from "../models/quant.js";
import type {Platform} from "../ops/table.js";
import type {Targets} from "../result.js";
import type {SearchProblem} from "../search/evaluate.js";
import type {Workload} from "../session/worker.js";
import type {SystemSpec} from "../system.js";

/** Lengths in tokens, hardware per GPU, and what was asked for. Compute changes in all types, drafts at every depth. */
export const sensitiveInputs = {
  isl: {label: "prompt length", unit: "tokens"},
  osl: {label: "answer length", unit: "tokens"},
  prefix: {label: "cached prompt tokens", unit: "tokens"},
  memoryBandwidth: {label: "memory bandwidth", unit: "bytes/s"},
  flops: {label: "compute rate (bf16)", unit: "FLOP/s"},
  intraNodeLinks: {label: "links within a node", unit: "bytes/s"},
  interNodeLinks: {label: "links between nodes", unit: "bytes/s"},
  interRackLinks: {label: "links between racks", unit: "bytes/s"},
  memoryCapacity: {label: "memory capacity", unit: "bytes"},
  acceptRate: {label: "accept rate (first draft)", unit: "share"},
  ttft: {label: "TTFT target", unit: "ms"},
  tpot: {label: "TPOT target", unit: "ms"},
  requestLatency: {label: "request-latency target", unit: "ms"}
} as const satisfies Record<string, {label: string; unit: string}>;

export type SensitiveInput = keyof typeof sensitiveInputs;

/** Whose GPU changes: where prefill and decode run on different systems, each on its own. */
export type Side = "all" | "prefill" | "decode";

/** One input as it is. */
export interface Variable {
  input: SensitiveInput;
  side: Side;
  value: number;
}

/** A question with one input changed. */
export interface Changed {
  problem: SearchProblem;
  targets: Targets;
  /** The input now; lengths are whole tokens. */
  value: number;
}

const targetNames = {ttft: "ttftMs", tpot: "tpotMs", requestLatency: "requestLatencyMs"} as const;

/** Figures of a system by input, and the system with `factor` times as much. */
const hardware = {
  memoryBandwidth: {of: (system: SystemSpec) => system.memoryBandwidthBytesPerSec, with: withBandwidth},
  flops: {of: (system: SystemSpec) => system.bf16FlopsPerSec, with: withRates},
  intraNodeLinks: scaled("intraNodeBytesPerSec"),
  interNodeLinks: scaled("interNodeBytesPerSec"),
  interRackLinks: scaled("interRackBytesPerSec"),
  memoryCapacity: scaled("memoryCapacityBytes")
};

function scaled(
  field: "intraNodeBytesPerSec" | "interNodeBytesPerSec" | "interRackBytesPerSec" | "memoryCapacityBytes"
) {
  return {
    of: (system: SystemSpec) => system[field],
    with: (system: SystemSpec, factor: number): SystemSpec => ({...system, [field]: system[field]! * factor})
  };
}

/** What a question can be sensitive to: accept rates where drafts are made, a cached prefix where there is one, and so on. */
export function variablesOf(problem: SearchProblem, targets: Targets): Variable[] {
  const {workload, platform, decodePlatform = platform} = problem;
  const all = (input: SensitiveInput, value: number | undefined): Variable[] =>
    value !== undefined && value > 0 && Number.isFinite(value) ? [{input, side: "all", value}] : [];
  const one = platform.system.id === decodePlatform.system.id;
  const sides: [Side, Platform][] = one
    ? [["all", platform]]
    : [
        ["prefill", platform],
        ["decode", decodePlatform]
      ];
  const ofGpus = Object.entries(hardware).flatMap(([input, {of}]) =>
    sides.flatMap(([side, {system}]) =>
      all(input as SensitiveInput, of(system)).map((variable) => ({...variable, side}))
    )
  );
  const {ttftMs, tpotMs, requestLatencyMs} = targets;
  const asked =
    requestLatencyMs === undefined
      ? [...all("ttft", ttftMs), ...all("tpot", tpotMs)]
      : all("requestLatency", requestLatencyMs);
  return [
    ...all("isl", workload.isl),
    ...all("osl", workload.osl),
    ...all("prefix", workload.prefix),
    ...ofGpus,
    ...all("acceptRate", draftsOf(problem) > 0 ? ratesOf(problem)[0] : undefined),
    ...asked
  ];
}

/** The question with `factor` times one input; undefined where it cannot change that way. */
export function withChanged(
  problem: SearchProblem,
  targets: Targets,
  {input, side, value}: Variable,
  factor: number
): Changed | undefined {
  switch (input) {
    case "isl":
    case "osl":
    case "prefix": {
      const tokens = wholeTokens(problem.workload, input, factor);
      if (tokens === value) return undefined;
      return {problem: withLength(problem, {...problem.workload, [input]: tokens}), targets, value: tokens};
    }
    case "acceptRate": {
      const acceptRates = ratesOf(problem).map((rate) => Math.min(1, rate * factor));
      return acceptRates[0] === value
        ? undefined
        : {problem: {...problem, acceptRates}, targets, value: acceptRates[0]};
    }
    case "ttft":
    case "tpot":
    case "requestLatency":
      return {problem, targets: {...targets, [targetNames[input]]: value * factor}, value: value * factor};
    default:
      return {problem: withHardware(problem, input, side, factor), targets, value: value * factor};
  }
}

/** Whether a changed input needs its candidates evaluated anew. */
export function isTarget(input: SensitiveInput): boolean {
  return Object.hasOwn(targetNames, input);
}

function draftsOf({model, nextn}: SearchProblem): number {
  return nextn ?? inferNextn(model);
}

function ratesOf({acceptRates = defaultAcceptRates}: SearchProblem): readonly number[] {
  return acceptRates;
}

/** At least one token up or down, within what a workload can be. */
function wholeTokens(workload: Workload, input: "isl" | "osl" | "prefix", factor: number): number {
  const value = workload[input];
  const rounded = Math.round(value * factor);
  const moved = rounded === value ? value + Math.sign(factor - 1) : rounded;
  const least = {isl: workload.prefix + 1, osl: 2, prefix: 0}[input];
  const most = input === "prefix" ? workload.isl - 1 : Infinity;
  return Math.min(most, Math.max(least, moved));
}

/** What an engine reserves per sequence grows with it. */
function withLength(problem: SearchProblem, workload: Workload): SearchProblem {
  const {space} = problem;
  if (space?.maxSeqTokens === undefined) return {...problem, workload};
  const maxSeqTokens = Math.max(space.maxSeqTokens, workload.isl + workload.osl);
  return {...problem, workload, space: {...space, maxSeqTokens}};
}

function withHardware(problem: SearchProblem, input: keyof typeof hardware, side: Side, factor: number): SearchProblem {
  const change = (own: Platform) => withSystem(own, hardware[input].with(own.system, factor), input);
  const {platform, decodePlatform} = problem;
  return {
    ...problem,
    ...(side === "decode" ? {} : {platform: change(platform)}),
    ...(side === "prefill" || !decodePlatform ? {} : {decodePlatform: change(decodePlatform)})
  };
}

/**
 * Tables are of the GPU as it is, so that a faster one is answered by carrying them over. Without a change that gives
 * the tables' own times to the last digit; memory capacity bears on none of them.
 */
function withSystem(platform: Platform, system: SystemSpec, input: keyof typeof hardware): Platform {
  if (platform.database === "sol" || input === "memoryCapacity") return {...platform, system};
  return {...platform, system, donor: platform.donor ?? platform.system};
}
