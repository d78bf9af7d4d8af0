/** The simulation's example and its rules in words: from the run, and from the engine's own records. */
import type {LoggedRun} from "../engine/simulate/step-log.js";
import type {Admission, SchedulerPolicy} from "../engine/simulate/types.js";
import {counted, duration, figure, percent} from "./format.js";
import {givesToken, requestNames} from "./simulation-example.js";

/** `A`, `A and B`, `A, B and C`. */
export function listed(requests: readonly number[]): string {
  const names = requests.map((request) => requestNames[request]);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** What a step does, who waits, and how full the memory is. */
export function stepSentence(run: LoggedRun, at: number, kvTokens: number): string {
  const step = run.steps[at];
  const {startMs, endMs, chunks, decodes, idle, waiting, atDoor} = step;
  const prompts = chunks.map(({request, from, to}) => {
    const whole = to - from >= run.requests[request].inputTokens;
    return whole ? `all ${figure(to)} tokens of ${requestNames[request]}` : `tokens ${figure(from + 1)} to ${figure(to)} of ${requestNames[request]}`;
  }); // prettier-ignore
  const computed = prompts.length > 0 ? `computes ${prompts.join(" and ")}` : "";
  const given = decodes.length > 0 ? `gives ${listed(decodes)} a token${decodes.length > 1 ? " each" : ""}` : "";
  const does = [computed, given].filter(Boolean).join(", and ");
  const still = idle.length > 0 ? ` ${listed(idle)} ${idle.length > 1 ? "have seats and stand" : "has a seat and stands"} still.` : ""; // prettier-ignore
  const queue = [...waiting, ...atDoor];
  const waits = queue.length > 0 ? ` ${listed(queue)} ${queue.length > 1 ? "wait" : "waits"}.` : "";
  return `Step ${at + 1} of ${run.steps.length}, ${duration(endMs - startMs)} from ${duration(startMs)} on: it ${does}.${still}${waits} KV cache: ${figure(step.kvTokens)} of ${figure(kvTokens)} tokens.`;
}

export interface ExampleFigures {
  steps: number;
  spanMs: number;
  meanTtftMs: number;
  worstTtftMs: number;
  /** The longest that a request waited between two of its tokens. */
  longestGapMs: number;
  putBack: number;
}

export function exampleFigures(run: LoggedRun): ExampleFigures {
  const {simulation, steps, requests} = run;
  const ttfts = requests.map(({firstMs, sentMs}) => firstMs - sentMs);
  return {
    steps: steps.length,
    spanMs: Math.max(...requests.map(({finishedMs}) => finishedMs)),
    meanTtftMs: ttfts.reduce((sum, ms) => sum + ms, 0) / ttfts.length,
    worstTtftMs: Math.max(...ttfts),
    longestGapMs: Math.max(...requests.map((_, request) => longestGap(run, request))),
    putBack: simulation.preemptions
  };
}

/** Between the steps that gave a request its tokens. */
function longestGap(run: LoggedRun, request: number): number {
  let [longest, given, lastMs] = [0, 0, 0];
  for (const step of run.steps) {
    if (!givesToken(run, step, request, given)) continue;
    if (given++ > 0) longest = Math.max(longest, step.endMs - lastMs);
    lastMs = step.endMs;
  }
  return longest;
}

/** `Six requests take 41 steps and 574 ms by vLLM's rules: …` */
export function exampleSentence(name: string, {steps, spanMs, meanTtftMs, worstTtftMs, longestGapMs, putBack}: ExampleFigures): string {
  const back = putBack === 1 ? " One request had to be put back and computed anew." : putBack > 1 ? ` ${counted(putBack, "time")} a request had to be put back and computed anew.` : "";
  return `By the rules of ${name}, six requests take ${duration(spanMs)} in ${counted(steps, "step")}. The first token comes after ${duration(meanTtftMs)} on average and ${duration(worstTtftMs)} at worst, and nobody waits longer than ${duration(longestGapMs)} for the next one.${back}`;
} // prettier-ignore

export interface Rule {
  name: string;
  of: (policy: SchedulerPolicy) => string;
}

function admissionWords(admission: Admission): string {
  switch (admission.kind) {
    case "prompt":
      return "its prompt fits in the KV cache";
    case "answer":
      return "its prompt and its whole answer fit";
    case "estimate":
      return `prompt and answer fit beside ${percent(admission.share)} of what others may still write, falling to ${figure(100 * admission.leastShare)} % over ${counted(admission.steps, "decode step")}; of an answer at most ${figure(admission.answerTokens)} tokens count`;
  }
}

/** What the record of a policy says, in the order in which a step is made. */
export const ruleWords: readonly Rule[] = [
  {
    name: "A step",
    of: ({order, mixesDecodes}) => {
      if (order === "mixed") return "decodes first, then prompts while the token budget lasts";
      return mixesDecodes ? "prompts while any can start, with decodes beside them" : "prompts alone while any can start; decodes stand still";
    }
  },
  {name: "A prompt is split", of: ({chunks}) => (chunks ? "to fill a step" : "only where it is larger than any step")},
  {name: "A request starts when", of: ({admission}) => admissionWords(admission)},
  {
    name: "When memory runs out",
    of: ({admission, roomSteps}) =>
      admission.kind === "answer"
        ? "it cannot: whole answers are reserved"
        : `the newest request is put back and computed anew, until ${counted(roomSteps, "more decode step")} ${roomSteps === 1 ? "fits" : "fit"}`
  },
  {
    name: "A request is seen",
    of: ({overlapSteps, receiveInterval}) => {
      const every = receiveInterval > 1 ? `, looking every ${receiveInterval} decode steps` : "";
      return overlapSteps === 0 ? `in the next step${every}` : `in the step after the next, which is prepared while one runs${every}`;
    }
  },
  {
    name: "Prompts wait for others",
    of: ({batchWait}) =>
      batchWait.steps === 0 ? "no" : `up to ${counted(batchWait.steps, "step")}, for ${percent(batchWait.share)} of the budget`
  },
  {name: "Ranks are dealt to", of: ({dealing}) => (dealing === "turn" ? "in turn" : "the one with the fewest requests first")},
  {name: "Pipeline stages", of: ({laneSeats}) => (laneSeats === "all" ? "the first batch takes what it can" : "batches share the seats")},
  {name: "A page of KV cache", of: ({pageTokens}) => counted(pageTokens, "token")}
]; // prettier-ignore
