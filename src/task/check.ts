/** Checks one value against its key, and says in one sentence what is wrong with it. */
import * as v from "valibot";
import {nearest} from "../engine/errors.js";
import type {Key} from "./key.js";
import {wordsOf} from "./kinds.js";

/** A wrong part of a value: where in it, and what is wrong. */
export interface ValueFault {
  path: readonly (string | number)[];
  message: string;
}

/** The value as the engine calls it, or everything that is wrong with it. `shown` is the name that was written. */
export function checkValue(key: Key, given: unknown, shown = key.name): {value: unknown} | {faults: ValueFault[]} {
  const renamed = typeof given === "string" && key.renamed && Object.hasOwn(key.renamed, given);
  const result = v.safeParse(key.schema, renamed ? key.renamed![given] : given);
  if (result.success) return {value: result.output};
  return {faults: result.issues.map((issue) => faultOf(key, given, issue, shown))};
}

function faultOf(key: Key, given: unknown, issue: v.BaseIssue<unknown>, shown: string): ValueFault {
  const path = (issue.path ?? []).map((item) => item.key as string | number);
  const where = [shown, ...path].join(".");
  const inside = path.length > 0 && typeof path[0] === "string";
  if (issue.type === "strict_object" && issue.expected === "never")
    return {path, message: unknownPart(key.schema, path, where)};
  if ((issue.type === "strict_object" || issue.type === "raw_check") && issue.received === "undefined")
    return {path: path.slice(0, -1), message: `missing ${where}: not given; must be a number above 0`};
  const unit = key.unit && !inside ? ` (${key.unit})` : "";
  const must = inside ? innerWords(issue) : wordsOf(key.schema) + unit;
  const got = inside || path.length === 0 ? issue.input : given;
  return {path, message: `invalid ${inside ? where : shown}: ${shownValue(got)}; must be ${must}${near(issue)}`};
}

/** What a part of a block must be. */
function innerWords({type, expected}: v.BaseIssue<unknown>): string {
  switch (type) {
    case "boolean":
      return "true or false";
    case "strict_object":
      return "a mapping such as {threshold: 300, hard_fail: true}";
    case "number":
    case "gt_value":
    case "finite":
      return "a number above 0";
    case "min_value":
      return "a number ≥ 0";
    default:
      return expected ?? type;
  }
}

function near({type, input, expected}: v.BaseIssue<unknown>): string {
  if (type !== "picklist" && type !== "union") return "";
  const choices = [...(expected ?? "").matchAll(/"([^"]*)"/g)].map(([, name]) => name);
  const closest = typeof input === "string" ? nearest(input, choices) : undefined;
  return closest ? `; did you mean ${closest}?` : "";
}

/** A name inside of a block that the block does not have. */
function unknownPart(schema: v.GenericSchema, path: readonly (string | number)[], where: string): string {
  const names = partNames(schema, path.slice(0, -1));
  const closest = nearest(String(path.at(-1)), names);
  return `unknown key: ${where}; have ${names.join(", ")}${closest ? `; did you mean ${closest}?` : ""}`;
}

interface Block {
  entries?: Record<string, Block>;
  wrapped?: Block;
  pipe?: readonly Block[];
}

function partNames(schema: v.GenericSchema, path: readonly (string | number)[]): string[] {
  const inside = (block: Block): Block => (block.wrapped ? inside(block.wrapped) : (block.pipe?.[0] ?? block));
  const at = path.reduce((block: Block, name) => inside(inside(block).entries?.[name] ?? {}), inside(schema as Block));
  return Object.keys(at.entries ?? {});
}

/** A value as it is repeated in a message. */
export function shownValue(value: unknown): string {
  const json = typeof value === "string" ? value || '""' : (JSON.stringify(value) ?? String(value));
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : json.slice(0, 60);
}
