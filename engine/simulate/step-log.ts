/** A simulation told step by step: for examples small enough to look at. */
import type {EngineWorker} from "./engine-worker.js";
import {simulate} from "./simulate.js";
import type {Simulation, SimulationProblem} from "./types.js";

/** One engine step. Requests go by their place in the order of sending, from 0. */
export interface LoggedStep {
  startMs: number;
  endMs: number;
  /** Prompt tokens that it computes: from one place of a prompt to another. */
  chunks: {request: number; from: number; to: number}[];
  /** Requests that get a token. */
  decodes: number[];
  /** Requests that have a seat and no part in it. */
  idle: number[];
  /** Requests that wait for a seat, in their order; those at the door are not seen by the scheduler yet. */
  waiting: number[];
  atDoor: number[];
  /** KV tokens in use or reserved while it runs. */
  kvTokens: number;
}

export interface LoggedRequest {
  inputTokens: number;
  outputTokens: number;
  sentMs: number;
  firstMs: number;
  finishedMs: number;
}

export interface LoggedRun {
  simulation: Simulation;
  steps: LoggedStep[];
  requests: LoggedRequest[];
}

/** As `simulate`, for one worker without pipeline stages, with every step that it makes. */
export function simulateLogged(problem: SimulationProblem): LoggedRun {
  const steps: LoggedStep[] = [];
  let sizes: LoggedRequest[] = [];
  const simulation = simulate(problem, {
    onStep: (worker, startMs, endMs) => {
      if (steps.length === 0) sizes = sizesOf(worker);
      steps.push(loggedStep(worker, startMs, endMs));
    }
  });
  const {sentMs, ttftMs, latencyMs} = simulation.times;
  const requests = sizes.map((size, i) => ({
    ...size,
    sentMs: sentMs[i],
    firstMs: sentMs[i] + ttftMs[i],
    finishedMs: sentMs[i] + latencyMs[i]
  }));
  return {simulation, steps, requests};
}

function sizesOf({ledger}: EngineWorker): LoggedRequest[] {
  const {input, output} = ledger.requests;
  return Array.from(input, (inputTokens, i) => ({
    inputTokens,
    outputTokens: output[i],
    sentMs: NaN,
    firstMs: NaN,
    finishedMs: NaN
  }));
}

function loggedStep({ranks, inbox, ledger}: EngineWorker, startMs: number, endMs: number): LoggedStep {
  const {decodes, doorMs} = ledger.requests;
  const step: LoggedStep = {
    startMs,
    endMs,
    chunks: [],
    decodes: [],
    idle: [],
    waiting: [],
    atDoor: Array.from({length: inbox.count}, (_, i) => inbox.at(i)).filter((request) => doorMs[request] <= endMs),
    kvTokens: 0
  };
  const prefills = ranks.some(({chunks}) => chunks > 0);
  for (const rank of ranks) {
    const {waiting, batches, chunks, chunkRequest, chunkFrom, chunkTo, kvUsed} = rank;
    for (let i = 0; i < chunks; ++i) step.chunks.push({request: chunkRequest[i], from: chunkFrom[i], to: chunkTo[i]});
    // A step that prefills may let those that decode stand still.
    const decoding = !prefills || rank.decodes > 0;
    for (const batch of batches)
      for (const request of batch.members())
        if (decodes[request] && decoding) step.decodes.push(request);
        else if (!step.chunks.some((chunk) => chunk.request === request)) step.idle.push(request);
    for (let i = 0; i < waiting.count; ++i) step.waiting.push(waiting.at(i));
    step.kvTokens += kvUsed;
  }
  return step;
}
