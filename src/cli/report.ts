/** The search as a person reads it: the question, the answer, both modes, the frontier, the best plans, the source. */
import {modesOf, type ModeResult, type Plan, type Reason, type SearchResult, type Targets} from "../engine/result.js";
import {msPerSecond} from "../engine/units.js";
import {deploymentWords, errorWords, gpuWords, modeWords, originWords, planErrorWords, reasonWords} from "../words.js";
import {chosenPlan, nearestOf, plansToShow} from "./answer.js";
import {noInk, type Ink} from "./ink.js";
import {formatNumber, textTable, type Column} from "./tables.js";
import {terminalPlot} from "./terminal-plot.js";

export interface Report {
  /** What was asked, in a line. */
  question: string;
  totalGpus: number;
  targets: Targets;
  result: SearchResult;
  /** Where the figures come from, line by line; warnings start the report. */
  provenance: {warnings: string[]; lines: string[]};
  /** Name plans' backends, when several were tried. */
  severalBackends?: boolean;
}

export function reportText(report: Report, {width = 80, ink = noInk}: {width?: number; ink?: Ink} = {}): string {
  const {result, totalGpus, provenance} = report;
  const modes = modesOf(result);
  const blocks = [
    provenance.warnings.map((warning) => ink.warn(warning)).join("\n"),
    ink.dim(report.question),
    ink.bold(answerSentence(result, report.targets, totalGpus)),
    comparison(modes),
    frontiers(report, width, ink),
    ...modes.filter((mode) => plansToShow(mode).length > 0).map((mode) => topPlans(mode, report, ink)),
    ...modes.map((mode) => rejections(mode)),
    errorLine(modes),
    provenance.lines.join("\n")
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** `TTFT ≤ 300 ms and TPOT ≤ 10 ms`. */
export function targetWords({ttftMs, tpotMs, requestLatencyMs}: Targets): string {
  if (requestLatencyMs !== undefined) return `request latency ≤ ${trim(requestLatencyMs)} ms`;
  return `TTFT ≤ ${trim(ttftMs)} ms and TPOT ≤ ${trim(tpotMs)} ms`;
}

const trim = (value: number) => String(Number(value.toFixed(3)));

/** The answer in one sentence. */
export function answerSentence(result: SearchResult, targets: Targets, totalGpus: number): string {
  if (!result.chosen) return refusal(result, targets, totalGpus);
  const plan = chosenPlan(result)!;
  const other = result.chosen === "agg" ? result.disagg : result.agg;
  const rival = other?.meetsTargets ? other.best[0] : undefined;
  const gain = rival ? plan.tokensPerSecPerGpuCluster / rival.tokensPerSecPerGpuCluster : undefined;
  const name = modeWords[result.chosen];
  const versus =
    other && `${modeWords[other.mode]} ${gain ? `gives ${formatNumber(100 / gain, 0)} % of that` : "meets no target"}`;
  return (
    `Serve ${name}: ${formatNumber(plan.tokensPerSecPerGpuCluster, 1)} tokens/s/GPU at TTFT ` +
    `${formatNumber(plan.ttftMs, 1)} ms and TPOT ${formatNumber(plan.tpotMs, 2)} ms ` +
    `(${deploymentWords(plan, totalGpus)})${versus ? `; ${versus}` : ""}.`
  );
}

function refusal(result: SearchResult, targets: Targets, totalGpus: number): string {
  const plan = nearestOf(modesOf(result), targets);
  const wanted = targetWords(targets);
  if (!plan) return `Nothing serves this model on ${gpuWords(totalGpus)} at ${wanted}; the reasons are below.`;
  return (
    `Nothing meets ${wanted}; the nearest is ${modeWords[plan.mode]} with TTFT ${formatNumber(plan.ttftMs, 1)} ms, TPOT ` +
    `${formatNumber(plan.tpotMs, 2)} ms and request latency ${formatNumber(plan.requestLatencyMs)} ms ` +
    `(${deploymentWords(plan, totalGpus)}).`
  );
}

const figures: Column<Plan>[] = [
  {title: "tok/s/GPU", value: (plan) => plan.tokensPerSecPerGpuCluster, digits: 1},
  {title: "within", value: (plan) => (plan.error ? errorWords(plan.error.tokensPerSec) : undefined), align: "right"},
  {title: "tok/s/user", value: (plan) => plan.tokensPerSecPerUser, digits: 1},
  {title: "TTFT ms", value: (plan) => plan.ttftMs, digits: 1},
  {title: "TPOT ms", value: (plan) => plan.tpotMs, digits: 2},
  {title: "request ms", value: (plan) => plan.requestLatencyMs, digits: 0},
  {title: "in flight", value: (plan) => plan.concurrency * plan.replicas}
];

/** Of the plans that are shown, the one least sure of. */
function errorLine(modes: readonly ModeResult[]): string {
  const errors = modes.flatMap(plansToShow).flatMap(({error}) => (error ? [error] : []));
  if (errors.length === 0) return "";
  return `Errors, at most: ${planErrorWords(errors.reduce((a, b) => (b.tokensPerSec.p90 > a.tokensPerSec.p90 ? b : a)))}`;
}

function comparison(modes: readonly ModeResult[]): string {
  const rows = modes.filter((mode) => plansToShow(mode).length > 0);
  if (rows.length === 0) return "";
  const columns: Column<ModeResult>[] = [
    {title: "best of", value: (mode) => modeWords[mode.mode]},
    ...figures.map((column) => ({...column, value: (mode: ModeResult) => column.value(plansToShow(mode)[0], 0)})),
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
    target:
      byLatency === undefined
        ? {x: msPerSecond / targets.tpotMs, label: `TPOT ${trim(targets.tpotMs)} ms`, met: "right"}
        : {x: byLatency, label: `${trim(byLatency)} ms`, met: "left"},
    chosen: best ? point(best) : undefined,
    width,
    ink
  });
}

function topPlans(mode: ModeResult, {totalGpus, severalBackends}: Report, ink: Ink): string {
  const title = `${mode.meetsTargets ? "Best" : "Nearest"} ${modeWords[mode.mode]}`;
  const plans = plansToShow(mode);
  const backend: Column<Plan> = {title: "backend", value: (plan) => (plan.agg ?? plan.decode)?.backend};
  const rank: Column<Plan> = {title: "#", value: (_, index) => index + 1};
  const columns = [rank, ...(severalBackends ? [backend] : []), ...figures, ...batchColumns(mode.mode)];
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
