/** A verb with what it does. Exit codes: 0 answered, 1 no answer (no data, nothing fits, refused), 2 wrong input. */
import {parseFlags, verbHelp, type Flags, type Parsed, type Verb} from "./args.js";

export type Run = (argv: readonly string[]) => Promise<number>;

export function command<const F extends Flags>(verb: Verb<F>, run: (parsed: Parsed<F>) => Promise<number>): Run {
  return async (argv) => {
    const parsed = parseFlags(verb, argv);
    if (parsed !== "help") return run(parsed);
    print(verbHelp(verb));
    return 0;
  };
}

export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** JSON with typed arrays as plain ones. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (each instanceof Float64Array ? [...each] : each), 2);
}
