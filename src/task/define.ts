/** Tasks in code: typed fields in camelCase or as the flat keys are spelt. */
import {InputError} from "../engine/errors.js";
import {allKeys} from "./key.js";
import type {FlatKeys} from "./keys.js";
import {resolveTask, taskOf} from "./resolve.js";
import type {FlatValues, Task, TaskOptions} from "./types.js";

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
type CamelKeys<Fields> = {[Name in keyof Fields as Camel<Name & string>]?: Fields[Name]};
type CamelBlock<Block> = Block extends object
  ? {[Name in keyof Block as Camel<Name & string>]: CamelBlock<Block[Name]>}
  : Block;
type Plain = Omit<FlatKeys, "slo">;
type Slo = FlatKeys["slo"];

/** The flat keys, spelt either way: `{totalGpus: 32}` or `{total_gpus: 32}`. `profiles` are laid below, in order. */
export type TaskFields = Plain &
  CamelKeys<Plain> & {slo?: Slo | CamelBlock<Slo>; name?: string; profiles?: readonly string[]};

/**
 * A task out of fields. Fields of workers without role mean every worker, in disagg too. Throws InputError with
 * everything that is wrong, a line each.
 *
 * `defineTask({modelPath: "Qwen/Qwen3-32B-FP8", systemName: "h200_sxm", totalGpus: 32, profiles: ["fp8_default"]})`
 */
export function defineTask(fields: TaskFields, options: TaskOptions = {}): Task {
  const {name = "task", ...values} = fields;
  return taskOf(resolveTask(flatNames(values), {...options, name}));
}

const snakeNames = new Map(allKeys.map(({name}) => [camelCase(name), name]));

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function flatNames(fields: object): FlatValues {
  const values: FlatValues = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const flat = snakeNames.get(name) ?? name;
    if (Object.hasOwn(values, flat)) throw new InputError(`${flat} is given twice: in both spellings; drop one`);
    values[flat] = flat === "slo" ? snakeBlock(value) : value;
  }
  return values;
}

function snakeBlock(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snakeCase(name), snakeBlock(inner)]));
}
