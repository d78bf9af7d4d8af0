/** Which releases the study looks at. */
import type {SliceEntry} from "../../../engine/schema.js";
import type {Backend} from "../../../engine/schema.js";
import {findSystem} from "../../../src/cli/data.js";
import type {Data} from "../../../src/cli/data.js";
import type {Release} from "./points.js";

/** Three Hopper releases of three backends, Blackwell, and a card without fast links. */
export const releases = [
  "h100_sxm/sglang/0.5.10",
  "h100_sxm/vllm/0.19.0",
  "gb200/sglang/0.5.10",
  "h200_sxm/trtllm/1.3.0rc10",
  "l40s/vllm/0.14.0"
];

export function openReleases(
  data: Data,
  names: readonly string[]
): {release: Release; entries: readonly SliceEntry[]}[] {
  return names.map((name) => {
    const [id, backend, version] = name.split("/");
    const system = findSystem(data, id);
    const versions = data.catalogue.systems[id] ?? {};
    const own = versions[backend]?.[version];
    if (!own) throw new Error(`no tables of ${name}; import them`);
    const nccl = versions.nccl?.[system.ncclVersion ?? ""]?.slices ?? [];
    return {release: {system, backend: backend as Backend, version}, entries: [...own.slices, ...nccl]};
  });
}
