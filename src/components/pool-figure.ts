/** The workers of one pool on the page, to choose one by pointer or keyboard. */
import {poolRow, poolKey} from "./disaggregated-scene.js";
import type {DisaggregatedScene, PoolRole} from "./disaggregated-scene.js";
import {poolFinding, poolRate, poolSentence} from "./disaggregated-words.js";
import {h} from "./dom.js";
import {poolPlot} from "./pool-plot.js";
import type {PoolDomain, PoolPlot} from "./pool-plot.js";
import {laidOutWidth} from "./resize.js";

export interface PoolFigure extends HTMLElement {
  update(scene: DisaggregatedScene): void;
}

const reach = 32;
const leastWidth = 120;

/** `onpick` is told `label@batch`. */
export function poolFigure(role: PoolRole, onpick: (key: string) => void): PoolFigure {
  const title = h("h2", {class: "kp-finding"});
  const stage = h("div", {
    class: "kp-stage kp-pool-stage",
    tabindex: 0,
    role: "group",
    "aria-roledescription": "chart"
  });
  const words = h("p", {class: "kp-map-words", "aria-live": "polite"});
  const element = h(
    "section",
    {class: "kp-card kp-chart kp-pool-card", "aria-label": `${role} workers`},
    title,
    stage,
    words
  );
  let scene: DisaggregatedScene | undefined;
  let domain: PoolDomain | undefined;
  let svg: PoolPlot | undefined;

  const draw = () => {
    const width = widthOfStage();
    if (!scene || !domain || width < leastWidth) return;
    svg = poolPlot({scene, role, domain, width, height: width < 420 ? 290 : 330});
    svg.setAttribute("aria-hidden", "true");
    stage.replaceChildren(svg);
  };
  const widthOfStage = laidOutWidth(stage, draw);
  const say = (row: number) => (words.textContent = row < 0 ? "" : poolSentence(scene!, role, row));
  const update = (next: DisaggregatedScene) => {
    scene = next;
    domain = settledDomain(next, role, domain);
    title.textContent = poolFinding(next, role);
    stage.setAttribute(
      "aria-label",
      `${title.textContent}. Left and right arrow keys change the batch, or the worker where it has one batch; up and down the worker. The same workers are in the table below.`
    );
    draw();
    say(next[role]);
  };
  const nearest = (event: MouseEvent): number => {
    if (!scene || !svg) return -1;
    const box = svg.getBoundingClientRect();
    const pool = scene.columns[role];
    const [x, y] = [svg.scale("x"), svg.scale("y")];
    let [found, least] = [-1, reach];
    for (let row = 0; row < pool.batch.length; ++row) {
      const distance = Math.hypot(
        x.apply(pool.latencyMs[row]) - (event.clientX - box.left),
        y.apply(poolRate(scene, role, row)) - (event.clientY - box.top)
      );
      if (distance < least) [found, least] = [row, distance];
    }
    return found;
  };
  const pick = (row: number) => row >= 0 && onpick(poolKey(scene!.columns[role], row));
  stage.addEventListener("pointermove", (event) => {
    const row = nearest(event);
    stage.style.cursor = row < 0 ? "" : "pointer";
    say(row < 0 ? scene![role] : row);
  });
  stage.addEventListener("pointerleave", () => scene && say(scene[role]));
  stage.addEventListener("click", (event) => pick(nearest(event)));
  stage.addEventListener("keydown", (event) => {
    const row = scene ? stepFrom(scene, role, event.key) : -1;
    if (row < 0) return;
    event.preventDefault();
    pick(row);
  });
  return Object.assign(element, {update});
}

/** The row that an arrow key leads to: along the batches of a worker, or to the next worker at its nearest batch. */
function stepFrom({columns, ...scene}: DisaggregatedScene, role: PoolRole, key: string): number {
  const pool = columns[role];
  const row = scene[role];
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1}[key];
  if (row < 0 || step === undefined) return -1;
  const rows = Array.from(pool.batch.keys());
  const own = rows
    .filter((each) => pool.worker[each] === pool.worker[row])
    .sort((a, b) => pool.batch[a] - pool.batch[b]);
  const isAlong = (key === "ArrowLeft" || key === "ArrowRight") && own.length > 1;
  if (isAlong) return own[own.indexOf(row) + step] ?? -1;
  const worker = pool.workers[pool.worker[row] + step];
  if (!worker) return -1;
  const others = rows.filter((each) => pool.workers[pool.worker[each]] === worker);
  const gap = (each: number) => Math.abs(pool.batch[each] - pool.batch[row]);
  const near = others.reduce((a, b) => (gap(b) < gap(a) ? b : a), others[0]);
  return near === undefined ? -1 : poolRow(pool, poolKey(pool, near));
}

/** As before unless points leave it or use less than half of it. */
function settledDomain(scene: DisaggregatedScene, role: PoolRole, before: PoolDomain | undefined): PoolDomain {
  const pool = scene.columns[role];
  if (pool.batch.length === 0) return before ?? {x: [1, 1000], y: [0, 1]};
  const [from, to] = [0.85 * Math.min(...pool.latencyMs), 1.18 * Math.max(...pool.latencyMs)];
  const rates = Array.from(pool.batch.keys(), (row) => poolRate(scene, role, row));
  const top = 1.12 * Math.max(...rates);
  const holdsX =
    before && before.x[0] <= from && before.x[1] >= to && Math.log(to / from) > Math.log(before.x[1] / before.x[0]) / 2;
  const holdsY = before && before.y[1] >= top && before.y[1] < 2 * top;
  return {x: holdsX ? before.x : [0.9 * from, 1.1 * to], y: holdsY ? before.y : [0, 1.1 * top]};
}
