/** What the page on sensitivity tells when nothing is asked in its address, found out when a site is built. */
import type {SystemSpec} from "../engine/system.js";
import {agreedTargets} from "../components/preference.js";
import {parseQuestion} from "../components/question.js";
import type {KnownSensitivity} from "../components/sensitivity-runs.js";
import {askOf} from "./live.js";
import type {Sensed} from "./protocol.js";
import type {Searcher} from "./searcher.js";

export async function usualSensitivity(searcher: Searcher, systems: SystemSpec[]): Promise<KnownSensitivity> {
  const ask = askOf(agreedTargets(parseQuestion("")), systems);
  let last: Sensed | null = null;
  await searcher.sense(
    ask,
    ({sensed}) => (last = sensed),
    () => false
  );
  return {key: JSON.stringify(ask), sensed: last!};
}
