/** Parts of an SVG as text. */

/** Colour behind everything, which the rims of letters take. */
export const paper = "#ffffff";

export interface TextStyle {
  x: number;
  y: number;
  size: number;
  fill: string;
  weight?: number;
  anchor?: "start" | "middle" | "end";
  /** A rim in the colour of the paper, so that lines do not run through the letters. */
  halo?: boolean;
}

export function text(words: string, {x, y, size, fill, weight, anchor, halo}: TextStyle): string {
  const rim = halo ? ` stroke="${paper}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"` : "";
  const at = `x="${px(x)}" y="${px(y)}" font-size="${px(size)}" fill="${fill}"`;
  return `<text ${at}${weight ? ` font-weight="${weight}"` : ""}${anchor ? ` text-anchor="${anchor}"` : ""}${rim}>${escaped(words)}</text>`;
}

export function rule(x1: number, y1: number, x2: number, y2: number, stroke: string, more = ""): string {
  return `<path d="M${px(x1)},${px(y1)}L${px(x2)},${px(y2)}" stroke="${stroke}"${more}/>`;
}

export function dot(x: number, y: number, r: number, fill: string, stroke: string, strokeWidth: number): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${r}" fill="${fill}" stroke="${stroke}" stroke-width="${strokeWidth}"/>`;
}

/** Tenths of a pixel are enough. */
export const px = (value: number) => String(Number(value.toFixed(1)));

export function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (each) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})[each]!);
}
