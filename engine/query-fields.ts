import {InputError, unknownName} from "./errors.js";

export type Fields = ReturnType<typeof fieldsOf>;

/** Reads fields of a question; throws InputError that names the field that is missing or wrong. */
export function fieldsOf(input: Record<string, unknown>) {
  const text = (name: string): string => {
    const value = input[name];
    if (typeof value !== "string") throw new InputError(`invalid ${name}: ${JSON.stringify(value)}; must be text`);
    return value;
  };
  const named = <T extends string>(name: string, names: readonly T[]): T => {
    const value = text(name);
    if (!names.includes(value as T)) throw new InputError(unknownName(name, value, names));
    return value as T;
  };
  return {
    text,
    name: named,
    size(name: string, otherwise?: number): number {
      const value = input[name] ?? otherwise;
      if (typeof value !== "number" || !(value >= 0) || value === Infinity)
        throw new InputError(`invalid ${name}: ${JSON.stringify(value)}; must be a number ≥ 0`);
      return value;
    },
    /** Of what there is at least one: heads, GPUs, experts. */
    count(name: string, otherwise?: number): number {
      const value = input[name] ?? otherwise;
      if (typeof value !== "number" || !Number.isInteger(value) || value < 1)
        throw new InputError(`invalid ${name}: ${JSON.stringify(value)}; must be a whole number ≥ 1`);
      return value;
    },
    flag(name: string): boolean {
      return input[name] === true;
    },
    type<T extends string>(name: string, modes: Record<T, unknown>, otherwise?: T): T {
      if (input[name] === undefined && otherwise !== undefined) return otherwise;
      return named(name, Object.keys(modes) as T[]);
    }
  };
}
