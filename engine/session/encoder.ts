/** Encoding images before prefill, on the GPUs that prefill. Source: method.md §7.4, §9, §10. */
import {imageLoad} from "../models/vision.js";
import type {ModelConfig} from "../models/types.js";
import type {OpTime, PhaseDetail} from "../result.js";
import {newTally, opTimes, tallyOp} from "./worker.js";
import type {Tally, Worker, Workload} from "./worker.js";

/** The workload as the language model sees it: images are prompt tokens too. One already so stays as it is. */
export function withImages(model: ModelConfig, workload: Workload): Workload {
  const {images, ...rest} = workload;
  if (!images) return workload;
  const encoder = imageLoad(model, images);
  return {...rest, isl: rest.isl + encoder.images * encoder.tokens, encoder};
}

/** Encodes the images of `batch` requests; nothing where there are none. Every image attends to itself alone. */
export function encoderPhase({encoder}: Worker, batch: number, {encoder: load}: Workload): Tally {
  const tally = newTally();
  if (!encoder || !load) return tally;
  const images = batch * load.images;
  for (const bound of encoder.layers) tallyOp(tally, bound, images * load.patches, images, load.patches, 0);
  for (const bound of encoder.projector) tallyOp(tally, bound, images * load.tokens, images, load.tokens, 0);
  return tally;
}

export function encoderTimes({encoder}: Worker, batch: number, {encoder: load}: Workload, scale = 1): OpTime[] {
  if (!encoder || !load) return [];
  const images = batch * load.images;
  return [
    ...opTimes(encoder.layers, images * load.patches, images, load.patches, 0, scale),
    ...opTimes(encoder.projector, images * load.tokens, images, load.tokens, 0, scale)
  ];
}

/** None for text. */
export function encoderDetail(worker: Worker, batch: number, workload: Workload, scale = 1): PhaseDetail[] {
  const ops = encoderTimes(worker, batch, workload, scale);
  if (ops.length === 0) return [];
  return [{title: "encoder", totalMs: ops.reduce((sum, {latencyMs}) => sum + latencyMs, 0), ops}];
}

/** What encoding the images of `requests` at once takes of memory; undefined where none are encoded. */
export function encoderLoad({encoder}: Worker, requests: number, {encoder: load}: Workload) {
  if (!encoder || !load) return undefined;
  return {weightBytes: encoder.weightBytes, patches: requests * load.images * load.patches};
}
