import type {FlagWords, Offer, VerbWords, Words} from "./completion-words.js";

export function fishScript({verbs}: Words): string {
  const lines = [
    "# fish completion of kneepoint",
    "complete -c kneepoint -f",
    ...verbs.map(
      ({name, summary}) => `complete -c kneepoint -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`
    ),
    ...verbs.flatMap(verbLines)
  ];
  return `${lines.join("\n")}\n`;
}

function verbLines({name, flags, positional}: VerbWords): string[] {
  const after = `complete -c kneepoint -n "__fish_seen_subcommand_from ${name}"`;
  const own = flags.map(
    ({name: flag, help, offer}: FlagWords) => `${after} -l ${flag} -d ${quoted(help)}${value(offer)}`
  );
  return positional.takesValue ? [...own, `${after}${positionalValue(positional)}`] : own;
}

function value({takesValue, words, paths}: Offer): string {
  if (!takesValue) return "";
  const list = words.length > 0 ? ` -a ${quoted(words.join(" "))}` : "";
  return `${paths ? " -r -F" : " -x"}${list}`;
}

function positionalValue({words, paths}: Offer): string {
  return words.length > 0 ? ` -a ${quoted(words.join(" "))}` : paths ? " -F" : "";
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
