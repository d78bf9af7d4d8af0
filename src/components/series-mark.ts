/** Colour and shape of each of several series; either tells them apart without the other. */

export const seriesCount = 8;

export function seriesColor(slot: number): string {
  return `var(--kp-series-${slot % seriesCount})`;
}

/** For text: the colour drawn towards the ink, so that it reads on paper and on dark. */
export function seriesInk(slot: number): string {
  return `color-mix(in oklab, ${seriesColor(slot)} 72%, var(--kp-ink))`;
}

/** What draws a path; both a canvas and d3's path do. */
interface Context {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  closePath(): void;
}

type Corners = readonly (readonly [x: number, y: number])[];

const regular = (corners: number, turn: number): Corners =>
  Array.from({length: corners}, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [Math.cos(angle), Math.sin(angle)] as const;
  });
const up = -Math.PI / 2;
const star: Corners = regular(10, up).map(([x, y], i) => (i % 2 ? [x * 0.45, y * 0.45] : [x, y]));
const cross: Corners = [[-1, -0.35], [-0.35, -0.35], [-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35]]; // prettier-ignore

/** Corners of each shape within a circle of radius 1; the first is the circle itself. */
const shapes: readonly (Corners | null)[] = [
  null,
  regular(4, Math.PI / 4),
  regular(3, up),
  regular(4, up),
  cross,
  regular(3, -up),
  star,
  regular(6, 0)
];

function drawShape(context: Context, slot: number, radius: number): void {
  const corners = shapes[slot % seriesCount];
  if (!corners) {
    context.moveTo(radius, 0);
    context.arc(0, 0, radius, 0, 2 * Math.PI);
    return;
  }
  // What has fewer corners covers less of its circle.
  const size = radius * (corners.length < 5 ? 1.25 : 1.15);
  corners.forEach(([x, y], i) => (i ? context.lineTo(x * size, y * size) : context.moveTo(x * size, y * size)));
  context.closePath();
}

/** The shape as Plot takes it. */
export function seriesSymbol(slot: number): {draw(context: Context, size: number): void} {
  return {draw: (context, size) => drawShape(context, slot, Math.sqrt(size / Math.PI))};
}

/** The shape as the `d` of a path around the origin. */
export function seriesPath(slot: number, radius: number): string {
  const parts: string[] = [];
  const at = (x: number, y: number) => `${Number(x.toFixed(2))} ${Number(y.toFixed(2))}`;
  drawShape(
    {
      moveTo: (x, y) => parts.push(`M${at(x, y)}`),
      lineTo: (x, y) => parts.push(`L${at(x, y)}`),
      arc: (x, _, r) => parts.push(`A${r} ${r} 0 1 1 ${at(x - r, 0)}A${r} ${r} 0 1 1 ${at(x + r, 0)}`),
      closePath: () => parts.push("Z")
    },
    slot,
    radius
  );
  return parts.join("");
}

/** A piece of the series' line with its mark, to stand beside its name. */
export function seriesSwatch(slot: number, isHidden = false): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `kp-series-swatch${isHidden ? " kp-hidden-series" : ""}`);
  svg.setAttribute("viewBox", "-14 -8 28 16");
  svg.setAttribute("aria-hidden", "true");
  svg.style.color = seriesColor(slot);
  svg.innerHTML = `<path d="M-14 0H14" stroke="currentColor" stroke-width="2"/><path d="${seriesPath(slot, 4.5)}" fill="var(--kp-card)" stroke="currentColor" stroke-width="1.8"/>`;
  return svg;
}
