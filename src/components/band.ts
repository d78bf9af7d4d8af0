/** How far off a figure of a plan may be: a few characters beside it, and in a sentence where that is from. */
import type {ErrorBand, Plan} from "../engine/result.js";
import {calibrationWords, errorBandWords, errorMeaning, errorWords, simulatedErrorMeaning} from "../words.js";
import {h} from "./dom.js";

type Predicted = Pick<Plan, "error" | "simulated">;

/** `± 16 %`, small; undefined where nothing is known of it. */
export function band(plan: Predicted, error: ErrorBand | undefined): HTMLElement | undefined {
  return error && h("small", {class: "kp-band", title: bandSentence(plan, error)}, errorWords(error));
}

/** `± 16 % (half within 6 %), 9 in 10 times, on measured deployments …: calibrated here (trtllm dense, 66 measurements).` */
function bandSentence(plan: Predicted, error: ErrorBand): string {
  const rests = plan.simulated ? `: ${classWords(plan.simulated.calibration)}` : "";
  return `${bandWords(plan, error)}${rests}.`;
}

/** `± 16 % (half within 6 %), 9 in 10 times, on measured deployments …`. */
export function bandWords({simulated}: Predicted, error: ErrorBand): string {
  return `${errorBandWords(error)}, ${simulated ? simulatedErrorMeaning : errorMeaning}`;
}

/** `calibrated here (trtllm dense · QWEN 64x5120 on h200_sxm, fp8_block, 66 measurements)`. */
export function classWords({kind, name, rows}: NonNullable<Plan["simulated"]>["calibration"]): string {
  return kind === "none" ? calibrationWords.none : `${calibrationWords[kind]} (${name}, ${rows} measurements)`;
}

/** Of a request's latency: as far off as its parts are if both err the same way. */
export function requestError({error, ttftMs, requestLatencyMs}: Plan): ErrorBand | undefined {
  if (!error || !(requestLatencyMs > 0)) return undefined;
  const share = Math.min(1, ttftMs / requestLatencyMs);
  const {ttft, tpot} = error;
  const mixed = (key: keyof ErrorBand) => share * ttft[key] + (1 - share) * tpot[key];
  return {p50: mixed("p50"), p90: mixed("p90")};
}
