/** Why values of a deployment are as they are, under the names that `--set` takes. */
import {roleOf, type DeploymentPlan, type RoleName} from "../templates/plan.js";
import {counted} from "./format.js";

export interface ReasonRow {
  key: string;
  value: string;
  reason: string;
}

export interface ReasonGroup {
  /** `prefill`, or what all roles share. */
  name: string;
  rows: ReasonRow[];
}

/** Last part of a path → its name, where they differ in more than spelling. */
const names: Record<string, string> = {
  maxBatch: "max_batch_size",
  maxTokens: "max_num_tokens",
  maxSeqTokens: "max_seq_len",
  engine: "kv_cache_dtype",
  ep: "expert_parallel"
};

const own = "all of it";

/** The role that a file is of, by its name, comes first. */
export function reasonGroups(plan: DeploymentPlan, path = ""): ReasonGroup[] {
  const groups = new Map<string, ReasonRow[]>();
  for (const [path, reason] of Object.entries(plan.reasons)) {
    const [head, ...rest] = path.split(".");
    const role = plan.roles.find((each) => each.role === head)?.role;
    const row = {
      key: keyName(path),
      value: shown(role ? at(roleOf(plan, role), rest) : at(plan, [head, ...rest])),
      reason
    };
    groups.set(role ?? own, [...(groups.get(role ?? own) ?? []), row]);
  }
  const roles = plan.roles.map(({role}): RoleName | typeof own => role);
  const first = roles.filter((role) => path.startsWith(`${role}_`));
  const order = new Set([...first, ...roles, own]);
  return [...order].flatMap((name) => (groups.has(name) ? [{name, rows: groups.get(name)!}] : []));
}

/** `max_num_tokens` of `decode.limits.maxTokens`. */
export function keyName(path: string): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
  return names[last] ?? last.replace(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value);
}

const thousands = new Intl.NumberFormat("en", {maximumFractionDigits: 3});
const shownMembers = 6;

function shown(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  if (typeof value === "number") return thousands.format(value);
  if (typeof value === "boolean") return value ? "on" : "off";
  if (!Array.isArray(value)) return String(value);
  if (value.length <= shownMembers) return value.map(shown).join(", ");
  return `${value
    .slice(0, shownMembers - 1)
    .map(shown)
    .join(", ")} … ${shown(value.at(-1))} (${counted(value.length, "size")})`;
}
