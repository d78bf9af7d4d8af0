/** Sets of types by name, and those of users. Source: method.md §13.1, and the conversion list of §13.2. */
import {unknownName} from "../engine/errors.js";
import type {Fault, FlatValues, Layer, Position, TaskOptions} from "./types.js";

const types = (gemm: string, moe: string, kvcache: string, fmha: string): FlatValues => ({
  gemm_quant_mode: gemm,
  moe_quant_mode: moe,
  kvcache_quant_mode: kvcache,
  fmha_quant_mode: fmha
});

const half = {comm_quant_mode: "half"};

/** Types of all workers of a task. */
export const builtinProfiles: Readonly<Record<string, FlatValues>> = {
  fp8_default: {...types("fp8", "fp8", "fp8", "fp8"), ...half},
  float16_default: {...types("bfloat16", "bfloat16", "bfloat16", "bfloat16"), ...half},
  nvfp4_default: {...types("nvfp4", "nvfp4", "fp8", "fp8"), ...half},
  fp8: types("fp8", "fp8", "fp8", "fp8"),
  fp8_static: types("fp8_static", "fp8", "fp8", "fp8"),
  bfloat16: types("bfloat16", "bfloat16", "bfloat16", "bfloat16"),
  nvfp4: types("nvfp4", "nvfp4", "fp8", "fp8"),
  mxfp4: types("bfloat16", "w4a16_mxfp4", "bfloat16", "bfloat16")
};

/** A profile that an experiment names, with the place of the name. */
export interface ProfileName extends Position {
  name: string;
}

/** The layers of the profiles named, in order. Users' own come before the built-in ones. */
export function profileLayers(
  names: readonly ProfileName[],
  own: TaskOptions["profiles"] = {},
  faults: Fault[] = []
): (Layer & Position)[] {
  const all: NonNullable<TaskOptions["profiles"]> = {...builtinProfiles, ...own};
  return names.flatMap(({name, ...at}) => {
    if (Object.hasOwn(all, name)) return [{name, ...layerOf(all[name]), ...at}];
    faults.push({message: unknownName("profile", name, Object.keys(all)), key: "profiles", ...at});
    return [];
  });
}

function layerOf(profile: NonNullable<TaskOptions["profiles"]>[string]): Omit<Layer, "name"> {
  return isLayer(profile) ? profile : {values: profile};
}

/** No key is called `values`, so that one tells a layer from values. */
function isLayer(profile: FlatValues | Omit<Layer, "name">): profile is Omit<Layer, "name"> {
  return "values" in profile;
}
