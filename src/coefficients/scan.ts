/** Reads constants and their comments out of the engine's sources, so that a list of them cannot go stale. */

/** A constant at the top of a module whose value holds a number. */
export interface Constant {
  name: string;
  /** As it is written. */
  text: string;
  /** Of its comment; empty without one. */
  doc: string;
  /** Whether it is one number, not a record or a list. */
  isScalar: boolean;
  /** What stands at line ends within it, in order. */
  remarks: string[];
}

export interface Scan {
  constants: Constant[];
  /** Comments of fields and constants, by name. */
  docs: Record<string, string>;
}

/** Of one module, as this repository formats them. */
export function scanModule(text: string): Scan {
  const constants: Constant[] = [];
  for (const found of text.matchAll(/^(?:export )?const ([A-Za-z]\w*)(?:\s*:[^=\n]*(?:=>[^=\n]*)?)? =\s/gm)) {
    const start = found.index + found[0].length;
    const value = text.slice(start, endOf(text, start)).trim();
    // Functions are no constants, but a record may hold some.
    if (/^(\([^)]*\)|\w+)(: \w+)? =>/.test(value) || !/\d/.test(withoutText(value))) continue;
    constants.push({
      name: found[1],
      text: value,
      doc: docBefore(text, found.index),
      isScalar: /^[-\d._e* +/()]+( \* [a-zA-Z]+)?$/.test(value),
      remarks: [...value.matchAll(/\/\/ (.*)$/gm)].map(([, remark]) => remark.trim())
    });
  }
  return {constants, docs: docsIn(text)};
}

/** Where the statement that began before `start` ends. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let quote = "";
  for (let at = start; at < text.length; ++at) {
    const character = text[at];
    if (quote) {
      if (character === "\\") ++at;
      else if (character === quote) quote = "";
    } else if (text.startsWith("//", at)) at = text.indexOf("\n", at);
    else if (text.startsWith("/*", at)) at = text.indexOf("*/", at) + 1;
    else if ("\"'`".includes(character)) quote = character;
    else if ("([{".includes(character)) ++depth;
    else if (")]}".includes(character)) --depth;
    else if (character === ";" && depth === 0) return at;
  }
  return text.length;
}

/** Without strings and comments, and without names that hold digits. */
function withoutText(value: string): string {
  return value
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replace(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "")
    .replace(/[A-Za-z_]\w*/g, "");
}

/** The comment that ends right before. */
function docBefore(text: string, at: number): string {
  const found = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, at));
  return found ? plain(found[1]) : "";
}

function docsIn(text: string): Record<string, string> {
  const found = text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:const )?(\w+)\??\s*[:=]/g);
  return Object.fromEntries([...found].map(([, doc, name]) => [name, plain(doc)]));
}

function plain(doc: string): string {
  return doc
    .replaceAll(/^\s*\* ?/gm, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
