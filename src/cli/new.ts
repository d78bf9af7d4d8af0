/** `kneepoint new`: writes a notebook about a model, or a site of one's own, ready to build and to edit. */
import {existsSync, readFileSync} from "node:fs";
import {basename, dirname, join, relative, resolve} from "node:path";
import {InputError} from "../engine/errors.js";
import {readModel, parseConfigJson} from "../engine/index.js";
import {nearestModels} from "../engine/models/alike.js";
import {backends} from "../engine/schema.js";
import {notebookText} from "../scaffold/notebook.js";
import type {Flags, Values} from "./args.js";
import {command, print, toJson} from "./command.js";
import {findSystem, openData, openModelReading} from "./data.js";
import {Tree} from "./disk.js";
import {WriteError} from "./exit.js";
import {required, workloadFlags} from "./problem.js";
import {newSite} from "./new-site.js";
import {summaries} from "./verbs.js";

const count = (unit: string, preset: number, help: string) =>
  ({type: "integer", unit, min: 1, default: preset, help}) as const;
const ms = (preset: number, help: string) => ({type: "number", unit: "MS", default: preset, help}) as const;

const flags = {
  config: {type: "string", unit: "FILE", complete: "file", help: "the model's config.json, copied beside the notebook"},
  model: {type: "string", unit: "ID", complete: "model", help: "a known model, in place of --config"},
  system: workloadFlags.system,
  backend: {type: "string", choices: backends, default: "trtllm", help: "serving framework that the page starts with"},
  "total-gpus": count("GPUS", 8, "GPUs that the page starts with"),
  isl: count("TOKENS", 4000, "tokens of a prompt"),
  osl: count("TOKENS", 1000, "tokens of an answer"),
  ttft: ms(2000, "time to first token, at most"),
  tpot: ms(30, "time per output token after the first, at most"),
  force: {type: "boolean", help: "write over files that are there"},
  json: {type: "boolean", help: "print what was written as JSON"}
} as const satisfies Flags;

const notes = `A notebook is written to notebooks/NAME.md of the site around the working folder, with its config.json beside it. It is in the
menu of the next build, and at once where npm start runs. A site is a folder of its own that depends on this package.`;

const examples = [
  {
    line: "new notebook qwen4-14b --config models/qwen4-14b/config.json --system h200_sxm",
    what: "a notebook about a model of your own"
  },
  {line: "new site our-serving", what: "a site of your own in ./our-serving"}
];

export const run = command(
  {
    name: "new",
    summary: summaries.new,
    positional: "notebook NAME | site DIR",
    positionals: 2,
    completePositional: ["notebook", "site"],
    flags,
    notes,
    examples
  },
  async ({values, positional: what, positionals: [, name], given}) => {
    if (what === "notebook") return newNotebook(checkedStem(name), values);
    if (what !== "site")
      throw new InputError(`unknown thing to make: ${what ?? "not given"}; have notebook NAME, site DIR`);
    const odd = [...given].find((flag) => flag !== "force" && flag !== "json");
    if (odd) throw new InputError(`unexpected --${odd}; new site takes a folder, --force and --json`);
    return newSite(name, values);
  }
);

function checkedStem(name: string | undefined): string {
  if (name === undefined) throw new InputError("missing NAME: give the notebook one, such as qwen4-14b");
  if (/^[a-z0-9][a-z0-9._-]*$/i.test(name) && !name.endsWith(".md")) return name;
  throw new InputError(
    `invalid NAME: ${name}; letters, digits, dots and dashes, as it becomes an address, without .md at its end`
  );
}

function newNotebook(stem: string, values: Values<typeof flags>): number {
  const site = siteFolder();
  const spec = findSystem(openData(), required(values.system, "system"));
  const files = modelFiles(stem, values);
  const tree = new Tree(join(site, "notebooks"));
  const names = [`${stem}.md`, ...files.copies.map(({name}) => name)];
  const there = names.filter((each) => existsSync(join(site, "notebooks", each)));
  if (there.length > 0 && !values.force)
    throw new WriteError(
      `already there: ${there.map((each) => join("notebooks", each)).join(", ")}; --force writes over it`,
      "notWritable"
    );
  const text = notebookText({
    stem,
    model: files.model,
    configFile: files.copies[0]?.name,
    quantFile: files.copies[1]?.name,
    system: spec.id,
    systemLabel: spec.label.replace(/^NVIDIA /, ""),
    backend: values.backend,
    gpus: values["total-gpus"],
    isl: values.isl,
    osl: values.osl,
    ttftMs: values.ttft,
    tpotMs: values.tpot,
    nearest: files.nearest
  });
  tree.write(`${stem}.md`, text);
  for (const {name, text} of files.copies) tree.write(name, text);
  tree.close();
  const written = names.map((each) => relative(process.cwd(), join(site, "notebooks", each)));
  const {model, nearest, assumptions} = files;
  if (values.json) print(toJson({written, model, nearest, assumptions}));
  else
    print(
      [
        `Wrote ${written.join(", ")}.`,
        `Set beside ${nearest[0]}, the nearest known model.`,
        ...assumptions.map((assumption) => `Assumed: ${assumption}.`),
        `See it: npm start, then /notebooks/${stem}. Edit: every place to change has a comment that begins with EDIT.`
      ].join("\n")
    );
  return 0;
}

interface ModelFiles {
  model: string;
  copies: {name: string; text: string}[];
  nearest: string[];
  /** Of what its files leave open, a sentence each. */
  assumptions: readonly string[];
}

function modelFiles(stem: string, {model, config}: {model?: string; config?: string}): ModelFiles {
  if ((model === undefined) === (config === undefined))
    throw new InputError("missing --config or --model: give one of them, a file or the name of a known model");
  const reading = openModelReading((config ?? model)!);
  const copies = reading.files.map((file, at) => ({
    name: at === 0 ? `${stem}.config.json` : `${stem}.hf_quant_config.json`,
    text: readFileSync(file, "utf8")
  }));
  // A file has no name of its own that people know; what they called the notebook is it.
  const named = copies.length > 0 ? readModel(stem, ...texts(copies)).model : reading.model;
  return {
    model: named.id,
    copies,
    nearest: nearestModels(named).map(({model: {id}}) => id),
    assumptions: named.assumptions
  };
}

function texts(copies: readonly {text: string}[]): [unknown, unknown?] {
  const [config, quant] = copies.map(({text}) => parseConfigJson(text));
  return quant === undefined ? [config] : [config, quant];
}

/** The nearest folder upwards that is a site. */
export function siteFolder(from = process.cwd()): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "observablehq.config.ts"))) return folder;
    if (dirname(folder) === folder)
      throw new InputError(
        `no site here: ${basename(resolve(from))} and the folders above have no observablehq.config.ts; kneepoint new site DIR makes one`
      );
  }
}
