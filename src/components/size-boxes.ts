/** Sizes of workers that are tried, as boxes to tick. */
import type {CandidateLists} from "../engine/search/enumerate.js";
import {h} from "./dom.js";
import {sizeNames, sizesOffered, sizeWords, toggled} from "./size-list.js";
import type {AllowedSizes, SizeName} from "./size-list.js";

export interface SizeBoxesView {
  usual: CandidateLists;
  allowed: AllowedSizes;
  totalGpus: number;
  /** Sizes of experts and of attention data parallelism mean nothing to a dense model. */
  hasExperts: boolean;
}

export interface SizeBoxes extends HTMLElement {
  update(view: SizeBoxesView): void;
}

const ofExperts: readonly SizeName[] = ["dp", "moeTp", "moeEp"];

/** Elements stay as they are, so that a box keeps the focus when it is ticked. */
export function sizeBoxes(title: string, onchange: (allowed: AllowedSizes) => void): SizeBoxes {
  let view: SizeBoxesView | undefined;
  const groups = sizeNames.map((name) => {
    const boxes = sizesOffered.map((size) => {
      const input = h("input", {
        type: "checkbox",
        "aria-label": `${sizeWords[name].label} ${size}`,
        oninput: (event: Event) => event.stopPropagation(),
        onchange: () => view && onchange(toggled(view.allowed, view.usual, name, size, input.checked))
      });
      return {size, input, label: h("label", {class: "kp-box"}, input, String(size))};
    });
    const reset = h(
      "button",
      {type: "button", class: "kp-link", onclick: () => view && onchange(without(view.allowed, name))},
      "as usual"
    );
    const {label, title} = sizeWords[name];
    const element = h(
      "fieldset",
      {class: "kp-boxes"},
      h("legend", {}, h("span", {class: "kp-explained", title}, label), " ", reset),
      h("div", {}, ...boxes.map((box) => box.label))
    );
    return {name, boxes, reset, element};
  });
  const update = (next: SizeBoxesView) => {
    view = next;
    for (const {name, boxes, reset, element} of groups) {
      const ticked = next.allowed[name] ?? next.usual[name];
      const isFixed = name === "cp" && next.usual.cp.length < 2 && !next.allowed.cp;
      element.hidden = isFixed || (!next.hasExperts && ofExperts.includes(name));
      reset.hidden = next.allowed[name] === undefined;
      for (const {size, input, label} of boxes) {
        input.checked = ticked.includes(size);
        label.hidden = size > next.totalGpus && !input.checked;
        // The last one stays: with none there would be nothing to try.
        input.disabled = input.checked && ticked.length === 1;
      }
    }
  };
  const element = h("section", {class: "kp-size-boxes", "aria-label": title}, ...groups.map(({element}) => element));
  return Object.assign(element, {update});
}

function without(allowed: AllowedSizes, name: SizeName): AllowedSizes {
  const {[name]: _, ...rest} = allowed;
  return rest;
}
