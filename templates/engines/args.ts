/** Arguments, spelled. */
import type {Arg} from "../plan.js";

export function arg(flag: string, ...values: (string | number)[]): Arg {
  return {flag, values: values.map(String)};
}

export function switchArg(flag: string, on: boolean): Arg[] {
  return on ? [{flag, values: []}] : [];
}

/** `--name` or `--no-name`; nothing leaves it to the engine. */
export function toggled(name: string, on: boolean | undefined): Arg[] {
  return on === undefined ? [] : [{flag: on ? `--${name}` : `--no-${name}`, values: []}];
}
