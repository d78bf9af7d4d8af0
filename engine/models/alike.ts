/** Known models most like another, to set a new one beside something people have served. */
import {isMoe} from "./ops.js";
import {catalogueModels, findModel} from "./catalogue.js";
import {modelSummary} from "./summary.js";
import type {ModelConfig} from "./types.js";

export interface NearModel {
  model: ModelConfig;
  /** 0 for the same shapes; a doubling of the parameters that a token passes adds 1. */
  distance: number;
}

/** The catalogue's models by likeness, nearest first, without the model itself and without other types of the same shapes. */
export function nearestModels(model: ModelConfig, count = 3): NearModel[] {
  const all = catalogueModels()
    .filter((id) => id !== model.id)
    .map(findModel)
    .map((other) => ({model: other, distance: distanceOf(model, other)}))
    .sort((a, b) => a.distance - b.distance);
  const shapes = new Set<number>();
  return all.filter(({distance}) => !shapes.has(distance) && shapes.add(distance)).slice(0, count);
}

/**
 * Whether a step has experts weighs most, then how attention stores what it saw, then sizes, each as doublings. What a
 * token passes counts full, the rest half: it sets the time of a step, the rest only the memory.
 */
function distanceOf(a: ModelConfig, b: ModelConfig): number {
  const [one, other] = [modelSummary(a), modelSummary(b)];
  const doublings = (x: number, y: number) => Math.abs(Math.log2(Math.max(x, 1) / Math.max(y, 1)));
  return (
    (isMoe(a) === isMoe(b) ? 0 : 4) +
    ((a.kvLoraRank === undefined) === (b.kvLoraRank === undefined) ? 0 : 2) +
    (a.family === b.family ? 0 : 1) +
    doublings(one.activeParameters, other.activeParameters) +
    doublings(one.parameters, other.parameters) / 2 +
    doublings(a.layers, b.layers) / 2 +
    doublings(a.kvHeads * a.headDim, b.kvHeads * b.headDim) / 4 +
    (a.checkpoint.algo === b.checkpoint.algo ? 0 : 0.1)
  );
}
