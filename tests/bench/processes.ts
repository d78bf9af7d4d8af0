/** Whole processes: twelve experiments, and a thousand workloads of one model on all cores. */
import {spawnSync} from "node:child_process";
import {existsSync} from "node:fs";
import {availableParallelism} from "node:os";
import {join} from "node:path";

const launcher = join(import.meta.dirname, "../../src/cli/kneepoint.js");
const experiments = join(import.meta.dirname, "experiments.yaml");
/** GNU time tells the largest memory of a process and its threads. */
const gnuTime = "/usr/bin/time";

const lengths = (values: readonly number[]) => values.join(",");
const grid = [
  ...["--isl", lengths([500, 1000, 2000, 3000, 4000, 6000, 8000, 12000, 16000, 32000])],
  ...["--osl", lengths([50, 100, 200, 300, 500, 800, 1000, 1500, 2000, 3000])],
  ...["--ttft", "500,2000", "--tpot", "8,12,20,30,50", "--csv"]
];

export function benchProcesses(): void {
  console.log(`whole processes on ${availableParallelism()} cores`);
  report("exp, 12 experiments", ["exp", "--yaml", experiments], 5);
  for (const model of ["Qwen/Qwen3-32B-FP8", "Qwen/Qwen3-235B-A22B-FP8"]) {
    const question = ["--model", model, "--total-gpus", "32", "--system", "h200_sxm"];
    report(`sweep, 1,000 workloads, ${model}`, ["sweep", ...question, ...grid], 2);
  }
}

function report(name: string, args: readonly string[], runs: number): void {
  const measured = Array.from({length: runs}, () => measure(args)).sort((a, b) => a.seconds - b.seconds);
  const {seconds} = measured[runs >> 1];
  const memory = Math.max(...measured.map(({mebibytes}) => mebibytes));
  const most = Number.isNaN(memory) ? "" : `   ${memory.toFixed(0)} MiB`;
  console.log(`  ${name.padEnd(56)} median ${seconds.toFixed(2).padStart(6)} s${most}   n=${runs}`);
}

function measure(args: readonly string[]): {seconds: number; mebibytes: number} {
  const command = [process.execPath, launcher, ...args];
  const timed = existsSync(gnuTime) ? [gnuTime, "-f", "%M", ...command] : command;
  const start = performance.now();
  const {status, stderr} = spawnSync(timed[0], timed.slice(1), {encoding: "utf8", maxBuffer: 1 << 28});
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr}`);
  return {seconds, mebibytes: existsSync(gnuTime) ? Number(stderr.trim().split("\n").at(-1)) / 1024 : NaN};
}
