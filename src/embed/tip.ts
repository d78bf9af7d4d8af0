/** Says what a point of a chart is: under the pointer, and with arrow keys along the chart. */
import type {Spot} from "../chart/svg.js";

/** Pixels from a point within which it is meant. */
const reach = 40;

export interface Tip {
  /** Points of a new drawing, which lies at the left top of the stage. */
  show(spots: readonly Spot[]): void;
}

export function tipOn(stage: HTMLElement, box: HTMLElement, spoken: HTMLElement): Tip {
  let spots: readonly Spot[] = [];
  let at = -1;
  const hide = () => void ((box.hidden = true), (at = -1));
  const point = (index: number) => {
    const spot = spots[index];
    if (!spot) return hide();
    at = index;
    box.textContent = spot.words;
    box.hidden = false;
    const left = Math.max(0, Math.min(spot.x - box.offsetWidth / 2, stage.clientWidth - box.offsetWidth));
    const above = spot.y - box.offsetHeight - 12;
    box.style.transform = `translate(${left}px, ${above < 0 ? spot.y + 12 : above}px)`;
  };
  stage.addEventListener("pointermove", ({clientX, clientY}) => {
    const {left, top} = stage.getBoundingClientRect();
    const distances = spots.map(({x, y}) => Math.hypot(x - (clientX - left), y - (clientY - top)));
    const nearest = distances.reduce((best, each, i) => (each < distances[best] ? i : best), 0);
    if (distances[nearest] < reach) point(nearest);
    else hide();
  });
  stage.addEventListener("pointerleave", hide);
  stage.addEventListener("blur", hide);
  stage.addEventListener("keydown", (event) => {
    const next = nextOf(event.key, at, spots.length);
    if (next === undefined) return;
    event.preventDefault();
    point(next);
    spoken.textContent = next < 0 ? "" : spots[next].words;
  });
  return {show: (next) => ((spots = next), hide())};
}

function nextOf(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === "ArrowRight" || key === "ArrowDown") return Math.min(count - 1, at + 1);
  if (key === "ArrowLeft" || key === "ArrowUp") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return key === "Escape" ? -1 : undefined;
}
