import {describe, expect, it} from "vitest";
import {barLine, progressOn} from "../../src/cli/progress.js";

/** A stream that keeps what is written, and a clock that is set. */
function stage(isTTY: boolean, columns = 40) {
  const written: string[] = [];
  const clock = {ms: 0};
  const progress = progressOn({isTTY, columns, write: (text) => written.push(text)}, () => clock.ms);
  return {written, clock, progress};
}

describe("progressOn", () => {
  it("writes lines alone where no terminal is", () => {
    const {written, clock, progress} = stage(false);
    clock.ms = 1000;
    progress.update(0.5, "half");
    progress.say("done");
    progress.end();
    expect(written).toEqual(["done\n"]);
  });

  it("draws nothing for what is done at once", () => {
    const {written, clock, progress} = stage(true);
    clock.ms = 200;
    progress.update(0.5, "half");
    progress.end();
    expect(written).toEqual([]);
  });

  it("redraws one line, no wider than the terminal and not too often, and takes it away", () => {
    const {written, clock, progress} = stage(true);
    for (clock.ms = 300; clock.ms < 460; clock.ms += 10)
      progress.update(0.5, "a name that is longer than the terminal");
    expect(written).toHaveLength(2);
    expect(written[0].startsWith(`\r\u001b[K${"█".repeat(10)}${"░".repeat(10)} 50 % a name`)).toBe(true);
    expect(written[0].length - "\r\u001b[K".length).toBe(39);
    progress.say("one of two");
    progress.end();
    expect(written.slice(2)).toEqual(["\r\u001b[K", "one of two\n"]);
  });

  it("takes a terminal that does not say its width for a usual one", () => {
    const {written, clock, progress} = stage(true, 0);
    clock.ms = 1000;
    progress.update(1, "the whole name");
    expect(written[0]).toMatch(/the whole name$/);
  });
});

it("the bar stays between its ends", () => {
  expect(barLine(-1, "x")).toMatch(/^░{20}/);
  expect(barLine(2, "x")).toMatch(/^█{20} /);
});
