/** Reads fields of a JSON object that someone else wrote. Throws InputError naming the field. */
import {InputError, unknownName} from "../engine/errors.js";

export type Fields = ReturnType<typeof fieldsOf>;

export function fieldsOf(input: unknown) {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw new InputError(`invalid input: ${JSON.stringify(input).slice(0, 60)}; must be a JSON object`);
  const all = input as Record<string, unknown>;

  const fail = (name: string, must: string): never => {
    const got = all[name] === undefined ? "not given" : JSON.stringify(all[name]).slice(0, 60);
    throw new InputError(`invalid ${name}: ${got}; must be ${must}`);
  };
  const absent = (name: string) => all[name] === undefined || all[name] === null;

  const text = (name: string): string => {
    const value = all[name];
    return typeof value === "string" && value !== "" ? value : fail(name, "text");
  };
  const number = (name: string, preset?: number): number => {
    const value = absent(name) ? preset : all[name];
    return typeof value === "number" && Number.isFinite(value) && value >= 0
      ? value
      : fail(name, "a number, 0 or more");
  };
  const count = (name: string, preset?: number, min = 0): number => {
    const value = number(name, preset);
    return Number.isInteger(value) && value >= min ? value : fail(name, `a whole number of at least ${min}`);
  };
  const choice = <T extends string>(name: string, choices: readonly T[]): T => {
    const value = text(name);
    if (!choices.includes(value as T)) throw new InputError(unknownName(name, value, choices));
    return value as T;
  };
  const numbers = (name: string): number[] => {
    const value = all[name];
    const good = Array.isArray(value) && value.every((each) => typeof each === "number");
    return good ? (value as number[]) : fail(name, "a list of numbers");
  };
  const record = (name: string): Record<string, unknown> => {
    const value = all[name];
    const good = typeof value === "object" && value !== null && !Array.isArray(value);
    return good ? (value as Record<string, unknown>) : fail(name, "an object");
  };
  return {
    all,
    text,
    number,
    count,
    choice,
    maybeFlag: (name: string): boolean | undefined => {
      const value = all[name];
      if (absent(name) || typeof value === "boolean") return (value as boolean | null) ?? undefined;
      return fail(name, "true or false");
    },
    maybeText: (name: string) => (absent(name) ? undefined : text(name)),
    maybeNumber: (name: string) => (absent(name) ? undefined : number(name)),
    maybeCount: (name: string, min = 0) => (absent(name) ? undefined : count(name, undefined, min)),
    maybeChoice: <T extends string>(name: string, choices: readonly T[]) =>
      absent(name) ? undefined : choice(name, choices),
    maybeNumbers: (name: string) => (absent(name) ? undefined : numbers(name)),
    maybeRecord: (name: string) => (absent(name) ? undefined : record(name))
  };
}
