/** What an answer hangs on, as the worker tells it: the answer first, then input by input. */
import {describe, expect, it} from "vitest";
import {variablesOf} from "../../src/engine/sensitivity/inputs.js";
import {sensitivity} from "../../src/engine/sensitivity/sensitivity.js";
import {sensitivityRuns} from "../../src/components/sensitivity-runs.js";
import type {KnownSensitivity, SensitivityState} from "../../src/components/sensitivity-runs.js";
import {defaults} from "../../src/components/question.js";
import type {Question} from "../../src/components/question.js";
import {askOf} from "../../src/search/live.js";
import type {LiveSearch} from "../../src/search/live.js";
import type {SensitivityPart} from "../../src/search/protocol.js";
import {usualSensitivity} from "../../src/search/usual-sensitivity.js";
import {embeddedSearcher, systems} from "./embedded-searcher.js";

const asking = (part: Partial<Question> = {}) => askOf({...defaults, gpus: 8, ...part}, systems);

async function sensed(searcher = embeddedSearcher(), ask = asking(), isCancelled = () => false) {
  const parts: SensitivityPart[] = [];
  await searcher.sense(ask, (part) => parts.push(part), isCancelled);
  return parts.filter((part) => part.sensed !== null);
}

describe("what an answer hangs on", () => {
  it("is told after the answer as it is, a row at a time, and comes to what a whole run finds", async () => {
    const searcher = embeddedSearcher();
    const parts = await sensed(searcher);
    const {evaluation} = await searcher.evaluated(asking().problem);
    const {targets, preferences} = asking();
    const all = variablesOf(evaluation.problem, targets);
    const direct = sensitivity(evaluation.problem, targets, {preferences});
    expect(parts[0].sensed).toMatchObject({base: direct.base, rows: []});
    for (const {sensed, progress} of parts) {
      expect(sensed!.rows.length + sensed!.waiting.length).toBe(all.length);
      expect(progress).toEqual({done: sensed!.rows.length, total: all.length});
    }
    expect(parts.at(-1)!.sensed).toEqual({...direct, waiting: []});
  });

  it("comes to the same from searches that are kept, under other targets", async () => {
    const searcher = embeddedSearcher();
    await sensed(searcher);
    const other = asking({ttftMs: 600, tpotMs: 25});
    const again = await sensed(searcher, other);
    expect(again.at(-1)!.sensed).toEqual((await sensed(embeddedSearcher(), other)).at(-1)!.sensed);
  });

  it("ends when it is cancelled", async () => {
    const parts: SensitivityPart[] = [];
    await embeddedSearcher().sense(
      asking(),
      (part) => parts.push(part),
      () => parts.some((part) => part.sensed !== null)
    );
    expect(parts.at(-1)!.sensed!.waiting.length).toBeGreaterThan(5);
  });
});

describe("a page of it", () => {
  /** Hands over parts one by one. */
  function page(known: KnownSensitivity | null = null) {
    const asked: {onpart: (part: SensitivityPart) => void; isCancelled: boolean}[] = [];
    const stream = ((_name: string, _ask: unknown, onpart: (part: SensitivityPart) => void) => {
      const run = {onpart, isCancelled: false};
      asked.push(run);
      return () => (run.isCancelled = true);
    }) as unknown as LiveSearch["stream"];
    const states: SensitivityState[] = [];
    const runs = sensitivityRuns({stream}, systems, known);
    runs.states((state) => states.push(state));
    return {asked, runs, states};
  }
  const question: Question = {...defaults, gpus: 8};

  it("keeps every row where it stands until all are known, and cancels what a newer question overtakes", async () => {
    const searcher = embeddedSearcher();
    const {asked, runs, states} = page();
    runs.ask(question);
    expect(states.at(-1)).toMatchObject({sensed: null, rows: []});
    for (const part of await sensed(searcher)) asked[0].onpart(part);
    const before = states.at(-1)!;
    expect(before.progress).toBeUndefined();
    const inputsOf = ({rows}: SensitivityState) => rows.map(({input}) => input);
    runs.ask({...question, tpotMs: 40});
    expect(asked[0].isCancelled).toBe(true);
    const parts = await sensed(searcher, asking({tpotMs: 40}));
    for (const part of parts.slice(0, -1)) {
      asked[1].onpart(part);
      expect(inputsOf(states.at(-1)!)).toEqual(inputsOf(before));
    }
    asked[1].onpart(parts.at(-1)!);
    expect(states.at(-1)!.rows).toEqual(parts.at(-1)!.sensed!.rows);
    expect(states.at(-1)!.progress).toBeUndefined();
  });

  it("has what was known beforehand at once, and says that it searches when another answer does not come soon", async () => {
    const known = await usualSensitivity(embeddedSearcher(), systems);
    const {asked, runs, states} = page(JSON.parse(JSON.stringify(known)) as KnownSensitivity);
    runs.ask(defaults);
    expect(states.at(-1)).toMatchObject({isKnown: true, sensed: known.sensed, rows: known.sensed.rows});
    asked[0].onpart({sensed: null, tables: {loaded: 0, total: 3}, progress: {done: 0, total: 1}});
    expect(states.at(-1)!.isKnown).toBe(true);
    runs.ask({...defaults, tpotMs: 40});
    expect(states.at(-1)!.isKnown).toBe(true);
    await new Promise((later) => setTimeout(later, 200));
    expect(states.at(-1)).toMatchObject({isKnown: false, sensed: null, rows: known.sensed.rows});
  });
});
