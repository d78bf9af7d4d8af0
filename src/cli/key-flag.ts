/** The flag of a task's key, out of what the key may be. */
import type {KeySpec} from "../task/kinds.js";
import type {Flag} from "./args.js";

/** What valibot's schemas of keys consist of, as far as flags need it. */
interface Shape {
  type: string;
  pipe?: readonly Shape[];
  item?: Shape;
  options?: readonly string[];
  requirement?: unknown;
}

export function flagOfKey({schema, unit, help, default: preset, effect}: KeySpec, verbPreset?: unknown): Flag {
  const shape = schema as unknown as Shape;
  const known = verbPreset ?? preset;
  return {
    ...kindOf(shape),
    ...(unit ? {unit: placeholder(unit)} : {}),
    help: effect && !said.test(effect) ? `${help} (${effect})` : help,
    ...(known === undefined || known === false ? {} : {shown: String(known)})
  };
}

/** Effects that the heading of a flag says already, or that only files have: a flag without role means every worker. */
const said = /^(agg|disagg|disagg: per role.*)$/;

function kindOf(shape: Shape): Pick<Flag, "type" | "choices" | "min" | "unit"> {
  const base = shape.pipe?.[0] ?? shape;
  const has = (type: string) => shape.pipe?.find((each) => each.type === type);
  switch (base.type) {
    case "boolean":
      return {type: "boolean"};
    case "picklist":
      return {type: "string", choices: base.options};
    case "number":
      return {
        type: has("integer") ? "integer" : "number",
        min: (has("min_value")?.requirement as number) ?? 0,
        unit: "N"
      };
    case "array": {
      const {type, min} = kindOf(base.item!);
      return {type: type === "integer" ? "integers" : "numbers", min, unit: "N,…"};
    }
    default:
      return {type: "string", unit: "NAME"};
  }
}

/** `requests per rank` → `REQUESTS`. */
function placeholder(unit: string): string {
  return unit.split(" ")[0].toUpperCase();
}
