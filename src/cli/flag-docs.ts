/** Every verb with its flags as Markdown, out of the tables that the help is made of. */
import {spelt, type Flag, type Flags, type Verb} from "./args.js";

/** `shared` are the flags of a question, which many verbs have. */
export function flagDocs(verbs: readonly Verb[], shared: Flags): string {
  const head = [
    "# Flags",
    "Made from the tables that `--help` prints, by `npx vitest run tests/cli/docs.test.ts -u`. `-` and `_` are the same in a name."
  ];
  const question = ["## Flags of a question", flagTable(Object.entries(shared))];
  return [...head, ...verbs.map((verb) => verbDocs(verb, shared)), ...question, ""].join("\n\n");
}

function verbDocs({name, summary, positional, flags}: Verb, shared: Flags): string {
  const own = Object.entries<Flag>(flags).filter(([flag, {type}]) => shared[flag]?.type !== type);
  const isQuestion = Object.keys(shared).every((flag) => flag in flags);
  const also = isQuestion ? " Takes the [flags of a question](#flags-of-a-question) too." : "";
  return [
    `## \`kneepoint ${name}${positional ? ` ${positional}` : ""}\``,
    `${summary[0].toUpperCase()}${summary.slice(1)}.${also}`,
    ...(Object.keys(flags).length > 0 ? [flagTable(isQuestion ? own : Object.entries<Flag>(flags))] : [])
  ].join("\n\n");
}

function flagTable(flags: readonly [string, Flag][]): string {
  const rows = flags.map(([flag, each]) => `| ${cells(flag, each).map(escaped).join(" | ")} |`);
  return ["| flag | meaning | default | also |", "|---|---|---|---|", ...rows].join("\n");
}

function cells(
  name: string,
  {type, unit, help, choices, default: preset, shown = String(preset ?? ""), aliases = []}: Flag
): string[] {
  const value = type === "boolean" ? "" : ` ${unit ?? "NAME"}`;
  const choice = choices ? `: ${choices.map((each) => `\`${each}\``).join(", ")}` : "";
  return [`\`--${name}${value}\``, help + choice, shown, aliases.map((alias) => `\`${spelt(alias)}\``).join(" ")];
}

const escaped = (text: string) => text.replaceAll("|", "\\|");
