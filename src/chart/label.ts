/** Names beside the lines of a picture, put where they cover least. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Spot {
  x: number;
  y: number;
}

export interface Label {
  text: string;
  fill: string;
  /** Font size in pixels. */
  size: number;
  /** Points beside which it may stand, best first. */
  near: readonly Spot[];
  /** Pixels between the point and the text. */
  gap: number;
}

export interface Placed {
  label: Label;
  /** Left end of the text's base line. */
  x: number;
  y: number;
}

/** Mean advance of a letter as a share of the font size, of Inter's digits and letters mixed. */
const advance = 0.53;
const clearEnough = 26;

export function textWidth(words: string, size: number): number {
  return words.length * advance * size;
}

/** One place per label, in the order given; later ones keep off earlier ones. */
export function placeLabels(labels: readonly Label[], obstacles: readonly Spot[], inside: Box): Placed[] {
  const boxes: Box[] = [];
  return labels.map((label) => {
    const width = textWidth(label.text, label.size);
    const places = label.near.flatMap((spot) => around(spot, width, label));
    const best = places
      .map((box, order) => ({box, free: clearance(box, obstacles, boxes, inside) - order / 100}))
      .reduce((a, b) => (b.free > a.free ? b : a)).box;
    boxes.push(best);
    return {label, x: best.left, y: best.top + best.height * 0.8};
  });
}

/** Boxes above, right, below and left of a point. */
function around({x, y}: Spot, width: number, {size, gap}: Label): Box[] {
  const height = size * 1.2;
  const box = (left: number, top: number): Box => ({left, top, width, height});
  return [
    box(x + gap, y - height - gap / 2),
    box(x + gap, y - height / 2),
    box(x - width / 2, y - height - gap),
    box(x - width - gap, y - height - gap / 2),
    box(x - width - gap, y - height / 2),
    box(x - width - gap, y + gap / 2),
    box(x + gap, y + gap / 2)
  ];
}

/** Pixels to what is nearest, at most enough; far below 0 outside the picture or on another label. */
function clearance(box: Box, obstacles: readonly Spot[], boxes: readonly Box[], inside: Box): number {
  const leaves =
    box.left < inside.left ||
    box.top < inside.top - box.height ||
    box.left + box.width > inside.left + inside.width + 30 ||
    box.top + box.height > inside.top + inside.height;
  if (leaves) return -1000;
  if (boxes.some((other) => overlap(box, other))) return -500;
  return Math.min(clearEnough, ...obstacles.map((spot) => distance(box, spot)));
}

function overlap(a: Box, b: Box): boolean {
  const apart = (from: number, size: number, other: number, otherSize: number) =>
    from + size < other || other + otherSize < from;
  return !apart(a.left, a.width, b.left, b.width) && !apart(a.top, a.height, b.top, b.height);
}

function distance({left, top, width, height}: Box, {x, y}: Spot): number {
  return Math.hypot(Math.max(left - x, 0, x - left - width), Math.max(top - y, 0, y - top - height));
}
