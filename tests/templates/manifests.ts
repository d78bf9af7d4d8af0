/** Schemas that manifests must satisfy, and what Kubernetes makes of container arguments. */
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {Ajv, type ValidateFunction} from "ajv";
import formats from "ajv-formats";
import {Deployment} from "kubernetes-models/apps/v1/Deployment";
import {StatefulSet} from "kubernetes-models/apps/v1/StatefulSet";
import {Job} from "kubernetes-models/batch/v1/Job";
import {ConfigMap} from "kubernetes-models/v1/ConfigMap";
import {Service} from "kubernetes-models/v1/Service";
import {parseAllDocuments} from "yaml";

export const flagsFolder = join(import.meta.dirname, "../../../shared/flags");

/** Whether the schemas of operators and charts are there; otherwise says loudly what is left out. */
export function sharedSchemas(cases: number, what: string): boolean {
  const there = existsSync(flagsFolder);
  if (!there) console.warn(`${cases} ${what} NOT VALIDATED: ../shared/flags is not there`);
  return there;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- manifests are looked into, field by field */
export type Manifest = any;

/** Documents of a file, by the rules of YAML 1.1 that Kubernetes reads by. */
export function documents(text: string): Manifest[] {
  const all = parseAllDocuments(text, {version: "1.1"});
  if (!Array.isArray(all)) return [];
  return all.map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((each) => each.kind === kind);
}

const compiled = new Map<string, ValidateFunction>();

function validator(file: string, pick: (json: Manifest) => object): ValidateFunction {
  const key = `${file} ${pick}`;
  if (!compiled.has(key)) {
    const ajv = new Ajv({strict: false, allErrors: true});
    (formats as unknown as (ajv: Ajv) => void)(ajv);
    compiled.set(key, ajv.compile(pick(JSON.parse(readFileSync(join(flagsFolder, file), "utf8")))));
  }
  return compiled.get(key)!;
}

/** What is wrong with it by a schema of shared/flags; empty when nothing is. */
export function schemaErrors(schema: keyof typeof schemas, value: unknown): string[] {
  const {file, pick} = schemas[schema];
  const validate = validator(file, pick);
  return validate(value) ? [] : validate.errors!.map(({instancePath, message}) => `${instancePath} ${message}`);
}

const schemas = {
  "dynamo v1alpha1": {file: "crd-dynamographdeployment.json", pick: ({schemas: all}: Manifest) => all.v1alpha1},
  "dynamo v1beta1": {file: "crd-dynamographdeployment.json", pick: ({schemas: all}: Manifest) => all.v1beta1},
  leaderworkerset: {file: "crd-leaderworkerset.json", pick: ({schemas: all}: Manifest) => all.v1},
  "llm-d": {file: "llmd-modelservice-values.json", pick: ({schema}: Manifest) => schema},
  trtllm: {file: "trtllm-llmargs-1.3.json", pick: ({schema}: Manifest) => schema}
};

const core = {Deployment, StatefulSet, Job, ConfigMap, Service} as Record<
  string,
  new (data: Manifest) => {validate(): void}
>;

/** Checks an object by the models of Kubernetes itself; false for kinds that are none of its own. Throws what is wrong. */
export function validateCore(manifest: Manifest): boolean {
  const Model = core[manifest.kind as string];
  if (!Model) return false;
  new Model(manifest).validate();
  return true;
}

/** `$(NAME)` and `$$` in a container's command, args or env, as the kubelet replaces them. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (whole === "$$") return "$";
    return name !== undefined && Object.hasOwn(env, name) ? env[name] : whole;
  });
}

/** The words that a container starts with. */
export function containerWords({command = [], args = []}: Manifest, env: Record<string, string> = {}): string[] {
  return [...command, ...args].map((word: string) => expand(word, env));
}
