/** What an embed is asked: options of its function, or attributes of its element, by the keys of a page's address. */
import {
  axes,
  defaults,
  expertSpreads,
  figuresFrom,
  gapsFrom,
  imageSizes,
  limits,
  partEntries,
  partOf,
  pointsRead,
  targetNames
} from "../components/question.js";
import type {Question} from "../components/question.js";
import {InputError, unknownName} from "../engine/errors.js";
import {backends} from "../engine/schema.js";
import {objectives, penaltyShapes} from "../engine/search/goals.js";
import type {ChartName} from "../chart/names.js";

/** Null and undefined: not given. */
export type OptionValue = string | number | boolean | readonly (string | number)[] | null | undefined;
export type Options = Readonly<Record<string, OptionValue>>;

/** What a question has besides that no chart shows. */
const unseen: readonly (keyof Question)[] = ["deploy", "file", "dynamo", "engine", "changes"];

const fields = Object.keys(defaults) as (keyof Question)[];
const keyOf = (field: keyof Question) => partEntries({[field]: defaults[field]})[0][0];
const fieldOf = new Map(fields.filter((field) => !unseen.includes(field)).map((field) => [keyOf(field), field]));

/** Keys of the question: `model`, `system`, `isl`, … */
export const questionKeys = [...fieldOf.keys()];
/** How a chart looks, whatever is asked. */
export const lookKeys = ["theme", "currency"] as const;
export const optionKeys: readonly string[] = [...questionKeys, ...lookKeys];

export const themeNames = ["light", "dark"] as const;

/** Keys that `compare` takes several values of, and draws a line for each of. */
export const listKeys = ["model", "system", "decode", "backend", "version", "figures"] as const;
/** Lines on one chart; more cannot be told apart. */
export const mostLines = 8;

/** One question of a chart, and what it has otherwise than the others. */
export interface Line {
  question: Question;
  differs: readonly (keyof Question)[];
}

/** The questions that options ask: one, or of `compare` every combination of lists. Throws InputError. */
export function linesOf(name: ChartName, options: Options): Line[] {
  const given = Object.entries(options).flatMap(([key, value]) => (value == null ? [] : [[key, value] as const]));
  for (const [key, value] of given) checkKey(key, value);
  const asked = given.filter(([key]) => fieldOf.has(key));
  const lists = asked.map(([key, value]) => ({key, texts: textsOf(name, key, value)}));
  const combined = lists.reduce<[string, string][][]>(
    (all, {key, texts}) => all.flatMap((entries) => texts.map((text) => [...entries, [key, text] as [string, string]])),
    [[]]
  );
  if (combined.length > mostLines)
    throw new InputError(`too many lines: ${combined.length}; at most ${mostLines} can be told apart`);
  const differs = lists.filter(({texts}) => texts.length > 1).map(({key}) => fieldOf.get(key)!);
  if (name === "compare" && differs.length === 0)
    throw new InputError("nothing to compare: one line only; give system, backend or model several values");
  return combined.map((entries) => ({question: questionOf(entries), differs}));
}

function checkKey(key: string, value: OptionValue): void {
  if (!optionKeys.includes(key)) throw new InputError(unknownName("option", key, optionKeys));
  if (key === "theme" && !themeNames.some((theme) => theme === value))
    throw new InputError(unknownName("theme", String(value), themeNames));
}

/** Several only where the chart draws several. */
function textsOf(name: ChartName, key: string, value: NonNullable<OptionValue>): string[] {
  const isList = name === "compare" && listKeys.some((each) => each === key);
  if (Array.isArray(value)) {
    if (isList) return [...new Set(value.map(String))];
    throw new InputError(`invalid ${key}: ${value.join(",")}; ${name} takes one`);
  }
  if (typeof value === "boolean") return [value ? "1" : "0"];
  const text = String(value);
  return isList ? [...new Set(text.split(",").map((part) => part.trim()))] : [text];
}

function questionOf(entries: readonly [string, string][]): Question {
  const part = partOf(entries, defaults);
  const read = new Map(partEntries(part));
  for (const [key, text] of entries) checkValue(key, text, read.get(key)!);
  return {...defaults, ...part};
}

/** A page takes its default for what makes no sense; who writes a snippet wants to know. */
function checkValue(key: string, text: string, read: string): void {
  const field = fieldOf.get(key)!;
  const isSame =
    typeof defaults[field] === "number" ? text.trim() !== "" && Number(text) === Number(read) : text === read;
  if (isSame) return;
  // An attribute without value is a switch that is on.
  if (typeof defaults[field] === "boolean" && ["", "true", "false"].includes(text)) return;
  throw new InputError(`invalid ${key}: ${text}; must be ${hintOf(field)}`);
}

const choices: Partial<Record<keyof Question, readonly string[]>> = {
  backend: backends,
  database: figuresFrom,
  transfer: gapsFrom,
  interpolation: pointsRead,
  imageSize: imageSizes,
  experts: expertSpreads,
  objective: objectives,
  penalty: penaltyShapes,
  axis: axes
};

function hintOf(field: keyof Question): string {
  const named = choices[field]?.filter((choice) => choice !== "");
  if (named) return named.join(", ");
  if (field === "soft") return `out of ${targetNames.join(",")}, in this order`;
  if (field === "prefix") return "a whole number below isl";
  if (typeof defaults[field] === "boolean") return "1 or 0";
  const [least, most] = limits[field as keyof typeof limits] ?? [];
  return least === undefined ? "text" : `a number from ${least} to ${most}`;
}
