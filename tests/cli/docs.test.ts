import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {exitCodes} from "../../src/cli/exit.js";
import {flagDocs} from "../../src/cli/flag-docs.js";
import {taskFlags} from "../../src/cli/task-flags.js";
import {commandDefaults} from "../../src/cli/task-input.js";
import {allVerbs} from "../../src/cli/verb-tables.js";
import {root} from "./helpers.js";
import {command} from "./in-process.js";

const text = readFileSync(join(root, "docs/cli.md"), "utf8");
const blocks = [...text.matchAll(/```sh\nkneepoint (.+)\n```\n\n```\n([^`]+)\n```/g)];
const examples = blocks.map(([, line, output]) => ({line, output}));

/** Figures follow the surfaces; the words around them are the contract. */
const withoutFigures = (lines: string) =>
  lines
    .replaceAll(/\(?[\d,.]+%?/g, "0")
    .replaceAll(/[─ ]+/g, " ")
    .replaceAll(/^ +| +$/gm, "");

describe("docs/cli.md", {timeout: 60_000}, () => {
  it("has examples with their output", () => {
    expect(examples.length).toBeGreaterThan(6);
  });

  it.each(examples)("prints what it says: kneepoint $line", async ({line, output}) => {
    const words = line.split(" ").map((word) => (word.startsWith("docs/") ? join(root, word) : word));
    const {stdout} = await command(...words);
    const printed = withoutFigures(stdout.replaceAll(root, ""));
    for (const each of withoutFigures(output)
      .split("\n")
      .filter((part) => part !== ""))
      expect(printed.split("\n")).toContain(each);
  });

  it("names every exit code with its meaning", () => {
    for (const {code, meaning} of Object.values(exitCodes)) expect(text).toContain(`| ${code} | ${meaning}`);
  });

  it("lists every verb", async () => {
    for (const {name} of await allVerbs()) if (name !== "version") expect(text).toContain(`\`${name}\``);
  });
});

it("docs/cli-flags.md lists the flags as they are", async () => {
  await expect(flagDocs(await allVerbs(), taskFlags(commandDefaults))).toMatchFileSnapshot(
    join(root, "docs/cli-flags.md")
  );
});
