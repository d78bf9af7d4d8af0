/** Targets of a question that comes with the address, and how missing them counts: the form of notebooks. */
import {penaltyShapes} from "../engine/search/goals.js";
import type {PenaltyShape} from "../engine/search/goals.js";
import {announce, h} from "./dom.js";
import {agreedTargets} from "./preference.js";
import {formatQuestion, limits} from "./question.js";
import type {Question} from "./question.js";
import {choice} from "./select.js";
import {slider} from "./slider.js";

export interface TargetInputs extends HTMLFormElement {
  readonly value: Question;
}

export const shapeWords: Record<PenaltyShape, string> = {
  continuous: "starts at nothing",
  jump: "jumps at the target"
};

type Field = keyof typeof limits;

/** `soft`: asks for weight, steepness and shape too. */
export function targetInputs(initial: Question, {soft}: {soft: boolean}): TargetInputs {
  let question = initial;
  const set = (part: Partial<Question>) => {
    question = agreedTargets({...question, pick: "", ...part});
    history.replaceState(null, "", formatQuestion(question));
    announce(form);
  };
  const number = (field: Field, label: string, unit: string, [min, max]: [number, number], title: string) =>
    slider({
      label,
      unit,
      min,
      max,
      value: question[field],
      log: true,
      from: min,
      title,
      onchange: (v) => set({[field]: v})
    });
  const byRequest = question.requestLatencyMs > 0;
  const latencies = [
    (!byRequest || question.besides) && number("ttftMs", "TTFT ≤", "ms", [1, 10000], "Time to first token"),
    (!byRequest || question.besides) &&
      number("tpotMs", "TPOT ≤", "ms", [1, 200], "Time per output token after the first"),
    byRequest && number("requestLatencyMs", "Request latency ≤", "ms", [10, 600000], "TTFT + TPOT · (OSL − 1)")
  ];
  const shape = choice("A penalty", (value) => set({penalty: value as PenaltyShape}));
  shape.set(
    penaltyShapes.map((value) => ({value, label: shapeWords[value]})),
    question.penalty
  );
  const shaping = [
    number("weight", "Weight", "", [0.01, 10], "Scales the penalty of every soft target"),
    number(
      "steepness",
      "Steepness",
      "",
      [0.01, 1],
      "Violation, as a share of the target, at which the penalty has grown e-fold"
    ),
    shape
  ];
  const form: HTMLFormElement = h(
    "form",
    {class: "kp-asked kp-target-inputs", "aria-label": "Targets", onsubmit: (event: Event) => event.preventDefault()},
    ...latencies,
    ...(soft ? shaping : [])
  );
  return Object.defineProperty(form, "value", {get: () => question}) as TargetInputs;
}

/** The question with soft targets: its own, else its latencies. */
export function softened(question: Question): Question {
  return agreedTargets({...question, objective: "score"});
}
