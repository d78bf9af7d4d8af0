/** As much of a document as `h` of src/components/dom.ts needs, to make markup where there is no browser. */

class Markup {
  toString(): string {
    return "";
  }
}

class Element extends Markup {
  readonly style = {cssText: ""};
  private readonly attributes = new Map<string, string>();
  private readonly children: (Markup | string)[] = [];

  constructor(private readonly name: string) {
    super();
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  addEventListener(): void {}

  append(...children: (Markup | string)[]): void {
    this.children.push(...children);
  }

  override toString(): string {
    const attributes = [...this.attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
    return `<${this.name}${attributes}>${markupOf(this.children)}</${this.name}>`;
  }
}

/** Call before a component makes anything. */
export function provideDocument(): void {
  Object.assign(globalThis, {Node: Markup, document: {createElement: (name: string) => new Element(name)}});
}

/** HTML of what a component made; text is text. */
export function markupOf(parts: unknown): string {
  if (Array.isArray(parts)) return parts.map(markupOf).join("");
  return parts instanceof Markup ? parts.toString() : escaped(String(parts));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
