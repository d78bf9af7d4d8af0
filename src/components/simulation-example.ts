/** Six requests on one small worker: what the page of the simulation shows, and its one spelling in the address. */
import {backends} from "../engine/schema.js";
import type {Backend} from "../engine/schema.js";
import {schedulerPolicies} from "../engine/simulate/policy.js";
import {simulateLogged} from "../engine/simulate/step-log.js";
import type {LoggedRun, LoggedStep} from "../engine/simulate/step-log.js";
import type {SimulationProblem, StepConstants, StepCurves} from "../engine/simulate/types.js";
import {formatQuestion, parseQuestion} from "./question.js";
import type {Question} from "./question.js";

export interface Example {
  /** Whose step times are used: model, GPU and engine. */
  question: Question;
  /** Whose scheduler decides. */
  rules: Backend;
  /** Seats, tokens of a step, and tokens of KV cache. */
  seats: number;
  budget: number;
  kvTokens: number;
  /** Step that is looked at, from 1; 0: none yet. */
  step: number;
}

export const exampleChoices = {
  seats: [2, 3, 4, 6],
  budget: [512, 1024, 2048, 8192],
  kvTokens: [3000, 3830, 5000, 16000]
} as const;

export const plainExample: Omit<Example, "question"> = {
  rules: "vllm",
  seats: 4,
  budget: 2048,
  kvTokens: 5000,
  step: 0
};

/** Prompts of several lengths that come close together, and one that comes late. */
export const exampleRequests = [
  {arrivalMs: 0, inputTokens: 1400, outputTokens: 14},
  {arrivalMs: 8, inputTokens: 600, outputTokens: 18},
  {arrivalMs: 60, inputTokens: 1800, outputTokens: 10},
  {arrivalMs: 75, inputTokens: 300, outputTokens: 16},
  {arrivalMs: 110, inputTokens: 1100, outputTokens: 8},
  {arrivalMs: 260, inputTokens: 500, outputTokens: 12}
] as const;

export const requestNames = ["A", "B", "C", "D", "E", "F"] as const;

export function parseExample(search: string): Example {
  const query = new URLSearchParams(search);
  const number = (key: "seats" | "budget" | "kvTokens") =>
    (exampleChoices[key] as readonly number[]).find((each) => each === Number(query.get(exampleKeys[key]))) ??
    plainExample[key];
  const step = Number(query.get("step") ?? 0);
  return {
    question: {...parseQuestion(search), pick: ""},
    rules: backends.find((each) => each === query.get("rules")) ?? plainExample.rules,
    seats: number("seats"),
    budget: number("budget"),
    kvTokens: number("kvTokens"),
    step: Number.isInteger(step) && step > 0 ? step : 0
  };
}

const exampleKeys = {seats: "seats", budget: "budget", kvTokens: "kv"} as const;

export function formatExample(example: Example): string {
  const own = new URLSearchParams();
  if (example.rules !== plainExample.rules) own.set("rules", example.rules);
  for (const key of ["seats", "budget", "kvTokens"] as const)
    if (example[key] !== plainExample[key]) own.set(exampleKeys[key], String(example[key]));
  if (example.step > 0) own.set("step", String(example.step));
  const rest = own.toString();
  const asked = formatQuestion(example.question);
  return rest ? `${asked}&${rest}` : asked;
}

export interface StepCosts {
  curves: StepCurves;
  constants: StepConstants;
}

export function exampleProblem(
  example: Pick<Example, "rules" | "seats" | "budget" | "kvTokens">,
  {curves, constants}: StepCosts
): SimulationProblem {
  const {rules, seats, budget, kvTokens} = example;
  return {
    curves,
    constants,
    engine: {policy: schedulerPolicies[rules], maxBatchedTokens: budget, maxSequences: seats, kvTokens},
    client: {kind: "trace", requests: exampleRequests},
    input: {kind: "fixed", tokens: 1},
    output: {kind: "fixed", tokens: 1}
  };
}

export function runExample(example: Omit<Example, "question" | "step">, costs: StepCosts): LoggedRun {
  return simulateLogged(exampleProblem(example, costs));
}

/** Whether a step gives a request a token: it decodes, or what it computes is all there is up to the next token. */
export function givesToken(run: LoggedRun, step: LoggedStep, request: number, given: number): boolean {
  if (step.decodes.includes(request)) return true;
  const chunk = step.chunks.find((each) => each.request === request);
  return chunk !== undefined && chunk.to >= run.requests[request].inputTokens + given;
}

/** Tokens that a request was given before a step. */
export function tokensBefore(run: LoggedRun, at: number, request: number): number {
  let given = 0;
  for (let i = 0; i < at; ++i) if (givesToken(run, run.steps[i], request, given)) ++given;
  return given;
}
