/** Every GPU type with what it takes and costs there: from what the worker found, for any load and prices at once. */
import {fleetFor, compare} from "../cost/fleet.js";
import type {Fleet, Setting} from "../cost/fleet.js";
import type {Sizes} from "../search/sizing.js";
import type {SystemSpec} from "../engine/system.js";
import {loadOf, pricesFor, systemsOf} from "./cost-view.js";
import type {CostView} from "./cost-view.js";
import {shortSystem} from "./format.js";

/** What is known of a GPU type. */
export interface Outcome {
  sizes?: Sizes;
  error?: string;
}

export interface CostRow {
  system: string;
  /** Short name. */
  label: string;
  setting: Setting;
  /** Place among the types that are drawn, for its colour. */
  slot: number;
  /** Whether it is searched, or was not asked for. */
  asked: boolean;
  outcome?: Outcome;
  /** Null where nothing serves the load. */
  fleet?: Fleet | null;
}

/** Those that are searched first, in their order, then the others that have data. */
export function costRows(
  view: CostView,
  outcomes: ReadonlyMap<string, Outcome>,
  {systems, able}: {systems: readonly SystemSpec[]; able: readonly string[]}
): CostRow[] {
  const asked = systemsOf(view);
  const {isl, osl, decodeSystem} = view.question;
  const decode = systems.find(({id}) => id === decodeSystem);
  const [load, prices] = [loadOf(view), pricesFor(view)];
  return [...asked, ...able.filter((id) => !asked.includes(id))].flatMap((id, slot): CostRow[] => {
    const system = systems.find((each) => each.id === id);
    if (!system) return [];
    const setting = {system, isl, osl, ...(decode && decode.id !== id && {decodeSystem: decode})};
    // What was found of a type stays known when it is left out, and counts no more.
    const outcome = asked.includes(id) ? outcomes.get(id) : undefined;
    const fleet = outcome?.sizes && fleetFor(outcome.sizes.offers, load, setting, prices);
    const row = {system: id, label: shortSystem(system.label), setting, slot, asked: asked.includes(id)};
    return [{...row, ...(outcome && {outcome}), ...(fleet !== undefined && {fleet})}];
  });
}

/** The cheapest, where prices are known of all that serve the load, and else the one of fewest GPUs. */
export function bestRow(rows: readonly CostRow[]): CostRow | undefined {
  const able = rows.filter((row) => row.fleet);
  const isPriced = able.every(({fleet}) => fleet!.cost);
  const order = (a: CostRow, b: CostRow) =>
    isPriced ? compare(a.fleet!, b.fleet!) : a.fleet!.gpus - b.fleet!.gpus || a.fleet!.boardWatts - b.fleet!.boardWatts;
  return able.sort(order)[0];
}

/** Whether every row that serves the load has a price, so that money decides. */
export function isPriced(rows: readonly CostRow[]): boolean {
  const able = rows.filter((row) => row.fleet);
  return able.length > 0 && able.every(({fleet}) => fleet!.cost);
}
