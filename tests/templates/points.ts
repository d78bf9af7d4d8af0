/** Points to plan deployments of, without a search. */
import {join} from "node:path";
import {readSystems} from "../../data-loaders/read-systems.js";
import {findModel} from "../../engine/models/catalogue.js";
import type {ModelConfig} from "../../engine/models/types.js";
import type {Quant} from "../../engine/quant.js";
import type {Backend} from "../../engine/schema.js";
import type {SystemSpec} from "../../engine/system.js";
import {explicitPoint, type ExplicitRole} from "../../templates/explicit-point.js";
import type {ChosenPoint} from "../../templates/options.js";
import type {Arg, RoleName} from "../../templates/plan.js";

const systems = readSystems(join(import.meta.dirname, "../../systems"));

export function systemOf(id: string): SystemSpec {
  return systems.find((system) => system.id === id)!;
}

export function modelOf(id: string): ModelConfig {
  return findModel(id);
}

export interface PointSpec {
  model?: string;
  system?: string;
  backend?: Backend;
  isl?: number;
  osl?: number;
  prefix?: number;
  nextn?: number;
  quant?: Partial<Quant>;
  roles: Partial<Record<RoleName, ExplicitRole>>;
  totalGpus?: number;
}

export const dense = "Qwen/Qwen3-32B-FP8";
export const deepseek = "deepseek-ai/DeepSeek-V3";

/** A point with everything usual but for what is said. */
export function pointOf(spec: PointSpec): ChosenPoint {
  const {model = dense, system = "h200_sxm", backend = "vllm", isl = 4000, osl = 1000, prefix = 0} = spec;
  return explicitPoint({
    model: modelOf(model),
    system: systemOf(system),
    backend,
    mode: spec.roles.agg ? "agg" : "disagg",
    workload: {isl, osl, prefix},
    roles: spec.roles,
    quant: spec.quant,
    nextn: spec.nextn,
    totalGpus: spec.totalGpus
  });
}

/** Values of a flag as one text; undefined when it is absent. */
export function valueOf(args: readonly Arg[], flag: string): string | undefined {
  return args.find((arg) => arg.flag === flag)?.values.join(" ");
}
