/** The keys by name, those of roles spelt out, and what is known of names that are none. */
import {nearest} from "../engine/errors.js";
import {taskKeys} from "./keys.js";
import type {KeySpec} from "./kinds.js";
import {aggKeys, disaggKeys} from "./mode-keys.js";
import {expertKeys, sizeKeys, workerKeys} from "./worker-keys.js";

export type WorkerRole = "prefill" | "decode";
export const workerRoles: readonly WorkerRole[] = ["prefill", "decode"];

/** `worker` and `expert` keys also have the forms prefill_… and decode_…, which then carry `role`. */
export type KeyScope = "task" | "agg" | "disagg" | "worker" | "expert";

export interface Key extends KeySpec {
  name: string;
  scope: KeyScope;
  role?: WorkerRole;
  /** The name without its role. */
  base: string;
  /** Set under `config:` in the nested form, so that `mode: replace` clears it. */
  inConfig: boolean;
}

/** Of the task and worker keys, those under `config:` in the nested form. */
const configKeys = new Set(["nextn", "nextn_accept_rates", ...Object.keys(workerKeys).filter(isQuantKey)]);

export function isQuantKey(base: string): boolean {
  return base.endsWith("_quant_mode");
}

function listed(scope: KeyScope, specs: Readonly<Record<string, KeySpec>>, prefix = "", role?: WorkerRole): Key[] {
  const inConfig = (name: string) => (scope === "task" || scope === "worker" ? configKeys.has(name) : true);
  return Object.entries(specs).map(([base, spec]) => ({
    ...spec,
    name: prefix + base,
    scope,
    ...(role && {role}),
    base,
    inConfig: inConfig(base)
  }));
}

const sizes = (role: "agg" | WorkerRole) => listed(role === "agg" ? "agg" : "disagg", sizeKeys, `${role}_`);

/** Every key, in the order in which they are documented and written. */
export const allKeys: readonly Key[] = [
  ...listed("task", taskKeys),
  ...listed("worker", workerKeys),
  ...workerRoles.flatMap((role) => listed("worker", workerKeys, `${role}_`, role)),
  ...listed("expert", expertKeys),
  ...workerRoles.flatMap((role) => listed("expert", expertKeys, `${role}_`, role)),
  ...listed("agg", aggKeys),
  ...sizes("agg"),
  ...listed("disagg", disaggKeys),
  ...workerRoles.flatMap(sizes)
];

const byName = new Map(allKeys.map((key) => [key.name, key]));

export function maybeKey(name: string): Key | undefined {
  return byName.get(name);
}

/** Keys of the reference that are understood and change nothing here, with what to do. */
const inert: Readonly<Record<string, string>> = {
  engine_step_backend: "there is one engine here, drop it",
  forward_model: "operators are timed one by one here, drop it",
  prefill_enable_chunked_prefill: "prefill workers take whole prompts, drop it",
  enable_epd: "encoders run on prefill and aggregated workers, drop it",
  disable_encoder_dp: "encoders run on prefill and aggregated workers, drop it",
  deployment_target: "a task writes no deployment files, drop it",
  generator_config: "a task writes no deployment files, drop it",
  generated_config_version: "a task writes no deployment files, drop it"
};

const inertPrefixes: Readonly<Record<string, string>> = {
  afd_: "attention and FFN are not served apart here, drop it",
  encoder_: "encoders run on prefill and aggregated workers, drop it"
};

/** What to say of a name that is no key: that it has no effect, or what it may have meant. */
export function unknownKey(name: string, shown = name): string {
  const prefix = Object.keys(inertPrefixes).find((start) => name.startsWith(start));
  const advice = Object.hasOwn(inert, name) ? inert[name] : prefix && inertPrefixes[prefix];
  if (advice) return `no effect: ${shown}; ${advice}`;
  const near = nearest(name, byName.keys());
  return `unknown key: ${shown}; ${near ? `did you mean ${near}?` : "docs/configuration.md lists them"}`;
}
