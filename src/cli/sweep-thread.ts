/** How a thread that a sweep starts knows itself: it runs the command's launcher again. */
import {isMainThread, workerData} from "node:worker_threads";

export const sweepMark = "kneepoint sweep";

export function isSweepThread(): boolean {
  return !isMainThread && workerData === sweepMark;
}
