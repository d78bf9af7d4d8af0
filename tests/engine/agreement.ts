/** Holds a verdict against the search and the estimate that it speaks of. */
import {expect} from "vitest";
import {answerSearch, estimate, evaluateSearch, InputError} from "../../engine/index.js";
import type {Database, SearchProblem, SearchResult} from "../../engine/index.js";
import type {Support, SupportLevel, SupportQuestion} from "../../engine/support.js";

const levels: [SupportLevel, Database][] = [
  ["measured", "silicon"],
  ["hybrid", "hybrid"],
  ["calibrated", "calibrated"]
];

/** At full batch sizes a plan comes out in the verdict's database, and an estimate of that plan; none in a better one. */
export function expectAgreement(support: Support, {platform, ...question}: SupportQuestion): void {
  const open = new Set(["agg", "disagg"] as const);
  for (const [level, database] of levels) {
    if (open.size === 0) return;
    const problem = {...question, platform: {...platform, database}};
    const result = searched(problem);
    for (const mode of open) {
      const [plan] = result?.[mode]?.best ?? [];
      expect(`${mode} ${level}: ${Boolean(plan)}`).toBe(`${mode} ${level}: ${support[mode].level === level}`);
      if (!plan) continue;
      open.delete(mode);
      if (!plan.agg) continue;
      const {parallel, batchPerRank, ctxTokens} = plan.agg;
      const again = estimate({
        ...problem,
        mode: "agg",
        parallel,
        batch: batchPerRank,
        ctxTokens,
        freeMemoryFraction: 1
      });
      expect(again.fits).toBe(true);
      expect(again.tpotMs).toBeCloseTo(plan.tpotMs, 6);
    }
  }
}

/** Undefined where the search refuses the question. */
function searched(problem: SearchProblem): SearchResult | undefined {
  try {
    return answerSearch(evaluateSearch(problem), {ttftMs: 1e12, tpotMs: 1e12}, {topN: 1});
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
