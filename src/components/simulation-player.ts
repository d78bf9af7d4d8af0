/** An example played: forward by itself, or a step at a time; still from the start for who asks for less motion. */
import type {LoggedRun} from "../engine/simulate/step-log.js";
import {announce, h} from "./dom.js";
import {ganttChart} from "./simulation-gantt.js";
import type {Gantt} from "./simulation-gantt.js";
import {stepSentence} from "./simulation-words.js";

export interface SimulationPlayer extends HTMLElement {
  /** The step that is looked at, from 1; 0 while it plays or before anybody looked. */
  value: number;
  /** Shows another run; where the step is 0 it plays it. */
  update(run: LoggedRun, kvTokens: number, step: number): void;
  dispose(): void;
}

/** How long the whole example takes to play, at single speed. */
const playMs = 15_000;

export function simulationPlayer(): SimulationPlayer {
  let run: LoggedRun | undefined;
  let kvTokens = 0;
  let gantt: Gantt | undefined;
  let ms = 0;
  let step = 0;
  let value = 0;
  let frame = 0;
  let lastFrame = 0;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const place = h("div", {class: "kp-player-chart"});
  const words = h("p", {class: "kp-player-words"});
  const button = (label: string, text: string, onclick: () => void) =>
    h("button", {type: "button", class: "kp-button", "aria-label": label, title: label, onclick}, text);
  const play = button("Play", "▶ Play", () => (frame ? pause(true) : start()));
  const back = button("One step back", "‹ Step", () => pick(step - 1));
  const forth = button("One step on", "Step ›", () => pick(step + 1));
  const scrub = h("input", {type: "range", min: 1, max: 1, step: 1, value: 1, "aria-label": "Engine step"});
  scrub.addEventListener("input", (event) => {
    event.stopPropagation();
    pick(Number(scrub.value) - 1);
  });

  const endMs = () => run!.steps.at(-1)!.endMs;
  const show = () => {
    if (!run || !gantt) return;
    gantt.show(ms, step);
    const said = stepSentence(run, step, kvTokens);
    if (words.textContent !== said) words.textContent = said;
    scrub.value = String(step + 1);
    scrub.style.setProperty("--filled", `${(100 * step) / Math.max(1, run.steps.length - 1)}%`);
    scrub.setAttribute("aria-valuetext", said);
    back.setAttribute("aria-disabled", String(step === 0));
    forth.setAttribute("aria-disabled", String(step === run.steps.length - 1));
  };
  const name = () => {
    const isPlaying = frame !== 0;
    play.textContent = isPlaying ? "❚❚ Pause" : "▶ Play";
    play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    play.title = isPlaying ? "Pause" : "Play";
    // What moves by itself is not read aloud as it does.
    words.setAttribute("aria-live", isPlaying ? "off" : "polite");
  };
  const stepAt = (at: number) => {
    const found = run!.steps.findIndex((each) => each.endMs > at);
    return found < 0 ? run!.steps.length - 1 : found;
  };
  const tick = (now: number) => {
    ms += ((now - lastFrame) * endMs()) / playMs;
    lastFrame = now;
    if (ms >= endMs()) {
      ms = endMs();
      step = run!.steps.length - 1;
      frame = 0;
      name();
      return show();
    }
    step = stepAt(ms);
    show();
    frame = requestAnimationFrame(tick);
  };
  const start = () => {
    if (!run) return;
    if (ms >= endMs() - 1e-6) ms = 0;
    lastFrame = performance.now();
    frame = requestAnimationFrame(tick);
    tell(0);
    name();
  };
  const tell = (next: number) => {
    if (value === next) return;
    value = next;
    announce(element);
  };
  const pause = (isTold: boolean) => {
    cancelAnimationFrame(frame);
    frame = 0;
    name();
    if (isTold) tell(step + 1);
  };
  const look = (at: number) => {
    step = Math.max(0, Math.min(run!.steps.length - 1, at));
    ms = run!.steps[step].endMs;
    show();
  };
  const pick = (at: number) => {
    if (!run) return;
    pause(false);
    look(at);
    tell(step + 1);
  };
  let drawnWidth = 0;
  const draw = () => {
    const width = place.clientWidth;
    if (!run || width === 0) return;
    drawnWidth = width;
    gantt = ganttChart(run, kvTokens, width, pick);
    place.replaceChildren(gantt.element);
    show();
  };
  const observer = new ResizeObserver(() => Math.abs(place.clientWidth - drawnWidth) >= 1 && draw());
  observer.observe(place);

  const update: SimulationPlayer["update"] = (next, room, at) => {
    const isNew = next !== run;
    if (!isNew && at === value) return;
    [run, kvTokens] = [next, room];
    scrub.max = String(run.steps.length);
    if (isNew) {
      pause(false);
      draw();
    }
    value = at;
    if (at > 0) {
      pause(false);
      look(at - 1);
    } else if (isNew && calm.matches) look(run.steps.length - 1);
    else if (isNew) {
      ms = 0;
      step = 0;
      start();
    }
  };
  const element = h(
    "div",
    {class: "kp-player"},
    legend(),
    place,
    h(
      "div",
      {class: "kp-player-controls", role: "group", "aria-label": "Play the example"},
      back,
      play,
      forth,
      h("div", {class: "kp-slider"}, scrub)
    ),
    words
  );
  name();
  const dispose = () => (pause(false), observer.disconnect());
  Object.assign(element, {update, dispose});
  return Object.defineProperty(element, "value", {get: () => value}) as unknown as SimulationPlayer;
}

function legend(): HTMLElement {
  const entries = [
    ["waits", "waits"],
    ["prefills", "its prompt is computed"],
    ["decodes", "gets a token"],
    ["still", "has a seat, stands still"]
  ];
  return h(
    "p",
    {class: "kp-legend kp-gantt-legend"},
    ...entries.map(([part, words]) => h("span", {}, h("i", {class: `kp-swatch kp-swatch-${part}`}), words)),
    h("span", {}, "▼ first token")
  );
}
