/** Sizing as a person reads it: how many GPUs a load takes, or what the GPUs there are serve of it. */
import type {LoadTarget, Preferences} from "../engine/index.js";
import {modesOf, type Plan, type SearchResult, type Targets} from "../engine/result.js";
import {errorWords, gpuWords, modeWords, originWords, replicaWords} from "../words.js";
import {chosenPlan, plansToShow} from "./answer.js";
import {basisLines, latencyColumns} from "./basis.js";
import {noInk, type Ink} from "./ink.js";
import {limitWords, loadWords} from "./limit-words.js";
import {nearestWords} from "./report.js";
import {formatNumber, textTable, type Column} from "./tables.js";

export interface SizingReport {
  question: string;
  targets: Targets;
  options: Preferences & {load: LoadTarget};
  result: SearchResult;
  provenance: {warnings: string[]; lines: string[]};
  severalBackends: boolean;
  /** Why nothing is offered, a line each. */
  why: readonly string[];
}

export function sizingText(report: SizingReport, ink: Ink = noInk): string {
  const {question, result, provenance, why} = report;
  const blocks = [
    provenance.warnings.map((warning) => ink.warn(warning)).join("\n"),
    ink.dim(question),
    ink.bold(sizingSentence(report)),
    why.join("\n"),
    ...modesOf(result).map(({mode, best, meetsTargets}) =>
      meetsTargets && best.length > 0
        ? [ink.bold(`${meetsTargets ? "Fewest GPUs" : "Nearest"}, ${modeWords[mode]}`), planTable(best, report)].join(
            "\n"
          )
        : ""
    ),
    basisLines(modesOf(result).flatMap(plansToShow)).join("\n"),
    provenance.lines.join("\n")
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** `24 GPUs serve 50 requests/s: 6 replicas of TP4, aggregated, each 8.4 requests/s; TTFT …`. */
export function sizingSentence({targets, options, result}: SizingReport): string {
  const {load} = options;
  const plan = chosenPlan(result);
  if (!plan)
    return `Nothing serves ${loadWords(load)} within ${limitWords(targets, options)}${nearestWords(result, targets)}.`;
  const {replicas, gpus, capped, loadServed} = plan.figures!.sizing!;
  const what = capped
    ? `${gpuWords(load.maxGpus!)} do not suffice: ${gpuWords(gpus)} serve ${percent(loadServed)} of ${loadWords(load)}`
    : `${gpuWords(gpus)} serve ${loadWords(load)}`;
  const how = `${replicas} ${replicas === 1 ? "replica" : "replicas"} of ${replicaWords(plan)}, ${modeWords[plan.mode]}`;
  const figures = `TTFT ${formatNumber(plan.ttftMs, 1)} ms, TPOT ${formatNumber(plan.tpotMs, 2)} ms`;
  return `${what}: ${how}, each ${capacityWords(plan, load)}; ${figures}${neededWords(plan)}.`;
}

/** Never rounded up to all of it. */
const percent = (share: number) => `${formatNumber(Math.floor(1000 * share) / 10, 1)} %`;

/** What one replica serves of the load, in its unit. */
function capacityWords({requestsPerSec, concurrency}: Plan, load: LoadTarget): string {
  return load.requestsPerSec === undefined
    ? `${formatNumber(concurrency)} requests in flight`
    : `${formatNumber(requestsPerSec, 2)} requests/s`;
}

/** What the whole load would take, where the GPUs do not suffice. */
function neededWords({figures, gpus}: Plan): string {
  const {replicas, capped, loadServed} = figures!.sizing!;
  return capped ? `; all of it takes ${gpuWords(Math.round(replicas / loadServed) * gpus)} of these replicas` : "";
}

function planTable(plans: readonly Plan[], {severalBackends, options}: SizingReport): string {
  const {load} = options;
  const sizing = (plan: Plan) => plan.figures!.sizing!;
  const isPriced = plans.some(({figures}) => figures?.costPerHour !== undefined);
  const columns: Column<Plan>[] = [
    {title: "#", value: (_, i) => i + 1},
    ...(severalBackends ? [{title: "engine", value: (plan: Plan) => (plan.agg ?? plan.decode)?.backend}] : []),
    {title: "GPUs", value: (plan) => sizing(plan).gpus},
    {title: "replicas", value: (plan) => sizing(plan).replicas},
    {title: "of", value: replicaWords, align: "left"},
    {
      title: "served",
      value: (plan) => (sizing(plan).capped ? percent(sizing(plan).loadServed) : "all"),
      align: "right"
    },
    {
      title: load.requestsPerSec === undefined ? "in flight each" : "requests/s each",
      value: (plan) => (load.requestsPerSec === undefined ? plan.concurrency : plan.requestsPerSec),
      digits: load.requestsPerSec === undefined ? 0 : 2
    },
    {title: "within", value: (plan) => (plan.error ? errorWords(plan.error.tokensPerSec) : undefined), align: "right"},
    ...latencyColumns<Plan>(plans, (plan) => plan),
    {title: "tok/s/GPU", value: (plan) => plan.tokensPerSecPerGpu, digits: 1},
    ...(isPriced ? [{title: "per hour", value: (plan: Plan) => plan.figures?.costPerHour, digits: 2}] : []),
    {title: "source", value: (plan) => originWords(plan)}
  ];
  return textTable(columns, plans, "  ");
}
