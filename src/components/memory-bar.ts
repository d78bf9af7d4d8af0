/** What fills a GPU’s memory. */
import type {MemoryGiB} from "../engine/result.js";
import {h} from "./dom.js";
import {figure, gib} from "./format.js";

const parts = [
  ["weights", "weights"],
  ["kvCache", "KV cache"],
  ["activations", "activations"],
  ["nccl", "NCCL"],
  ["other", "runtime"]
] as const satisfies (readonly [keyof MemoryGiB, string])[];

export function memoryBar(memory: MemoryGiB, capacityGiB: number): HTMLElement {
  const words = parts.map(([part, name]) => `${name} ${gib(memory[part])}`).join(", ");
  const fits = memory.total <= capacityGiB;
  return h(
    "div",
    {class: `kp-memory${fits ? "" : " kp-overfull"}`},
    h(
      "div",
      {
        class: "kp-bar",
        role: "img",
        "aria-label": `${gib(memory.total)} of ${gib(capacityGiB)}: ${words}`,
        title: words
      },
      ...parts.map(([part, name]) =>
        h("i", {
          class: `kp-memory-${part}`,
          style: `flex: 0 0 ${(100 * memory[part]) / Math.max(capacityGiB, memory.total)}%`,
          title: `${name}: ${gib(memory[part])}`
        })
      )
    ),
    h(
      "small",
      {},
      `${figure(memory.total)} of ${gib(capacityGiB)}: weights ${figure(memory.weights)}, KV cache ${figure(memory.kvCache)}, other ${figure(memory.total - memory.weights - memory.kvCache)}`
    )
  );
}
