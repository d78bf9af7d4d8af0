/** Which aggregated workers are tried, as a card to open. */
import type {CandidateLists} from "../engine/search/enumerate.js";
import type {AggregatedView} from "./aggregated-view.js";
import {h} from "./dom.js";
import {modelOf} from "./model.js";
import type {PageState, Shown} from "./page-state.js";
import {sizeBoxes} from "./size-boxes.js";
import {sizeNames, sizeWords} from "./size-list.js";

export interface AllowedSizesCard extends HTMLElement {
  update(usual: CandidateLists, shown: Shown<AggregatedView>): void;
}

export function allowedSizesCard(state: PageState<AggregatedView>): AllowedSizesCard {
  const boxes = sizeBoxes("Sizes of workers that are tried", (sizes) => state.setView({sizes}));
  const chunked = h("input", {
    type: "checkbox",
    oninput: (event: Event) => event.stopPropagation(),
    onchange: () => state.setView({chunked: chunked.checked})
  });
  const words = h("span");
  const element = h(
    "details",
    {class: "kp-card kp-allowed"},
    h("summary", {}, "Workers that are tried ", words),
    boxes,
    h(
      "label",
      {class: "kp-box", title: "Steps may then hold less than a whole prompt: 512 tokens and more"},
      chunked,
      "prompts may be cut into chunks"
    )
  );
  element.open = Object.keys(state.value.view.sizes).length > 0 || state.value.view.chunked;
  const update = (usual: CandidateLists, {question, view}: Shown<AggregatedView>) => {
    const hasExperts = (modelOf(question)?.experts ?? 0) > 0;
    boxes.update({usual, allowed: view.sizes, totalGpus: question.gpus, hasExperts});
    chunked.checked = view.chunked;
    words.textContent = allowedWords(view);
  };
  return Object.assign(element, {update});
}

/** `– as usual`, `– TP 2, 4; chunked prompts`. */
function allowedWords({sizes, chunked}: AggregatedView): string {
  const named = sizeNames.filter((name) => sizes[name]);
  const parts = named.map((name) => `${sizeWords[name].label} ${sizes[name]!.join(", ")}`);
  return `– ${[...parts, ...(chunked ? ["chunked prompts"] : [])].join("; ") || "as usual"}`;
}
