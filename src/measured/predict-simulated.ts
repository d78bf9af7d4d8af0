/** What simulated requests say of measured deployments: each row as it was run, with the benchmark's own client. */
import {parallelLabel} from "../engine/session/worker.js";
import {serveDisaggregated} from "../engine/simulate/serve-disaggregated.js";
import {serve} from "../engine/simulate/serve.js";
import type {CurveCache} from "../engine/simulate/serve.js";
import type {Calibrated, CalibrationKind} from "../engine/simulate/calibration.js";
import type {PoolOfWorkers} from "../engine/simulate/serve-disaggregated.js";
import type {Tables} from "../perf/tables.js";
import {newDeployments} from "./deployment.js";
import type {MeasuredDeployment} from "./deployment.js";
import type {Labeling} from "./labeling.js";
import {missOf} from "./predict.js";
import type {Predicted, Prediction} from "./prediction.js";
import type {MeasuredRow} from "./read.js";
import {labelRules} from "./rules.js";

/** `others`: rows that were measured too, which tell cold starts. */
export function newSimulatedPredictor(tables: Tables, others: readonly MeasuredRow[], labels: Labeling = "corrected") {
  const deployments = newDeployments(tables, others, labels === "corrected" ? "all" : "protocol");
  const cache: CurveCache = new Map();
  return {
    async predict(row: MeasuredRow): Promise<Prediction> {
      try {
        return {predicted: simulatedRow(await deployments.open(row), cache)};
      } catch (error) {
        return {miss: missOf(error)};
      }
    }
  };
}

function simulatedRow(deployment: MeasuredDeployment, cache: CurveCache): Predicted {
  const {pools, asked} = deployment;
  if (pools) {
    const {simulation, decode, fits, pools: prepared} = serveDisaggregated(pools, cache);
    const sides = [prepared.prefill, prepared.decode];
    const perRank = rankBatch(asked.concurrency, pools.decode.workers, pools.decode.parallel.dp);
    return {
      ...meansOf(simulation),
      ...ranOn(deployment, prepared.decode, decode),
      configuration: `disagg:${poolWords(pools.prefill, 1)},${poolWords(pools.decode, perRank)}`,
      gpus: sides[0].worker.gpus * pools.prefill.workers + sides[1].worker.gpus * pools.decode.workers,
      fits
    };
  }
  const served = serve(asked, cache);
  const {replicas = 1, isl, concurrency, parallel} = asked;
  const perRank = rankBatch(concurrency, replicas, parallel.dp);
  return {
    ...meansOf(served.simulation),
    ...ranOn(deployment, served, served.calibrated),
    configuration: `agg:${parallelLabel(parallel)}@${perRank}c${isl}`,
    gpus: served.worker.gpus * replicas,
    fits: served.fits
  };
}

function meansOf({ttftMs, tpotMs}: {ttftMs: {mean: number}; tpotMs: {mean: number}}) {
  return {ttftMs: ttftMs.mean, tpotMs: tpotMs.mean};
}

function ranOn(
  {asked, rules, notes}: MeasuredDeployment,
  {worker, curves}: Pick<ReturnType<typeof serve>, "worker" | "curves">,
  {kind}: Calibrated
) {
  const {version, database} = worker.platform;
  const {source, tier} = curves.provenance;
  const corrected = rules.map((name) => labelRules.find((rule) => rule.name === name)!.reason);
  return {
    model: asked.model.id,
    quant: asked.quant ?? {},
    version,
    database,
    source,
    tier,
    notes: [...notes, ...corrected, kindWords[kind]]
  };
}

const kindWords: Record<CalibrationKind, string> = {
  calibrated: "constants fitted to runs of this model on this GPU in these types",
  model: "constants fitted to runs of this model on other GPUs or in other types",
  architecture: "constants fitted to runs of models alike on this engine",
  none: "no constants: no runs of models alike on this engine are known"
};

function rankBatch(concurrency: number, workers: number, dp: number): number {
  return Math.max(1, Math.round(concurrency / workers / dp));
}

function poolWords({parallel, workers}: PoolOfWorkers, batch: number): string {
  return `${workers}x${parallelLabel(parallel)}@${batch}`;
}
