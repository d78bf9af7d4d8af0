/** Every verb with its flags as Markdown, out of the tables that the help is made of. */
import type {Flag, Verb} from "./args.js";

export function flagDocs(verbs: readonly Verb[]): string {
  const head =
    "# Flags\n\nMade from the tables that `--help` prints, by `npx vitest run tests/cli/docs.test.ts -u`. `-` and `_` are the same in a name.";
  return [head, ...verbs.map(verbDocs), ""].join("\n\n");
}

function verbDocs({name, summary, positional, flags}: Verb): string {
  const usage = `kneepoint ${name}${positional ? ` ${positional}` : ""}`;
  const rows = Object.entries<Flag>(flags).map(([flag, each]) => `| ${cells(flag, each).map(escaped).join(" | ")} |`);
  const table = rows.length > 0 ? ["", "| flag | meaning | default | also |", "|---|---|---|---|", ...rows] : [];
  return [`## \`${usage}\``, "", `${summary[0].toUpperCase()}${summary.slice(1)}.`, ...table].join("\n");
}

function cells(
  name: string,
  {type, unit, help, choices, default: preset, shown = String(preset ?? ""), aliases = []}: Flag
): string[] {
  const value = type === "boolean" ? "" : ` ${unit ?? "NAME"}`;
  const choice = choices ? `: ${choices.map((each) => `\`${each}\``).join(", ")}` : "";
  return [`\`--${name}${value}\``, help + choice, shown, aliases.map((alias) => `\`--${alias}\``).join(" ")];
}

const escaped = (text: string) => text.replaceAll("|", "\\|");
