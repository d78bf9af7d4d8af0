/** What an answer hangs on, in words. */
import type {Choice} from "../engine/explain/choice.js";
import type {SensitivityOutcome, SensitivityRow} from "../engine/sensitivity/sensitivity.js";
import type {SensitivityPart} from "../search/protocol.js";
import {parallelWords} from "../words.js";
import {h} from "./dom.js";
import {counted, figure, percent, signedPercent} from "./format.js";

/** `memory bandwidth`, `memory bandwidth of decode`. */
export function inputWords({label, side}: Pick<SensitivityRow, "label" | "side">): string {
  const [name] = label.split(",");
  return side === "all" ? name : `${name} of ${side}`;
}

/** `−4.1 %` of throughput, or what happens instead. */
export function changeWords(outcome: SensitivityOutcome | null): string {
  if (!outcome) return "–";
  if (outcome.change) return signedPercent(outcome.change.tokensPerSecPerGpuCluster);
  return outcome.answer ? "a plan, none before" : "no plan";
}

/** `TP4, batch 16`; `5 prefill (TP4) + 3 decode (TP4), batch 64`. */
export function choiceWords(choice: Choice): string {
  if (choice.mode === "agg") return `${parallelWords(choice.parallel)}, batch ${choice.batch}`;
  const {prefill, decode} = choice;
  const pool = (name: string, {workers, parallel}: typeof prefill) => `${workers} ${name} (${parallelWords(parallel)})`;
  return `${pool("prefill", prefill)} + ${pool("decode", decode)}, batch ${decode.batch}`;
}

/** What is chosen then, and what the plan chosen before would give; empty where it is the same. */
export function otherChoice(outcome: SensitivityOutcome | null): string {
  if (!outcome?.choiceChanged || !outcome.answer) return "";
  const {kept} = outcome;
  const before = !kept
    ? ""
    : kept.obstacle
      ? "; the old one cannot run"
      : kept.misses.length > 0
        ? "; the old one misses the targets"
        : `; the old one gives ${percent(kept.ofBest ?? 0)} of it`;
  return choiceWords(outcome.answer.choice) + before;
}

/** `10.4 tokens/s` in the unit that people say: GB/s, TFLOP/s, GiB. */
export function valueWords(value: number, unit: string): string {
  if (unit === "share") return percent(value);
  const scales: Record<string, readonly [number, string]> = {
    "bytes/s": [1e9, "GB/s"],
    "FLOP/s": [1e12, "TFLOP/s"],
    bytes: [2 ** 30, "GiB"]
  };
  const [per, name] = scales[unit] ?? [1, unit];
  return `${figure(value / per)} ${name}`;
}

/** The notebook's answer, as far as it is known. */
export function sensitivitySentence({rows, base, progress, share}: SensitivityPart): HTMLElement {
  const isWhole = progress.done >= progress.total;
  const state = isWhole ? "" : ` So far: ${progress.done} of ${counted(progress.total, "input")}.`;
  const [most] = rows;
  if (!most) return h("p", {class: "kp-lede"}, `Changing one input after another.${state}`);
  const {down, up} = most;
  if (!base && most.effect === 0)
    return h(
      "p",
      {class: "kp-lede"},
      `No plan meets the targets, and no input within ${percent(share)} changes that.${state}`
    );
  const ways = [
    down && `${percent(Math.abs(down.inputChange))} less gives ${changeWords(down)}`,
    up && `${percent(Math.abs(up.inputChange))} more ${changeWords(up)}`
  ].filter(Boolean);
  const outcomes = rows.flatMap(({down, up}) => [down, up]).filter((outcome) => outcome !== null);
  const changed = outcomes.filter(({choiceChanged}) => choiceChanged).length;
  const unit = base ? " tokens/s/GPU" : "";
  return h(
    "p",
    {class: "kp-lede"},
    "It hangs most on the ",
    h("b", {}, inputWords(most)),
    `: ${ways.join(", ")}${unit}. ${changed} of ${counted(outcomes.length, "change")} would call for another choice.${state}`
  );
}
