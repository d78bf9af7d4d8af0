/** Flags: a typed table per verb, read with node:util, with help and errors that say what exists. */
import {parseArgs} from "node:util";
import {InputError, nearest, unknownName} from "../engine/errors.js";

export interface Flag {
  type: "string" | "number" | "integer" | "boolean";
  help: string;
  /** Placeholder and unit in the help: `MS`, `GPUS`, `DIR`. */
  unit?: string;
  default?: string | number;
  choices?: readonly string[];
  /** Smallest number allowed; 0 unless stated. */
  min?: number;
  /** Other spellings accepted without mention. */
  aliases?: readonly string[];
}

export type Flags = Record<string, Flag>;

type ValueOf<F extends Flag> = F["type"] extends "boolean"
  ? boolean
  : F["type"] extends "string"
    ? F extends {choices: readonly (infer Choice extends string)[]}
      ? Choice
      : string
    : number;

/** A flag with a default, and every boolean, is always there. */
export type Values<F extends Flags> = {
  [Name in keyof F]: F[Name] extends {default: string | number} | {type: "boolean"}
    ? ValueOf<F[Name]>
    : ValueOf<F[Name]> | undefined;
};

export interface Verb<F extends Flags = Flags> {
  name: string;
  /** One line, for the overview. */
  summary: string;
  /** What follows the verb: `[FILE]`; none when absent. */
  positional?: string;
  flags: F;
  /** Printed below the flags. */
  notes?: string;
}

export interface Parsed<F extends Flags> {
  values: Values<F>;
  positional?: string;
}

const helpFlag = {help: {type: "boolean", help: "print this help"}} as const satisfies Flags;

/** The flags of one command line. Throws InputError; `values` is undefined when help was asked for. */
export function parseFlags<F extends Flags>(verb: Verb<F>, argv: readonly string[]): Parsed<F> | "help" {
  const flags: Flags = {...verb.flags, ...helpFlag};
  const names = new Map(Object.entries(flags).flatMap(([name, flag]) => [[name, name], ...alsoNamed(name, flag)]));
  const options = Object.fromEntries([...names].map(([spelt, name]) => [spelt, {type: parseType(flags[name])}]));
  const args = argv.map((arg) => (arg === "-h" ? "--help" : dashed(arg)));
  const {tokens} = parseArgs({args, options, allowPositionals: true, strict: false, tokens: true});

  const given: Record<string, string | number | boolean> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const name = names.get(token.name);
    if (!name) throw new InputError(unknownFlag(verb.name, token.rawName, Object.keys(flags)));
    given[name] = flagValue(name, flags[name], token.value);
  }
  if (given["help"]) return "help";
  if (positionals.length > (verb.positional ? 1 : 0))
    throw new InputError(
      `unexpected argument: ${positionals.at(-1)}; ${verb.name} takes ${verb.positional ?? "flags only"}`
    );
  const missing = Object.entries(verb.flags).map(([name, flag]) => [name, given[name] ?? flag.default ?? absent(flag)]);
  return {values: Object.fromEntries(missing) as Values<F>, positional: positionals[0]};
}

const absent = (flag: Flag) => (flag.type === "boolean" ? false : undefined);
const parseType = (flag: Flag): "boolean" | "string" => (flag.type === "boolean" ? "boolean" : "string");
const alsoNamed = (name: string, flag: Flag) => (flag.aliases ?? []).map((alias) => [alias, name] as const);

/** `--backend_version=x` → `--backend-version=x`: values keep their underscores. */
function dashed(arg: string): string {
  return arg.replace(/^--[^=]+/, (flag) => flag.replaceAll("_", "-"));
}

function unknownFlag(verb: string, got: string, names: readonly string[]): string {
  const near = nearest(got.replace(/^-+/, ""), names);
  const all = names.map((name) => `--${name}`).join(" ");
  return `unknown flag: ${got}; ${verb} has ${all}${near ? `; did you mean --${near}?` : ""}`;
}

function flagValue(name: string, flag: Flag, text: string | undefined): string | number | boolean {
  if (flag.type === "boolean") {
    if (text !== undefined) throw new InputError(`invalid --${name}: ${text}; takes no value`);
    return true;
  }
  if (text === undefined || text === "") throw new InputError(`invalid --${name}: no value; must be ${kindOf(flag)}`);
  if (flag.choices && !flag.choices.includes(text)) throw new InputError(unknownName(`--${name}`, text, flag.choices));
  if (flag.type === "string") return text;
  const value = Number(text);
  const min = flag.min ?? 0;
  if (!Number.isFinite(value) || value < min || (flag.type === "integer" && !Number.isInteger(value)))
    throw new InputError(`invalid --${name}: ${text}; must be ${kindOf(flag)} of at least ${min}`);
  return value;
}

function kindOf(flag: Flag): string {
  if (flag.type === "string") return flag.unit ? `a ${flag.unit.toLowerCase()}` : "text";
  return flag.type === "integer" ? "a whole number" : "a number";
}

/** Help of one verb. */
export function verbHelp({name, summary, positional, flags, notes}: Verb): string {
  const all = Object.entries<Flag>({...flags, ...helpFlag});
  const left = all.map(([flag, {type, unit}]) => `  --${flag}${type === "boolean" ? "" : ` ${unit ?? "NAME"}`}`);
  const width = Math.max(...left.map((text) => text.length)) + 2;
  const lines = all.map(([, flag], i) => left[i].padEnd(width) + describe(flag));
  const usage = `usage: kneepoint ${name}${positional ? ` ${positional}` : ""} [flags]`;
  return [`${summary}`, "", usage, "", ...lines, ...(notes ? ["", notes] : [])].join("\n");
}

function describe({help, choices, default: preset}: Flag): string {
  const choice = choices ? `: ${choices.join(", ")}` : "";
  return `${help}${choice}${preset === undefined ? "" : ` (default ${preset})`}`;
}
