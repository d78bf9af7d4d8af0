/** Answers workloads one after the other, or on several threads that each open the tables for themselves. */
import {parentPort, Worker} from "node:worker_threads";
import type {FlatValues, Task} from "../task/index.js";
import {resolveTask} from "../task/index.js";
import {openData} from "./data.js";
import {newOpener, type Opener} from "./opener.js";
import {failureOf, newRunner} from "./run.js";
import {sweepRow, type SweepQuestion, type SweepRow} from "./sweep-row.js";
import {sweepMark} from "./sweep-thread.js";
import {commandDefaults, taskOptions, taskOrFaults} from "./task-input.js";

/** Evaluations kept: of both modes and of each backend, and no more, as a sweep has many. */
const mostKept = 6;

/** Workloads in their order; those that share candidates should follow each other. */
export async function answerInTurn(
  opener: Opener,
  workloads: readonly FlatValues[],
  onDone: (done: number) => void
): Promise<SweepRow[]> {
  const runner = newRunner(opener, {mostKept});
  const rows: SweepRow[] = [];
  for (const workload of workloads) {
    rows.push(await answerOne(workload));
    onDone(rows.length);
  }
  return rows;

  async function answerOne(workload: FlatValues): Promise<SweepRow> {
    let question = questionOf({...commandDefaults, ...workload});
    try {
      const task = taskOf(opener, workload);
      question = questionOfTask(task);
      return sweepRow(question, await runner.run(task));
    } catch (error) {
      return {...question, meetsTargets: false, error: failureOf(error)};
    }
  }
}

function taskOf(opener: Opener, workload: FlatValues): Task {
  return taskOrFaults(resolveTask({}, {...taskOptions(opener, workload), base: commandDefaults, name: "task"}));
}

function questionOf(values: FlatValues): SweepQuestion {
  const number = (key: string) => values[key] as number | undefined;
  return {
    isl: number("isl") ?? NaN,
    osl: number("osl") ?? NaN,
    prefix: number("prefix") ?? 0,
    ttftTargetMs: number("ttft"),
    tpotTargetMs: number("tpot"),
    requestLatencyTargetMs: number("request_latency")
  };
}

function questionOfTask({config: {workload, targets}}: Task): SweepQuestion {
  const {isl, osl, prefix} = workload;
  const {ttftMs, tpotMs, requestLatencyMs} = targets;
  if (requestLatencyMs !== undefined) return {isl, osl, prefix, requestLatencyTargetMs: requestLatencyMs};
  return {isl, osl, prefix, ttftTargetMs: ttftMs, tpotTargetMs: tpotMs};
}

/** Workloads that are given to a thread at once: neighbours share candidates, and the last thread shall not lag far. */
const chunksPerThread = 6;

/** Each thread takes the next chunk when it has done one. */
export async function answerOnThreads(
  workloads: readonly FlatValues[],
  threads: number,
  onDone: (done: number) => void
): Promise<SweepRow[]> {
  const size = Math.max(1, Math.ceil(workloads.length / (threads * chunksPerThread)));
  const chunks = Array.from({length: Math.ceil(workloads.length / size)}, (_, i) => i * size);
  const rows = new Array<SweepRow>(workloads.length);
  let done = 0;
  await Promise.all(
    Array.from({length: Math.min(threads, chunks.length)}, async () => {
      const worker = new Worker(process.argv[1], {workerData: sweepMark, argv: []});
      try {
        for (let at = chunks.shift(); at !== undefined; at = chunks.shift()) {
          for (const [i, row] of (await asked(worker, workloads.slice(at, at + size))).entries()) rows[at + i] = row;
          onDone((done += Math.min(size, workloads.length - at)));
        }
      } finally {
        await worker.terminate();
      }
    })
  );
  return rows;
}

function asked(worker: Worker, workloads: readonly FlatValues[]): Promise<SweepRow[]> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      finish();
    };
    const onMessage = (rows: SweepRow[]) => end(() => resolve(rows));
    const onError = (error: Error) => end(() => reject(error));
    const onExit = (code: number) => end(() => reject(new Error(`a thread of the sweep ended with code ${code}`)));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(workloads);
  });
}

/** Answers what the sweep sends, until it ends the thread. */
export async function serveSweep(): Promise<never> {
  const opener = newOpener(openData());
  parentPort!.on("message", (workloads: FlatValues[]) => {
    answerInTurn(opener, workloads, () => {}).then(
      (rows) => parentPort!.postMessage(rows),
      (error: unknown) => {
        throw error;
      }
    );
  });
  return new Promise<never>(() => {});
}
