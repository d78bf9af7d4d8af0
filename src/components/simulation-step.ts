/** How long a step of an example takes, as a formula with its numbers. */
import type {LoggedRun} from "../engine/simulate/step-log.js";
import {curveAt, StepTimes, surfaceAt} from "../engine/simulate/step-time.js";
import type {Formula} from "./formula.js";
import {tokensBefore} from "./simulation-example.js";
import type {StepCosts} from "./simulation-example.js";

export function stepFormula(run: LoggedRun, at: number, {curves, constants}: StepCosts): Formula {
  const {chunks, decodes, startMs, endMs} = run.steps[at];
  const {rowsPerSequence} = curves;
  const lengths = decodes.map((request) => run.requests[request].inputTokens + tokensBefore(run, at, request));
  const mean = lengths.length > 0 ? lengths.reduce((sum, length) => sum + length, 0) / lengths.length : 0;
  const n = decodes.length;
  const {decodeScale, prefillScale, decodeGapMs, prefillGapMs, prefillFloorMsPerLayer} = constants;
  const attentionScale = constants.decodeAttentionScale ?? (chunks.length > 0 ? prefillScale : decodeScale);
  const decodeAttentionMs = n > 0 ? surfaceAt(curves.decodeAttention, n, mean) : 0;
  const value = endMs - startMs;
  if (chunks.length === 0) {
    const restMs = curveAt(curves.decodeRest, n) + curveAt(curves.decodeExperts, n);
    return {
      name: "A step that decodes",
      unit: "ms",
      text: "gapMs + scale * restMs + attentionScale * decodeAttentionMs",
      values: {gapMs: decodeGapMs, scale: decodeScale, restMs, attentionScale, decodeAttentionMs},
      value
    };
  }
  const times = new StepTimes(curves, constants, Math.max(1, n));
  const tokens = chunks.reduce((sum, {from, to}) => sum + to - from, 0) + n * rowsPerSequence;
  const complete = chunks.filter(
    ({request, to}) => to >= run.requests[request].inputTokens + tokensBefore(run, at, request)
  ).length;
  const giving = complete + n * rowsPerSequence;
  const restMs = curveAt(curves.prefillRest, tokens) + curveAt(curves.prefillExperts, tokens);
  return {
    name: "A step that prefills",
    unit: "ms",
    text: "gapMs + max(scale * (restMs + logitsMs + promptAttentionMs) + attentionScale * decodeAttentionMs, floorMs)",
    values: {
      gapMs: prefillGapMs,
      scale: prefillScale,
      restMs,
      logitsMs: giving > 0 ? curveAt(curves.logits, giving) : 0,
      promptAttentionMs: chunks.reduce((sum, {from, to}) => sum + times.chunkAttention(chunks.length, from, to), 0),
      attentionScale,
      decodeAttentionMs,
      floorMs: prefillFloorMsPerLayer * curves.layers
    },
    value
  };
}
