/** What lies across the chart of candidates, and what it is split by. */
import type {AggregatedScene} from "./aggregated-scene.js";
import {acrossNames, isLogAcross} from "./aggregated-view.js";
import type {AggregatedView, Facet} from "./aggregated-view.js";
import {metrics} from "./candidate-metric.js";
import {h} from "./dom.js";

export const facetWords: Record<Facet, string> = {tp: "TP", pp: "PP", dp: "DP", moeEp: "EP", moeTp: "MoE-TP"};

export function aggregatedSwitch(
  {view, facets, panels}: AggregatedScene,
  set: (part: Partial<AggregatedView>) => void
): HTMLElement {
  const isLog = isLogAcross(view);
  const facet = panels[0]?.facet ?? "";
  return h(
    "div",
    {class: "kp-switches"},
    switchOf(
      "Horizontal axis",
      acrossNames.map((across) => ({
        label: metrics[across].label,
        isOn: across === view.across,
        onclick: () => set({across, log: undefined})
      }))
    ),
    switchOf("Split the chart by", [
      {label: "one chart", isOn: !facet, onclick: () => set({facet: ""})},
      ...facets.map((name) => ({
        label: `by ${facetWords[name]}`,
        isOn: facet === name,
        onclick: () => set({facet: name})
      }))
    ]),
    switchOf("Scale across", [
      {label: "linear", isOn: !isLog, onclick: () => set({log: false})},
      {label: "log", isOn: isLog, onclick: () => set({log: true})}
    ])
  );
}

interface Position {
  label: string;
  isOn: boolean;
  onclick: () => void;
}

/** One of a few, as buttons side by side. */
export function switchOf(label: string, positions: readonly Position[]): HTMLElement {
  return h(
    "div",
    {class: "kp-switch", role: "group", "aria-label": label},
    ...positions.map(({label, isOn, onclick}) =>
      h("button", {type: "button", "aria-pressed": String(isOn), onclick}, label)
    )
  );
}
