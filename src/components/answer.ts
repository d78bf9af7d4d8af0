/** `Top 5 aggregated`; plans that miss the targets are not called top. */
export function tableCaption({mode, best, meetsTargets}: ModeResult): HTMLElement {
  if (best.length === 0) return h("span", {}, "No ", modeName(mode), " plan");
  const what = `${meetsTargets ? "Top" : "Nearest"} ${best.length} `;
  return h("span", {}, what, modeName(mode), meetsTargets ? "" : ", outside the targets");
}

/** The answer as a sentence with figures. */
import type {SystemSpec} from "../engine/system.js";
import type {ModeResult, Plan} from "../engine/result.js";
import type {Misses} from "../search/protocol.js";
import {modeWords} from "../words.js";
import {band, requestError} from "./band.js";
import {h} from "./dom.js";
import {duration, figure, shortModel, shortSystem, times} from "./format.js";
import {objectiveSentence} from "./figure-list.js";
import type {Outcome} from "./outcome.js";
import {deploymentLine} from "./plan.js";
import {askedTargets} from "./preference.js";
import type {Question} from "./question.js";
import {thresholdWords} from "../why-words.js";

export interface AnswerOptions {
  outcome: Outcome;
  question: Question;
  misses: Misses | null;
  systems: SystemSpec[];
}

export function answerSentence({outcome, question, misses, systems}: AnswerOptions): HTMLElement {
  const {best, meetsTargets} = outcome;
  const isMissed = misses !== null && misses.candidates > 0;
  const subject = `${shortModel(question.model)} on ${hardwareWords(question, systems)}`;
  const headline =
    best && meetsTargets
      ? [
          big(figure(best.tokensPerSecPerGpuCluster)),
          " tokens/s/GPU ",
          band(best, best.error?.tokensPerSec),
          " at ",
          big(figure(best.tokensPerSecPerUser)),
          " tokens/s/user ",
          band(best, best.error?.tpot)
        ]
      : [isMissed ? "No deployment meets your targets" : "No candidate could be evaluated"];
  return h(
    "div",
    {class: "kp-answer"},
    h("p", {class: "kp-headline"}, ...headline),
    h(
      "p",
      {class: "kp-lede"},
      ...(meetsTargets
        ? chosenWords(subject, outcome, question)
        : [subject, ...missedWords(outcome, isMissed, question)])
    )
  );
}

function chosenWords(subject: string, {best, rival}: Outcome, question: Question): (string | Node | undefined)[] {
  const plan = best!;
  const compared = rival
    ? [
        `${times(plan.tokensPerSecPerGpuCluster / rival.tokensPerSecPerGpuCluster)} the best ${modeWords[rival.mode]} deployment (${deploymentLine(rival)}, ${figure(rival.tokensPerSecPerGpuCluster)} `,
        band(rival, rival.error?.tokensPerSec),
        ")."
      ]
    : [`No ${modeWords[plan.mode === "agg" ? "disagg" : "agg"]} deployment meets the targets.`];
  return [
    `${subject}: `,
    modeName(plan.mode),
    `, ${deploymentLine(plan)}. `,
    ...compared,
    " ",
    figures(plan),
    ` ${objectiveSentence(plan, question)}`
  ];
}

function missedWords({best}: Outcome, isMissed: boolean, question: Question): (string | Node | undefined)[] {
  if (!isMissed) return ["."];
  const hard = askedTargets(question).filter(({soft}) => !soft);
  const asked = hard.map(({metric, threshold}) => thresholdWords(metric, threshold)).join(" and ");
  if (!best) return [`: you asked for ${asked}, and for nothing that misses it.`];
  return [
    `: you asked for ${asked}. Nearest is `,
    modeName(best.mode),
    `, ${deploymentLine(best)}, at ${figure(best.tokensPerSecPerGpuCluster)} tokens/s/GPU `,
    band(best, best.error?.tokensPerSec),
    ". ",
    figures(best)
  ];
}

function figures(plan: Plan): HTMLElement {
  return h(
    "span",
    {class: "kp-figures"},
    `TTFT ${duration(plan.ttftMs)} `,
    band(plan, plan.error?.ttft),
    `, TPOT ${duration(plan.tpotMs)} `,
    band(plan, plan.error?.tpot),
    `, request ${duration(plan.requestLatencyMs)} `,
    band(plan, requestError(plan)),
    "."
  );
}

export function hardwareWords({system, decodeSystem, gpus}: Question, systems: SystemSpec[]): string {
  const label = (id: string) => shortSystem(systems.find((spec) => spec.id === id)?.label ?? id);
  return `${gpus} × ${label(system)}${decodeSystem ? `, decoding on ${label(decodeSystem)}` : ""}`;
}

export function modeName(mode: "agg" | "disagg"): HTMLElement {
  return h("b", {class: `kp-mode kp-${mode}`}, modeWords[mode]);
}

function big(text: string): HTMLElement {
  return h("span", {class: "kp-big"}, text);
}
