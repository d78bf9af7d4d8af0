/** `kneepoint sweep`: one question over a grid of lengths and targets, on all cores. */
import {availableParallelism} from "node:os";
import type {FlatValues} from "../task/index.js";
import {allKeys} from "../task/index.js";
import type {Flag, Flags} from "./args.js";
import {command, print} from "./command.js";
import {toCsv} from "./csv.js";
import {openData} from "./data.js";
import {exitCode} from "./exit.js";
import {newOpener} from "./opener.js";
import {progressOn} from "./progress.js";
import {answerInTurn, answerOnThreads} from "./sweep-pool.js";
import {sweepColumns, sweepCsvRow} from "./sweep-row.js";
import {textTable} from "./tables.js";
import {flagName, flatValues, taskFlags} from "./task-flags.js";
import {byFormulaUnlessAsked, commandDefaults, flagsByFormula} from "./task-input.js";
import {summaries} from "./verbs.js";

/** Keys that are varied, outermost first: what is answered without evaluating again comes last. */
const axes = ["isl", "osl", "prefix", "request_latency", "ttft", "tpot"] as const;

const lists: Partial<Record<Flag["type"], Flag["type"]>> = {integer: "integers", number: "numbers"};

function sweepFlags(): Flags {
  const flags = flagsByFormula(taskFlags(commandDefaults));
  for (const name of axes.map(axisFlag)) {
    const {type, help, default: preset, ...rest} = flags[name];
    flags[name] = {...rest, type: lists[type]!, shown: preset?.toString(), help: `${help}; several with commas`};
  }
  return {
    ...flags,
    jobs: {type: "integer", unit: "N", min: 1, help: "threads at once (default one a core)"},
    csv: {type: "boolean", help: "print as CSV"},
    json: {type: "boolean", help: "print as JSON lines, one a workload"}
  };
}

function axisFlag(axis: (typeof axes)[number]): string {
  return flagName(allKeys.find(({name}) => name === axis)!);
}

const notes = `Every combination of the lists is a workload; each gets its best plan. Workloads that differ in targets alone share
their candidates. Figures are by formula unless --predictor simulation asks for the longer way. A workload that cannot be asked says why and does not stop the others. Exit code 1 when none has a
plan within its targets.`;

const question = "--model Qwen/Qwen3-32B-FP8 --total-gpus 32 --system h200_sxm";
const examples = [
  {line: `sweep ${question} --isl 1000,4000 --osl 200,1000 --ttft 1000 --tpot 10,20,30`, what: "twelve workloads"},
  {line: `sweep ${question} --isl 2000,8000 --tpot 10,30 --csv`, what: "four, for a spreadsheet"}
];

const verb = {name: "sweep", summary: summaries.sweep, flags: sweepFlags(), notes, examples} as const;

export const run = command<Flags>(verb, async (parsed) => {
  // A grid is for an overview: simulating every workload takes a hundred times as long.
  const {values, given} = byFormulaUnlessAsked(parsed);
  const {json, csv, jobs} = values as unknown as {json: boolean; csv: boolean; jobs?: number};
  const workloads = workloadsOf(values, given);
  const progress = progressOn(process.stderr);
  const update = (done: number) => progress.update(done / workloads.length, `${done} of ${workloads.length} workloads`);
  const threads = Math.min(jobs ?? availableParallelism(), workloads.length);
  const rows = await (threads > 1
    ? answerOnThreads(workloads, threads, update)
    : answerInTurn(newOpener(openData()), workloads, update));
  progress.end();
  if (json) print(rows.map((row) => JSON.stringify(row)).join("\n"));
  else if (csv) print(toCsv(Object.keys(sweepCsvRow(rows[0])), rows.map(sweepCsvRow)));
  else print(textTable(sweepColumns(rows), rows));
  return exitCode(rows.some(({meetsTargets}) => meetsTargets) ? "answered" : "noAnswer");
});

/** Flat values of every workload: those of the flags with one value of each list. */
function workloadsOf(values: Record<string, unknown>, given: ReadonlySet<string>): FlatValues[] {
  const varied = axes.filter((axis) => given.has(axisFlag(axis)));
  const fixed = flatValues(values, new Set([...given].filter((flag) => !varied.map(axisFlag).includes(flag))));
  let workloads: FlatValues[] = [fixed];
  for (const axis of varied) {
    const choices = [...new Set(values[axisFlag(axis)] as number[])];
    workloads = workloads.flatMap((workload) => choices.map((value) => ({...workload, [axis]: value})));
  }
  return workloads;
}
