/** Sizes of workers: what a model can be cut into, and how nodes share it. Source: generator.md §8. */
import {InputError} from "../engine/errors.js";
import type {ModelConfig} from "../engine/models/types.js";
import type {Parallel} from "../engine/result.js";
import type {RoleName} from "./plan.js";

/** Throws InputError for sizes that no engine can cut this model into. */
export function checkSizes(role: RoleName, parallel: Parallel, model: ModelConfig): void {
  const {tp, pp, moeTp, moeEp} = parallel;
  const refuse = (name: string, value: number, wish: string) =>
    new InputError(`invalid ${role} ${name}: ${value}; ${wish}`);
  for (const [name, value] of Object.entries(parallel))
    if (!Number.isInteger(value) || value < 1) throw refuse(name, value, "must be a whole number of at least 1");
  if (model.heads % tp !== 0) throw refuse("tp", tp, `must divide the ${model.heads} attention heads of ${model.id}`);
  const groups =
    model.layerGroups?.map(({kvHeads}) => kvHeads) ?? (model.kvHeads > 0 && !model.kvLoraRank ? [model.kvHeads] : []);
  const odd = groups.find((kvHeads) => kvHeads % tp !== 0 && tp % kvHeads !== 0);
  if (odd !== undefined)
    throw refuse("tp", tp, `must divide the ${odd} KV heads of ${model.id}, or be a multiple of them`);
  if (pp > model.layers) throw refuse("pp", pp, `${model.id} has ${model.layers} layers`);
  if (model.experts === 0) {
    if (moeTp !== 1 || moeEp !== 1) throw refuse("moeEp", moeEp, `${model.id} has no experts, use moeTp 1 and moeEp 1`);
    return;
  }
  if (moeEp > model.experts || model.experts % moeEp !== 0)
    throw refuse("moeEp", moeEp, `must divide the ${model.experts} experts of ${model.id}`);
  if (model.moeInterSize % moeTp !== 0)
    throw refuse("moeTp", moeTp, `must divide the ${model.moeInterSize} columns of an expert of ${model.id}`);
}

/** How many nodes a worker takes, and how much of each. Throws InputError where nodes would not give the same. */
export function sizesOf(role: RoleName, {tp, pp, dp}: Parallel, gpusPerNode: number) {
  const gpusPerWorker = tp * pp * dp;
  if (gpusPerWorker > gpusPerNode && gpusPerWorker % gpusPerNode !== 0)
    throw new InputError(
      `impossible split: ${role} workers of ${gpusPerWorker} GPUs over nodes of ${gpusPerNode}; every node must give as many, so use a multiple of ${gpusPerNode}${evenHint(gpusPerWorker, gpusPerNode)}`
    );
  const nodesPerWorker = Math.max(1, gpusPerWorker / gpusPerNode);
  return {gpusPerWorker, nodesPerWorker: Math.ceil(nodesPerWorker), gpusPerPod: Math.min(gpusPerWorker, gpusPerNode)};
}

function evenHint(gpusPerWorker: number, gpusPerNode: number): string {
  const share = gpusPerWorker / Math.ceil(gpusPerWorker / gpusPerNode);
  return Number.isInteger(share) ? `, or say that nodes give ${share} (GPUs per node)` : "";
}
