/** Parts of an SVG as text. */

export interface TextStyle {
  x: number;
  y: number;
  size: number;
  fill: string;
  weight?: number;
  anchor?: "start" | "middle" | "end";
  /** Colour of a rim, that of the paper, so that lines do not run through the letters. */
  halo?: string;
}

export interface Size {
  width: number;
  height: number;
}

/** What a drawer gives: elements below each other, and the points that a pointer may find. */
export interface Drawing extends Size {
  elements: string[];
  spots: readonly Spot[];
}

/** A point with what is to be said of it. */
export interface Spot {
  x: number;
  y: number;
  words: string;
}

export const fontFamily = "Inter, Helvetica, Arial, sans-serif";

export function svgOf({width, height}: Size, title: string, elements: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
      ` role="img" font-family="${fontFamily}" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    ...elements,
    "</svg>"
  ].join("\n");
}

export function text(words: string, {x, y, size, fill, weight, anchor, halo}: TextStyle): string {
  const rim = halo ? ` stroke="${halo}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"` : "";
  const at = `x="${px(x)}" y="${px(y)}" font-size="${px(size)}" fill="${fill}"`;
  return `<text ${at}${weight ? ` font-weight="${weight}"` : ""}${anchor ? ` text-anchor="${anchor}"` : ""}${rim}>${escaped(words)}</text>`;
}

export function rule(x1: number, y1: number, x2: number, y2: number, stroke: string, more = ""): string {
  return `<path d="M${px(x1)},${px(y1)}L${px(x2)},${px(y2)}" stroke="${stroke}"${more}/>`;
}

export function dot(x: number, y: number, r: number, fill: string, stroke: string, strokeWidth: number): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="${r}" fill="${fill}" stroke="${stroke}" stroke-width="${strokeWidth}"/>`;
}

export function rect(x: number, y: number, width: number, height: number, fill: string, more = ""): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(height)}" fill="${fill}"${more}/>`;
}

/** Tenths of a pixel are enough. */
export const px = (value: number) => String(Number(value.toFixed(1)));

export function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (each) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})[each]!);
}
