/** As Framework's `resize`; on paper, where nothing is observed, drawn as wide as paper instead of shrunk from the screen. */
import {h} from "./dom.js";

type Redraw = (width: number) => void;

/** Pixels between the margins of A4, less those of a card. */
const paperWidth = 680;
const redraws = new WeakMap<Element, Redraw>();

export function resize(draw: (width: number) => Node): HTMLElement {
  const place = h("div", {class: "kp-resized"});
  let drawnWidth = 0;
  const redraw = (width: number) => {
    if (width === 0 || Math.abs(width - drawnWidth) < 1) return;
    drawnWidth = width;
    place.replaceChildren(draw(width));
  };
  redraws.set(place, redraw);
  new ResizeObserver(([{contentRect}]) => redraw(contentRect.width)).observe(place);
  return place;
}

/**
 * How wide a place was when it was last laid out, 0 while it is not shown; `onchange` once that is another width. Asking
 * the place itself between changes of the page would have it laid out anew each time.
 */
export function laidOutWidth(place: Element, onchange: () => void): () => number {
  let width = 0;
  new ResizeObserver(([{contentRect}]) => {
    const before = width;
    width = Math.round(contentRect.width);
    if (width !== before) onchange();
  }).observe(place);
  return () => width;
}

function redrawAll(widthOf: (place: Element) => number): void {
  for (const place of document.querySelectorAll(".kp-resized")) redraws.get(place)?.(widthOf(place));
}

addEventListener("beforeprint", () => redrawAll((place) => Math.min(paperWidth, place.clientWidth)));
addEventListener("afterprint", () => redrawAll((place) => place.clientWidth));
