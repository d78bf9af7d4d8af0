/** What a task cannot do without. */
import {unknownName} from "../engine/errors.js";
import type {Fault, Position, TaskOptions} from "./types.js";
import {backendOf, faultAt, rolesOf, said, valueOf, type View} from "./view.js";

const examples: Readonly<Record<string, string>> = {
  model_path: "a model such as Qwen/Qwen3-32B-FP8, or the path of a config.json",
  system_name: "a GPU system such as h200_sxm"
};

/** Keys that must be given and are not; `at` is where the experiment starts. */
export function missingFaults(view: View, at: Position): Fault[] {
  const {servingMode} = view;
  const missing = (key: string, give: string): Fault[] =>
    valueOf(view, key) === undefined ? [{message: `missing ${key}: not given; ${give}`, key, ...at}] : [];
  const roles = servingMode === "disagg" ? rolesOf(view) : [""];
  const least = servingMode === "disagg" ? 2 : 1;
  return [
    ...roles.flatMap((role) =>
      Object.entries(examples).flatMap(([base, give]) => missing(role + base, `give ${give}`))
    ),
    ...missing("total_gpus", "give how many GPUs to plan for, for example 32"),
    ...((valueOf(view, "total_gpus") as number) < least
      ? [faultAt(view, "total_gpus", `invalid total_gpus: ${String(valueOf(view, "total_gpus"))}; disagg needs 2`)]
      : []),
    ...(servingMode === "disagg" ? pairFaults(view, at) : [])
  ];
}

/** Both roles serve one model, and neither takes a backend for which the other was not asked. */
function pairFaults(view: View, at: Position): Fault[] {
  const [prefill, decode] = ["prefill_model_path", "decode_model_path"].map((key) => valueOf(view, key));
  const other = prefill !== undefined && decode !== undefined && prefill !== decode;
  const named = rolesOf(view).filter((role) => said(view, `${role}backend_name`));
  const [role] = named;
  const silent = role === "prefill_" ? "decode_" : "prefill_";
  const faults: Fault[] = [];
  if (other)
    faults.push(
      faultAt(
        view,
        "decode_model_path",
        `invalid decode_model_path: ${String(decode)}; both roles serve ${String(prefill)}`
      )
    );
  if (named.length === 1 && backendOf(view, role) !== "trtllm")
    faults.push({
      message: `missing ${silent}backend_name: not given; ${role}backend_name is ${backendOf(view, role)}, say what the other is`,
      key: `${silent}backend_name`,
      ...at
    });
  return faults;
}

/** Names of systems that do not exist, where a list of them is known. */
export function systemFaults(view: View, systems: TaskOptions["systems"]): Fault[] {
  if (!systems) return [];
  return rolesOf(view).flatMap((role) => {
    const key = `${role}system_name`;
    const name = valueOf(view, key);
    if (typeof name !== "string" || isPath(name) || systems.includes(name)) return [];
    return [faultAt(view, key, unknownName("system", name, systems))];
  });
}

export function isPath(system: string): boolean {
  return /\.ya?ml$/.test(system);
}
