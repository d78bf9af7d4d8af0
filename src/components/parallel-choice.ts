/** The parallel sizes that a model can have on an engine, and the nearest of them to what somebody asks for. */
import {isMoe} from "../engine/models/ops.js";
import {inferQuant} from "../engine/models/quant.js";
import {checkServing, checkServingSizes, expertMode} from "../engine/models/serving.js";
import type {ServingChoices} from "../engine/models/serving.js";
import {splitsContext} from "../engine/models/types.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Quant} from "../engine/quant.js";
import type {Parallel} from "../engine/result.js";
import type {Backend} from "../engine/schema.js";
import {checkParallel, gpusOf} from "../engine/session/worker.js";
import type {SystemSpec} from "../engine/system.js";

export type Dimension = keyof Parallel;

/** What decides which sizes can be. */
export interface ParallelContext {
  model: ModelConfig;
  backend: Backend;
  system: SystemSpec;
  quant?: Partial<Quant>;
  serving?: ServingChoices;
}

/** GPUs of the largest worker that is offered. */
const mostGpus = 64;
const powers = [1, 2, 4, 8, 16, 32, 64] as const;
const stages = [1, 2, 4, 8] as const;

/** Every set of sizes, powers of two, up to 64 GPUs; none where the model cannot run on the engine at all. */
export function possibleParallels(context: ParallelContext): Parallel[] {
  const isPossible = checkOf(context);
  return isPossible ? combinations(context).filter(isPossible) : [];
}

function checkOf({model, backend, system, quant, serving = {}}: ParallelContext) {
  const megaMoe = expertMode({backend, ...serving}) === "megamoe";
  const attempt = <T>(of: () => T): T | undefined => {
    try {
      return of();
    } catch {
      return undefined;
    }
  };
  const types = attempt(
    () => (
      checkServing(model, {backend, system}, serving),
      inferQuant(model, {role: "agg", backend, system, megaMoe}, quant)
    )
  );
  if (!types) return undefined;
  return (parallel: Parallel) =>
    attempt(() => {
      checkParallel(model, {backend}, parallel, types);
      checkServingSizes(model, backend, parallel, serving);
      return true;
    }) ?? false;
}

function combinations({model, backend}: ParallelContext): Parallel[] {
  const moe = isMoe(model);
  const ones = [1] as const;
  const contexts = backend === "sglang" && splitsContext(model.family) ? powers.filter((size) => size <= 8) : ones;
  const found: Parallel[] = [];
  for (const tp of powers)
    for (const dp of moe ? powers : ones)
      for (const cp of contexts) {
        if (cp > 1 && tp * dp > 1) continue;
        for (const pp of stages) {
          const width = tp * dp * cp;
          if (width * pp > mostGpus) continue;
          for (const moeEp of moe ? powers.filter((size) => size <= width) : ones)
            found.push({tp, pp, dp, moeTp: moe ? width / moeEp : 1, moeEp, cp});
        }
      }
  return found;
}

/** How dear a factor of two is: experts follow attention rather than the other way round, stages stay. */
const dearness: Record<Dimension, number> = {moeEp: 1, moeTp: 1.1, tp: 1.5, cp: 2.5, dp: 3, pp: 4};

/** The set of sizes nearest to one; with `size`, of those that have it. Undefined where there is none. */
export function nearestParallel(
  possible: readonly Parallel[],
  to: Parallel,
  size: Partial<Parallel> = {}
): Parallel | undefined {
  const wanted = Object.entries(size) as [Dimension, number][];
  let nearest: Parallel | undefined;
  let least = Infinity;
  for (const parallel of possible) {
    if (!wanted.every(([of, value]) => parallel[of] === value)) continue;
    const distance = distanceBetween(parallel, to);
    if (distance < least) [least, nearest] = [distance, parallel];
  }
  return nearest;
}

function distanceBetween(a: Parallel, b: Parallel): number {
  return (Object.keys(dearness) as Dimension[]).reduce(
    (sum, of) => sum + dearness[of] * Math.abs(Math.log2(a[of] / b[of])),
    0
  );
}

/** The values that a dimension can take, ascending. */
export function valuesOf(possible: readonly Parallel[], dimension: Dimension): number[] {
  return [...new Set(possible.map((parallel) => parallel[dimension]))].sort((a, b) => a - b);
}

export function sameParallel(a: Parallel, b: Parallel): boolean {
  return (Object.keys(dearness) as Dimension[]).every((of) => a[of] === b[of]);
}

/** Fewest GPUs first; of as many, one tensor-parallel group first, its experts whole. */
export function bySize(possible: readonly Parallel[]): Parallel[] {
  return [...possible].sort((a, b) => gpusOf(a) - gpusOf(b) || a.pp - b.pp || b.tp - a.tp || b.moeEp - a.moeEp);
}
