/** Answers that come by formula at once, and by simulation as requests are simulated. */
import {imagesOf} from "../components/model-options.js";
import type {Question} from "../components/question.js";
import type {Live, LiveSearch} from "./live.js";
import type {Answer} from "./protocol.js";
import type {SimulatedPart} from "./simulating.js";

/** Which way the figures were found that are shown, and what is under way. */
export interface Figures {
  by: "formula" | "simulation";
  /** Null: nothing is under way. */
  progress: SimulatedPart["progress"] | null;
  /** Why there is no simulation though one was asked for; empty when there is none to say. */
  error: string;
}

export type Refined = Live & {figures: Figures};

export interface RefiningSearch {
  ask(question: Question): void;
  /** For Generators.observe. */
  answers(notify: (refined: Refined) => void): () => void;
}

/** A dragged slider asks tens of questions a second: what takes longer than one of them waits for the last. */
const stillMs = 150;

interface Run {
  live: Live;
  part: SimulatedPart | null;
  error: string;
  timer: ReturnType<typeof setTimeout>;
  cancel: () => void;
}

export function refiningSearch(search: Pick<LiveSearch, "ask" | "answers" | "stream">): RefiningSearch {
  let notify: (refined: Refined) => void = () => {};
  let run: Run | undefined;

  const end = () => {
    if (!run) return;
    clearTimeout(run.timer);
    run.cancel();
    run = undefined;
  };
  const tell = (own: Run) => {
    const {live, part, error} = own;
    const isOver = part !== null && part.progress.done >= part.progress.total;
    const progress = isOver || error ? null : (part?.progress ?? {done: 0, total: 0});
    if (!part?.result) return notify({...live, figures: {by: "formula", progress, error}});
    notify({...live, answer: simulated(live.answer, part), figures: {by: "simulation", progress, error}});
  };
  const start = (live: Live) => {
    const own: Run = {live, part: null, error: "", timer: setTimeout(() => simulate(own), stillMs), cancel: () => {}};
    run = own;
    tell(own);
  };
  const simulate = (own: Run) => {
    own.cancel = search.stream(
      "simulated",
      own.live.answer.ask,
      (part) => {
        own.part = part.result ? part : {...part, result: own.part?.result ?? null};
        if (run === own) tell(own);
      },
      (error) => {
        own.error = error;
        if (run === own) tell(own);
      }
    );
  };
  const hear = (live: Live) => {
    const isSame = run?.live.answer === live.answer;
    if (!isSimulated(live.question)) {
      end();
      return notify({...live, figures: {by: "formula", progress: null, error: ""}});
    }
    // The view of an answer has changed: it is as far as it was.
    if (isSame && run) {
      run.live = live;
      return tell(run);
    }
    end();
    start(live);
  };
  return {
    ask: (question) => {
      // The worker does one thing after the other: what is under way would hold up the answer.
      if (run && !isSameAsked(run.live.question, question)) pause(run);
      search.ask(question);
    },
    answers: (listener) => {
      notify = listener;
      const stop = search.answers(hear);
      return () => (end(), stop());
    }
  };

  function pause(own: Run): void {
    clearTimeout(own.timer);
    own.cancel();
    // Goes on if the answer turns out to be the same.
    if (own.part === null || own.part.progress.done < own.part.progress.total)
      own.timer = setTimeout(() => run === own && simulate(own), 4 * stillMs);
  }
}

/** Whether requests are simulated: the speed of light has no constants, and images no steps, that that could take. */
export function isSimulated(question: Question): boolean {
  return question.predictor === "simulation" && question.database !== "sol" && !imagesOf(question);
}

/** What a page shows of an answer, and does not ask. */
const viewed: readonly (keyof Question)[] = ["pick", "axis", "log", "deploy", "file", "changes", "dynamo", "engine"];

function isSameAsked(a: Question, b: Question): boolean {
  return (Object.keys(a) as (keyof Question)[]).every((key) => a[key] === b[key] || viewed.includes(key));
}

function simulated(answer: Answer, {result, misses}: SimulatedPart): Answer {
  return {...answer, result: result!, misses};
}
