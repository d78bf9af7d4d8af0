/** The command line inside this process, with nothing imported: the same code as the launcher runs, without its start. */
import {vi} from "vitest";
import {main} from "../../src/cli/main.js";
import {noData} from "./helpers.js";

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

export function command(...args: readonly string[]): Promise<Ran> {
  return commandOn(noData.KNEEPOINT_DATA, args);
}

/** The same with a data folder of its own, for what writes to it. */
export async function commandOn(dataFolder: string, args: readonly string[]): Promise<Ran> {
  const before = process.env["KNEEPOINT_DATA"];
  process.env["KNEEPOINT_DATA"] = dataFolder;
  const out = caught(process.stdout);
  const err = caught(process.stderr);
  try {
    const status = await main(args);
    return {status, stdout: out.text(), stderr: err.text()};
  } finally {
    out.restore();
    err.restore();
    if (before === undefined) delete process.env["KNEEPOINT_DATA"];
    else process.env["KNEEPOINT_DATA"] = before;
  }
}

/** What is written to a stream, in place of writing it. */
function caught(stream: NodeJS.WriteStream) {
  const parts: string[] = [];
  const spy = vi.spyOn(stream, "write").mockImplementation((chunk: unknown) => parts.push(String(chunk)) > 0);
  return {text: () => parts.join(""), restore: () => spy.mockRestore()};
}

/** A question that a small model answers at once. */
export const small = ["--model", "Qwen/Qwen3-8B", "--system", "h200_sxm", "--isl", "1000", "--osl", "200"] as const;
export const question = [...small, "--total-gpus", "8", "--ttft", "500", "--tpot", "20"] as const;

/** Experiments of all kinds, in both forms. */
export const goodYaml = `agg: &shared
  serving_mode: agg
  model_path: Qwen/Qwen3-8B
  system_name: h200_sxm
  total_gpus: 8
  isl: 1000
  osl: 200
  ttft: 500
  tpot: 20
disagg:
  mode: patch
  serving_mode: disagg
  model_path: Qwen/Qwen3-8B
  system_name: h200_sxm
  decode_system_name: h100_sxm
  total_gpus: 8
  isl: 1000
  osl: 200
  ttft: 500
  tpot: 20
  config:
    prefill_worker_config: {tp_list: [1, 2], pp_list: [1]}
    replica_config: {max_prefill_worker: 4}
both: {<<: *shared, serving_mode: auto, backend_name: auto}
`;

/** The same, and one that is wrong before them. */
export const mixedYaml = `exps: [wrong, agg, disagg, both]
${goodYaml}wrong: {<<: *shared, tp_candidate: [2]}
`;
