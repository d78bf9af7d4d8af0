import type {Requests} from "./requests.js";
import type {Client, Timeline, Verdict} from "./types.js";

/** Requests that wait for each that runs: beyond the first, some wait for a place; beyond the second, most do. */
const backlogShare = 0.1;
const overloadShare = 1;
/** Requests that came in half of the run, as a share, that may be left unserved without a trend; beside chance. */
const shortfall = 0.05;
const chanceDeviations = 2;

/**
 * Whether an engine keeps up. An open load overloads it when in the second half of all arrivals fewer requests start, or
 * end, than come, by more than chance. A closed loop cannot grow: it overloads when more wait than run.
 */
export function verdictOf(requests: Requests, client: Client, timeline: Timeline): Verdict {
  const {count, sentMs} = requests;
  const closed = client.kind === "closed-loop";
  const lastMs = sentMs[count - 1];
  // After the burst of a closed loop; in the second half of an open load.
  const fromMs = closed ? (client.users < count ? sentMs[client.users] : 0) : lastMs / 2;
  const toMs = closed && client.users >= count ? Infinity : lastMs;
  const queued = meanOver(timeline.queued, timeline.sliceMs, fromMs, toMs);
  const running = meanOver(timeline.running, timeline.sliceMs, fromMs, toMs);
  if (closed ? queued > overloadShare * running : fallsBehind(requests, fromMs, toMs)) return "overloaded";
  return queued > backlogShare * running ? "backlogged" : "stable";
}

function fallsBehind({sentMs, arrivedMs, firstMs, finishedMs, count}: Requests, fromMs: number, toMs: number): boolean {
  const within = (times: Float64Array) => times.reduce((sum, ms) => sum + (ms > fromMs && ms <= toMs ? 1 : 0), 0);
  const came = within(arrivedMs);
  const least = came - shortfall * came - chanceDeviations * Math.sqrt(came);
  if (within(firstMs) < least) return true;
  let latencyMs = 0;
  for (let i = 0; i < count; ++i) latencyMs += (finishedMs[i] - sentMs[i]) / count;
  // A run not much longer than its requests says nothing of how many end.
  return toMs - fromMs > 2 * latencyMs && within(finishedMs) < least;
}

/** Mean over slices between two times; of the nearest slice when none lies between. */
function meanOver(values: Float64Array, sliceMs: number, fromMs: number, toMs: number): number {
  const from = Math.min(values.length - 1, Math.floor(fromMs / sliceMs));
  const to = Math.max(from + 1, Math.min(values.length, Math.floor(toMs / sliceMs)));
  let sum = 0;
  for (let i = from; i < to; ++i) sum += values[i];
  return sum / (to - from);
}
