/** A drawing as a picture of its own: the finding above it, where figures come from below. */
import {textWidth} from "./label.js";
import type {Paint} from "./paint.js";
import {svgOf, text} from "./svg.js";
import type {Drawing, Size} from "./svg.js";

export interface Heading {
  /** The finding in a sentence, what was asked, and where the figures come from. */
  title: string;
  subtitle: string;
  source: string;
}

export const pictureSize: Size = {width: 960, height: 620};

const edge = 32;
const titleSize = 19;
const titleLine = 23;

/** A room of its own height, or as high as what is drawn. */
export type Room = Pick<Size, "width"> & Partial<Size>;

/** `draw` is given what room the words leave. */
export function pictureOf(
  heading: Heading,
  {width, height: asked}: Room,
  paint: Paint,
  draw: (room: Room) => Drawing
): string {
  const lines = wrapped(plain(heading.title), titleSize, width - edge);
  const lift = lines.length > 1 ? 0 : 8;
  const top = 40 + lift + titleLine * (lines.length - 1);
  const subtitle = wrapped(plain(heading.subtitle), 13.5, width - edge);
  const source = wrapped(plain(heading.source), 11.5, width - edge);
  const head = top + 6 + 18 * subtitle.length + 18;
  const foot = 14 + 15 * source.length;
  const drawing = draw({width, height: asked && asked - head - foot});
  const height = asked ?? Math.ceil(head + drawing.height + foot);
  return svgOf({width, height}, heading.title, [
    `<rect width="${width}" height="${height}" fill="${paint.card}"/>`,
    ...lines.map((line, i) =>
      text(line, {x: edge, y: 40 + lift + titleLine * i, size: titleSize, fill: paint.ink, weight: 600})
    ),
    ...subtitle.map((line, i) => text(line, {x: edge, y: top + 24 + 18 * i, size: 13.5, fill: paint.inkMuted})),
    `<g transform="translate(0,${head})">`,
    ...drawing.elements,
    "</g>",
    ...source.map((line, i) =>
      text(line, {x: edge, y: height - 18 - 15 * (source.length - 1 - i), size: 11.5, fill: paint.inkFaint})
    )
  ]);
}

/** In letters that the font of pictures has. */
const plain = (words: string) => words.replaceAll("≤", "at most").replaceAll("≥", "at least").replaceAll("→", "to");

/** Lines broken at spaces, none wider than there is room for unless a word is. */
export function wrapped(sentence: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
