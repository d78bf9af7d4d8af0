/**
 * Operators that are shown in several places light up together: whatever carries `data-op` within one element. Pointer,
 * focus and arrow keys light them, a click or Enter keeps one lit, Escape lets it go.
 */

export interface OpLink {
  /** Which operator stays lit, and what is said of each; call after the marks were drawn anew. */
  show(selected: string, sentenceOf: (op: string) => string): void;
}

/** `onselect` hears the operator that is to stay lit; empty: none. Sentences go where `data-op-line` names the step. */
export function linkOps(root: HTMLElement, onselect: (op: string) => void): OpLink {
  let selected = "";
  let hot = "";
  let sentenceOf: (op: string) => string = () => "";
  const opOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement | SVGElement>("[data-op]") : null;
  const key = (element: HTMLElement | SVGElement) => element.dataset.op ?? "";

  const light = (op: string) => {
    hot = op;
    for (const element of root.querySelectorAll(".kp-hot")) element.classList.remove("kp-hot");
    for (const element of marks(op)) element.classList.add("kp-hot");
    root.classList.toggle("kp-has-hot", marks(op).length > 0);
    for (const line of root.querySelectorAll<HTMLElement>("[data-op-line]")) {
      const isOwn = op.startsWith(`${line.dataset.opLine}/`);
      line.textContent = (isOwn && sentenceOf(op)) || (line.dataset.hint ?? "");
    }
  };
  const marks = (op: string) => (op ? [...root.querySelectorAll(`[data-op="${CSS.escape(op)}"]`)] : []);

  root.addEventListener("pointerover", (event) => {
    const element = opOf(event.target);
    const op = element ? key(element) : selected;
    if (op !== hot) light(op);
  });
  root.addEventListener("pointerleave", () => light(selected));
  root.addEventListener("focusin", (event) => {
    const element = opOf(event.target);
    if (element) light(key(element));
  });
  root.addEventListener("focusout", () => light(selected));
  root.addEventListener("click", (event) => {
    const element = opOf(event.target);
    if (element) onselect(key(element) === selected ? "" : key(element));
  });
  root.addEventListener("keydown", (event) => {
    const element = opOf(event.target);
    if (!element) return;
    if (event.key === "Escape") return void (selected && onselect(""));
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return onselect(key(element) === selected ? "" : key(element));
    }
    const move = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
    if (!move) return;
    event.preventDefault();
    const all = [...(element.closest("[data-ops]") ?? root).querySelectorAll<HTMLElement | SVGElement>("[data-op]")];
    const next = all[all.indexOf(element) + move];
    if (!next) return;
    for (const each of all) each.setAttribute("tabindex", each === next ? "0" : "-1");
    next.focus();
  });

  const show = (next: string, told: (op: string) => string) => {
    [selected, sentenceOf] = [next, told];
    for (const element of root.querySelectorAll<HTMLElement | SVGElement>("[data-op]"))
      element.setAttribute("aria-selected", String(key(element) === selected));
    // One stop for the Tab key in each list: its selected mark, else its first.
    for (const list of root.querySelectorAll("[data-ops]")) {
      const all = [...list.querySelectorAll<HTMLElement | SVGElement>("[data-op]")];
      const stop = all.find((each) => key(each) === selected) ?? all[0];
      for (const each of all) each.setAttribute("tabindex", each === stop ? "0" : "-1");
    }
    light(root.contains(document.activeElement) && opOf(document.activeElement) ? hot : selected);
  };
  return {show};
}

/** Runs what draws marks anew; a mark that had the focus has it again, if it is still there. */
export function keepingFocus(root: HTMLElement, draw: () => void): void {
  const focused = document.activeElement;
  const held = focused && root.contains(focused) ? focused.closest<HTMLElement | SVGElement>("[data-op]") : null;
  const list = held?.closest<HTMLElement>("[data-ops]")?.dataset.ops;
  draw();
  if (!held || list === undefined) return;
  const again = root.querySelector<HTMLElement | SVGElement>(
    `[data-ops="${CSS.escape(list)}"] [data-op="${CSS.escape(held.dataset.op ?? "")}"]`
  );
  again?.focus({preventScroll: true});
}
