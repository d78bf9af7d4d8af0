/** All points of the fronts as a table, built when it is opened: the chart’s text alternative. */
import type {ModeResult} from "../engine/result.js";
import {h} from "./dom.js";
import {planTable} from "./plan-table.js";
import type {Order, PlanTableOptions} from "./plan-table.js";

/** Whether it is open, and its order, outlive a redraw. */
export interface FrontTableState extends Order {
  open: boolean;
}

export function frontTable(
  modes: ModeResult[],
  options: Omit<PlanTableOptions, "caption">,
  state: FrontTableState
): HTMLElement {
  const plans = modes.flatMap(({front}) => front);
  if (plans.length === 0) return h("div");
  const element = h(
    "details",
    {class: "kp-front-table", open: state.open},
    h("summary", {}, `All ${plans.length} points of the fronts, as a table`)
  );
  const fill = () =>
    element.append(planTable(plans, {...options, caption: "From most throughput to fastest for one user"}, state));
  if (state.open) fill();
  element.addEventListener("toggle", () => {
    if (element.open && !state.open) fill();
    else if (!element.open) element.lastElementChild!.remove();
    state.open = element.open;
  });
  return element;
}
