/** What is known of each search that is compared, ready to be drawn, listed and told. */
import {speedFront} from "../engine/search/front-compare.js";
import type {Plan} from "../engine/result.js";
import type {SystemSpec} from "../engine/system.js";
import type {Compared} from "../search/comparing.js";
import type {Comparison} from "./comparison.js";
import {variantQuestion} from "./comparison.js";
import {differencesOf, variantNames} from "./difference.js";
import {savedFront, savedSentence} from "./csv-front.js";
import type {SavedFront, SavedPoint} from "./csv-front.js";
import {deploymentLine, planId, planSentence} from "./plan.js";
import type {Question} from "./question.js";

/** A way to serve on a front. */
export interface EntryPoint {
  mode: "agg" | "disagg";
  tokensPerSecPerUser: number;
  tokensPerSecPerGpu: number;
  /** Undefined where a file does not say. */
  ttftMs?: number;
  tpotMs?: number;
  requestLatencyMs?: number;
  /** `8 replicas of TP4`. */
  deployment: string;
  /** What a reader is told who points at it. */
  sentence: string;
  /** Identity of the plan, for a link; empty for one out of a file. */
  pick: string;
}

/** One search or file. */
export interface Entry {
  /** Which colour and mark are its own. */
  slot: number;
  name: string;
  /** What it has otherwise than the base, in words. */
  differs: string;
  hidden: boolean;
  /** Undefined for a file. */
  question?: Question;
  /** Best of both modes at each speed, slowest user first. */
  front: EntryPoint[];
  modes: {mode: "agg" | "disagg"; front: EntryPoint[]}[];
  /** The best within the targets; null when nothing is, or while nothing is known. */
  best: EntryPoint | null;
  found?: Compared;
  /** Why it has no answer. */
  error?: string;
  /** True until it has an answer or an error. */
  isWaiting: boolean;
}

/** A search's answer, or why it has none; undefined while it is on its way. */
export interface Outcome {
  found?: Compared;
  error?: string;
}

export function entriesOf(
  comparison: Comparison,
  outcomes: readonly (Outcome | undefined)[],
  files: readonly SavedFile[],
  systems: readonly SystemSpec[]
): Entry[] {
  const {base, variants} = comparison;
  const names = variantNames(comparison, systems);
  const searches = variants.map((variant, slot): Entry => {
    const {found, error} = outcomes[slot] ?? {};
    return {
      slot,
      name: names[slot],
      differs: differencesOf(base, variant, systems)
        .map(({words}) => words)
        .join(", "),
      hidden: variant.hidden,
      question: variantQuestion(base, variant),
      ...(found ? frontsOf(found) : nothingFound),
      found,
      error,
      isWaiting: !found && error === undefined
    };
  });
  return [...searches, ...files.map((file, i) => fileEntry(file, variants.length + i, base))];
}

type Fronts = Pick<Entry, "front" | "modes" | "best">;

const nothingFound: Fronts = {front: [], modes: [], best: null};
const known = new WeakMap<Compared, Fronts>();

/** The same points for the same answer, so that what is drawn of it can stay. */
function frontsOf(found: Compared): Fronts {
  let fronts = known.get(found);
  if (!fronts) {
    const modes = found.modes.map(({mode, front}) => ({mode, front: speedFront(front.map(pointOf))}));
    const front = speedFront(modes.flatMap(({front}) => front));
    known.set(found, (fronts = {front, modes, best: found.chosen && pointOf(found.chosen)}));
  }
  return fronts;
}

/** A dropped file: it stays in this tab, as a link cannot carry it. */
export interface SavedFile extends SavedFront {
  hidden: boolean;
}

const drawn = new WeakMap<SavedFile, Pick<Fronts, "front" | "modes">>();

function fileFronts(file: SavedFile): Pick<Fronts, "front" | "modes"> {
  let fronts = drawn.get(file);
  if (!fronts) {
    const modes = (["agg", "disagg"] as const)
      .map((mode) => ({mode, front: savedFront(file, mode).map(savedPoint)}))
      .filter(({front}) => front.length > 0);
    drawn.set(file, (fronts = {front: savedFront(file).map(savedPoint), modes}));
  }
  return fronts;
}

function fileEntry(file: SavedFile, slot: number, base: Question): Entry {
  const within = file.points.filter((point) => meets(point, base)).map(savedPoint);
  const [best = null] = within.sort((a, b) => b.tokensPerSecPerGpu - a.tokensPerSecPerGpu);
  return {
    slot,
    name: file.name,
    differs: file.about ? `a file: ${file.about}` : "a file",
    hidden: file.hidden,
    ...fileFronts(file),
    best,
    isWaiting: false
  };
}

/** Whether a row of a file keeps the latencies that are asked; what it does not say breaks none. */
function meets({ttftMs = 0, tpotMs = 0, requestLatencyMs = 0}: SavedPoint, asked: Question): boolean {
  const tokens = ttftMs <= asked.ttftMs && tpotMs <= asked.tpotMs;
  const request = requestLatencyMs <= asked.requestLatencyMs;
  if (asked.requestLatencyMs === 0) return tokens;
  return asked.besides ? tokens && request : request;
}

function pointOf(plan: Plan): EntryPoint {
  const {mode, tokensPerSecPerUser, tokensPerSecPerGpuCluster, ttftMs, tpotMs, requestLatencyMs} = plan;
  return {
    mode,
    tokensPerSecPerUser,
    tokensPerSecPerGpu: tokensPerSecPerGpuCluster,
    ttftMs,
    tpotMs,
    requestLatencyMs,
    // Words of hundreds of points are for the few that are looked at.
    get deployment() {
      return deploymentLine(plan);
    },
    get sentence() {
      return planSentence(plan);
    },
    get pick() {
      return planId(plan);
    }
  };
}

function savedPoint(point: SavedPoint): EntryPoint {
  return {...point, deployment: point.words, sentence: savedSentence(point), pick: ""};
}
