/** A verb with what it does. What it returns is the exit code, see exit.ts. */
import {parseFlags, type Flags, type Parsed, type Verb} from "./args.js";
import {verbHelp} from "./help.js";

/** Runs a verb on its arguments; `verb` says what it takes, for the help and for shells. */
export type Run = ((argv: readonly string[]) => Promise<number>) & {verb: Verb};

export function command<const F extends Flags>(verb: Verb<F>, run: (parsed: Parsed<F>) => Promise<number>): Run {
  const whole = async (argv: readonly string[]) => {
    const parsed = parseFlags(verb, argv);
    if (parsed !== "help") return run(parsed);
    print(verbHelp(verb));
    return 0;
  };
  return Object.assign(whole, {verb});
}

export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** The same value with the names of every record in order, so that what is equal is written alike. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, inOrder(each)]));
}

/** JSON with typed arrays as plain ones. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (each instanceof Float64Array ? [...each] : each), 2);
}
