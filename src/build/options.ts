/** What `npm run build` and `npm start` are told on the command line. */
import {parseArgs} from "node:util";
import {resolve} from "node:path";
import {InputError} from "../../engine/errors.js";
import type {Selection} from "./data-selection.js";

export const usage = `usage: npm run build -- [--data DIR] [--systems a,b] [--backends a,b] [--versions newest|all|a,b]
       npm start -- [--data DIR] [--port 3000]

  --data DIR        folder that kneepoint import wrote; ./data, or what KNEEPOINT_DATA names, unless given
  --systems LIST    tables of these GPU systems alone: h200_sxm,b200_sxm
  --backends LIST   tables of these serving engines alone: trtllm,vllm,sglang
  --versions WHICH  newest of each system and engine; or by name: 0.19.0,trtllm/1.3.0rc10; all unless given
  --port PORT       of the preview; the first that is free from 3000 unless given`;

export interface BuildOptions {
  selection: Selection;
  port?: number;
}

/** Throws InputError for what it does not know. `--data` is set as KNEEPOINT_DATA, which data loaders read too. */
export function readOptions(args: readonly string[], from: string): BuildOptions {
  const {data, systems, backends, versions, port} = parse(args);
  if (data !== undefined) process.env.KNEEPOINT_DATA = resolve(from, data);
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new InputError(`invalid port: ${port}; use a number`);
  return {
    selection: {systems: list(systems), backends: list(backends), versions: whichVersions(versions)},
    port: port === undefined ? undefined : Number(port)
  };
}

function parse(args: readonly string[]) {
  const text = {type: "string"} as const;
  try {
    const options = {data: text, systems: text, backends: text, versions: text, port: text};
    return parseArgs({args: [...args], options}).values;
  } catch (error) {
    throw new InputError(`${(error as Error).message.split(". ")[0]}\n\n${usage}`);
  }
}

function list(text: string | undefined): string[] | undefined {
  return text?.split(",").map((name) => name.trim());
}

function whichVersions(text = "all"): Selection["versions"] {
  return text === "all" || text === "newest" ? text : list(text)!;
}
