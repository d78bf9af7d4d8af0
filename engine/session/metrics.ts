/** Each metric, once. TPOT is the mean time per output token after the first. */
import {msPerSecond} from "../units.js";

/** Time from request to last token. */
export function requestLatencyMs(ttftMs: number, tpotMs: number, osl: number): number {
  return ttftMs + tpotMs * Math.max(osl - 1, 0);
}

/** Speed that one user sees. */
export function tokensPerSecPerUser(tpotMs: number): number {
  return tpotMs === 0 ? 0 : msPerSecond / tpotMs;
}

/** Requests that finish per second when `inFlight` of them take `latencyMs` each; pipeline stages work in turn. */
export function requestsPerSec(inFlight: number, latencyMs: number, pp: number): number {
  return latencyMs === 0 ? 0 : (inFlight / latencyMs) * msPerSecond * pp;
}
