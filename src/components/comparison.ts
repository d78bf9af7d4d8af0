/** What the compare page asks: searches that differ from one they share, and its spelling as a URL query. */
import {agreedTargets} from "./preference.js";
import {formatQuestion, parseQuestion, partEntries, partOf} from "./question.js";
import type {Question} from "./question.js";

/** What a question cannot say of a search, by flat key of an experiment: `gemm_quant_mode`, `agg_tp_candidates`. */
export type Settings = Readonly<Record<string, unknown>>;

/** One search, by what it has otherwise than the base. */
export interface Variant {
  /** The reader's; empty: what differs. */
  name: string;
  hidden: boolean;
  part: Partial<Question>;
  settings: Settings;
}

/** `best`: what is best of both serving modes at each speed; `modes`: a line for each. */
export type Drawn = "best" | "modes";

export interface Comparison {
  /** What is asked of all searches, where they say nothing else. */
  base: Question;
  variants: readonly Variant[];
  /** Place of the search that the others are held against; dropped files come after the variants. */
  against: number;
  drawn: Drawn;
}

/** Searches on one chart; more cannot be told apart. */
export const mostSearches = 8;

export const plainVariant: Variant = {name: "", hidden: false, part: {}, settings: {}};

/** The question of a search. */
export function variantQuestion(base: Question, {part}: Pick<Variant, "part">): Question {
  const question = {...base, ...part, pick: ""};
  // What was said of the base's model or backend says nothing of another.
  if (part.model !== undefined && part.config === undefined) question.config = question.hfQuantConfig = "";
  if (part.backend !== undefined && part.version === undefined && part.backend !== base.backend) question.version = "";
  if (question.decodeSystem === question.system) question.decodeSystem = "";
  question.prefix = Math.min(question.prefix, question.isl - 1);
  return agreedTargets(question);
}

/** Fields of a question that say what is searched, rather than how it is shown. */
const shownAlone: readonly (keyof Question)[] = [
  ...(["pick", "axis", "log", "deploy", "file", "dynamo", "engine", "changes"] as const)
];

/** What one question has otherwise than another. */
export function questionPart(base: Question, question: Question): Partial<Question> {
  const fields = Object.keys(question) as (keyof Question)[];
  const other = fields.filter((field) => !shownAlone.includes(field) && question[field] !== base[field]);
  return Object.fromEntries(other.map((field) => [field, question[field]]));
}

/** The same searches with the question of one of them as base. */
export function rebased({variants, base, ...rest}: Comparison, first: number): Comparison {
  const next = {...variantQuestion(base, variants[first]), log: base.log};
  const moved = variants.map((variant) => ({
    ...variant,
    part: questionPart(next, variantQuestion(base, variant))
  }));
  return {...rest, base: next, variants: moved};
}

/** Query keys of this page beside those of the base. */
const own = {variant: "with", against: "against", drawn: "draw"} as const;
/** Stands for a list without searches. */
const none = "-";

/** `?model=…&isl=…&with=&with=system=b200_sxm&with=name=fast;backend=vllm`. */
export function formatComparison({base, variants, against, drawn}: Comparison): string {
  const entries: [string, string][] = [
    ...(variants.length > 0 ? variants.map(variantText) : [none]).map((text): [string, string] => [own.variant, text]),
    ...(against > 0 ? ([[own.against, String(against)]] as [string, string][]) : []),
    ...(drawn === "best" ? [] : ([[own.drawn, drawn]] as [string, string][]))
  ];
  const query = entries.map(([key, value]) => `${key}=${legible(encodeURIComponent(value))}`);
  return [formatQuestion({...base, pick: ""}), ...query].join("&");
}

/** Reads a query; one that names no searches takes the examples. */
export function parseComparison(search: string, examples: (base: Question) => readonly Variant[]): Comparison {
  const query = new URLSearchParams(search);
  const base = parseQuestion(search);
  const texts = query.getAll(own.variant);
  const named = texts.filter((text) => text !== none).map((text) => parseVariant(text, base));
  const variants = texts.length > 0 ? named : [...examples(base)];
  const against = Number(query.get(own.against) ?? 0);
  return {
    base: {...base, pick: ""},
    variants: variants.slice(0, mostSearches),
    against: Number.isInteger(against) && against >= 0 ? against : 0,
    drawn: query.get(own.drawn) === "modes" ? "modes" : "best"
  };
}

/** Before the key of a setting, which no key of a question begins with. */
const settingMark = ".";

function variantText({name, hidden, part, settings}: Variant): string {
  const entries: (readonly [string, string])[] = [
    ...(name ? [["name", name] as const] : []),
    ...(hidden ? [["hide", "1"] as const] : []),
    ...partEntries(part),
    ...Object.entries(settings).map(([key, value]) => [settingMark + key, settingText(value)] as const)
  ];
  return entries.map(([key, value]) => `${key}=${legible(encodeURIComponent(value), ";=")}`).join(";");
}

function parseVariant(text: string, base: Question): Variant {
  const entries = text.split(";").flatMap((entry): [string, string][] => {
    const at = entry.indexOf("=");
    return at < 0 ? [] : [[entry.slice(0, at), decoded(entry.slice(at + 1))]];
  });
  const get = (key: string) => entries.find(([name]) => name === key)?.[1] ?? "";
  const settings = entries.filter(([key]) => /^\.[a-z_]+$/.test(key));
  return {
    name: get("name"),
    hidden: get("hide") === "1",
    part: Object.fromEntries(
      Object.entries(partOf(entries, base)).filter(([field]) => !shownAlone.includes(field as keyof Question))
    ),
    settings: Object.fromEntries(settings.map(([key, value]) => [key.slice(settingMark.length), settingOf(value)]))
  };
}

/** Words as they are, everything else as JSON. */
function settingText(value: unknown): string {
  return typeof value === "string" && settingOf(value) === value ? value : JSON.stringify(value);
}

function settingOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Leaves readable what needs no escape in a query. */
function legible(encoded: string, except = ""): string {
  return ["/", ":", ",", ";", "="]
    .filter((character) => !except.includes(character))
    .reduce((text, character) => text.replaceAll(encodeURIComponent(character), character), encoded);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
