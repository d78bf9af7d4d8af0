/** A plan and an empty result explained, block by block. */
import type {Neighbour, OpWhy, PhaseWhy, PlanWhy, ResourceRelaxation} from "../engine/index.js";
import type {MissesWhy} from "../engine/index.js";
import type {Plan} from "../engine/result.js";
import type {ServingMode} from "../engine/search/space.js";
import {
  latencyWords,
  limitWords,
  memoryWords,
  missesWords,
  neighbourWords,
  paceWords,
  phaseWords,
  resourceWords
} from "../why-words.js";
import {deploymentWords, modeWords} from "../words.js";
import {noInk, type Ink} from "./ink.js";
import {figureWords} from "./report.js";
import {formatNumber, textTable, type Column} from "./tables.js";

/** Operators listed of a phase, and neighbours listed of those that would keep every target and of the others. */
const mostOps = 6;
const mostNeighbours = 10;

const formulaLine = "Times below, and what changes next to it, are by formula, in which operators add up:";

export function planBlocks(plan: Plan, why: PlanWhy, totalGpus: number, ink: Ink = noInk): string[] {
  const {time, pace, memory, neighbours} = why;
  return [
    [
      ink.bold(`Why: ${modeWords[plan.mode]}, ${figureWords(plan)}`),
      `  ${deploymentWords(plan, totalGpus)}`,
      ...(plan.simulated ? [`  ${formulaLine}`] : []),
      `  ${latencyWords("TTFT", time.ttft)}`,
      `  ${latencyWords("TPOT", time.tpot)}`,
      ...(pace ? [`  ${paceWords(pace)}`] : []),
      ...memory.map((each) => `  ${memoryWords(each)}`)
    ].join("\n"),
    ...time.phases.map((phase) => phaseBlock(phase)),
    neighbourBlock(neighbours, ink)
  ];
}

function phaseBlock(phase: PhaseWhy): string {
  const ops = phase.ops.slice(0, mostOps);
  return [phaseWords(phase), textTable(opColumns, ops, "  ")].join("\n");
}

const opColumns: Column<OpWhy>[] = [
  {title: "operator", value: ({name}) => name, align: "left"},
  {title: "ms", value: ({latencyMs}) => latencyMs, digits: 3},
  {title: "share", value: ({share}) => `${formatNumber(100 * share)} %`, align: "right"},
  {title: "mostly", value: ({limit}) => limitWords[limit].split(":")[0], align: "left"},
  {
    title: "of speed of light",
    value: ({utilisation}) => (utilisation === null ? undefined : `${formatNumber(100 * utilisation)} %`),
    align: "right"
  }
];

/** Those that keep every target first, most throughput first; then what stands in the way of the others. */
function neighbourBlock(neighbours: readonly Neighbour[], ink: Ink): string {
  const gain = ({change}: Neighbour) => change?.tokensPerSecPerGpuCluster ?? -Infinity;
  const keeps = ({figures, misses}: Neighbour) => figures !== null && misses.length === 0;
  const sorted = [...neighbours].sort((a, b) => gain(b) - gain(a));
  const lines = [
    ...sorted.filter(keeps).slice(0, mostNeighbours),
    ...sorted.filter((each) => !keeps(each)).slice(0, mostNeighbours)
  ];
  const left = neighbours.length - lines.length;
  return [
    ink.bold("Next to it"),
    ...lines.map((each) => `  ${neighbourWords(each)}`),
    ...(left > 0 ? [`  and ${left} more, all of them in --json`] : [])
  ].join("\n");
}

/** `disagg_vllm` → `disaggregated, vllm`. */
function searchWords(name: string): string {
  const [mode, ...backend] = name.split("_");
  return [modeWords[mode as ServingMode], ...backend].join(", ");
}

export interface SearchMisses extends MissesWhy {
  search: string;
  resources: readonly ResourceRelaxation[];
}

/** Why nothing is offered, a line each; the search is named where there are several. */
export function missLines(misses: readonly SearchMisses[]): string[] {
  return misses.flatMap((each) => [
    ...(misses.length > 1 ? [searchWords(each.search)] : []),
    ...[...missesWords(each), ...each.resources.map(resourceWords)].map((line) =>
      misses.length > 1 ? `  ${line}` : line
    )
  ]);
}
