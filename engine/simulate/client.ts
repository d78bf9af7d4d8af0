/** What clients send, and when. */
import {InputError} from "../errors.js";
import {msPerSecond} from "../units.js";
import {drawLengths, meanLength} from "./lengths.js";
import {Random} from "./random.js";
import {Requests} from "./requests.js";
import {curveAt, surfaceAt} from "./step-time.js";
import type {Client, Load, PoolProblem} from "./types.js";

/** Streams of one seed. */
const streams = {input: 1, output: 2, arrivals: 3};

/**
 * All requests of a load, with the time of sending where that is known beforehand: a closed loop sends as others end.
 * Throws InputError for a client or lengths that make no sense.
 */
export function drawRequests({client, input, output, prefixTokens = 0, seed = 1}: Load): Requests {
  if (!Number.isSafeInteger(seed)) throw new InputError(`invalid seed: ${seed}; must be a whole number`);
  if (!Number.isInteger(prefixTokens) || prefixTokens < 0)
    throw new InputError(`invalid prefixTokens: ${prefixTokens}; must be a whole number ≥ 0`);
  if (client.kind === "trace") return fromTrace(client, prefixTokens);
  const count = requestsOf(client);
  const inputs = drawLengths(input, new Random(seed, streams.input), count);
  const outputs = drawLengths(output, new Random(seed, streams.output), count);
  const requests = new Requests(inputs, outputs, cachedOf(inputs, prefixTokens));
  if (client.kind !== "closed-loop") setArrivals(requests.sentMs, client, new Random(seed, streams.arrivals));
  return requests;
}

function requestsOf(client: Exclude<Client, {kind: "trace"}>): number {
  if (client.kind !== "closed-loop") return whole("requests", client.requests, 1);
  const {users, promptsPerUser, start} = client;
  // The first prompt of a warmed user is not measured.
  return whole("users", users, 1) * whole("promptsPerUser", promptsPerUser, start === "warmed" ? 2 : 1);
}

function whole(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least)
    throw new InputError(`invalid ${name}: ${value}; must be a whole number ≥ ${least}`);
  return value;
}

/** At least one token of a prompt is computed, whatever is cached. */
function cachedOf(inputs: Int32Array, prefixTokens: number): Int32Array {
  return inputs.map((tokens) => Math.min(prefixTokens, tokens - 1));
}

function setArrivals(sentMs: Float64Array, client: Client & {kind: "poisson" | "gamma"}, random: Random): void {
  const {requestsPerSec} = client;
  if (!(requestsPerSec > 0 && requestsPerSec < Infinity))
    throw new InputError(`invalid requestsPerSec: ${requestsPerSec}; must be > 0`);
  const variation = client.kind === "gamma" ? client.coefficientOfVariation : 1;
  if (!(variation > 0 && variation < Infinity))
    throw new InputError(`invalid coefficientOfVariation: ${variation}; must be > 0, 1 is Poisson`);
  const meanMs = msPerSecond / requestsPerSec;
  const shape = 1 / (variation * variation);
  let ms = 0;
  for (let i = 0; i < sentMs.length; ++i) {
    sentMs[i] = ms;
    ms += client.kind === "poisson" ? meanMs * random.exponential() : (meanMs * random.gamma(shape)) / shape;
  }
}

function fromTrace(client: Client & {kind: "trace"}, prefixTokens: number): Requests {
  const {requests: traced, rateScale = 1} = client;
  if (traced.length === 0) throw new InputError("invalid trace: no requests; give at least one");
  if (!(rateScale > 0 && rateScale < Infinity)) throw new InputError(`invalid rateScale: ${rateScale}; must be > 0`);
  traced.forEach((request, i) => {
    const {arrivalMs, inputTokens, outputTokens, cachedTokens = 0} = request;
    const lengths =
      Number.isInteger(inputTokens) && inputTokens >= 1 && Number.isInteger(outputTokens) && outputTokens >= 1;
    if (!lengths || !(arrivalMs >= 0 && arrivalMs < Infinity) || !(cachedTokens >= 0 && cachedTokens <= inputTokens))
      throw new InputError(
        `invalid request ${i + 1} of the trace: ${arrivalMs} ms, ${inputTokens} → ${outputTokens} tokens, ${cachedTokens} cached; must be ≥ 0 ms, whole lengths ≥ 1, cached at most the input`
      );
  });
  const sorted = [...traced].sort((a, b) => a.arrivalMs - b.arrivalMs);
  const inputs = Int32Array.from(sorted, ({inputTokens}) => inputTokens);
  const outputs = Int32Array.from(sorted, ({outputTokens}) => outputTokens);
  const cached = cachedOf(inputs, prefixTokens).map((tokens, i) =>
    Math.max(tokens, Math.min(sorted[i].cachedTokens ?? 0, inputs[i] - 1))
  );
  const requests = new Requests(inputs, outputs, cached);
  const [{arrivalMs: firstMs}] = sorted;
  sorted.forEach(({arrivalMs}, i) => (requests.sentMs[i] = (arrivalMs - firstMs) / rateScale));
  return requests;
}

/** About what a request takes with all users served: over this time the first prompts of a warmed loop are sent. */
export function warmUpMs({input, output}: Load, pools: readonly PoolProblem[], users: number): number {
  const decodePool = pools[pools.length - 1];
  const {curves, constants, engine, workers} = decodePool;
  const ranks = workers * (engine.dpRanks ?? 1);
  const sequences = Math.max(1, Math.min(engine.maxSequences, users / ranks));
  const [prompt, answer] = [meanLength(input), meanLength(output)];
  const steps = (answer - 1) / (engine.tokensPerStep ?? curves.tokensPerStep);
  const attentionMs = surfaceAt(curves.decodeAttention, sequences, prompt + answer / 2);
  const stepMs = curveAt(curves.decodeRest, sequences) + curveAt(curves.decodeExperts, sequences) + attentionMs;
  const decodeMs = steps * (constants.decodeGapMs + constants.decodeScale * stepMs);
  const prefillPool = pools[0];
  const perRank = Math.max(1, users / (prefillPool.workers * (prefillPool.engine.dpRanks ?? 1)));
  const prefill = prefillPool.curves;
  const promptMs =
    curveAt(prefill.prefillRest, prompt) +
    curveAt(prefill.prefillExperts, prompt) +
    surfaceAt(prefill.prefillAttention, 1, prompt);
  return decodeMs + perRank * prefillPool.constants.prefillScale * promptMs;
}
