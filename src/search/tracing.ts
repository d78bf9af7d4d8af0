/** Recorded traces, read in the worker and kept there for runs to come. */
import {parseTraceSteps} from "../engine/simulate/trace.js";
import type {TraceError, TraceFormat} from "../engine/simulate/trace.js";
import type {TraceRequest} from "../engine/simulate/types.js";
import type {Part} from "./calls.js";
import {pacing} from "./pace.js";
import type {Searcher} from "./searcher.js";

export interface TraceText {
  id: number;
  text: string;
}

/** What a trace holds, and the first of its rows that are no requests. */
export interface TraceNote {
  id: number;
  format: TraceFormat;
  rows: number;
  requests: number;
  spanMs: number;
  meanInput: number;
  meanOutput: number;
  errors: TraceError[];
  errorCount: number;
}

export interface TracePart extends Part {
  trace?: TraceNote;
}

const shownErrors = 20;

let traced: {id: number; requests: TraceRequest[]} | undefined;

export class NoTrace extends Error {}

export function tracedAs(id: number): {requests: TraceRequest[]} {
  if (traced?.id !== id || traced.requests.length === 0) throw new NoTrace();
  return traced;
}

/** Keeps the requests of a trace for runs to come. */
export async function readTrace(
  _searcher: Searcher,
  {id, text}: TraceText,
  onpart: (part: TracePart) => void,
  isCancelled: () => boolean
): Promise<void> {
  const total = 100;
  const pace = pacing(isCancelled);
  const reading = parseTraceSteps(text);
  for (;;) {
    const {value, done} = reading.next();
    if (done) {
      const {requests, errors, format, rows} = value;
      traced = {id, requests: requests.sort((a, b) => a.arrivalMs - b.arrivalMs)};
      return onpart({progress: {done: total, total}, trace: traceNote(id, format, rows, requests, errors)});
    }
    onpart({progress: {done: Math.min(total - 1, Math.floor(total * value)), total}});
    if (!(await pace())) return;
  }
}

function traceNote(
  id: number,
  format: TraceFormat,
  rows: number,
  requests: readonly TraceRequest[],
  errors: readonly TraceError[]
): TraceNote {
  const mean = (of: (request: TraceRequest) => number) =>
    requests.length > 0 ? requests.reduce((sum, request) => sum + of(request), 0) / requests.length : 0;
  return {
    id,
    format,
    rows,
    requests: requests.length,
    spanMs: requests.at(-1)?.arrivalMs ?? 0,
    meanInput: mean(({inputTokens}) => inputTokens),
    meanOutput: mean(({outputTokens}) => outputTokens),
    errors: errors.slice(0, shownErrors),
    errorCount: errors.length
  };
}
