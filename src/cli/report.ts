/** The search as a person reads it: the question, the answer, both modes, the frontier, the best plans, the source. */
import {modesOf, type ModeResult, type Plan, type Reason, type SearchResult, type Targets} from "../engine/result.js";
import {nearestOf, type Objective, type Preferences} from "../engine/index.js";
import {msPerSecond} from "../engine/units.js";
import {deploymentWords, errorWords, gpuWords, modeWords, originWords, reasonWords} from "../words.js";
import {chosenPlan, plansToShow} from "./answer.js";
import {basisLines, latencyColumns} from "./basis.js";
import {noInk, type Ink} from "./ink.js";
import {limitWords, trim} from "./limit-words.js";
import {formatNumber, textTable, type Column} from "./tables.js";
import {terminalPlot, type PlotOptions} from "./terminal-plot.js";

export interface Report {
  /** What was asked, in a line. */
  question: string;
  totalGpus: number;
  targets: Targets;
  /** How plans were judged besides. */
  options?: Preferences;
  result: SearchResult;
  /** Where the figures come from, line by line; warnings start the report. */
  provenance: {warnings: string[]; lines: string[]};
  /** Name plans' backends, when several were tried. */
  severalBackends?: boolean;
  /** Why nothing is offered, a line each. */
  why?: readonly string[];
}

export function reportText(report: Report, {width = 80, ink = noInk}: {width?: number; ink?: Ink} = {}): string {
  const {result, provenance, why = []} = report;
  const modes = modesOf(result);
  const blocks = [
    provenance.warnings.map((warning) => ink.warn(warning)).join("\n"),
    ink.dim(report.question),
    ink.bold(answerSentence(report)),
    why.join("\n"),
    comparison(modes),
    frontiers(report, width, ink),
    ...modes.filter((mode) => plansToShow(mode).length > 0).map((mode) => topPlans(mode, report, ink)),
    ...modes.map((mode) => rejections(mode)),
    basisLines(modes.flatMap(plansToShow)).join("\n"),
    provenance.lines.join("\n")
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** The answer in one sentence. */
export function answerSentence(report: Pick<Report, "result" | "targets" | "totalGpus" | "options">): string {
  const {result, totalGpus, options} = report;
  const plan = chosenPlan(result);
  if (!plan) return refusal(report);
  const rival = modesOf(result).find(({mode}) => mode !== plan.mode);
  const {penalty = 0} = plan.figures ?? {};
  const parts = [
    `Serve ${modeWords[plan.mode]}: ${figureWords(plan)} (${deploymentWords(plan, totalGpus)})`,
    ...(penalty > 0 ? [`missed goals take ${formatNumber(100 * Math.min(1, penalty))} % of its score`] : []),
    ...(rival ? [rivalWords(plan, rival, options?.objective)] : [])
  ];
  return `${parts.join("; ")}.`;
}

/** `582.9 tokens/s/GPU at TTFT 217.1 ms and TPOT 9.13 ms`. */
export function figureWords(plan: Plan): string {
  const throughput = `${formatNumber(plan.tokensPerSecPerGpuCluster, 1)} tokens/s/GPU`;
  return `${throughput} at TTFT ${formatNumber(plan.ttftMs, 1)} ms and TPOT ${formatNumber(plan.tpotMs, 2)} ms`;
}

/** What the other mode gives of what counts. */
function rivalWords(plan: Plan, {mode, meetsTargets, best}: ModeResult, objective: Objective = "throughput"): string {
  const name = modeWords[mode];
  const rival = meetsTargets ? best[0] : undefined;
  if (!rival) return `${name} meets no target`;
  const percent = (own: number, other: number) => `${formatNumber((100 * other) / own, 0)} %`;
  switch (objective) {
    case "latency":
      return `${name} takes ${percent(plan.requestLatencyMs, rival.requestLatencyMs)} of that time per request`;
    case "cost":
      return `${name} costs ${percent(plan.figures!.costPerMillionTokens!, rival.figures!.costPerMillionTokens!)} of that`;
    case "gpus":
      return `${name} takes ${gpuWords(rival.figures!.sizing!.gpus)}`;
    default:
      return `${name} gives ${percent(plan.tokensPerSecPerGpuCluster, rival.tokensPerSecPerGpuCluster)} of that`;
  }
}

function refusal({result, targets, totalGpus, options}: Pick<Report, "result" | "targets" | "totalGpus" | "options">) {
  const wanted = limitWords(targets, options);
  const nearest = nearestWords(result, targets);
  if (options?.strict) return `Nothing meets ${wanted}; the reasons are below.`;
  if (nearest === "") return `Nothing serves this model on ${gpuWords(totalGpus)} at ${wanted}; the reasons are below.`;
  return `Nothing meets ${wanted}${nearest}.`;
}

/** `; the nearest is aggregated with …`, or nothing where there is no plan at all. */
export function nearestWords(result: SearchResult, targets: Targets): string {
  const plan = nearestOf(modesOf(result), targets);
  if (!plan) return "";
  return (
    `; the nearest is ${modeWords[plan.mode]} with TTFT ${formatNumber(plan.ttftMs, 1)} ms, TPOT ` +
    `${formatNumber(plan.tpotMs, 2)} ms and request latency ${formatNumber(plan.requestLatencyMs)} ms ` +
    `(${deploymentWords(plan, plan.gpusUsed)})`
  );
}

const figures = (plans: readonly Plan[]): Column<Plan>[] => [
  {title: "tok/s/GPU", value: (plan) => plan.tokensPerSecPerGpuCluster, digits: 1},
  {title: "within", value: (plan) => (plan.error ? errorWords(plan.error.tokensPerSec) : undefined), align: "right"},
  {title: "tok/s/user", value: (plan) => plan.tokensPerSecPerUser, digits: 1},
  ...latencyColumns<Plan>(plans, (plan) => plan),
  {title: "request ms", value: (plan) => plan.requestLatencyMs, digits: 0},
  {title: "in flight", value: (plan) => plan.concurrency * plan.replicas}
];

/** Of plans that have a price, or that miss soft goals. */
const cost: Column<Plan> = {title: "per Mtok", value: (plan) => plan.figures?.costPerMillionTokens, digits: 2};
const score: Column<Plan> = {title: "score", value: (plan) => plan.figures?.score, digits: 1};

function figuresOf(plans: readonly Plan[]): Column<Plan>[] {
  const isPriced = plans.some(({figures}) => figures?.costPerMillionTokens !== undefined);
  const isScored = plans.some(({figures}) => (figures?.penalty ?? 0) > 0);
  return [...figures(plans), ...(isPriced ? [cost] : []), ...(isScored ? [score] : [])];
}

function comparison(modes: readonly ModeResult[]): string {
  const rows = modes.filter((mode) => plansToShow(mode).length > 0);
  if (rows.length === 0) return "";
  const columns: Column<ModeResult>[] = [
    {title: "best of", value: (mode) => modeWords[mode.mode]},
    ...figuresOf(rows.flatMap(plansToShow)).map((column) => ({
      ...column,
      value: (mode: ModeResult) => column.value(plansToShow(mode)[0], 0)
    })),
    {title: "GPUs used", value: (mode) => plansToShow(mode)[0].gpusUsed},
    {title: "targets", value: (mode) => (mode.meetsTargets ? "met" : "missed")}
  ];
  return textTable(columns, rows);
}

function frontiers({result, targets}: Report, width: number, ink: Ink): string {
  const byLatency = targets.requestLatencyMs;
  const point = (plan: Plan) => ({
    x: byLatency === undefined ? plan.tokensPerSecPerUser : plan.requestLatencyMs,
    y: plan.tokensPerSecPerGpuCluster
  });
  const series = [
    {name: "aggregated", mark: "●", colour: ink.agg, points: (result.agg?.front ?? []).map(point)},
    {name: "disaggregated", mark: "▲", colour: ink.disagg, points: (result.disagg?.front ?? []).map(point)}
  ].filter((each) => each.points.length > 0);
  if (series.length === 0) return "";
  const best = chosenPlan(result);
  return terminalPlot({
    series,
    xTitle: byLatency === undefined ? "tokens/s/user" : "request latency (ms)",
    yTitle: "tokens/s/GPU",
    target: targetLine(targets),
    chosen: best ? point(best) : undefined,
    width,
    ink
  });
}

function targetLine({tpotMs, requestLatencyMs}: Targets): PlotOptions["target"] {
  if (requestLatencyMs !== undefined) return {x: requestLatencyMs, label: `${trim(requestLatencyMs)} ms`, met: "left"};
  return tpotMs < Infinity ? {x: msPerSecond / tpotMs, label: `TPOT ${trim(tpotMs)} ms`, met: "right"} : undefined;
}

function topPlans(mode: ModeResult, {totalGpus, severalBackends}: Report, ink: Ink): string {
  const title = `${mode.meetsTargets ? "Best" : "Nearest"} ${modeWords[mode.mode]}`;
  const plans = plansToShow(mode);
  const backend: Column<Plan> = {title: "backend", value: (plan) => (plan.agg ?? plan.decode)?.backend};
  const rank: Column<Plan> = {title: "#", value: (_, index) => index + 1};
  const columns = [rank, ...(severalBackends ? [backend] : []), ...figuresOf(plans), ...batchColumns(mode.mode)];
  const sentences = plans.map((plan, i) => `  ${i + 1}  ${deploymentWords(plan, totalGpus)}`);
  return [ink.bold(title), textTable(columns, plans, "  "), "", ...sentences].join("\n");
}

function batchColumns(mode: "agg" | "disagg"): Column<Plan>[] {
  const source: Column<Plan> = {title: "source", value: (plan) => originWords(plan)};
  if (mode === "disagg")
    return [
      {title: "batch p+d", value: (plan) => `${plan.prefill!.batchPerRank}+${plan.decode!.batchPerRank}`},
      source
    ];
  return [
    {title: "batch", value: (plan) => plan.agg!.batchPerRank},
    {title: "ctx tok", value: (plan) => plan.agg!.ctxTokens},
    {title: "GiB", value: (plan) => plan.agg!.memoryGiB.total, digits: 1},
    source
  ];
}

/** Why candidates were dropped; examples only where nothing is left. */
export function rejections(mode: ModeResult): string {
  const dropped = Object.entries(mode.rejected).filter(([, count]) => count > 0) as [Reason, number][];
  if (dropped.length === 0) return "";
  const line = ([reason, count]: [Reason, number]) => {
    const message =
      mode.best.length === 0 || !mode.meetsTargets || reason === "data" ? mode.messages[reason] : undefined;
    return `  ${formatNumber(count)} ${reasonWords[reason]}${message ? ` (${message})` : ""}`;
  };
  const considered = `${modeWords[mode.mode]}: of ${formatNumber(mode.considered)} candidates`;
  return [considered, ...dropped.sort(([, a], [, b]) => b - a).map(line)].join("\n");
}
