/** A YAML file as values that know where they were written. */
import {isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node} from "yaml";
import {InputError} from "../engine/errors.js";
import type {Field, Spot} from "./spot.js";
import type {Fault, Position} from "./types.js";

/** Values that a file may expand to, so that aliases of aliases cannot fill the memory. */
const mostValues = 50_000;

/** The file's value, undefined when it cannot be read, and what is wrong with its YAML. */
export function readDocument(text: string, file?: string): {spot?: Spot; faults: Fault[]} {
  const lines = new LineCounter();
  const document = parseDocument(text, {lineCounter: lines, merge: true, prettyErrors: false});
  const place = (offset: number | undefined): Position => {
    const at = offset === undefined ? undefined : lines.linePos(offset);
    return {file, line: at?.line, column: at?.col};
  };
  const faults = document.errors.map(({code, message, pos}): Fault => ({
    message: yamlWords(code, message),
    ...place(pos[0])
  }));
  if (document.errors.some(({code}) => code !== "DUPLICATE_KEY")) return {faults};
  return {spot: spotsOf(document, place), faults};
}

function yamlWords(code: string, message: string): string {
  if (code === "DUPLICATE_KEY") return "a key is given twice: the same name above; drop one";
  return `invalid YAML: ${message.split("\n")[0]}; mend that line`;
}

function spotsOf(document: Document.Parsed, place: (offset?: number) => Position): Spot {
  let values = 0;
  const visit = (node: unknown): Spot => {
    if (++values > mostValues) throw new InputError(`too large: over ${mostValues} values; split the file`);
    const target = isAlias(node) ? node.resolve(document) : (node as Node | null | undefined);
    const at = place((isAlias(node) ? node : target)?.range?.[0]);
    if (isMap(target)) return mapping(target.items.flatMap(fieldOf), at);
    if (isSeq(target)) {
      const items = target.items.map(visit);
      return {...at, items, value: items.map(({value}) => value)};
    }
    if (!isScalar(target)) return {...at, value: null};
    return {...at, value: target.value, ...(target.source !== undefined && {text: target.source})};
  };
  const fieldOf = ({key, value}: {key: unknown; value: unknown}): Field[] => {
    const {value: name, ...at} = visit(key);
    const spot = visit(value);
    if (typeof name !== "symbol" && name !== "<<")
      return [{name: String(name), ...at, spot: spot.line === undefined ? {...spot, ...at} : spot}];
    return (spot.items ?? [spot]).flatMap((each) => each.fields ?? []);
  };
  return visit(document.contents);
}

/** A name that is written out wins over one that was merged in before it. */
function mapping(written: readonly Field[], at: Position): Spot {
  const fields = [...new Map(written.map((field) => [field.name, field])).values()];
  return {...at, fields, value: Object.fromEntries(fields.map(({name, spot}) => [name, spot.value]))};
}
