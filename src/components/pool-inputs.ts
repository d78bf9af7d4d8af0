/** Which workers and replicas of two pools are tried, and what is known of them better than by default. */
import {defaultTuning} from "../engine/session/tuning.js";
import type {Tuning} from "../engine/session/tuning.js";
import type {SearchRole} from "../engine/search/space.js";
import type {CandidateLists} from "../engine/search/enumerate.js";
import {parseGpuList, usualBatches, viewLimits, withTuning} from "./disaggregated-view.js";
import type {DisaggregatedView} from "./disaggregated-view.js";
import {isUsual} from "./disaggregated-view.js";
import {h, uniqueId} from "./dom.js";
import {figure, percent} from "./format.js";
import {modelOf} from "./model.js";
import type {PageState, Shown} from "./page-state.js";
import {sizeBoxes} from "./size-boxes.js";
import {slider} from "./slider.js";

export interface PoolInputs extends HTMLElement {
  update(
    usual: Record<SearchRole, CandidateLists>,
    replicaGpus: readonly number[],
    shown: Shown<DisaggregatedView>
  ): void;
}

const factorWords: Record<keyof Tuning, {label: string; title: string}> = {
  prefillLatencyScale: {label: "Latency ×", title: "How much slower prefill runs than alone"},
  decodeLatencyScale: {label: "Latency ×", title: "How much slower decode runs than alone"},
  prefillRateShare: {label: "Rate kept", title: "What is left of the rate of prefill when both pools are kept busy"},
  decodeRateShare: {label: "Rate kept", title: "What is left of the rate of decode when both pools are kept busy"},
  ttftScale: {label: "TTFT × for queueing", title: "How much longer a prompt takes when it queues"}
};

export function poolInputs(state: PageState<DisaggregatedView>): PoolInputs {
  const set = (part: Partial<DisaggregatedView>) => state.setView(part);
  const tune = (name: keyof Tuning, value: number) => set({tuning: withTuning(state.value.view.tuning, name, value)});
  const factor = (name: keyof Tuning, min: number, max: number) =>
    slider({
      ...factorWords[name],
      min,
      max,
      value: defaultTuning[name],
      log: true,
      from: min,
      onchange: (v) => tune(name, v)
    });
  const share = (name: keyof Tuning) =>
    slider({
      ...factorWords[name],
      unit: "%",
      min: 50,
      max: 100,
      value: 100 * defaultTuning[name],
      onchange: (v) => tune(name, v / 100)
    });
  const most = (label: string, title: string, max: number, value: number, onchange: (v: number) => void) =>
    slider({label, title, min: 1, max, value, log: true, onchange: (v) => onchange(Math.round(v))});

  const side = (role: "prefill" | "decode") => {
    const sizes = sizeBoxes(`Sizes of ${role} workers`, (allowed) =>
      set(role === "prefill" ? {prefillSizes: allowed} : {decodeSizes: allowed})
    );
    const batch = most(
      "Largest batch",
      "Prompts or requests per rank that are tried at most",
      viewLimits.batch,
      usualBatches[role],
      (v) => set(role === "prefill" ? {prefillBatch: v} : {decodeBatch: v})
    );
    const workers = most("Most workers", "In one replica", viewLimits.workers, 32, (v) =>
      set(role === "prefill" ? {prefillWorkers: v} : {decodeWorkers: v})
    );
    const [latency, rate] = [factor(`${role}LatencyScale`, 1, 3), share(`${role}RateShare`)];
    const element = h(
      "fieldset",
      {class: "kp-pool-side"},
      h("legend", {}, role === "prefill" ? "Prefill" : "Decode"),
      sizes,
      h("div", {class: "kp-pool-sliders"}, batch, workers, latency, rate)
    );
    return {element, sizes, batch, workers, latency, rate};
  };
  const [prefill, decode] = [side("prefill"), side("decode")];
  const queue = factor("ttftScale", 1, 5);
  const id = uniqueId("totals");
  const totals = h("input", {
    id,
    type: "text",
    inputmode: "numeric",
    spellcheck: "false",
    oninput: (event: Event) => event.stopPropagation(),
    onchange: () => set({replicaGpus: parseGpuList(totals.value)})
  });
  const mostGpus = slider({
    label: "Most GPUs of a replica",
    title: "0: as usual, 128, or 512 with experts spread wide",
    min: 0,
    max: viewLimits.gpus,
    value: 0,
    log: true,
    onchange: (v) => set({maxReplicaGpus: Math.round(v)})
  });
  const words = h("span");
  const reset = h("button", {type: "button", class: "kp-link", onclick: () => set(usualView)}, "all as usual");
  const element = h(
    "details",
    {class: "kp-card kp-allowed"},
    h("summary", {}, "Workers, replicas and factors that are tried ", words),
    h("div", {class: "kp-pool-sides"}, prefill.element, decode.element),
    h(
      "div",
      {class: "kp-pool-replica"},
      h(
        "div",
        {class: "kp-select"},
        h("label", {for: id, title: "Empty: as usual"}, "GPUs that a replica may have"),
        totals
      ),
      mostGpus,
      queue
    ),
    h(
      "p",
      {class: "kp-hint"},
      "The factors correct what one worker does alone for what it does beside the other pool. ",
      reset
    )
  );
  element.open = !isUsual(state.value.view);
  const update: PoolInputs["update"] = (usual, replicaGpus, {question, view}) => {
    const hasExperts = (modelOf(question)?.experts ?? 0) > 0;
    const {gpus: totalGpus} = question;
    const of = {...defaultTuning, ...view.tuning};
    prefill.sizes.update({usual: usual.prefill, allowed: view.prefillSizes, totalGpus, hasExperts});
    decode.sizes.update({usual: usual.decode, allowed: view.decodeSizes, totalGpus, hasExperts});
    prefill.batch.set(view.prefillBatch);
    decode.batch.set(view.decodeBatch);
    prefill.workers.set(view.prefillWorkers);
    decode.workers.set(view.decodeWorkers);
    prefill.latency.set(of.prefillLatencyScale);
    decode.latency.set(of.decodeLatencyScale);
    prefill.rate.set(Math.round(1000 * of.prefillRateShare) / 10);
    decode.rate.set(Math.round(1000 * of.decodeRateShare) / 10);
    queue.set(of.ttftScale);
    mostGpus.set(view.maxReplicaGpus);
    totals.placeholder = replicaGpus.join(", ");
    if (document.activeElement !== totals) totals.value = view.replicaGpus.join(", ");
    words.textContent = `– ${isUsual(view) ? "as usual" : "changed"}; ${factorsInUse(of)}`;
    reset.hidden = isUsual(view);
  };
  return Object.assign(element, {update});
}

/** `prefill takes 1.1 × as long and keeps 90 % of its rate, …`. */
function factorsInUse(tuning: Tuning): string {
  const side = (latency: number, share: number) => `× ${figure(latency)} latency, ${percent(share)} of the rate`;
  const prefill = side(tuning.prefillLatencyScale, tuning.prefillRateShare);
  const decode = side(tuning.decodeLatencyScale, tuning.decodeRateShare);
  return `prefill ${prefill}; decode ${decode}; TTFT × ${figure(tuning.ttftScale)}`;
}

const usualView: Partial<DisaggregatedView> = {
  tuning: {},
  prefillSizes: {},
  decodeSizes: {},
  prefillBatch: usualBatches.prefill,
  decodeBatch: usualBatches.decode,
  prefillWorkers: 32,
  decodeWorkers: 32,
  replicaGpus: [],
  maxReplicaGpus: 0
};
