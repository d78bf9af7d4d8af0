/** Rules of keys that would have no effect beside others, whatever the model. */
import type {Fault} from "./types.js";
import {backendOf, faultAt, noEffect, ofRole, ratesSaid, rolesOf, said, shownOf, valueOf, type View} from "./view.js";

export function effectFaults(view: View): Fault[] {
  return [
    ...workloadFaults(view),
    ...pairs.flatMap(([key, other]) =>
      said(view, key) && said(view, other) ? [noEffect(view, key, `${shownOf(view, other)} is given, drop one`)] : []
    ),
    ...lookUpFaults(view),
    ...engineFaults(view),
    ...expertFaults(view),
    ...sizeFaults(view)
  ];
}

/** The first says nothing where the second is given. */
const pairs: readonly (readonly [string, string])[] = [
  ["agg_max_batch_size", "agg_batch_sizes"],
  ["prefill_max_batch_size", "prefill_batch_sizes"],
  ["decode_max_batch_size", "decode_batch_sizes"],
  ["max_prefill_workers", "prefill_workers"],
  ["max_decode_workers", "decode_workers"],
  ["enable_chunked_prefill", "ctx_tokens"],
  ["pareto_sweep", "sampling"]
];

function workloadFaults(view: View): Fault[] {
  const [isl, prefix] = ["isl", "prefix"].map((name) => valueOf(view, name) as number);
  const [height, width] = ["image_height", "image_width"].map((name) => valueOf(view, name));
  const faults: Fault[] = [];
  if (prefix >= isl)
    faults.push(faultAt(view, "prefix", `invalid prefix: ${prefix}; must be below isl ${isl}, of which it is a part`));
  if (!height !== !width) {
    const [given, other] = height ? ["image_height", "image_width"] : ["image_width", "image_height"];
    faults.push(noEffect(view, given, `images need ${other} too`));
  }
  if (said(view, "num_images_per_request") && !height && !width && valueOf(view, "num_images_per_request") !== 1)
    faults.push(noEffect(view, "num_images_per_request", "there are no images, give image_height and image_width"));
  if (ratesSaid(view) && valueOf(view, "nextn") === 0)
    faults.push(noEffect(view, "nextn_accept_rates", "nextn is 0, drop one"));
  return faults;
}

function lookUpFaults(view: View): Fault[] {
  const database = valueOf(view, "database_mode");
  const estimates = database === "hybrid" || database === "empirical";
  const faults: Fault[] = [];
  for (const key of ["transfer_policy", "transfer_rule"])
    if (said(view, key) && !estimates)
      faults.push(
        noEffect(view, key, "only database_mode hybrid and empirical estimate what was not measured, set one")
      );
  for (const key of ["interpolation", "clamp", "donor"])
    if (said(view, key) && database === "sol" && valueOf(view, key) !== false)
      faults.push(noEffect(view, key, "database_mode sol looks nothing up, drop one"));
  return faults;
}

/** What only one engine has. */
function engineFaults(view: View): Fault[] {
  const faults: Fault[] = [];
  const backends = rolesOf(view).map((role) => backendOf(view, role));
  for (const key of ["free_gpu_memory_fraction", "max_seq_len"])
    if (said(view, key) && backends[0] !== "trtllm" && backends[0] !== "auto")
      faults.push(
        noEffect(view, key, `${backends[0]} reserves no KV cache by it, drop it or set backend_name: trtllm`)
      );
  const [whole, longest] = [
    (valueOf(view, "isl") as number) + (valueOf(view, "osl") as number),
    valueOf(view, "max_seq_len")
  ];
  if (longest !== undefined && (longest as number) < whole)
    faults.push(
      faultAt(view, "max_seq_len", `invalid max_seq_len: ${String(longest)}; must hold isl + osl = ${whole}`)
    );
  if (new Set(backends).size > 1 && backends.includes("auto"))
    faults.push(
      faultAt(
        view,
        `${rolesOf(view)[1]}backend_name`,
        `ambiguous backend: ${backends.join(" and ")}; auto is for both roles or none`
      )
    );
  for (const role of rolesOf(view))
    if (backendOf(view, role) === "auto" && said(view, `${role}backend_version`))
      faults.push(
        noEffect(view, `${role}backend_version`, "a version is of one backend, drop it or name backend_name")
      );
  return faults;
}

/** How experts are spread: what needs which engine. */
function expertFaults(view: View): Fault[] {
  return rolesOf(view).flatMap((role) => {
    const backend = backendOf(view, role);
    if (backend === "auto") return [];
    const wide = ofRole(view, role, "enable_wideep") === true;
    const [moe, eplb] = ["moe_backend", "enable_eplb"].map((base) => ofRole(view, role, base));
    const wrong = (base: string, advice: string) => {
      const key = valueOf(view, role + base) === undefined ? base : role + base;
      return said(view, key) ? [noEffect(view, key, advice)] : [];
    };
    const deepEp = backend === "sglang" && (wide || moe === "deepep_moe");
    return [
      ...(wide && backend === "vllm"
        ? wrong("enable_wideep", "vllm has none, drop it or set backend trtllm or sglang")
        : []),
      ...((moe === "deepep_moe" || moe === "megamoe") && backend !== "sglang"
        ? wrong("moe_backend", `${moe} is of sglang, not ${backend}`)
        : []),
      ...(eplb === true && backend !== "sglang" && !(backend === "trtllm" && wide)
        ? wrong("enable_eplb", backend === "trtllm" ? "on trtllm it needs enable_wideep" : `${backend} has none`)
        : []),
      ...(backend !== "trtllm" || !wide || eplb !== true
        ? wrong("wideep_num_slots", "slots need backend trtllm, enable_wideep and enable_eplb")
        : []),
      ...(!deepEp && !(view.nested && ofRole(view, role, "attention_backend") === "flashinfer")
        ? wrong("attention_backend", "it is of sglang with enable_wideep or moe_backend deepep_moe, drop it")
        : [])
    ];
  });
}

/** Sizes that the engine does not have, or that leave no worker. */
function sizeFaults(view: View): Fault[] {
  const total = valueOf(view, "total_gpus") as number;
  const roles = {agg: ["agg"], disagg: ["prefill", "decode"], auto: ["agg", "prefill", "decode"]}[view.servingMode];
  return roles.flatMap((role) => {
    const backend = backendOf(view, role === "decode" || view.servingMode === "disagg" ? `${role}_` : "");
    const [gpus, cp] = ["num_gpu", "cp"].map(
      (size) => valueOf(view, `${role}_${size}_candidates`) as number[] | undefined
    );
    const faults: Fault[] = [];
    if (gpus?.every((each) => each > total))
      faults.push(
        faultAt(
          view,
          `${role}_num_gpu_candidates`,
          `invalid ${shownOf(view, `${role}_num_gpu_candidates`)}: ${gpus.join(", ")}; none is within total_gpus ${total}`
        )
      );
    if (cp?.some((each) => each > 1) && (role === "decode" || (backend !== "sglang" && backend !== "auto")))
      faults.push(
        faultAt(
          view,
          `${role}_cp_candidates`,
          `invalid ${shownOf(view, `${role}_cp_candidates`)}: ${cp.join(", ")}; must be 1, ${role === "decode" ? "decode splits no prompts" : `${backend} has no context parallelism`}`
        )
      );
    return faults;
  });
}
