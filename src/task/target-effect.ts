/** Rules of targets, goals, objectives and loads: what contradicts itself or would have no effect. */
import {byRequestLatency, canSimulate, goalsOf, hasLoad, hasSoftGoal} from "./defaults.js";
import {isPath} from "./missing.js";
import type {Fault} from "./types.js";
import {faultAt, noEffect, ofRole, plain, rolesOf, said, shownOf, valueOf, type View} from "./view.js";

export function contradictions(view: View): Fault[] {
  return [
    ...targetFaults(view),
    ...goalFaults(view),
    ...percentileFaults(view),
    ...predictorFaults(view),
    ...penaltyFaults(view),
    ...loadFaults(view),
    ...priceFaults(view)
  ];
}

/** TTFT and TPOT beside a target for the whole request, and limits given twice. */
function targetFaults(view: View): Fault[] {
  const byRequest = byRequestLatency(plain(view));
  const means = goalsOf(plain(view)).filter(({share}) => share === undefined);
  const goals = means.map(({name}) => name);
  const faults: Fault[] = [];
  for (const name of ["ttft", "tpot", "request_latency"] as const)
    if (said(view, name) && goals.includes(name))
      faults.push(faultAt(view, name, `${shownOf(view, name)} is given twice: itself and slo.${name}; drop one`));
  for (const name of ["ttft", "tpot"] as const)
    if (byRequest && said(view, name))
      faults.push(
        noEffect(view, name, `request_latency stands in its place, drop one, or write slo: {${name}: {threshold: …}}`)
      );
  if (!valueOf(view, "inclusive_tpot")) return faults;
  if (byRequest) faults.push(noEffect(view, "inclusive_tpot", "request_latency stands in place of tpot, drop one"));
  else if (goalsOf(plain(view)).some(({name}) => name === "tpot" || name === "tpot_inclusive"))
    faults.push(noEffect(view, "inclusive_tpot", "it is about tpot, write slo.tpot_inclusive alone"));
  return faults;
}

function goalFaults(view: View): Fault[] {
  return goalsOf(plain(view)).flatMap(({path, goal: {weight, hard_fail: hard}}) => {
    const name = path.join(".");
    const fault = (message: string) => [faultAt(view, "slo", message, [...path, "weight"])];
    if (weight !== undefined && hard)
      return fault(`no effect: slo.${name}.weight; a hard goal drops plans, drop weight or hard_fail`);
    return weight === 0 ? fault(`no effect: slo.${name}; its weight is 0, drop the goal`) : [];
  });
}

/** Goals of shares of requests, which formulas do not have, and one share that is limited twice. */
function percentileFaults(view: View): Fault[] {
  const goals = goalsOf(plain(view)).filter(({share}) => share !== undefined);
  const isSimulated = valueOf(view, "predictor") !== "formula";
  return goals.flatMap(({name, share, path}, i) => {
    const where = `slo.${path.join(".")}`;
    const at = (message: string) => [faultAt(view, "slo", message, path)];
    if (!isSimulated) return at(`no effect: ${where}; predictor formula has means alone, ${meansAdvice(view)}`);
    const twin = goals.slice(0, i).find((other) => other.name === name && other.share === share);
    return twin ? at(`${where} is given twice: slo.${twin.path.join(".")} is of the same requests; drop one`) : [];
  });
}

function meansAdvice(view: View): string {
  if (said(view, "predictor")) return "set predictor: simulation, or limit the mean";
  const what = valueOf(view, "database_mode") === "sol" ? "database_mode sol is" : "images are";
  return `and ${what} not simulated; limit the mean`;
}

/** What a simulation would be asked and cannot answer. */
function predictorFaults(view: View): Fault[] {
  if (valueOf(view, "predictor") !== "simulation" || canSimulate(plain(view))) return [];
  const why =
    valueOf(view, "database_mode") === "sol"
      ? "its constants are fitted to kernels as they run, not to database_mode sol"
      : "images are not simulated yet";
  return [faultAt(view, "predictor", `invalid predictor: simulation; ${why}, set predictor: formula or drop one`)];
}

function penaltyFaults(view: View): Fault[] {
  const soft = hasSoftGoal(plain(view));
  const objective = said(view, "objective");
  const scored = valueOf(view, "objective") === "score";
  if (soft && objective && !scored)
    return [
      faultAt(
        view,
        "objective",
        `no effect: soft goals of slo; the objective ${String(objective.value)} does not ask for the score, drop objective or set hard_fail: true`
      )
    ];
  if (soft) return [];
  const faults = ["penalty", "steepness"].flatMap((name) =>
    said(view, name) ? [noEffect(view, name, "it shapes soft goals, of which there is none, drop it or add slo")] : []
  );
  if (objective && scored)
    faults.push(faultAt(view, "objective", "missing soft goal: the objective score needs one; add slo or drop it"));
  return faults;
}

function loadFaults(view: View): Fault[] {
  const faults: Fault[] = [];
  if (said(view, "target_request_rate") && said(view, "target_concurrency"))
    faults.push(
      faultAt(view, "target_concurrency", "ambiguous load: target_request_rate and target_concurrency; give one")
    );
  if (hasLoad(plain(view))) return faults;
  if (said(view, "max_total_gpus"))
    faults.push(noEffect(view, "max_total_gpus", "there is no load, give target_request_rate or target_concurrency"));
  if (valueOf(view, "objective") === "gpus")
    faults.push(
      faultAt(view, "objective", "missing load: the objective gpus needs target_request_rate or target_concurrency")
    );
  return faults;
}

/** A price of every system used is needed for cost; others count for nothing. */
function priceFaults(view: View): Fault[] {
  const prices = valueOf(view, "gpu_hour_prices") as Record<string, number> | undefined;
  const goal = goalsOf(plain(view)).find(({name}) => name.startsWith("cost_"));
  const needs = goal ? `slo.${goal.name}` : valueOf(view, "objective") === "cost" ? "the objective cost" : undefined;
  const systems = rolesOf(view).map((role) => ofRole(view, role, "system_name") as string);
  const key = goal ? "slo" : "objective";
  if (!prices)
    return needs
      ? [faultAt(view, key, `missing gpu_hour_prices: ${needs} needs one per system; none is built in`)]
      : [];
  if (systems.some(isPath)) return [];
  const used = [...new Set(systems)].join(", ");
  const unpriced = systems.find((system) => !Object.hasOwn(prices, system));
  const unused = Object.keys(prices).filter((system) => !systems.includes(system));
  return [
    ...(needs && unpriced
      ? [faultAt(view, "gpu_hour_prices", `missing gpu_hour_prices: ${unpriced} has none; ${needs} needs it`)]
      : []),
    ...unused.map((system) =>
      faultAt(view, "gpu_hour_prices", `no effect: gpu_hour_prices.${system}; the task uses ${used}`, [system])
    )
  ];
}
