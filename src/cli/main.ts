/** `kneepoint VERB …`: finds the verb, runs it, and turns errors into one line and an exit code. */
import {InputError, PerfDataError, unknownName} from "../engine/errors.js";
import {print} from "./command.js";
import {exitCode, WriteError, type ExitName} from "./exit.js";
import {exitCodeLines} from "./help.js";
import {isSweepThread} from "./sweep-thread.js";
import {loadVerb} from "./verb-tables.js";
import {summaries, verbNames, type VerbName} from "./verbs.js";
import {version} from "./version.js";

export async function main(argv: readonly string[]): Promise<number> {
  if (!process.stdout.listeners("error").includes(quitWhenReaderIsGone))
    process.stdout.on("error", quitWhenReaderIsGone);
  if (isSweepThread()) return (await import("./sweep-pool.js")).serveSweep();
  try {
    return await dispatch(argv.filter((arg) => !wantsNoColour(arg)));
  } catch (error) {
    return complain(messageOf(error), exitOf(error));
  }
}

/** `--no-color` goes before or after the verb, as NO_COLOR in the environment. */
function wantsNoColour(arg: string): boolean {
  if (!/^--no[-_]colou?r$/.test(arg)) return false;
  process.env["NO_COLOR"] = "1";
  return true;
}

function exitOf(error: unknown): ExitName {
  if (error instanceof InputError) return "wrongInput";
  if (error instanceof PerfDataError) return "noAnswer";
  return error instanceof WriteError ? error.exit : "fault";
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return exitOf(error) === "fault" ? (error.stack ?? error.message) : error.message;
}

async function dispatch([verb, ...rest]: readonly string[]): Promise<number> {
  if (verb === undefined) return complain(overview(), "wrongInput");
  if (verb === "--help" || verb === "-h" || verb === "help") return show(overview());
  if (verb === "--version" || verb === "-v") return show(`kneepoint ${version()}`);
  if (!isVerb(verb)) throw new InputError(unknownName("verb", verb, verbNames));
  return (await loadVerb[verb]()).run(rest);
}

function isVerb(text: string): text is VerbName {
  return Object.hasOwn(loadVerb, text);
}

function overview(): string {
  const width = Math.max(...verbNames.map((name) => name.length)) + 2;
  return [
    "kneepoint: how should I serve this LLM on these GPUs?",
    "",
    "usage: kneepoint VERB [flags]      kneepoint VERB --help",
    "",
    ...verbNames.map((name) => `  ${name.padEnd(width)}${summaries[name]}`),
    "",
    "example: kneepoint default --model Qwen/Qwen3-32B-FP8 --total-gpus 32 --system h200_sxm --ttft 300 --tpot 10",
    "",
    "--no-color, or NO_COLOR in the environment: no colours; there are none either where no terminal is",
    "",
    "exit codes",
    ...exitCodeLines()
  ].join("\n");
}

function show(text: string): number {
  print(text);
  return 0;
}

function complain(text: string, exit: ExitName): number {
  process.stderr.write(`${text}\n`);
  return exitCode(exit);
}

/** `kneepoint … | head` closes our output early: no fault. */
function quitWhenReaderIsGone(error: NodeJS.ErrnoException) {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}
