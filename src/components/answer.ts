/** `Top 5 aggregated`; plans that miss the targets are not called top. */
export function tableCaption({mode, best, meetsTargets}: ModeResult): HTMLElement {
  if (best.length === 0) return h("span", {}, "No ", modeName(mode), " plan");
  const what = `${meetsTargets ? "Top" : "Nearest"} ${best.length} `;
  return h("span", {}, what, modeName(mode), meetsTargets ? "" : ", outside the targets");
}

/** The answer as a sentence with figures. */
import type {SystemSpec} from "../engine/system.js";
import type {ModeResult, Plan} from "../engine/result.js";
import {modeWords} from "../words.js";
import {h} from "./dom.js";
import {duration, figure, shortModel, shortSystem, times} from "./format.js";
import {nearestMiss} from "./nearest.js";
import type {Miss} from "./nearest.js";
import type {Outcome} from "./outcome.js";
import {deploymentLine} from "./plan.js";
import type {Question} from "./question.js";

export interface AnswerOptions {
  outcome: Outcome;
  question: Question;
  systems: SystemSpec[];
}

export function answerSentence({outcome, question, systems}: AnswerOptions): HTMLElement {
  const {best, meetsTargets, modes} = outcome;
  const nearest = meetsTargets ? undefined : nearestMiss(modes, question);
  const subject = `${shortModel(question.model)} on ${hardwareWords(question, systems)}`;
  const headline =
    best && meetsTargets
      ? [
          big(figure(best.tokensPerSecPerGpuCluster)),
          " tokens/s/GPU at ",
          big(figure(best.tokensPerSecPerUser)),
          " tokens/s/user"
        ]
      : [nearest ? "No deployment meets your targets" : "No candidate could be evaluated"];
  return h(
    "div",
    {class: "kp-answer"},
    h("p", {class: "kp-headline"}, ...headline),
    h(
      "p",
      {class: "kp-lede"},
      ...(meetsTargets ? chosenWords(subject, outcome) : [subject, ...missedWords(outcome, nearest, question)])
    )
  );
}

function chosenWords(subject: string, {best, rival}: Outcome): (string | Node)[] {
  const plan = best!;
  const compared = rival
    ? `${times(plan.tokensPerSecPerGpuCluster / rival.tokensPerSecPerGpuCluster)} the best ${modeWords[rival.mode]} deployment (${deploymentLine(rival)}, ${figure(rival.tokensPerSecPerGpuCluster)}).`
    : `No ${modeWords[plan.mode === "agg" ? "disagg" : "agg"]} deployment meets the targets.`;
  return [`${subject}: `, modeName(plan.mode), `, ${deploymentLine(plan)}. ${compared} `, figures(plan)];
}

function missedWords({best}: Outcome, nearest: Miss | undefined, question: Question): (string | Node)[] {
  if (!nearest) return ["."];
  const {requestLatencyMs, ttftMs, tpotMs} = question;
  const asked = requestLatencyMs
    ? `a request latency of ${duration(requestLatencyMs)}`
    : `TTFT ${duration(ttftMs)} and TPOT ${duration(tpotMs)}`;
  if (!best)
    return [
      `: you asked for ${asked}. The nearest candidate needs TTFT ${duration(nearest.ttftMs)} and TPOT ${duration(nearest.tpotMs)}.`
    ];
  return [
    `: you asked for ${asked}. The most that comes near is `,
    modeName(best.mode),
    `, ${deploymentLine(best)}, at ${figure(best.tokensPerSecPerGpuCluster)} tokens/s/GPU. `,
    figures(best)
  ];
}

function figures(plan: Plan): HTMLElement {
  return h(
    "span",
    {class: "kp-figures"},
    `TTFT ${duration(plan.ttftMs)}, TPOT ${duration(plan.tpotMs)}, request ${duration(plan.requestLatencyMs)}.`
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
