/** Prefill times that are known to a spread alone, and what a prediction takes them for. */
import {describe, expect, it} from "vitest";
import {simulateDisaggregated} from "../../../engine/simulate/simulate.js";
import {withLeastError} from "../../../engine/simulate/steady.js";
import type {Client, DisaggregatedProblem, PoolProblem} from "../../../engine/simulate/types.js";
import {constants, curves, engine, problem} from "./made-up-engine.js";

const pool = (workers: number, prefillSpread?: number): PoolProblem => ({
  curves,
  constants: {...constants, ...(prefillSpread === undefined ? {} : {prefillSpread})},
  engine: engine(),
  workers
});
const load = problem();
const users = 64;

function deployment(prefill: PoolProblem, client: Client = load.client): DisaggregatedProblem {
  const {input, output} = load;
  const transfer = {bytesPerToken: 1e5, bytesPerSec: 1e10, latencyMs: 2};
  return {input, output, client, prefill, decode: pool(4), transfer, seed: 1};
}

/** Of the time of prefill steps: what a prediction takes. */
function shareTaken(workers: number, spread: number): number {
  return withLeastError(pool(workers, spread), pool(4), users, load).constants.prefillScale / constants.prefillScale;
}

describe("prefill times known to a spread", () => {
  it("are as they are without one", () => {
    const prefill = pool(2);
    expect(withLeastError(prefill, pool(4), users, load)).toBe(prefill);
  });

  it("are taken a little lower where workers are at leisure, by the square of the spread", () => {
    // TTFT follows prefill times there: of a log-normal, the middle of the inverses is exp(−spread²) of the median.
    for (const spread of [0.1, 0.2, 0.3]) {
      const share = shareTaken(64, spread);
      expect(share).toBeLessThan(1);
      expect(Math.log(share) / -(spread ** 2)).toBeGreaterThan(0.4);
      expect(Math.log(share) / -(spread ** 2)).toBeLessThan(1.6);
    }
  });

  it("are taken lowest where workers are about to be saturated, and never beyond the least of the fifths", () => {
    const busy = problem({output: {kind: "fixed", tokens: 256}});
    const shares = [1, 2, 3, 16].map((workers) => {
      const {constants: taken} = withLeastError(pool(workers, 0.3), pool(4), 256, busy);
      return taken.prefillScale / constants.prefillScale;
    });
    const [beyond, about, near, atLeisure] = shares;
    expect(about).toBeLessThan(near);
    expect(near).toBeLessThan(atLeisure);
    // Far beyond, TTFT follows prefill times again.
    expect(about).toBeLessThan(beyond);
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(Math.exp(-1.2816 * 0.3) - 1e-9);
  });

  it("scale step and gap alike, and leave decode workers alone", () => {
    const {constants: taken, ...rest} = withLeastError(pool(2, 0.3), pool(4), users, load);
    expect(taken.prefillGapMs / constants.prefillGapMs).toBeCloseTo(taken.prefillScale / constants.prefillScale, 12);
    expect({...taken, prefillScale: 1, prefillGapMs: constants.prefillGapMs}).toEqual(constants);
    expect(rest).toEqual({curves, engine: engine(), workers: 2});
  });

  it("are what a simulation goes by", () => {
    const client: Client = {kind: "closed-loop", users, promptsPerUser: 5, start: "burst"};
    const taken = withLeastError(pool(2, 0.3), pool(4), users, load);
    const [spread, as, plain] = [pool(2, 0.3), taken, pool(2)].map((prefill) =>
      simulateDisaggregated(deployment(prefill, client))
    );
    expect(spread.ttftMs).toEqual(as.ttftMs);
    expect(spread.ttftMs.mean).toBeLessThan(plain.ttftMs.mean);
  });

  it("change nothing for requests that arrive at a rate of their own", () => {
    const client: Client = {kind: "poisson", requestsPerSec: 2, requests: 200};
    const [spread, plain] = [pool(2, 0.3), pool(2)].map((prefill) =>
      simulateDisaggregated(deployment(prefill, client))
    );
    expect(spread.ttftMs).toEqual(plain.ttftMs);
  });
});
