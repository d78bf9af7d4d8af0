/** Where names of lines stand on a chart: beside their own line, and off everything else. */

/** Pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Point = readonly [x: number, y: number];

export interface Labelled {
  /** Points of the line that its name may stand beside, the preferred first. */
  spots: readonly Point[];
  width: number;
}

export interface Placed {
  /** Left end and middle height of the text. */
  x: number;
  y: number;
}

/** Clearance beyond which farther is no better. */
const enough = 12;
const offset = 9;

/**
 * A place for each: off the points of `taken` where there is one, else where it covers fewest of them; none where every
 * one lies on another name or leaves the area.
 */
export function placeLabels(
  labels: readonly Labelled[],
  taken: readonly Point[],
  {width, height, lineHeight}: {width: number; height: number; lineHeight: number}
): (Placed | undefined)[] {
  const boxes: Box[] = [];
  return labels.map(({spots, width: textWidth}) => {
    let [best, most] = [undefined as Box | undefined, -Infinity];
    spots.forEach(([x, y], rank) => {
      for (const [dx, dy] of around(textWidth, lineHeight)) {
        const box = {x: x + dx, y: y + dy - lineHeight / 2, width: textWidth, height: lineHeight};
        if (box.x < 2 || box.x + box.width > width || box.y < -lineHeight || box.y + box.height > height) continue;
        const apart = gapToBoxes(box, boxes) - 1;
        if (apart < 1) continue;
        const gap = gapToPoints(box, taken);
        const free = (gap > 0 ? Math.min(enough, gap, apart) : -covered(box, taken)) - rank * 0.35;
        if (free > most) [best, most] = [box, free];
      }
    });
    if (!best) return undefined;
    boxes.push(best);
    return {x: best.x, y: best.y + lineHeight / 2};
  });
}

/** Right, above and below of a point, then left of it. */
function around(width: number, lineHeight: number): Point[] {
  return [
    [offset, 0],
    [offset, -lineHeight * 0.8],
    [offset, lineHeight * 0.9],
    [-width - offset, -lineHeight * 0.8],
    [-width - offset, lineHeight * 0.9],
    [-width / 2, -lineHeight * 1.2]
  ];
}

function gapToPoints({x, y, width, height}: Box, points: readonly Point[]): number {
  let least = enough;
  for (const [px, py] of points) {
    const gap = Math.hypot(Math.max(x - px, 0, px - x - width), Math.max(y - py, 0, py - y - height));
    if (gap < least) least = gap;
  }
  return least;
}

function covered({x, y, width, height}: Box, points: readonly Point[]): number {
  return points.filter(([px, py]) => px >= x && px <= x + width && py >= y && py <= y + height).length;
}

function gapToBoxes(box: Box, others: readonly Box[]): number {
  const gaps = others.map((other) =>
    Math.hypot(
      Math.max(box.x - other.x - other.width, 0, other.x - box.x - box.width),
      Math.max(box.y - other.y - other.height, 0, other.y - box.y - box.height)
    )
  );
  return Math.min(enough + 1, ...gaps);
}
