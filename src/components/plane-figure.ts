/** The plane of worker counts on the page: hovered for a sentence, clicked or walked over to set the numbers. */
import {replicaRates} from "../engine/search/rate-plane.js";
import {switchOf} from "./aggregated-switch.js";
import {mapPatterns} from "./candidate-map-plot.js";
import {ramp} from "./batch-color.js";
import {countsOf, planeRates} from "./disaggregated-scene.js";
import type {DisaggregatedScene} from "./disaggregated-scene.js";
import type {DisaggregatedView, PlaneMeasure, WorkerCounts} from "./disaggregated-view.js";
import {
  arithmeticWords,
  cellSentence,
  idleGpuWords,
  paceSentence,
  planeFinding,
  ratioFinding
} from "./disaggregated-words.js";
import {h} from "./dom.js";
import {figure} from "./format.js";
import {planePlot, ratioPlot} from "./rate-plane-plot.js";
import type {PlanePlot} from "./rate-plane-plot.js";
import {laidOutWidth} from "./resize.js";

export interface PlaneFigure extends HTMLElement {
  update(scene: DisaggregatedScene): void;
}

const measureWords: Record<PlaneMeasure, string> = {all: "per GPU you have", use: "per GPU in use"};
const leastWidth = 120;

export function planeFigure(set: (part: Partial<DisaggregatedView>) => void): PlaneFigure {
  const title = h("h2", {class: "kp-finding"});
  const switches = h("div", {class: "kp-switches"});
  const stage = h("div", {
    class: "kp-stage kp-plane-stage",
    tabindex: 0,
    role: "group",
    "aria-roledescription": "chart"
  });
  const words = h("p", {class: "kp-map-words", "aria-live": "polite"});
  const plane = h(
    "section",
    {class: "kp-card kp-chart", "aria-label": "Numbers of workers"},
    mapPatterns(),
    title,
    switches,
    stage,
    words
  );
  const ratioTitle = h("h2", {class: "kp-finding"});
  const curve = h("div", {class: "kp-stage kp-ratio-stage", role: "img"});
  const advice = h("div", {class: "kp-plane-advice"});
  const ratio = h("section", {class: "kp-card kp-chart", "aria-label": "P/D ratio"}, ratioTitle, curve, advice);
  const element = h("div", {class: "kp-plane"}, plane, ratio);
  let scene: DisaggregatedScene | undefined;
  let svg: PlanePlot | undefined;

  const draw = () => {
    const [planeWidth, curveWidth] = [widthOfStage(), widthOfCurve()];
    if (!scene?.matched || planeWidth < leastWidth || curveWidth < leastWidth) return;
    svg = planePlot(scene, scene.matched, planeWidth);
    svg.setAttribute("aria-hidden", "true");
    stage.replaceChildren(svg);
    curve.replaceChildren(ratioPlot(scene, scene.matched, curveWidth));
  };
  const widthOfStage = laidOutWidth(stage, draw);
  const widthOfCurve = laidOutWidth(curve, draw);
  const say = (counts: WorkerCounts | undefined) => {
    const {matched} = scene!;
    if (!matched) return;
    const shown = counts ?? matched.counts;
    words.textContent = cellSentence(scene!, matched, shown, replicaRates(matched.pair, shown.prefill, shown.decode));
  };
  const update = (next: DisaggregatedScene) => {
    scene = next;
    const {matched, view} = next;
    element.hidden = !matched;
    if (!matched) return;
    title.textContent = planeFinding(next);
    ratioTitle.textContent = ratioFinding(next);
    const rates = planeRates(view, matched.plane);
    const most = rates.reduce(
      (top, rate, cell) => (matched.plane.gpus[cell] > next.question.gpus ? top : Math.max(top, rate)),
      0
    );
    switches.replaceChildren(
      switchOf(
        "Throughput counts",
        (["all", "use"] as const).map((measure) => ({
          label: measureWords[measure],
          isOn: measure === view.measure,
          onclick: () => set({measure})
        }))
      ),
      legend(most)
    );
    stage.setAttribute(
      "aria-label",
      `${title.textContent}. Arrow keys change the numbers of workers; Enter goes back to the best.`
    );
    curve.setAttribute("aria-label", `Throughput against the P/D ratio. ${ratioTitle.textContent}.`);
    advice.replaceChildren(...adviceOf(next, set));
    draw();
    say(undefined);
  };
  const countsAt = (event: MouseEvent): WorkerCounts | undefined => {
    if (!svg || !scene?.matched) return undefined;
    const box = svg.getBoundingClientRect();
    const prefill = Math.round(svg.scale("x").invert(event.clientX - box.left));
    const decode = Math.round(svg.scale("y").invert(event.clientY - box.top));
    const {prefillWorkers, decodeWorkers} = scene.matched.plane;
    const isIn = prefill >= 1 && prefill <= prefillWorkers && decode >= 1 && decode <= decodeWorkers;
    return isIn ? {prefill, decode} : undefined;
  };
  stage.addEventListener("pointermove", (event) => {
    const counts = countsAt(event);
    stage.style.cursor = counts ? "pointer" : "";
    if (scene) say(counts);
  });
  stage.addEventListener("pointerleave", () => scene && say(undefined));
  stage.addEventListener("click", (event) => {
    const at = countsAt(event);
    if (at) set({at});
  });
  stage.addEventListener("keydown", (event) => {
    const {matched} = scene ?? {};
    if (!matched) return;
    if (event.key === "Enter") return set({at: undefined});
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    if (!step) return;
    event.preventDefault();
    const {counts, plane} = matched;
    const within = (count: number, most: number) => Math.min(most, Math.max(1, count));
    set({
      at: {
        prefill: within(counts.prefill + step[0], plane.prefillWorkers),
        decode: within(counts.decode + step[1], plane.decodeWorkers)
      }
    });
  });
  return Object.assign(element, {update});
}

function legend(most: number): HTMLElement {
  return h(
    "p",
    {class: "kp-legend"},
    ramp("0", `${figure(most)} tokens/s/GPU`, "Throughput of a cell"),
    h("span", {}, h("i", {class: "kp-swatch kp-swatch-missed"}), "size not tried"),
    h("span", {}, h("i", {class: "kp-swatch kp-swatch-over"}), "more GPUs than there are"),
    h("span", {}, "★ best")
  );
}

/** The numbers in words, and what to do about what is wrong with them. */
function adviceOf(scene: DisaggregatedScene, set: (part: Partial<DisaggregatedView>) => void): HTMLElement[] {
  const {matched, question, columns, view} = scene;
  if (!matched) return [];
  const {rates, replicas, state, plane} = matched;
  const link = (words: string, part: Partial<DisaggregatedView>) =>
    h("button", {type: "button", class: "kp-link", onclick: () => set(part)}, words);
  const arithmetic =
    replicas > 0
      ? `${arithmeticWords(scene, matched)}.`
      : `This replica takes ${rates.gpus} GPUs; there are ${question.gpus}. `;
  const idle = idleGpuWords(scene);
  return [
    h("p", {class: "kp-arithmetic"}, h("b", {}, arithmetic), ` ${paceSentence(matched)}.`),
    ...(view.at ? [h("p", {class: "kp-hint"}, link("Back to the best numbers for this pair", {at: undefined}))] : []),
    ...(state === "size"
      ? [
          h(
            "p",
            {class: "kp-hint"},
            `The search does not try replicas of ${rates.gpus} GPUs (it tries ${columns.replicaGpus.join(", ")}). `,
            link("Try them too", {replicaGpus: [...columns.replicaGpus, rates.gpus].sort((a, b) => a - b)})
          )
        ]
      : []),
    ...(idle
      ? [h("p", {class: "kp-hint"}, `${idle} `, link("Take those numbers", {at: countsOf(plane, plane.bestOfCluster)}))]
      : [])
  ];
}
