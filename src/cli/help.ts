/** Help of a verb: what it does, its flags, its exit codes, and command lines that work. */
import {helpFlag, spelt, type Flag, type Verb} from "./args.js";
import {exitCodes} from "./exit.js";

export function verbHelp({name, summary, positional, flags, notes, examples = []}: Verb): string {
  const all = Object.entries<Flag>({...flags, ...helpFlag});
  const width = Math.min(34, Math.max(...all.map((each) => flagWords(each).length)));
  const line = (each: [string, Flag]) => `  ${flagWords(each).padEnd(width)}  ${describe(each[1])}`;
  const lines = grouped(all).flatMap(([group, own], i) => [
    ...(i > 0 ? [""] : []),
    ...(group ? [group] : []),
    ...own.map(line)
  ]);
  return [
    summary,
    "",
    `usage: kneepoint ${name}${positional ? ` ${positional}` : ""} [flags]`,
    "",
    ...lines,
    ...(notes ? ["", notes] : []),
    ...(examples.length > 0 ? ["", ...exampleLines(examples)] : [])
  ].join("\n");
}

function exampleLines(examples: NonNullable<Verb["examples"]>): string[] {
  return examples.flatMap(({line, what}, i) => [...(i > 0 ? [""] : []), `  # ${what}`, `  kneepoint ${line}`]);
}

/** Groups in the order in which they first come. */
function grouped(flags: readonly [string, Flag][]): [group: string, flags: [string, Flag][]][] {
  const names = [...new Set(flags.map(([, {group}]) => group ?? ""))];
  return names.map((name) => [name, flags.filter(([, {group}]) => (group ?? "") === name)]);
}

function flagWords([name, {type, unit}]: [string, Flag]): string {
  return `--${name}${type === "boolean" ? "" : ` ${unit ?? "NAME"}`}`;
}

function describe({help, choices, default: preset, shown = String(preset ?? ""), aliases = []}: Flag): string {
  const choice = choices ? `: ${choices.join(", ")}` : "";
  const also = aliases.length > 0 ? `; also ${aliases.map(spelt).join(", ")}` : "";
  return `${help}${choice}${shown === "" ? "" : ` (default ${shown})`}${also}`;
}

/** What every exit code means, a line each. */
export function exitCodeLines(): string[] {
  return Object.values(exitCodes).map(({code, meaning}) => `  ${String(code).padStart(2)}  ${meaning}`);
}
