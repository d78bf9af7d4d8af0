/** Where disaggregation pays, in sentences. */
import type {PayoffCell} from "../search/paying.js";
import {replicaWords} from "../words.js";
import type {Plan} from "../engine/result.js";
import {counted, duration, figure, percent, times} from "./format.js";
import type {Finding} from "./payoff.js";
import {verdictOf} from "./payoff.js";

/** Words, some of which stand out. */
export type SentencePart = string | {bold: string};

interface Asked {
  ttftMs: number;
  tpotMs: number;
}

/** The notebook's answer, as far as it is known. `total` is how many cells there are. */
export function findingParts(finding: Finding, {ttftMs, tpotMs}: Asked, total: number): SentencePart[] {
  const {answered, served, paying, onlyDisagg, onlyAgg, most, worst} = finding;
  const within = `TTFT ≤ ${duration(ttftMs)} and TPOT ≤ ${duration(tpotMs)}`;
  if (answered === 0) return [`Searching the first lengths, within ${within} …`];
  const far = answered < total ? `So far, of ${counted(answered, "cell")}: within` : "Within";
  if (served === 0) return [`${far} ${within}, neither way of serving meets the targets at any of these lengths.`];
  const share = paying / served;
  const lead: SentencePart[] =
    paying === 0
      ? [`${far} ${within}, disaggregation `, {bold: "never pays"}, " at these lengths"]
      : [
          `${far} ${within}, disaggregation `,
          {bold: share === 1 ? "always pays" : `pays in ${percent(share)} of cells`}
        ];
  const where = [
    ...(paying > 0 && most && most.ratio > 1
      ? [`most (${times(most.ratio)}) at ${figure(most.isl)} in and ${figure(most.osl)} out`]
      : []),
    ...(paying === 0 && most ? [`at best it comes to ${times(most.ratio)} at ${lengths(most)}`] : []),
    ...boundaries(finding)
  ];
  const alone = [
    onlyDisagg > 0 && `in ${figure(onlyDisagg)} it alone meets the targets`,
    onlyAgg > 0 && `in ${figure(onlyAgg)} only aggregated serving does`,
    answered > served && `in ${figure(answered - served)} neither does`
  ].filter((words) => words !== false);
  const loss =
    paying > 0 && worst && worst.ratio < 0.99 ? ` Least is ${times(worst.ratio)}, at ${lengths(worst)}.` : "";
  return [
    ...lead,
    where.length > 0 ? `, ${where.join("; ")}.` : ".",
    loss,
    alone.length > 0 ? ` ${capital(list(alone))}.` : ""
  ];
}

const lengths = ({isl, osl}: {isl: number; osl: number}) => `${figure(isl)} in and ${figure(osl)} out`;

function boundaries({islFrom, islTo, oslFrom, oslTo}: Finding): string[] {
  const sides = [
    islFrom !== null && `below ${figure(islFrom)} in`,
    islTo !== null && `above ${figure(islTo)} in`,
    oslFrom !== null && `below ${figure(oslFrom)} out`,
    oslTo !== null && `above ${figure(oslTo)} out`
  ].filter((words) => words !== false);
  return sides.length > 0 ? [`not ${sides.join(", nor ")}`] : [];
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What one cell says, for whoever points at it. */
export function cellSentence(cell: PayoffCell, slice: number, tpotMs: number): string {
  const at = `${figure(cell.isl)} in, ${figure(cell.osl)} out, TPOT ≤ ${duration(tpotMs)}`;
  const verdict = verdictOf(cell, slice);
  switch (verdict.kind) {
    case "both": {
      const {ratio, agg, disagg} = verdict;
      return `${at}: disaggregated serves ${figure(disagg.tokensPerSecPerGpu)} tokens/s/GPU, ${times(ratio)} aggregated’s ${figure(agg.tokensPerSecPerGpu)}; ${planWords(disagg.plan)} against ${planWords(agg.plan)}.`;
    }
    case "disagg":
      return `${at}: only disaggregated serving meets the targets, with ${figure(verdict.disagg.tokensPerSecPerGpu)} tokens/s/GPU; ${planWords(verdict.disagg.plan)}.`;
    case "agg":
      return `${at}: only aggregated serving meets the targets, with ${figure(verdict.agg.tokensPerSecPerGpu)} tokens/s/GPU; ${planWords(verdict.agg.plan)}.`;
    case "neither":
      return verdict.error ? `${at}: ${verdict.error}.` : `${at}: neither way of serving meets the targets.`;
  }
}

/** `8 × TP4`; `2 × [5 prefill (TP4) + 3 decode (TP4)]`. */
export function planWords(plan: Pick<Plan, "mode" | "agg" | "prefill" | "decode" | "replicas">): string {
  const replica = replicaWords(plan as Plan);
  return `${plan.replicas} × ${plan.mode === "agg" ? replica : `[${replica}]`}`;
}

/** `12 s`, `2 min`: how long the rest will take at the pace so far. */
export function timeLeft(done: number, total: number, elapsedMs: number): string {
  if (done < 3 || done >= total) return "";
  const seconds = (elapsedMs / done) * (total - done) * 0.001;
  return seconds < 90
    ? `about ${Math.max(1, Math.round(seconds))} s left`
    : `about ${Math.round(seconds / 60)} min left`;
}
