/** What an answer hangs on, in words. */
import type {Choice} from "../engine/explain/choice.js";
import type {SensitivityOutcome, SensitivityRow} from "../engine/sensitivity/sensitivity.js";
import {parallelWords} from "../words.js";
import {h} from "./dom.js";
import {counted, duration, figure, percent, signedPercent} from "./format.js";
import type {RunState} from "./run-line.js";
import type {SensitivityState} from "./sensitivity-runs.js";

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

/** The notebook's answer, as far as it is known, or what is being done to find it. */
export function sensitivitySentence({
  sensed,
  error,
  progress
}: Pick<SensitivityState, "sensed" | "error" | "progress">): HTMLElement {
  const say = (...words: (string | Node)[]) =>
    h("p", {class: "kp-lede", "aria-busy": progress ? "true" : null}, ...words);
  if (error) return say("What it hangs on is not known.");
  if (!sensed) return say("Searching for the best plan as it is, then with less and with more of each input.");
  const {rows, base, waiting} = sensed;
  const share = percent(sensed.share);
  const [most] = rows;
  const total = counted(rows.length + waiting.length, "input");
  if (!most) return say(`Each of ${total} is tried with ${share} less and ${share} more of it.`);
  const isWhole = waiting.length === 0;
  const state = isWhole ? "" : ` So far: ${rows.length} of ${total}.`;
  const {down, up} = most;
  if (!base && most.effect === 0)
    return say(
      isWhole
        ? `No plan meets the targets, and no input within ${share} changes that.`
        : `No plan meets the targets, and none of the inputs tried changes that.${state}`
    );
  const ways = [
    down && `${percent(Math.abs(down.inputChange))} less gives ${changeWords(down)}`,
    up && `${percent(Math.abs(up.inputChange))} more ${changeWords(up)}`
  ].filter(Boolean);
  const outcomes = rows.flatMap(({down, up}) => [down, up]).filter((outcome) => outcome !== null);
  const changed = outcomes.filter(({choiceChanged}) => choiceChanged).length;
  const unit = base ? " tokens/s/GPU" : "";
  return say(
    "It hangs most on the ",
    h("b", {}, inputWords(most)),
    `: ${ways.join(", ")}${unit}. ${changed} of ${counted(outcomes.length, "change")} would call for another choice.${state}`
  );
}

/** The answer with every input as it is. */
export function baseSentence({sensed}: Pick<SensitivityState, "sensed">): HTMLElement {
  const words = !sensed
    ? []
    : sensed.base
      ? [
          "As it is: ",
          h("b", {}, `${figure(sensed.base.tokensPerSecPerGpuCluster)} tokens/s/GPU`),
          `, TTFT ${duration(sensed.base.ttftMs)}, TPOT ${duration(sensed.base.tpotMs)}, with ${choiceWords(sensed.base.choice)}.`
        ]
      : ["As it is, no plan meets the targets."];
  return h("p", {class: "kp-sensitivity-base"}, ...words);
}

/** How far it is. */
export function sensitivityState({sensed, progress, tables, elapsedMs, isKnown, error}: SensitivityState): RunState {
  if (error) return {words: ""};
  if (tables && tables.total > 0)
    return {
      words: `Loading measurements: ${tables.loaded} of ${tables.total} tables`,
      progress: {done: tables.loaded, total: tables.total}
    };
  if (!sensed) return {words: "Searching as it is", progress: {done: 0, total: 1}};
  const inputs = counted(sensed.rows.length + sensed.waiting.length, "input");
  if (progress) return {words: `${progress.done} of ${inputs} tried`, progress};
  return {words: isKnown ? `${inputs}, tried when this site was built.` : `${inputs} tried in ${duration(elapsedMs)}.`};
}
