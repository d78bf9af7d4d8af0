/** Every verb's module, loaded when it is asked for. */
import type {Verb} from "./args.js";
import type {Run} from "./command.js";
import {verbNames, type VerbName} from "./verbs.js";

export const loadVerb: Record<VerbName, () => Promise<{run: Run}>> = {
  default: () => import("./default.js"),
  exp: () => import("./exp.js"),
  recommend: () => import("./recommend.js"),
  sweep: () => import("./sweep.js"),
  generate: () => import("./generate.js"),
  chart: () => import("./chart.js"),
  estimate: () => import("./estimate.js"),
  explain: () => import("./explain.js"),
  sensitivity: () => import("./sensitivity.js"),
  model: () => import("./model.js"),
  support: () => import("./support.js"),
  quality: () => import("./quality.js"),
  systems: () => import("./systems.js"),
  batch: () => import("./batch.js"),
  calibrate: () => import("./calibrate.js"),
  import: () => import("./import.js"),
  new: () => import("./new.js"),
  completion: () => import("./completion.js"),
  version: () => import("./version.js")
};

/** What each takes, in the order of the overview. */
export async function allVerbs(): Promise<Verb[]> {
  const modules = await Promise.all(verbNames.map((name) => loadVerb[name]()));
  return modules.map(({run}) => run.verb);
}
