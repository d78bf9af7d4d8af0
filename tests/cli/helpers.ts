/** Runs the launcher as a person would, and small plans to print. */
import {spawnSync} from "node:child_process";
import {existsSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {inject} from "vitest";
import type {ModeResult, Parallel, Plan, WorkerPoint} from "../../engine/result.js";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const launcher = join(root, "src/cli/kneepoint.js");

/** Measured tables to answer from: the golden ones, else what the person imported; empty when there are none. */
export const data =
  [inject("goldenData"), join(root, "data")].find((folder) => folder && existsSync(join(folder, "catalogue.json"))) ??
  "";

/** Output and exit code of `kneepoint …`, from a folder that is not the repository unless `cwd` says otherwise. */
export function kneepoint(
  args: readonly string[],
  {input = "", env = {}, cwd = tmpdir()}: {input?: string; env?: NodeJS.ProcessEnv; cwd?: string} = {}
) {
  const options = {
    input,
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: {...process.env, KNEEPOINT_DATA: data, ...env}
  } as const;
  const {status, stdout, stderr} = spawnSync(process.execPath, [launcher, ...args], options);
  return {status, stdout, stderr};
}

/** The product with nothing imported. */
export const noData = {KNEEPOINT_DATA: join(tmpdir(), "kneepoint-no-data-here")};

export function sizes(given: Partial<Parallel> = {}): Parallel {
  return {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1, ...given};
}

export function worker(parallel: Partial<Parallel>, batchPerRank: number, ctxTokens?: number): WorkerPoint {
  const all = sizes(parallel);
  return {
    system: "h200_sxm",
    backend: "trtllm",
    version: "1.3.0rc10",
    quant: {gemm: "fp8_block", moe: "fp8_block", kvCache: "fp8", fmha: "fp8", comm: "half"},
    parallel: all,
    label: `tp${all.tp}pp${all.pp}dp${all.dp}etp${all.moeTp}ep${all.moeEp}`,
    gpus: all.tp * all.pp * all.dp * all.cp,
    batchPerRank,
    ctxTokens,
    memoryGiB: {total: 14.695, weights: 8, activations: 2, kvCache: 1, nccl: 0.195, other: 3.5}
  };
}

export function plan(given: Partial<Plan>): Plan {
  const base: Plan = {
    mode: "agg",
    gpus: 4,
    replicas: 8,
    gpusUsed: 32,
    concurrency: 16,
    ttftMs: 292.5414,
    tpotMs: 9.0424,
    requestLatencyMs: 4804.729,
    requestsPerSec: 3.3159,
    tokensPerSec: 1654.62,
    tokensPerSecPerGpu: 413.655,
    tokensPerSecPerGpuCluster: 413.655,
    tokensPerSecPerUser: 110.589,
    source: "interpolated",
    tier: "own"
  };
  return {...base, ...given};
}

export const aggPlan = plan({agg: worker({tp: 4}, 16, 4000)});
export const disaggPlan = plan({
  mode: "disagg",
  gpus: 32,
  replicas: 1,
  concurrency: 192,
  ttftMs: 215.707,
  tpotMs: 9.162,
  tokensPerSecPerGpu: 586.758,
  tokensPerSecPerGpuCluster: 586.758,
  tokensPerSecPerUser: 109.15,
  prefill: {...worker({tp: 4}, 1), workers: 5, requestsPerSecPerWorker: 8.34},
  decode: {...worker({tp: 4}, 64), workers: 3, requestsPerSecPerWorker: 13.6}
});

export function modeResult(mode: "agg" | "disagg", best: Plan[], given: Partial<ModeResult> = {}): ModeResult {
  const empty = new Float64Array(0);
  const cloud = {tokensPerSecPerUser: empty, tokensPerSecPerGpuCluster: empty, ttftMs: empty};
  const rest = {
    nearest: null,
    knee: null,
    cloud,
    considered: 640,
    rejected: {},
    messages: {},
    meetsTargets: best.length > 0
  };
  return {mode, best, front: best, ...rest, ...given};
}
