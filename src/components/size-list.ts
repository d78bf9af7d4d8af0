/** Sizes of workers that a reader allows, and their spelling in an address. */
import type {CandidateLists} from "../engine/search/enumerate.js";

export const sizeNames = ["gpus", "tp", "pp", "dp", "moeTp", "moeEp", "cp"] as const;
export type SizeName = (typeof sizeNames)[number];

/** What is not listed is as usual. */
export type AllowedSizes = Partial<Record<SizeName, readonly number[]>>;

export const sizeWords: Record<SizeName, {label: string; title: string}> = {
  gpus: {label: "GPUs per worker", title: "TP · PP · DP · CP"},
  tp: {label: "TP", title: "Tensor parallel: every layer is split over this many GPUs"},
  pp: {label: "PP", title: "Pipeline parallel: layers are split into this many stages"},
  dp: {label: "DP", title: "Attention data parallel: ranks that hold the KV cache of requests of their own"},
  moeTp: {label: "MoE-TP", title: "Every expert is split over this many GPUs"},
  moeEp: {label: "EP", title: "Experts are spread over this many GPUs"},
  cp: {label: "CP", title: "Context parallel: a prompt is split over this many GPUs"}
};

/** Key of each in an address, after a letter for the role. */
const keys: Record<SizeName, string> = {
  gpus: "gpus",
  tp: "tp",
  pp: "pp",
  dp: "dp",
  moeTp: "etp",
  moeEp: "ep",
  cp: "cp"
};

/** Sizes on offer. */
export const sizesOffered = [1, 2, 4, 8, 16, 32, 64] as const;

/** `prefix` tells roles apart: `wtp=1,2,4`. What is no size is left out, and a list without any is as usual. */
export function parseSizes(query: URLSearchParams, prefix: string): AllowedSizes {
  const found = sizeNames.map((name): [SizeName, number[]] => {
    const numbers = (query.get(prefix + keys[name]) ?? "").split(",").map(Number);
    return [name, sizesOffered.filter((size) => numbers.includes(size))];
  });
  return Object.fromEntries(found.filter(([, sizes]) => sizes.length > 0));
}

export function formatSizes(sizes: AllowedSizes, prefix: string): Record<string, string> {
  const listed = sizeNames.filter((name) => sizes[name]);
  return Object.fromEntries(listed.map((name) => [prefix + keys[name], sizes[name]!.join()]));
}

/** The sizes with one ticked or not; as usual again when they come to that, and never none. */
export function toggled(
  allowed: AllowedSizes,
  usual: CandidateLists,
  name: SizeName,
  size: number,
  isOn: boolean
): AllowedSizes {
  const before = allowed[name] ?? usual[name];
  const after = sizesOffered.filter((each) => (each === size ? isOn : before.includes(each)));
  const {[name]: _, ...rest} = allowed;
  if (after.length === 0) return allowed;
  return after.join() === [...usual[name]].sort((a, b) => a - b).join() ? rest : {...rest, [name]: after};
}
