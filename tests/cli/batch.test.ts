import {PassThrough, Readable, Writable} from "node:stream";
import {afterAll, beforeAll, describe, expect, it, vi} from "vitest";
import {PerfDataError} from "../../engine/errors.js";
import {answerLines} from "../../src/cli/batch.js";
import {InfeasibleError} from "../../src/cli/batch-output.js";

async function answers(text: string, answer: (input: unknown) => Promise<object>): Promise<unknown[]> {
  const output = new PassThrough();
  let written = "";
  output.on("data", (chunk: Buffer) => (written += chunk.toString()));
  await answerLines(Readable.from([text]), output, answer);
  return written
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

const echo = async (input: unknown) => ({got: input});

describe("answerLines", () => {
  const silence = vi.spyOn(process.stderr, "write");
  beforeAll(() => void silence.mockReturnValue(true));
  afterAll(() => silence.mockRestore());

  it("keeps the order, whatever an answer takes", async () => {
    const slowFirst = async (input: unknown) => {
      await new Promise((done) => setTimeout(done, input === 1 ? 20 : 0));
      return {got: input};
    };
    expect(await answers("1\n2\n3\n", slowFirst)).toEqual([{got: 1}, {got: 2}, {got: 3}]);
  });

  it("answers a malformed line in its place, with its number", async () => {
    const [first, second, third] = await answers('{"a":1}\n{"a":\n\n[2]', echo);
    expect(first).toEqual({got: {a: 1}});
    expect(second).toMatchObject({error: "invalid", message: expect.stringMatching(/^line 2: not JSON: /)});
    expect(third).toEqual({got: [2]});
  });

  it("takes CRLF, a byte-order mark and a last line without an end", async () => {
    expect(await answers("\uFEFF1\r\n2\r\n3", echo)).toEqual([{got: 1}, {got: 2}, {got: 3}]);
  });

  it("names the kind of failure, and survives a fault of our own", async () => {
    const failures = [new PerfDataError("no moe table"), new InfeasibleError("too large"), new TypeError("oops")];
    const fail = (input: unknown) => Promise.reject(failures[input as number]);
    expect(await answers("0\n1\n2\n", fail)).toEqual([
      {error: "no-data", message: "no moe table"},
      {error: "infeasible", message: "too large"},
      {error: "invalid", message: "line 3: oops"}
    ]);
  });

  it("waits for a slow reader", async () => {
    let pending = 0;
    let most = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        most = Math.max(most, ++pending);
        setTimeout(() => (--pending, done()), 1);
      }
    });
    await answerLines(Readable.from(["1\n2\n3\n4\n5\n"]), slow, echo);
    expect(most).toBe(1);
    expect(slow.writableLength).toBe(0);
  });
});
