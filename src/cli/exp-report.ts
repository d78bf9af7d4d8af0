/** Experiments side by side: the winner in a sentence, a line each, and what kept the others from an answer. */
import type {Objective} from "../engine/index.js";
import type {Plan} from "../engine/result.js";
import {byObjective} from "../engine/search/rank.js";
import {errorWords, modeWords, replicaWords} from "../words.js";
import {chosenPlan, plansOf} from "./answer.js";
import {basisLines, latencyColumns} from "./basis.js";
import {noInk, type Ink} from "./ink.js";
import {objectiveWords} from "./limit-words.js";
import {figureWords} from "./report.js";
import type {TaskAnswer} from "./run.js";
import {countOf, formatNumber, textTable, type Column} from "./tables.js";

/** An experiment with its answer, or with what went wrong. */
export type Outcome = {name: string} & ({answer: TaskAnswer; error?: undefined} | {answer?: undefined; error: string});

export interface Comparison {
  outcomes: readonly Outcome[];
  /** What they are compared by: their common objective, or throughput. */
  objective: Objective;
  winner?: Outcome;
  /** Whether each has a plan that meets its targets. */
  answered: number;
}

export function compare(outcomes: readonly Outcome[]): Comparison {
  const plans = outcomes.flatMap((outcome) => bestOf(outcome) ?? []);
  const asked = new Set(outcomes.flatMap(({answer}) => answer?.searches[0].options.objective ?? "throughput"));
  const objective = asked.size === 1 ? [...asked][0] : "throughput";
  const best = [...plans].sort(byObjective(objective))[0];
  const winner = best && outcomes.find((outcome) => bestOf(outcome) === best);
  return {outcomes, objective, winner, answered: plans.length};
}

/** The best plan that meets the experiment's targets. */
export function bestOf({answer}: Outcome): Plan | undefined {
  return answer && chosenPlan(answer.result);
}

export function comparisonText(comparison: Comparison, ink: Ink = noInk): string {
  const blocks = [
    ink.bold(winnerSentence(comparison)),
    textTable(columnsOf(comparison), comparison.outcomes),
    ...deployments(comparison),
    ...basis(comparison),
    ...failures(comparison, ink)
  ];
  return blocks.join("\n\n");
}

export function winnerSentence({outcomes, winner, objective, answered}: Comparison): string {
  const all = countOf(outcomes.length, "experiment");
  const best = winner && bestOf(winner);
  if (!winner || !best) return `None of ${all} has an answer.`;
  const [first] = outcomes;
  const reference = bestOf(first);
  const gain =
    first !== winner && reference && objective === "throughput"
      ? `, ${formatNumber(best.tokensPerSecPerGpuCluster / reference.tokensPerSecPerGpuCluster, 2)} times ${first.name}`
      : "";
  const what = objective === "throughput" ? "" : ` (${objectiveWords[objective]})`;
  return `Best of ${all}, ${answered} answered: ${winner.name}${what}, ${figureWords(best)}${gain}.`;
}

/** The plan of an experiment that the table has: its best, or the nearest. */
const shown = (outcome: Outcome) => bestOf(outcome) ?? (outcome.answer && plansOf(outcome.answer.result)[0]);

function basis({outcomes}: Comparison): string[] {
  const lines = basisLines(outcomes.flatMap((outcome) => shown(outcome) ?? []));
  return lines.length > 0 ? [lines.join("\n")] : [];
}

function columnsOf({outcomes, winner}: Comparison): Column<Outcome>[] {
  const figure = (title: string, value: (plan: Plan) => number | undefined, digits: number): Column<Outcome> => ({
    title,
    value: (outcome) => {
      const plan = shown(outcome);
      return plan && value(plan);
    },
    digits
  });
  const reference = bestOf(outcomes[0])?.tokensPerSecPerGpuCluster;
  const isPriced = outcomes.some((outcome) => shown(outcome)?.figures?.costPerMillionTokens !== undefined);
  return [
    {title: "", value: (outcome) => (outcome === winner ? "★" : "")},
    {title: "experiment", value: ({name}) => name, align: "left"},
    {title: "mode", value: (outcome) => shown(outcome) && modeWords[shown(outcome)!.mode], align: "left"},
    {title: "engine", value: (outcome) => engineOf(shown(outcome)), align: "left"},
    figure("tok/s/GPU", (plan) => plan.tokensPerSecPerGpuCluster, 1),
    {title: "within", value: (outcome) => bandOf(shown(outcome)), align: "right"},
    {
      title: "of first",
      value: (outcome) => shareOf(shown(outcome)?.tokensPerSecPerGpuCluster, reference),
      align: "right"
    },
    figure("tok/s/user", (plan) => plan.tokensPerSecPerUser, 1),
    ...latencyColumns(
      outcomes.flatMap((outcome) => shown(outcome) ?? []),
      shown
    ),
    figure("request ms", (plan) => plan.requestLatencyMs, 0),
    ...(isPriced ? [figure("per Mtok", (plan) => plan.figures?.costPerMillionTokens, 2)] : []),
    figure("GPUs", (plan) => plan.gpusUsed, 0),
    {title: "targets", value: targetsOf, align: "left"}
  ];
}

function engineOf(plan: Plan | undefined): string | undefined {
  const sides = [plan?.agg, plan?.prefill, plan?.decode].flatMap((side) => side?.backend ?? []);
  return sides.length > 0 ? [...new Set(sides)].join(" → ") : undefined;
}

const bandOf = (plan: Plan | undefined) => plan?.error && errorWords(plan.error.tokensPerSec);

function shareOf(value: number | undefined, reference: number | undefined): string | undefined {
  return value === undefined || reference === undefined ? undefined : `${formatNumber((100 * value) / reference)} %`;
}

function targetsOf(outcome: Outcome): string {
  if (outcome.error !== undefined) return "failed";
  return bestOf(outcome) ? "met" : "missed";
}

function deployments({outcomes}: Comparison): string[] {
  const answered = outcomes.filter((outcome) => bestOf(outcome));
  if (answered.length === 0) return [];
  const width = Math.max(...answered.map(({name}) => name.length));
  const line = (outcome: Outcome) => {
    const plan = bestOf(outcome)!;
    const replicas = plan.replicas === 1 ? "1 replica" : `${plan.replicas} replicas`;
    return `  ${outcome.name.padEnd(width)}  ${replicas} of ${replicaWords(plan)}`;
  };
  return [answered.map(line).join("\n")];
}

function failures({outcomes}: Comparison, ink: Ink): string[] {
  const failed = outcomes.filter(({error}) => error !== undefined);
  if (failed.length === 0) return [];
  return [failed.map(({name, error}) => ink.warn(`${name}: ${error!.replaceAll("\n", "\n  ")}`)).join("\n")];
}
