/** Verdicts in words, shared by the command line and the pages. */
import {supportLevels, type Support, type SupportLevel} from "../engine/support.js";

/** What a level of support means; completes `… is …`. */
export const supportWords: Record<SupportLevel, string> = {
  measured: "answered from measured tables alone",
  hybrid: "answered from measured tables, their gaps filled with the utilisation of other measurements",
  calibrated: "answered without measured tables, from what the product carries itself",
  "does not fit": "more than the GPUs' memory holds",
  "not supported": "refused: nothing here serves it"
};

/** The better of both modes. */
export function bestLevel({agg, disagg}: Pick<Support, "agg" | "disagg">): SupportLevel {
  return supportLevels[Math.min(supportLevels.indexOf(agg.level), supportLevels.indexOf(disagg.level))];
}

/** `measured on 9 of 42 system/backend pairs, hybrid on 3, does not fit on 6`. */
export function supportCounts(all: readonly Pick<Support, "agg" | "disagg">[], noun = "system/backend pair"): string {
  const levels = all.map(bestLevel);
  const counts = supportLevels
    .map((level) => [level, levels.filter((each) => each === level).length] as const)
    .filter(([, count]) => count > 0);
  const of = ` of ${all.length} ${noun}${all.length === 1 ? "" : "s"}`;
  return counts.map(([level, count], i) => `${level} on ${count}${i === 0 ? of : ""}`).join(", ");
}
