/** What of a result is shown, and where its figures come from. */
import type {Platform, SearchProblem} from "../engine/index.js";
import {modesOf, type ModeResult, type Plan, type SearchResult} from "../engine/result.js";

/** What there is to show of a mode: its best plans, or the nearest one when there are none. */
export function plansToShow({best, nearest}: ModeResult): Plan[] {
  return best.length > 0 || !nearest ? best : [nearest];
}

/** The best plan of the mode that was chosen. */
export function chosenPlan(result: SearchResult): Plan | undefined {
  return result.chosen ? result[result.chosen]!.best[0] : undefined;
}

/** Every plan that is shown. */
export function plansOf(result: SearchResult): Plan[] {
  return modesOf(result).flatMap(plansToShow);
}

/** Every platform that the searches used, prefill and decode side, once. */
export function platformsOf(problems: readonly Pick<SearchProblem, "platform" | "decodePlatform">[]): Platform[] {
  const all = problems.flatMap(({platform, decodePlatform}) =>
    decodePlatform ? [platform, decodePlatform] : [platform]
  );
  const name = ({system, backend, version, database}: Platform) => [system.id, backend, version, database].join();
  return [...new Map(all.map((platform) => [name(platform), platform])).values()];
}
