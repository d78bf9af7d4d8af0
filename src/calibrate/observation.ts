/** Measured deployments as a fit sees them: with their curves, and by name the parts of constants that they share. */
import {architectureOf, poolKinds, shapeOf} from "../engine/simulate/calibration.js";
import type {Architecture, FamilyFit, ServingConstants} from "../engine/simulate/calibration.js";
import {preparePools, withPoolConstants} from "../engine/simulate/serve-disaggregated.js";
import type {PreparedPools} from "../engine/simulate/serve-disaggregated.js";
import {prepareServing, withConstants} from "../engine/simulate/serve.js";
import type {CurveCache, PreparedServing} from "../engine/simulate/serve.js";
import {
  simulate,
  simulateDisaggregated,
  simulateDisaggregatedQuick,
  simulateQuick
} from "../engine/simulate/simulate.js";
import type {Backend} from "../engine/schema.js";
import type {MeasuredDeployment} from "../measured/deployment.js";
import type {MeasuredLatency} from "../measured/read.js";
import type {LogRatios, Observed} from "./joint-fit.js";

/** A deployment with its curves, and what its fit belongs to. */
export interface Observation extends Observed {
  deployment: MeasuredDeployment;
  prepared: PreparedServing | PreparedPools;
  backend: Backend;
  architecture: Architecture;
  shape: string;
  system: string;
  gemm: string;
  moe: string;
  drafts: boolean;
  attentionDp: boolean;
  /** What others of its class share with it, as parts of the fit: its shape, its GPU, its type of GEMMs. */
  sharedParts: readonly string[];
  /** Model shape, GPU and types: what is left out together to be predicted as unseen. */
  shapeOnSystem: string;
  /** The same, with or without drafts and attention DP: its last part of the fit. */
  family: string;
  /** Of pools: the family of prefill workers, and what both kinds have besides. */
  prefillFamily?: string;
  kinds?: string[];
  /** Measured with workers that are a guess: predicted, but nothing is fitted to it. */
  guessed: boolean;
}

export function observe(deployment: MeasuredDeployment, cache: CurveCache): Observation {
  const {row, correction} = deployment;
  const prepared = deployment.pools ? preparePools(deployment.pools, cache) : prepareServing(deployment.asked, cache);
  const {worker} = "decode" in prepared ? prepared.decode : prepared;
  const {spec, platform, nextn} = worker;
  const architecture = architectureOf(spec.model);
  const shape = shapeOf(spec.model);
  const {gemm} = spec.quant;
  const moe = architecture === "dense" ? "" : spec.quant.moe;
  const system = platform.system.id;
  const [drafts, attentionDp] = [nextn > 0, spec.parallel.dp > 1];
  const sharedParts = [shapePart(shape), systemPart(system), typePart(gemm)];
  const familyOf = (withAttentionDp: boolean) =>
    familyPart({shape, system, gemm, moe, drafts, attentionDp: withAttentionDp});
  const family = familyOf(attentionDp);
  const ofPools =
    "decode" in prepared
      ? {
          prefillFamily: familyOf(prepared.prefill.worker.spec.parallel.dp > 1),
          kinds: kindsOf(prepared, correction.early)
        }
      : {};
  return {
    deployment,
    prepared,
    backend: spec.backend,
    architecture,
    shape,
    system,
    gemm,
    moe,
    drafts,
    attentionDp,
    sharedParts,
    shapeOnSystem: JSON.stringify([shape, system, gemm, moe]),
    family,
    parts: [...sharedParts, family],
    ...ofPools,
    guessed:
      correction.replicas !== undefined ||
      correction.guessed === true ||
      (row.mode === "agg" && correction.pools !== undefined),
    ratios: (constants, quick) => logRatios(predictObserved(prepared, constants, quick), row.measured)
  };
}

export const shapePart = (shape: string) => JSON.stringify([shape]);

export const systemPart = (system: string) => JSON.stringify(["on", system]);

export const typePart = (gemm: string) => JSON.stringify(["in", gemm]);

type FamilyKey = Pick<FamilyFit, "shape" | "system" | "gemm" | "moe" | "drafts" | "attentionDp">;

export function familyPart({shape, system, gemm, moe, drafts, attentionDp}: FamilyKey): string {
  return JSON.stringify([shape, system, gemm, moe, drafts, attentionDp]);
}

/** What prefill and decode workers of pools are, from what many are to what few are: as parts of the fit. */
function kindsOf({prefill, decode}: PreparedPools, early?: boolean): string[] {
  const [of, from] = [poolKinds(prefill.worker, "prefill"), poolKinds(decode.worker, "decode")];
  return [of[0], from[0], of[1], from[1]].map((kind) => JSON.stringify(early ? {...kind, early} : kind));
}

function logRatios(predicted: MeasuredLatency, measured: MeasuredLatency): LogRatios {
  // An answer of one token has no pace.
  return [Math.log(predicted.ttftMs / measured.ttftMs), Math.log(Math.max(predicted.tpotMs, 1e-3) / measured.tpotMs)];
}

export function predictObserved(
  prepared: PreparedServing | PreparedPools,
  constants: ServingConstants,
  quick = false
): MeasuredLatency {
  const {ttftMs, tpotMs} = simulated(prepared, constants, quick);
  return {ttftMs: ttftMs.mean, tpotMs: tpotMs.mean};
}

function simulated(prepared: PreparedServing | PreparedPools, constants: ServingConstants, quick: boolean) {
  if ("decode" in prepared) {
    const problem = withPoolConstants(prepared, constants, constants);
    return quick ? simulateDisaggregatedQuick(problem) : simulateDisaggregated(problem);
  }
  const problem = withConstants(prepared, constants);
  return quick ? simulateQuick(problem) : simulate(problem);
}

/** The same point measured once and filed twice counts once. */
export function withoutCopies(observations: readonly Observation[]): Observation[] {
  const seen = new Set<string>();
  return observations.filter(({deployment, family}) => {
    const {row, asked, group} = deployment;
    const {ttftMs, tpotMs} = row.measured;
    const key = [family, group, row.isl, row.osl, asked.concurrency, ttftMs, tpotMs].join("|");
    return !seen.has(key) && seen.add(key);
  });
}

export function classKey({backend, architecture}: {backend: Backend; architecture: Architecture}): string {
  return `${backend} ${architecture}`;
}

export function byKey<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
