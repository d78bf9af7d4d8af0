/** The frontier on the page: keeps its axes still, remembers the front before, and lets a plan be picked. */
import {h} from "./dom.js";
import {outcomePlans, planId, planSentence} from "./plan.js";
import {hatchPatterns} from "./mode-color.js";
import {displayedMode, planX, planY, targetEdge} from "./pareto-axis.js";
import {paretoPlot} from "./pareto-plot.js";
import type {Domain, Front, ParetoView} from "./pareto-plot.js";
import type {Plan} from "../engine/result.js";
import {modeWords} from "../words.js";
import {laidOutWidth} from "./resize.js";

const ghostMs = 1000;
const easeMs = 150;
/** Pixels; narrower than its margins a chart cannot be, as it is for a moment while a page is laid out. */
const leastWidth = 120;

export interface ParetoFigure extends HTMLElement {
  update(view: ParetoView): void;
}

export function paretoFigure(onpick: (plan: Plan) => void): ParetoFigure {
  const stage = h("div", {class: "kp-stage", tabindex: 0, role: "group", "aria-roledescription": "chart"});
  const tip = h("div", {class: "kp-tip", hidden: true, "aria-hidden": "true"});
  const spoken = h("p", {class: "kp-spoken", "aria-live": "polite"});
  const figure = h("figure", {class: "kp-pareto"}, hatchPatterns(), stage, tip, spoken);

  let view: ParetoView | undefined;
  let domain: Domain | undefined;
  let shownKey = "";
  let ghost: Front[] = [];
  let ghostTimer = 0;
  let frame = 0;
  let svg: ReturnType<typeof paretoPlot> | undefined;

  const draw = () => {
    const width = widthOfStage();
    if (!view || !domain || width < leastWidth) return;
    svg = paretoPlot({
      ...view,
      domain,
      ghost,
      width,
      height: width < 560 ? 330 : Math.min(660, Math.max(380, width * 0.7))
    });
    svg.setAttribute("aria-hidden", "true");
    stage.replaceChildren(svg);
  };
  const widthOfStage = laidOutWidth(stage, draw);
  const easeTo = (target: Domain) => {
    const from = domain!;
    const start = performance.now();
    const tick = (now: number) => {
      const t = Math.min(1, Math.max(0, (now - start) / easeMs));
      domain = {x: from.x + (target.x - from.x) * t, y: from.y + (target.y - from.y) * t};
      draw();
      if (t < 1) frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  };
  const update = (given: ParetoView) => {
    const next = {...given, modes: given.modes.map((mode) => displayedMode(mode, given.question.axis))};
    const key = next.modes
      .map(({front}) => front.map((plan) => `${planX(plan, next.question.axis)},${planY(plan)}`).join())
      .join();
    const sameAxes = view?.question.axis === next.question.axis && view.question.log === next.question.log;
    if (view && sameAxes && key !== shownKey) {
      if (!ghostTimer) ghost = view.modes.map(({mode, front}) => ({mode, plans: front}));
      clearTimeout(ghostTimer);
      ghostTimer = window.setTimeout(() => ((ghost = []), (ghostTimer = 0)), ghostMs);
    }
    if (!sameAxes) ghost = [];
    shownKey = key;
    view = next;
    const target = settledDomain(next, sameAxes ? domain : undefined);
    stage.setAttribute("aria-label", summary(next));
    spoken.textContent = next.selected ? `Selected: ${planSentence(next.selected)}` : "No plan";
    tip.hidden = true;
    cancelAnimationFrame(frame);
    const moves = domain && sameAxes && (target.x !== domain.x || target.y !== domain.y);
    if (moves && !reducedMotion()) return easeTo(target);
    domain = target;
    draw();
  };

  const nearest = (event: PointerEvent | MouseEvent): {plan: Plan; x: number; y: number} | null => {
    if (!view || !svg) return null;
    const box = svg.getBoundingClientRect();
    const [mx, my] = [event.clientX - box.left, event.clientY - box.top];
    let found: {plan: Plan; x: number; y: number; distance: number} | null = null;
    for (const plan of outcomePlans(view.modes)) {
      const [x, y] = [svg.scale("x").apply(planX(plan, view.question.axis)), svg.scale("y").apply(planY(plan))];
      const distance = Math.hypot(x - mx, y - my);
      if (distance < (found?.distance ?? 48)) found = {plan, x, y, distance};
    }
    return found;
  };
  stage.addEventListener("pointermove", (event) => {
    const near = nearest(event);
    tip.hidden = !near;
    stage.style.cursor = near ? "pointer" : "";
    if (!near) return;
    tip.textContent = `${modeWords[near.plan.mode]}: ${planSentence(near.plan)}`;
    const left = Math.min(Math.max(near.x - 130, 4), stage.clientWidth - 268);
    tip.style.transform = `translate(${left}px, calc(${near.y - 14}px - 100%))`;
  });
  stage.addEventListener("pointerleave", () => (tip.hidden = true));
  stage.addEventListener("click", (event) => {
    const near = nearest(event);
    if (near) onpick(near.plan);
  });
  stage.addEventListener("keydown", (event) => {
    const plan = view && stepFrom(view, event.key);
    if (!plan) return;
    event.preventDefault();
    onpick(plan);
  });
  return Object.assign(figure, {update});
}

/** The plan that an arrow key leads to: left and right along the front, up and down to the other mode. */
function stepFrom({modes, selected, question}: ParetoView, key: string): Plan | undefined {
  if (!selected) return undefined;
  const along = (plans: Plan[]) => [...plans].sort((a, b) => planX(a, question.axis) - planX(b, question.axis));
  const own = along(modes.find(({mode}) => mode === selected.mode)?.front ?? []);
  const closest = (plans: Plan[]) => plans.reduce((a, b) => (gap(b) < gap(a) ? b : a), plans[0]);
  const gap = (plan: Plan) => Math.abs(planX(plan, question.axis) - planX(selected, question.axis));
  const here = own.findIndex((plan) => planId(plan) === planId(selected));
  if (key === "Home") return own[0];
  if (key === "End") return own.at(-1);
  if (key === "ArrowLeft") return here < 0 ? closest(own) : own[here - 1];
  if (key === "ArrowRight") return here < 0 ? closest(own) : own[here + 1];
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  return closest(modes.find(({mode}) => mode !== selected.mode)?.front ?? []);
}

/** Ends of the axes: as before unless the fronts leave them or use less than half of them. */
function settledDomain({modes, question, selected}: ParetoView, before: Domain | undefined): Domain {
  const plans = [...modes.flatMap(({front}) => front), ...(selected ? [selected] : [])];
  const edge = targetEdge(question)?.at ?? 0;
  const xs = plans.map((plan) => planX(plan, question.axis));
  const furthest = Math.max(...xs, 0);
  const x = niceEnd(Math.max(furthest, edge < 2 * furthest ? edge : 0) * 1.04 || 100, before?.x);
  if (modes.every(({front}) => front.length === 0)) return cloudDomain(modes, plans);
  return {x, y: niceEnd(Math.max(...plans.map(planY), 0) * 1.06 || 100, before?.y)};
}

/** Without fronts the candidates themselves set the axes. */
function cloudDomain(modes: ParetoView["modes"], plans: readonly Plan[]): Domain {
  const end = (values: Float64Array[], others: number[]) =>
    niceEnd(Math.max(...values.map((v) => v.reduce((a, b) => Math.max(a, b), 0)), ...others) || 100, undefined);
  return {
    x: end(
      modes.map(({cloud}) => cloud.tokensPerSecPerUser),
      plans.map(({tokensPerSecPerUser}) => tokensPerSecPerUser)
    ),
    y: end(
      modes.map(({cloud}) => cloud.tokensPerSecPerGpuCluster),
      plans.map(planY)
    )
  };
}

function niceEnd(end: number, before: number | undefined): number {
  if (before && end <= before && end > before / 2) return before;
  const step = 10 ** Math.floor(Math.log10(end)) / 4;
  return Math.ceil(end / step) * step;
}

function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function summary({modes, selected}: ParetoView): string {
  const fronts = modes.map(({mode, front}) => `${modeWords[mode]}, ${front.length} points`).join("; ");
  const chosen = selected ? ` Selected: ${planSentence(selected)}.` : "";
  return `Throughput against latency. Fronts: ${fronts}.${chosen} Arrow keys move along a front, up and down change the mode; the same points are in the table below.`;
}
