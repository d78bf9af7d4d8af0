/** `kneepoint batch`: JSON lines in, JSON lines out, in the same order. A bad line is an answer, never a crash. */
import {once} from "node:events";
import {createReadStream, existsSync} from "node:fs";
import {createInterface} from "node:readline";
import type {Readable, Writable} from "node:stream";
import {InputError, PerfDataError} from "../engine/errors.js";
import {queryOps} from "../engine/query.js";
import {answerer} from "./batch-answer.js";
import {InfeasibleError} from "./batch-output.js";
import type {Flags} from "./args.js";
import {command} from "./command.js";
import {openData} from "./data.js";
import {ownCalibration} from "./own-calibration.js";
import {calibrationFlag} from "./task-input.js";
import {summaries} from "./verbs.js";

/** Lines of at most 110 characters, broken at spaces. */
function wrapped(text: string): string {
  return text.replace(/(.{1,110})(?: |$)/g, "$1\n").trimEnd();
}

const notes = `One JSON object per line, "kind" one of op, estimate, search. An input without an answer gives
{"error": "no-data" | "infeasible" | "invalid", "message": …}; blank lines are skipped. Operators:
${wrapped(queryOps.join(", "))}.`;

const flags = {
  ...calibrationFlag,
  json: {type: "boolean", help: "accepted everywhere; answers here are always JSON"}
} as const satisfies Flags;
const examples = [
  {line: "batch questions.jsonl", what: "one answer per line of a file; - or nothing reads what is piped in"}
];

export const run = command(
  {name: "batch", summary: summaries.batch, positional: "[FILE]", completePositional: "file", flags, notes, examples},
  async ({positional, values}) => {
    if (positional && positional !== "-" && !existsSync(positional))
      throw new InputError(`no such file: ${positional}; give a file of JSON lines, or pipe them in`);
    const input = positional && positional !== "-" ? createReadStream(positional) : process.stdin;
    await answerLines(input, process.stdout, answerer(openData(), ownCalibration(values.calibration)));
    return 0;
  }
);

/** Answers line by line; waits whenever the reader of `output` is slower. */
export async function answerLines(input: Readable, output: Writable, answer: (input: unknown) => Promise<object>) {
  let number = 0;
  for await (const line of createInterface({input, crlfDelay: Infinity})) {
    ++number;
    if (line.trim() === "") continue;
    const result = await answerLine(line, number, answer);
    if (!output.write(`${JSON.stringify(result)}\n`)) await once(output, "drain");
  }
}

async function answerLine(line: string, number: number, answer: (input: unknown) => Promise<object>): Promise<object> {
  try {
    return await answer(parseLine(line));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof PerfDataError) return {error: "no-data", message};
    if (error instanceof InfeasibleError) return {error: "infeasible", message};
    if (!isInputFault(error))
      process.stderr.write(`line ${number}: ${error instanceof Error ? error.stack : message}\n`);
    return {error: "invalid", message: `line ${number}: ${message}`};
  }
}

function isInputFault(error: unknown): boolean {
  return error instanceof InputError || error instanceof RangeError;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new InputError(`not JSON: ${(error as Error).message}; one JSON object per line`);
  }
}
