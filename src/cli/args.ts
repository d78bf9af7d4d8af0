/** Flags: a typed table per verb, read with node:util, with errors that say what exists. */
import {parseArgs} from "node:util";
import {InputError, nearest, unknownName} from "../engine/errors.js";

export interface Flag {
  /** Lists are separated by commas, or the flag is repeated; `words` are only repeated, as commas may be in them. */
  type: "string" | "number" | "integer" | "boolean" | "texts" | "words" | "integers" | "numbers";
  help: string;
  /** Placeholder and unit in the help: `MS`, `GPUS`, `DIR`. */
  unit?: string;
  default?: string | number;
  /** Default in words, of a flag that is filled in elsewhere. */
  shown?: string;
  choices?: readonly string[];
  /** Smallest number allowed; 0 unless stated. */
  min?: number;
  /** Largest number allowed; any unless stated. */
  max?: number;
  /** Other spellings accepted: the reference's, and those of other verbs. One letter takes one dash. */
  aliases?: readonly string[];
  /** What a shell may offer for it, besides its choices. */
  complete?: "file" | "folder" | "model" | "system";
  /** Heading in the help. */
  group?: string;
}

export type Flags = Record<string, Flag>;

interface ListTypes {
  texts: string[];
  words: string[];
  integers: number[];
  numbers: number[];
}

type ValueOf<F extends Flag> = F["type"] extends "boolean"
  ? boolean
  : F["type"] extends keyof ListTypes
    ? ListTypes[F["type"]]
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
  /** How many there may be; 1 where there is `positional`. */
  positionals?: number;
  /** What a shell may offer there. */
  completePositional?: readonly string[] | "file" | "folder";
  flags: F;
  /** Printed below the flags. */
  notes?: string;
  /** Whole command lines that work as they stand, and what they are for. */
  examples?: readonly Example[];
}

export interface Example {
  /** Everything after `kneepoint`. */
  line: string;
  what: string;
}

export interface Parsed<F extends Flags> {
  values: Values<F>;
  /** Names of the flags that were on the command line. */
  given: ReadonlySet<keyof F & string>;
  /** The first of them. */
  positional?: string;
  positionals: readonly string[];
}

export const helpFlag = {help: {type: "boolean", help: "print this help"}} as const satisfies Flags;

type Value = string | number | boolean | string[] | number[];

/** The flags of one command line, or "help" when that was asked for. Throws InputError. */
export function parseFlags<F extends Flags>(verb: Verb<F>, argv: readonly string[]): Parsed<F> | "help" {
  const flags: Flags = {...verb.flags, ...helpFlag};
  const names = spellings(flags);
  const options = Object.fromEntries([...names].map(([spelt, name]) => [spelt, {type: parseType(flags[name])}]));
  const args = argv.map((arg) => (arg === "-h" ? "--help" : dashed(arg.replace(/^-[a-z]$/, "-$&"))));
  const {tokens} = parseArgs({args, options, allowPositionals: true, strict: false, tokens: true});

  const given: Record<string, Value> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const name = names.get(token.name);
    if (!name) throw new InputError(unknownFlag(verb.name, token.rawName, Object.keys(flags)));
    const value = flagValue(name, flags[name], token.value);
    given[name] = Array.isArray(value) ? ([...((given[name] as Value[]) ?? []), ...value] as string[]) : value;
  }
  if (given["help"]) return "help";
  const {positionals: most = verb.positional ? 1 : 0} = verb;
  if (positionals.length > most)
    throw new InputError(
      `unexpected argument: ${positionals.at(-1)}; ${verb.name} takes ${verb.positional ?? "flags only"}`
    );
  const values = Object.entries(verb.flags).map(([name, flag]) => [name, given[name] ?? flag.default ?? absent(flag)]);
  return {
    values: Object.fromEntries(values) as Values<F>,
    given: new Set(Object.keys(given)),
    positional: positionals[0],
    positionals
  };
}

/** Every accepted spelling with the name of its flag. */
export function spellings(flags: Flags): Map<string, string> {
  return new Map(
    Object.entries(flags).flatMap(([name, {aliases = []}]) => [name, ...aliases].map((spelt) => [spelt, name]))
  );
}

const absent = (flag: Flag) => (flag.type === "boolean" ? false : undefined);
const parseType = (flag: Flag): "boolean" | "string" => (flag.type === "boolean" ? "boolean" : "string");

/** `--name`, `-n`. */
export const spelt = (name: string) => `${name.length > 1 ? "--" : "-"}${name}`;

/** `--backend_version=x` → `--backend-version=x`: values keep their underscores. */
function dashed(arg: string): string {
  return arg.replace(/^--[^=]+/, (flag) => flag.replaceAll("_", "-"));
}

function unknownFlag(verb: string, got: string, names: readonly string[]): string {
  const near = nearest(got.replace(/^-+/, ""), names);
  const all = names.map((name) => `--${name}`).join(" ");
  return `unknown flag: ${got}; ${verb} has ${all}${near ? `; did you mean --${near}?` : ""}`;
}

function flagValue(name: string, flag: Flag, text: string | undefined): Value {
  if (flag.type === "boolean") {
    if (text !== undefined) throw new InputError(`invalid --${name}: ${text}; takes no value`);
    return true;
  }
  if (text === undefined || text === "") throw new InputError(`invalid --${name}: no value; must be ${kindOf(flag)}`);
  if (!isList(flag)) return oneValue(name, flag, text);
  if (flag.type === "words") return [text];
  return text.split(",").map((part) => oneValue(name, flag, part.trim())) as string[] | number[];
}

function oneValue(name: string, flag: Flag, text: string): string | number {
  const {choices, min = 0, max = Infinity} = flag;
  if (choices && !choices.includes(text)) throw new InputError(unknownName(`--${name}`, text, choices));
  if (flag.type === "string" || flag.type === "texts") return text;
  const value = text === "" ? NaN : Number(text);
  const whole = flag.type === "integer" || flag.type === "integers";
  if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value)))
    throw new InputError(
      `invalid --${name}: ${text}; must be ${kindOf(flag)} of at least ${min}${max < Infinity ? ` and at most ${max}` : ""}`
    );
  return value;
}

function isList({type}: Flag): boolean {
  return type === "texts" || type === "words" || type === "integers" || type === "numbers";
}

function kindOf({type, unit}: Flag): string {
  switch (type) {
    case "integer":
      return "a whole number";
    case "integers":
      return "whole numbers with commas between, each";
    case "numbers":
      return "numbers with commas between, each";
    case "number":
      return "a number";
    default:
      return unit ? `a ${unit.toLowerCase()}` : "text";
  }
}
