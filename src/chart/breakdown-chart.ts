/** Where the time of a plan's steps goes, operator by operator, as a drawing. */
import {duration, percent} from "../components/format.js";
import {markStyle} from "../components/plan.js";
import {opGroup, opGroups, type OpGroup} from "../engine/explain/op-group.js";
import type {OpTime, PhaseDetail} from "../engine/result.js";
import {errorWords, originWords} from "../words.js";
import {hatched, hatchPatterns} from "./hatch.js";
import {textWidth} from "./label.js";
import {pictureOf, pictureSize, type Heading} from "./picture.js";
import {light, type Paint} from "./paint.js";
import {rect, text, type Drawing, type Spot} from "./svg.js";

export interface BreakdownChart extends Heading {
  phases: readonly PhaseDetail[];
}

/** Operators that get a row of their own; the others share one. */
const mostRows = 8;
/** Pixels; from there on phases lie side by side. */
const wideFrom = 640;
const rowHeight = 24;
const barHeight = 14;

/** With its words, as a file. */
export function breakdownSvg(chart: BreakdownChart, width = pictureSize.width, paint = light): string {
  return pictureOf(chart, {width}, paint, (room) => drawBreakdown(chart, room.width, paint));
}

export function drawBreakdown({phases}: BreakdownChart, width: number, paint: Paint): Drawing {
  const edge = width < wideFrom ? 8 : 32;
  const gap = 40;
  const beside = width >= wideFrom;
  const columns = beside ? phases.length : 1;
  const each = (width - 2 * edge - gap * (columns - 1)) / columns;
  const drawn: Drawing[] = [];
  let top = 8;
  for (const [i, phase] of phases.entries()) {
    const left = edge + (beside ? i * (each + gap) : 0);
    const part = drawPhase(phase, {left, top, width: each}, paint);
    drawn.push(part);
    if (!beside) top += part.height + 16;
  }
  const bottom = beside ? top + Math.max(0, ...drawn.map(({height}) => height)) : top;
  const used = opGroups.filter((group) => phases.some(({ops}) => ops.some((op) => isOf(op, group))));
  const key = keyLines(used, {left: edge, top: bottom + 14, right: width - edge}, paint);
  return {
    width,
    height: bottom + 10 + key.height,
    elements: [
      ...hatchPatterns(Object.values(groupPaint(paint)), paint.card),
      ...drawn.flatMap(({elements}) => elements),
      ...key.elements
    ],
    spots: drawn.flatMap(({spots}) => spots)
  };
}

/** `GEMM` of the finding: the group that takes most of a phase, and its share. */
export function largestGroup({ops, totalMs}: PhaseDetail): {group: OpGroup; share: number} {
  const shares = opGroups.map((group) => ({group, share: sum(ops.filter((op) => isOf(op, group))) / totalMs}));
  return shares.reduce((a, b) => (b.share > a.share ? b : a));
}

interface Row {
  name: string;
  latencyMs: number;
  color: string;
  isEstimated: boolean;
  words: string;
}

function drawPhase(
  {title, totalMs, ops}: PhaseDetail,
  at: {left: number; top: number; width: number},
  paint: Paint
): Drawing {
  const {left, top, width} = at;
  const rows = rowsOf(ops, totalMs, paint);
  const nameWidth = Math.min(180, width * 0.4);
  const valueWidth = 108;
  const room = width - nameWidth - valueWidth - 12;
  const most = Math.max(...rows.map(({latencyMs}) => latencyMs));
  const first = top + 30;
  const elements = rows.flatMap(({name, latencyMs, color, isEstimated}, i) => {
    const y = first + i * rowHeight;
    const long = (room * latencyMs) / most;
    const value = `${duration(latencyMs)} · ${percent(latencyMs / totalMs)}`;
    return [
      text(clipped(name, 12, nameWidth), {x: left, y: y + 11, size: 12, fill: paint.ink}),
      rect(left + nameWidth + 6, y, Math.max(1, long), barHeight, isEstimated ? hatched(color) : color, ' rx="2"'),
      text(value, {x: left + width, y: y + 11, size: 12, fill: paint.inkMuted, anchor: "end"})
    ];
  });
  const spots = rows.map(({words}, i): Spot => ({
    x: left + nameWidth + 6,
    y: first + i * rowHeight + barHeight / 2,
    words
  }));
  return {
    width,
    height: first - top + rows.length * rowHeight,
    elements: [
      text(`${title}: ${duration(totalMs)}`, {x: left, y: top + 12, size: 13.5, weight: 600, fill: paint.ink}),
      ...elements
    ],
    spots
  };
}

/** The slowest operators, and the others together. */
function rowsOf(ops: readonly OpTime[], totalMs: number, paint: Paint): Row[] {
  const sorted = ops.filter(({latencyMs}) => latencyMs > 0).sort((a, b) => b.latencyMs - a.latencyMs);
  const shown = sorted.length > mostRows + 1 ? sorted.slice(0, mostRows) : sorted;
  const rest = sorted.slice(shown.length);
  const colors = groupPaint(paint);
  const rows = shown.map((op): Row => {
    const name = op.name.replaceAll("_", " ");
    const share = percent(op.latencyMs / totalMs);
    return {
      name,
      latencyMs: op.latencyMs,
      color: colors[opGroup(op.kind)],
      isEstimated: markStyle(op.source) === "hatched",
      words: `${name}: ${duration(op.latencyMs)}, ${share} of the step, ${originWords(op)} (${errorWords(op.error)})`
    };
  });
  if (rest.length === 0) return rows;
  const name = `${rest.length} others`;
  const latencyMs = sum(rest);
  const words = `${name}: ${duration(latencyMs)}, ${percent(latencyMs / totalMs)} of the step`;
  return [...rows, {name, latencyMs, color: paint.lineStrong, isEstimated: false, words}];
}

function keyLines(
  groups: readonly OpGroup[],
  {left, top, right}: {left: number; top: number; right: number},
  paint: Paint
): {elements: string[]; height: number} {
  const colors = groupPaint(paint);
  let [x, y] = [left, top];
  const elements = groups.flatMap((group) => {
    const long = textWidth(group, 12) + 15;
    if (x + long > right && x > left) [x, y] = [left, y + 18];
    const at = x;
    x += long + 16;
    return [
      rect(at, y - 9, 10, 10, colors[group], ' rx="2"'),
      text(group, {x: at + 15, y, size: 12, fill: paint.inkMuted})
    ];
  });
  return {elements, height: y - top + 18};
}

function groupPaint(paint: Paint): Record<OpGroup, string> {
  const {opGemm, opAttention, opMoe, opCommunication, opOther} = paint;
  return {GEMM: opGemm, attention: opAttention, MoE: opMoe, communication: opCommunication, other: opOther};
}

const isOf = ({kind}: OpTime, group: OpGroup) => opGroup(kind) === group;
const sum = (ops: readonly OpTime[]) => ops.reduce((total, {latencyMs}) => total + latencyMs, 0);

/** With an ellipsis where it is too long for its column. */
function clipped(words: string, size: number, width: number): string {
  if (textWidth(words, size) <= width) return words;
  const fits = Math.max(1, Math.floor((words.length * width) / textWidth(words, size)) - 1);
  return `${words.slice(0, fits)}…`;
}
