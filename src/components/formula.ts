/** A formula as a page shows it: its text, the numbers that stand in it, and what the engine makes of it. */

export interface Formula {
  /** What it gives, and in what unit: `TTFT`, `ms`. */
  name: string;
  unit: string;
  /** Arithmetic over names, numbers and `min max ceil floor log2`, in JavaScript's spelling. */
  text: string;
  /** Numbers by name; every name of the text is here. */
  values: Record<string, number>;
  /** As the engine computed it, not from the text. */
  value: number;
}

const functions = ["min", "max", "ceil", "floor", "log2"] as const;

/** `stepsMs = mixedStepMs * steps` with numbers for names; `write` spells one. */
export function substituted(
  {text, values}: Pick<Formula, "text" | "values">,
  write: (value: number) => string
): string {
  return text.replace(/[A-Za-z]\w*/g, (name) => {
    if ((functions as readonly string[]).includes(name)) return name;
    const value = values[name];
    if (value === undefined) throw new Error(`no value of ${name} in ${text}`);
    return value < 0 ? `(${write(value)})` : write(value);
  });
}

/** Signs as people write them. */
export function typeset(text: string): string {
  return text.replaceAll(" * ", " · ").replaceAll(" / ", " ∕ ").replaceAll(" - ", " − ");
}

/** A sum of many parts by its first two and its last. */
export function abridged(text: string, most = 5): string {
  const terms = text.split(" + ");
  return terms.length <= most ? text : [...terms.slice(0, 2), "…", terms.at(-1)].join(" + ");
}

/** What the text comes to with its values. Throws for a text that is no arithmetic. */
export function evaluated({text, values}: Pick<Formula, "text" | "values">): number {
  if (!/^[\w\s.,+*/()-]+$/.test(text)) throw new Error(`no arithmetic: ${text}`);
  const names = Object.keys(values);
  const compute = new Function(...functions, ...names, `return ${text};`) as (...numbers: unknown[]) => number;
  return compute(...functions.map((name) => Math[name]), ...names.map((name) => values[name]));
}
