/** What one GPU of a worker holds against what it has, with the line that its KV cache may grow to. */
import type {MemoryRoom} from "../engine/explain/room.js";
import type {MemoryGiB} from "../engine/result.js";
import {roomWords} from "./configuration-words.js";
import {h} from "./dom.js";
import {figure, gib} from "./format.js";

/** The KV cache last, so that what it may grow into lies beside it. */
const parts = [
  ["weights", "weights"],
  ["activations", "activations"],
  ["nccl", "NCCL"],
  ["other", "runtime"],
  ["kvCache", "KV cache"]
] as const satisfies (readonly [keyof MemoryGiB, string])[];

/** Places on a bar as shares of its length, which is the capacity or what would be needed, whichever is more. */
export interface MemoryScale {
  parts: {part: keyof MemoryGiB; share: number}[];
  /** Where the KV cache may grow to, and where the GPU ends. */
  kvLimit: number;
  capacity: number;
}

export function memoryScale({memoryGiB, capacityGiB, kvLimitGiB}: MemoryRoom): MemoryScale {
  const whole = Math.max(capacityGiB, memoryGiB.total);
  return {
    parts: parts.map(([part]) => ({part, share: memoryGiB[part] / whole})),
    kvLimit: Math.min(1, (memoryGiB.total - memoryGiB.kvCache + kvLimitGiB) / whole),
    capacity: capacityGiB / whole
  };
}

export function memoryRoom(room: MemoryRoom): HTMLElement {
  const {role, memoryGiB, capacityGiB, batch, fits, largestBatch} = room;
  const scale = memoryScale(room);
  const at = (share: number) => `${100 * share}%`;
  const words = parts.map(([part, name]) => `${name} ${gib(memoryGiB[part])}`).join(", ");
  const name = role === "worker" ? "Each GPU" : `Each ${role} GPU`;
  const title = fits
    ? `${name} holds ${figure(memoryGiB.total)} of ${gib(capacityGiB)} at batch ${figure(batch)}; batch ${figure(largestBatch)} would fit`
    : `${name} would need ${figure(memoryGiB.total)} GiB for batch ${figure(batch)} and has ${figure(capacityGiB)}`;
  return h(
    "section",
    {class: `kp-room${fits ? "" : " kp-overfull"}`},
    h("h3", {}, title),
    h(
      "div",
      {class: "kp-room-bar", role: "img", "aria-label": `${words}, of ${gib(capacityGiB)}. ${roomWords(room)}`},
      h(
        "div",
        {class: "kp-room-parts"},
        ...scale.parts.map(({part, share}, i) =>
          h("i", {
            class: `kp-memory-${part}`,
            style: `width: ${at(share)}`,
            title: `${parts[i][1]} takes ${gib(memoryGiB[part])}`
          })
        )
      ),
      h("b", {class: "kp-room-end", style: `left: ${at(scale.capacity)}`}),
      h("b", {class: "kp-room-limit", style: `left: ${at(scale.kvLimit)}`}, h("span", {}, "KV cache limit"))
    ),
    h(
      "dl",
      {class: "kp-room-parts-list"},
      ...parts.map(([part, name]) =>
        h(
          "div",
          {},
          h("dt", {}, h("i", {class: `kp-swatch kp-memory-${part}`}), name),
          h("dd", {}, gib(memoryGiB[part]))
        )
      ),
      h("div", {}, h("dt", {}, "free"), h("dd", {}, gib(Math.max(0, capacityGiB - memoryGiB.total))))
    ),
    h("p", {class: "kp-hint"}, roomWords(room))
  );
}
