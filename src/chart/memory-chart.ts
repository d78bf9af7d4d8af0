/** What fills a GPU's memory, worker by worker, against its capacity, as a drawing. */
import {figure, gib} from "../components/format.js";
import type {MemoryGiB} from "../engine/result.js";
import {textWidth} from "./label.js";
import {pictureOf, pictureSize, type Heading} from "./picture.js";
import {light, type Paint} from "./paint.js";
import {linearScale} from "./scale.js";
import {rect, rule, text, type Drawing, type Spot} from "./svg.js";

export interface MemoryRow {
  /** `5 × prefill: TP4, batch 1`. */
  name: string;
  memory: MemoryGiB;
  capacityGiB: number;
}

export interface MemoryChart extends Heading {
  rows: readonly MemoryRow[];
}

/** Parts from left to right, each a lighter tint. */
export const memoryParts = [
  {part: "weights", name: "weights", opacity: 1},
  {part: "kvCache", name: "KV cache", opacity: 0.58},
  {part: "activations", name: "activations", opacity: 0.36},
  {part: "nccl", name: "NCCL", opacity: 0.2},
  {part: "other", name: "runtime", opacity: 0.12}
] as const satisfies readonly {part: keyof MemoryGiB; name: string; opacity: number}[];

const barHeight = 30;

/** With its words, as a file. */
export function memorySvg(chart: MemoryChart, width = pictureSize.width, paint = light): string {
  return pictureOf(chart, {width}, paint, (room) => drawMemory(chart, room.width, paint));
}

export function drawMemory({rows}: MemoryChart, width: number, paint: Paint): Drawing {
  const edge = width < 560 ? 8 : 32;
  const most = Math.max(...rows.map(({memory, capacityGiB}) => Math.max(memory.total, capacityGiB)));
  const scale = linearScale([0, most * 1.02], [edge, width - edge]);
  const elements: string[] = [];
  const spots: Spot[] = [];
  let top = 8;
  for (const row of rows) {
    const part = drawRow(row, {edge, top, width}, scale, paint);
    elements.push(...part.elements);
    spots.push(...part.spots);
    top += part.height;
  }
  const ticks = scale.ticks(width < 560 ? 4 : 8).map((tick) => {
    const [from, to] = scale.domain;
    const anchor = tick === from ? "start" : tick === to ? "end" : "middle";
    return text(figure(tick), {x: scale(tick), y: top + 16, size: 12, fill: paint.inkMuted, anchor});
  });
  const title = text("memory of one GPU (GiB)", {
    x: width / 2,
    y: top + 36,
    size: 12,
    fill: paint.inkMuted,
    anchor: "middle"
  });
  const base = rule(edge, top, width - edge, top, paint.lineStrong);
  return {width, height: top + 46, elements: [...elements, base, ...ticks, title], spots};
}

function drawRow(
  {name, memory, capacityGiB}: MemoryRow,
  {edge, top, width}: {edge: number; top: number; width: number},
  scale: (value: number) => number,
  paint: Paint
): Drawing {
  const fits = memory.total <= capacityGiB;
  const total = `${figure(memory.total)} of ${gib(capacityGiB)}${fits ? "" : ": does not fit"}`;
  // The size goes below the name where both are too long for one line.
  const isTall = textWidth(name, 14.5) + textWidth(total, 13) + 12 > width - 2 * edge;
  const y = top + (isTall ? 42 : 24);
  const fill = fits ? paint.ink : paint.bad;
  let from = 0;
  const segments = memoryParts.map(({part, name: words, opacity}) => {
    const start = from;
    from += memory[part];
    const [left, right] = [scale(start), scale(from)];
    return {
      bar: rect(left, y, right - left, barHeight, fill, ` fill-opacity="${opacity}"`),
      spot: {
        x: (left + right) / 2,
        y: y + barHeight / 2,
        words: `${words}: ${gib(memory[part])}, ${Math.round((100 * memory[part]) / capacityGiB)} % of ${gib(capacityGiB)}`
      }
    };
  });
  const limit = scale(capacityGiB);
  const at = isTall ? {x: edge, y: top + 32} : {x: width - edge, y: top + 14, anchor: "end" as const};
  const key = keyLines(memory, {edge, top: y + barHeight + 18, width}, fill, paint);
  return {
    width,
    height: key.height + (y - top) + barHeight + 18,
    elements: [
      text(name, {x: edge, y: top + 14, size: 13.5, weight: 600, fill: paint.ink}),
      text(total, {...at, size: 12.5, fill: fits ? paint.inkMuted : paint.bad}),
      rect(edge, y, limit - edge, barHeight, paint.well),
      ...segments.map(({bar}) => bar),
      rule(limit, y - 5, limit, y + barHeight + 5, fits ? paint.ink : paint.bad, ' stroke-width="1.5"'),
      ...key.elements
    ],
    spots: segments.map(({spot}) => spot)
  };
}

/** Names and sizes of the parts below the bar, in as many lines as they take. */
function keyLines(
  memory: MemoryGiB,
  {edge, top, width}: {edge: number; top: number; width: number},
  fill: string,
  paint: Paint
): {elements: string[]; height: number} {
  let [x, y] = [edge, top];
  const elements = memoryParts.flatMap(({part, name, opacity}) => {
    const words = `${name} ${figure(memory[part])}`;
    const long = textWidth(words, 12) + 15;
    if (x + long > width - edge && x > edge) [x, y] = [edge, y + 18];
    const at = x;
    x += long + 16;
    return [
      rect(at, y - 9, 10, 10, fill, ` fill-opacity="${opacity}" rx="2" stroke="${paint.lineStrong}"`),
      text(words, {x: at + 15, y, size: 12, fill: paint.inkMuted})
    ];
  });
  return {elements, height: y - top + 20};
}
