/** The sizes that the method page plays with; its GPU, engine and the rest come with the address. */
import type {Parallel} from "../engine/result.js";
import type {SystemSpec} from "../engine/system.js";
import {combobox} from "./combobox.js";
import {defaultSizes, inMode, parseConfiguration, settledSizes} from "./configuration.js";
import type {Configuration, Sizes} from "./configuration.js";
import {knownGpus} from "./custom-gpu.js";
import {announce, h} from "./dom.js";
import {modelChoice, modelIds, modelOf} from "./model.js";
import {servingOf} from "./model-options.js";
import {nearestParallel, possibleParallels, valuesOf} from "./parallel-choice.js";
import {limits} from "./question.js";
import type {Question} from "./question.js";
import {slider} from "./slider.js";
import {stepper} from "./stepper.js";

export interface MethodInputs extends HTMLFormElement {
  value: Configuration;
  read(search: string): void;
}

/** What a page without an address begins with. */
const smallBatch = 8;

/** Enough to see queueing, few enough to read. */
const mostBatch = 256;

export function methodInputs(systems: SystemSpec[], search: string): MethodInputs {
  let value: Configuration;
  const possible = ({backend, gpu, system: id, ...question}: Question): Parallel[] => {
    const model = modelOf({backend, gpu, system: id, ...question});
    const system = knownGpus(systems, gpu).find((each) => each.id === id) ?? systems[0];
    const serving = servingOf({backend, gpu, system: id, ...question});
    return model ? possibleParallels({model, backend, system, serving}) : [];
  };
  const completed = (text: string): Configuration => {
    const {sizes, ...asked} = parseConfiguration(text);
    const {question} = asked;
    const model = modelOf(question);
    const system = knownGpus(systems, question.gpu).find(({id}) => id === question.system) ?? systems[0];
    const own = sizes ?? (model && {...defaultSizes(model, system, asked, possible(question)), batch: smallBatch});
    const parallel = {tp: 1, pp: 1, dp: 1, moeTp: 1, moeEp: 1, cp: 1};
    const pool = {parallel, batch: 1, workers: 1};
    const none: Sizes = {mode: "agg", parallel, batch: 1, ctxTokens: question.isl, prefill: pool, decode: pool};
    return {...asked, sizes: inMode(own ?? none, "agg")};
  };
  const put = (next: Configuration) => ((value = next), refresh());
  const set = (part: Partial<Configuration>) => (put({...value, ...part}), announce(form));
  const ask = (part: Partial<Question>) => {
    const question = {...value.question, ...part};
    question.prefix = Math.min(question.prefix, question.isl - 1);
    set({question, sizes: settledSizes(value.sizes, possible(question), {from: value.question, to: question})});
  };
  const size = (part: Partial<Sizes>) => set({sizes: {...value.sizes, ...part}});

  const model = combobox("Model", modelIds().map(modelChoice), "", (id) =>
    ask({model: id, config: "", hfQuantConfig: ""})
  );
  const tp = stepper({
    label: "TP",
    title: "Tensor parallel: every layer is split over so many GPUs",
    onchange: (to) => {
      const {parallel} = value.sizes;
      size({parallel: nearestParallel(possible(value.question), parallel, {tp: to}) ?? parallel});
    }
  });
  const lengths = (["isl", "osl"] as const).map((field) =>
    slider({
      label: field === "isl" ? "Input" : "Output",
      unit: "tokens",
      min: limits[field][0],
      max: field === "isl" ? 32768 : 4096,
      value: 1,
      log: true,
      title: field === "isl" ? "ISL: tokens of a prompt" : "OSL: tokens generated per request",
      onchange: (to) => ask({[field]: Math.round(to)})
    })
  );
  const batch = slider({
    label: "Batch",
    min: 1,
    max: mostBatch,
    value: 1,
    log: true,
    title: "Requests in flight on each rank",
    onchange: (to) => size({batch: Math.round(to)})
  });
  const refresh = () => {
    const {question, sizes} = value;
    model.set(question.model);
    tp.set(sizes.parallel.tp, valuesOf(possible(question), "tp"));
    lengths[0].set(question.isl);
    lengths[1].set(question.osl);
    batch.set(sizes.batch);
  };
  const onsubmit = (event: Event) => event.preventDefault();
  const form = h(
    "form",
    {class: "kp-asked kp-method-inputs", "aria-label": "Sizes", onsubmit},
    model,
    tp,
    ...lengths,
    batch
  );
  put(completed(search));
  Object.assign(form, {read: (text: string) => (put(completed(text)), announce(form))});
  return Object.defineProperty(form, "value", {get: () => value}) as unknown as MethodInputs;
}
