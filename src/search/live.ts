/** The search as the home page sees it: questions in, a stream of states out. */
import type {CalibrationEntry} from "../engine/calibration.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import {transferPresets} from "../engine/transfer.js";
import type {SystemSpec} from "../engine/system.js";
import type {Plan, PlanDetail} from "../engine/result.js";
import {customId, gpusOf} from "../components/custom-gpu.js";
import {imagesOf, servingOf} from "../components/model-options.js";
import {questionPreferences, questionTargets} from "../components/preference.js";
import type {Question} from "../components/question.js";
import {SearchClient} from "./client.js";
import {calibrationUrl, dataUrl} from "./data-url.js";
import type {PlanWhy} from "../engine/explain/plan.js";
import type {Answer, Ask, Progress} from "./protocol.js";

export interface Live {
  /** The last good answer, with the question as it was put. */
  question: Question;
  answer: Answer;
}

export interface Status {
  busy: boolean;
  progress: Progress | null;
  /** Why the newest question has no answer; empty when it has one. */
  error: string;
  /** Whether there is an answer to an earlier question, which pages go on showing. */
  isAnswered: boolean;
}

export interface LiveSearch {
  ask(question: Question): void;
  /** Null for a plan that is not of the last answer any more. */
  detail(plan: Plan | null): Promise<PlanDetail | null>;
  why(plan: Plan): Promise<PlanWhy | null>;
  /** What else the worker can be asked. */
  call: SearchClient["call"];
  stream: SearchClient["stream"];
  /** For Generators.observe. */
  answers(notify: (live: Live) => void): () => void;
  statuses(notify: (status: Status) => void): () => void;
  terminate(): void;
}

export function liveSearch(
  catalogue: CatalogueIndex,
  calibrations: CalibrationEntry[],
  systems: SystemSpec[]
): LiveSearch {
  let notifyAnswer: (live: Live) => void = () => {};
  let notifyStatus: (status: Status) => void = () => {};
  let status: Status;
  let asked: Question;
  let last: {key: string; answer: Answer} | undefined;
  const idle = {busy: false, progress: null, error: ""};
  // Who begins to listen later still hears of a question that made no sense.
  const say = (next: Omit<Status, "isAnswered">) => notifyStatus((status = {...next, isAnswered: last !== undefined}));
  say(idle);
  const questions = new WeakMap<Ask, Question>();
  const urls = {data: dataUrl, calibration: calibrationUrl};
  const client = new SearchClient(catalogue, calibrations, urls, systems, {
    onanswer: (answer, ask) => {
      const question = questions.get(ask)!;
      last = {key: JSON.stringify(ask), answer};
      notifyAnswer({question: sameAsk(asked, question, systems) ? asked : question, answer});
      say(idle);
    },
    onerror: (error) => say({...idle, error}),
    onprogress: (progress) => say({...idle, busy: true, progress})
  });
  const maybeAsk = (question: Question): Ask | undefined => {
    try {
      return askOf(question, systems);
    } catch (error) {
      say({...idle, error: (error as Error).message});
      return undefined;
    }
  };
  const ask = (question: Question) => {
    asked = question;
    const next = maybeAsk(question);
    if (!next) return;
    if (last?.key === JSON.stringify(next)) return notifyAnswer({question, answer: last.answer});
    questions.set(next, question);
    client.ask(next);
  };
  return {
    ask,
    detail: async (plan) => (plan ? client.call("detail", plan).catch(() => null) : null),
    why: (plan) => client.call("why", plan).catch(() => null),
    call: (name, asked) => client.call(name, asked),
    stream: (name, asked, onpart, onerror) => client.stream(name, asked, onpart, onerror),
    answers: (notify) => ((notifyAnswer = notify), () => {}),
    statuses: (notify) => ((notifyStatus = notify), notify(status), () => {}),
    terminate: () => client.terminate()
  };
}

function sameAsk(a: Question, b: Question, systems: SystemSpec[]): boolean {
  if (a === b) return true;
  try {
    return JSON.stringify(askOf(a, systems)) === JSON.stringify(askOf(b, systems));
  } catch {
    return false;
  }
}

/** The part of a question that the search answers. */
export function askOf(question: Question, systems: SystemSpec[]): Ask {
  const known = gpusOf(systems, question.system === customId || question.decodeSystem === customId ? question.gpu : "");
  const system = (id: string) => known.find((spec) => spec.id === id);
  const {model, config, hfQuantConfig, backend, version, database, transfer, interpolation, gpus, isl, osl, prefix} =
    question;
  return {
    problem: {
      model,
      config: config || undefined,
      hfQuantConfig: hfQuantConfig || undefined,
      system: system(question.system) ?? systems[0],
      decodeSystem: system(question.decodeSystem),
      donor: question.donor || undefined,
      backend,
      version: version || undefined,
      database: database || undefined,
      transfer: transfer ? transferPresets[transfer] : undefined,
      interpolation: interpolation || undefined,
      totalGpus: gpus,
      workload: {isl, osl, prefix, images: imagesOf(question)},
      serving: servingOf(question)
    },
    targets: questionTargets(question),
    preferences: questionPreferences(question)
  };
}
