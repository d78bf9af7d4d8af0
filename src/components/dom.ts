/** Elements in one expression: `h("p", {class: "small"}, "text", node)`. */

type Child = Node | string | number | null | undefined | false | Child[];
type Attributes = Record<
  string,
  string | number | boolean | null | undefined | EventListener | ((event: never) => void)
>;

export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value as EventListener);
    // A strict policy forbids the attribute, and not this.
    else if (key === "style") element.style.cssText = String(value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** Children as `append` takes them: nested lists flattened, nothing for what is absent. */
function nodes(children: Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child == null || child === false) return [];
    if (Array.isArray(child)) return nodes(child);
    return [child instanceof Node ? child : String(child)];
  });
}

let ids = 0;
export function uniqueId(stem: string): string {
  return `kp-${stem}-${++ids}`;
}

/** Tells whoever observes a form element (Framework’s `view`) that its value changed. */
export function announce(element: HTMLElement): void {
  element.dispatchEvent(new Event("input", {bubbles: true}));
}
