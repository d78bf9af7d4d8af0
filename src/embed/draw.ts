/** What a reply shows, at a width. */
import {drawBreakdown} from "../chart/breakdown-chart.js";
import {drawFront} from "../chart/front-chart.js";
import {drawMemory} from "../chart/memory-chart.js";
import {tokens} from "../chart/paint.js";
import {svgOf, type Drawing} from "../chart/svg.js";
import type {Drawable} from "./protocol.js";

export function drawn(drawable: Drawable, width: number): Drawing {
  switch (drawable.kind) {
    case "front":
      return drawFront(drawable.chart, {width, height: frontHeight(width)}, tokens);
    case "breakdown":
      return drawBreakdown(drawable.chart, width, tokens);
    case "memory":
      return drawMemory(drawable.chart, width, tokens);
  }
}

export function frontHeight(width: number): number {
  return width < 560 ? 340 : Math.round(Math.min(560, Math.max(400, width * 0.58)));
}

export const svgText = (drawable: Drawable, {elements, ...size}: Drawing) =>
  svgOf(size, drawable.chart.title, elements);
