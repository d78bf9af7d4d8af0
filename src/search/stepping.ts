/** What engine steps cost on one worker, for a page that simulates small examples by itself. */
import {InputError, PerfDataError} from "../engine/errors.js";
import type {Parallel} from "../engine/result.js";
import {makeWorker} from "../engine/session/worker.js";
import {calibratedFor} from "../engine/simulate/calibration.js";
import type {Calibrated} from "../engine/simulate/calibration.js";
import {calibrationTable} from "../engine/simulate/constants.js";
import {stepCurves} from "../engine/simulate/curves.js";
import {kvRoom} from "../engine/simulate/kv-room.js";
import type {KvRoom} from "../engine/simulate/kv-room.js";
import {recipeOf} from "../engine/simulate/recipe.js";
import type {StepCurves} from "../engine/simulate/types.js";
import type {DataNote, Problem} from "./protocol.js";
import type {Searcher} from "./searcher.js";

export interface SteppingAsk {
  problem: Problem;
  parallel: Parallel;
}

export interface SteppingCurves {
  curves: StepCurves;
  calibrated: Calibrated;
  /** Of the whole worker, at the limits that its engine is launched with. */
  room: KvRoom;
  maxBatchedTokens: number;
  data: DataNote[];
}

/** Rejects with what stands in the way, in words. */
export async function steppingCurves(searcher: Searcher, {problem, parallel}: SteppingAsk): Promise<SteppingCurves> {
  const {model, platform, data} = await searcher.opened(problem);
  const {quant, serving, workload} = problem;
  const on = (database: typeof platform.database) => {
    const worker = makeWorker(model, {...platform, database}, parallel, {...serving, quant, role: "agg"});
    return {worker, curves: stepCurves(worker)};
  };
  const made = () => {
    try {
      return on(platform.database);
    } catch (error) {
      if (!(error instanceof PerfDataError) || platform.database !== "silicon") throw error;
      return on("hybrid");
    }
  };
  const {worker, curves} = made();
  const {isl, osl} = workload;
  const {backend, version, system} = platform;
  const {maxBatchedTokens, memoryFraction} = recipeOf({
    backend,
    version,
    model,
    system,
    quant: worker.spec.quant,
    parallel,
    isl,
    osl,
    nextn: 0,
    concurrency: 64
  });
  const room = kvRoom(worker, {fraction: memoryFraction, maxBatchedTokens, seqTokens: isl + osl});
  if (room.kvTokens < 1) throw new InputError("the weights leave no room for a KV cache on this worker");
  return {curves, calibrated: calibratedFor(worker, calibrationTable), room, maxBatchedTokens, data};
}
