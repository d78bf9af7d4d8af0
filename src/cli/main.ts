/** `kneepoint VERB …`: finds the verb, runs it, and turns errors into one line and an exit code. */
import {readFileSync} from "node:fs";
import {InputError, PerfDataError, unknownName} from "../engine/errors.js";
import {print, type Run} from "./command.js";
import {summaries, verbNames, type VerbName} from "./verbs.js";

const load: Record<VerbName, () => Promise<{run: Run}>> = {
  default: () => import("./default.js"),
  estimate: () => import("./estimate.js"),
  model: () => import("./model.js"),
  support: () => import("./support.js"),
  quality: () => import("./quality.js"),
  systems: () => import("./systems.js"),
  batch: () => import("./batch.js"),
  import: () => import("./import.js"),
  version: async () => ({run: printVersion})
};

export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on("error", quitWhenReaderIsGone);
  try {
    return await dispatch(argv);
  } catch (error) {
    if (error instanceof InputError) return complain(error.message, 2);
    if (error instanceof PerfDataError) return complain(error.message, 1);
    return complain(error instanceof Error ? (error.stack ?? error.message) : String(error), 70);
  }
}

async function dispatch([verb, ...rest]: readonly string[]): Promise<number> {
  if (verb === undefined) return complain(overview(), 2);
  if (verb === "--help" || verb === "-h" || verb === "help") return show(overview());
  if (verb === "--version" || verb === "-v") return printVersion();
  if (!isVerb(verb)) throw new InputError(unknownName("verb", verb, verbNames));
  return (await load[verb]()).run(rest);
}

function isVerb(text: string): text is VerbName {
  return Object.hasOwn(load, text);
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
    "exit code: 0 answered, 1 no answer (no data, nothing meets the targets, tables refused), 2 wrong input"
  ].join("\n");
}

async function printVersion(): Promise<number> {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return show(`kneepoint ${(JSON.parse(manifest) as {version: string}).version}`);
}

function show(text: string): number {
  print(text);
  return 0;
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

/** `kneepoint … | head` closes our output early: no fault. */
function quitWhenReaderIsGone(error: NodeJS.ErrnoException) {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}
