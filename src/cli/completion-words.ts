/** What shells may complete, as plain data: every verb with its flags, and what each flag takes. */
import {helpFlag, type Flag, type Verb} from "./args.js";

export interface Words {
  verbs: VerbWords[];
}

export interface VerbWords {
  name: string;
  summary: string;
  flags: FlagWords[];
  /** What may follow the verb. */
  positional: Offer;
}

export interface FlagWords {
  name: string;
  /** Other spellings, which a shell does not offer but understands. */
  aliases: readonly string[];
  /** First sentence part of its help. */
  help: string;
  offer: Offer;
}

/** Words, paths, both, or nothing: a flag without value, or one that only its reader knows. */
export interface Offer {
  takesValue: boolean;
  words: readonly string[];
  paths?: "file" | "folder";
}

export interface Names {
  systems: readonly string[];
  models: readonly string[];
}

export function completable(verbs: readonly Verb[], names: Names): Words {
  return {verbs: verbs.map((verb) => verbWords(verb, names))};
}

function verbWords({name, summary, flags, completePositional}: Verb, names: Names): VerbWords {
  const all = Object.entries<Flag>({...flags, ...helpFlag});
  return {
    name,
    summary,
    flags: all.map(([flag, each]) => ({
      name: flag,
      aliases: each.aliases ?? [],
      help: firstPart(each.help),
      offer: offerOf(each, names)
    })),
    positional: positionalOffer(completePositional)
  };
}

/** Up to the first colon, semicolon or comma, without what shells would read. */
function firstPart(help: string): string {
  return help
    .split(/[:;,(]/)[0]
    .replace(/["'`$[\]\\]/g, "")
    .trim();
}

function positionalOffer(offered: Verb["completePositional"]): Offer {
  if (offered === "file" || offered === "folder") return {takesValue: true, words: [], paths: offered};
  return {takesValue: offered !== undefined, words: offered ?? []};
}

function offerOf({type, choices, complete}: Flag, {systems, models}: Names): Offer {
  if (type === "boolean") return {takesValue: false, words: []};
  if (choices) return {takesValue: true, words: choices};
  switch (complete) {
    case "system":
      return {takesValue: true, words: systems, paths: "file"};
    case "model":
      return {takesValue: true, words: models, paths: "file"};
    default:
      return {takesValue: true, words: [], paths: complete};
  }
}
