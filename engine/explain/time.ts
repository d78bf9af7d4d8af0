/** Where a plan's time goes, and what each part of it waits for. */
import {backendTraits} from "../backend.js";
import type {OpTime, PhaseDetail, Plan} from "../result.js";
import {planDetail, planWorkers} from "../search/detail.js";
import type {Evaluation} from "../search/evaluate.js";
import {stepCounts} from "../session/aggregated.js";
import {bounds, lightPhases} from "./light.js";
import type {LightPhases} from "./light.js";
import {opGroup} from "./op-group.js";
import type {OpGroup} from "./op-group.js";

/**
 * What time is spent on. `compute`, `bandwidth`: what an operator takes at the speed of light, by the larger of the two.
 * `waiting`: what it takes beyond. `communication`: all of a collective.
 */
export const limits = [...bounds, "waiting"] as const;
export type Limit = (typeof limits)[number];

/** A part of a time; shares add up to 1. */
export interface TimePart<Name extends string> {
  of: Name;
  ms: number;
  share: number;
}

/** One operator of a step, all its repetitions together. */
export interface OpWhy {
  name: string;
  kind: string;
  group: OpGroup;
  latencyMs: number;
  /** Of the step. */
  share: number;
  /** On an idle GPU; null where no bound is modelled. */
  lightMs: number | null;
  /** lightMs / latencyMs: how near the operator comes to the speed of light. Above 1 where the bound is not one. */
  utilisation: number | null;
  /** What most of its time is spent on. */
  limit: Limit;
  limits: TimePart<Limit>[];
}

export interface PhaseWhy {
  title: string;
  totalMs: number;
  /** Of its step: how much of the time would remain at the speed of light. */
  utilisation: number;
  limit: Limit;
  groups: TimePart<OpGroup>[];
  limits: TimePart<Limit>[];
  /** Longest first. */
  ops: OpWhy[];
}

/** A latency as a whole. `queueing`: waiting for one's turn; `scheduling`: what the engine spends per prompt. */
export interface LatencyWhy {
  totalMs: number;
  /** What most of the time spent running is spent on; null where nothing runs. */
  limit: Limit | null;
  groups: TimePart<OpGroup | "queueing" | "scheduling">[];
  limits: TimePart<Limit | "queueing" | "scheduling">[];
}

export interface TimeWhy {
  phases: PhaseWhy[];
  ttft: LatencyWhy;
  tpot: LatencyWhy;
}

/** Throws InputError for a plan of another problem. */
export function timeWhy(evaluation: Evaluation, plan: Plan): TimeWhy {
  const light = lightPhases(evaluation, plan);
  const phases = planDetail(evaluation, plan).phases.map((phase, i) => phaseWhy(phase, light, i));
  const {ttft, tpot, schedulingMs} = runsOf(evaluation, plan);
  return {
    phases,
    ttft: latencyWhy(plan.ttftMs, phases, ttft, schedulingMs),
    tpot: latencyWhy(plan.tpotMs, phases, tpot, 0)
  };
}

/** How often each step, by its title, runs within TTFT and per output token. */
interface Runs {
  ttft: Record<string, number>;
  tpot: Record<string, number>;
  schedulingMs: number;
}

function runsOf(evaluation: Evaluation, plan: Plan): Runs {
  const {session} = planWorkers(evaluation, plan);
  if (!session) return {ttft: {encoder: 1, prefill: 1}, tpot: {"decode step": 1}, schedulingMs: 0};
  const {worker, workload} = session;
  const {batchPerRank, ctxTokens = workload.isl} = plan.agg!;
  const {mixedForTpot, decodeSteps} = stepCounts(worker, workload, batchPerRank, ctxTokens);
  const steps = mixedForTpot + decodeSteps || 1;
  return {
    ttft: {encoder: 1, "mixed step": Math.ceil(workload.isl / ctxTokens)},
    tpot: {"mixed step": mixedForTpot / steps, "decode step": decodeSteps / steps},
    schedulingMs: backendTraits[worker.platform.backend].prefillOverheadMsPerLayer * worker.spec.model.layers
  };
}

function phaseWhy({title, totalMs, ops}: PhaseDetail, light: LightPhases, at: number): PhaseWhy {
  const told = ops.map((op, i) => {
    const [compute, bandwidth, communication] = bounds.map((bound) => light[bound][at].ops[i].latencyMs);
    return opWhy(op, totalMs, light.whole[at].ops[i].latencyMs, {compute, bandwidth, communication});
  });
  const running = told.filter(({latencyMs}) => latencyMs > 0).sort((a, b) => b.latencyMs - a.latencyMs);
  const limits = added(running.map((op) => op.limits));
  const lightMs = running.reduce((sum, op) => sum + Math.min(op.lightMs ?? 0, op.latencyMs), 0);
  return {
    title,
    totalMs,
    utilisation: totalMs > 0 ? lightMs / totalMs : 0,
    limit: largest(limits) ?? "waiting",
    groups: added(running.map(({group, latencyMs}) => [{of: group, ms: latencyMs, share: 1}])),
    limits,
    ops: running
  };
}

function opWhy(
  {name, kind, latencyMs}: OpTime,
  stepMs: number,
  lightMs: number,
  boundMs: Record<(typeof bounds)[number], number>
): OpWhy {
  const group = opGroup(kind);
  const isKnown = lightMs === lightMs;
  const reachedMs = isKnown ? Math.min(lightMs, latencyMs) : 0;
  const bound = bounds.reduce((most, next) => (boundMs[next] > boundMs[most] ? next : most));
  const spent: [Limit, number][] =
    group === "communication"
      ? [["communication", latencyMs]]
      : [
          [bound, reachedMs],
          ["waiting", latencyMs - reachedMs]
        ];
  const limits = parts(spent);
  return {
    name,
    kind,
    group,
    latencyMs,
    share: stepMs > 0 ? latencyMs / stepMs : 0,
    lightMs: isKnown ? lightMs : null,
    utilisation: isKnown && latencyMs > 0 ? lightMs / latencyMs : null,
    limit: largest(limits) ?? "waiting",
    limits
  };
}

function latencyWhy(
  totalMs: number,
  phases: readonly PhaseWhy[],
  runs: Record<string, number>,
  schedulingMs: number
): LatencyWhy {
  const ran = phases.filter(({title}) => runs[title] > 0);
  const times = <Name extends string>(of: (phase: PhaseWhy) => readonly TimePart<Name>[]) =>
    added(ran.map((phase) => of(phase).map((part) => ({...part, ms: part.ms * runs[phase.title]}))));
  const [groups, limits] = [times((phase) => phase.groups), times((phase) => phase.limits)];
  const runningMs = limits.reduce((sum, {ms}) => sum + ms, 0);
  const beyond = [
    ["scheduling", schedulingMs],
    ["queueing", remainder(totalMs, runningMs + schedulingMs)]
  ] as const;
  return {totalMs, limit: largest(limits), groups: withMore(groups, beyond), limits: withMore(limits, beyond)};
}

/** What is left of a total, but for rounding. */
function remainder(total: number, spent: number): number {
  const left = total - spent;
  return left > 1e-9 * total ? left : 0;
}

function withMore<Name extends string, More extends string>(
  of: readonly TimePart<Name>[],
  more: readonly (readonly [More, number])[]
): TimePart<Name | More>[] {
  return parts([...of.map(({of, ms}): [Name | More, number] => [of, ms]), ...more]);
}

/** Parts of several times together. */
function added<Name extends string>(times: readonly (readonly TimePart<Name>[])[]): TimePart<Name>[] {
  const sums = new Map<Name, number>();
  for (const {of, ms} of times.flat()) sums.set(of, (sums.get(of) ?? 0) + ms);
  return parts([...sums]);
}

/** What takes time, most of it first. */
function parts<Name extends string>(times: readonly (readonly [Name, number])[]): TimePart<Name>[] {
  const total = times.reduce((sum, [, ms]) => sum + ms, 0);
  return times
    .filter(([, ms]) => ms > 0)
    .map(([of, ms]) => ({of, ms, share: ms / total}))
    .sort((a, b) => b.ms - a.ms);
}

function largest<Name extends string>(of: readonly TimePart<Name>[]): Name | null {
  return of[0]?.of ?? null;
}
