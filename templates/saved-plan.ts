/** A plan out of a file: checked in full, as anybody may have written it. */
import {parse} from "yaml";
import * as v from "valibot";
import {InputError} from "../engine/errors.js";
import {backends} from "../engine/schema.js";
import {sources} from "../engine/result.js";
import {checkPlan} from "./check-plan.js";
import {planFormat, portNames, roleNames, ruleSets, type DeploymentPlan, type Json} from "./plan.js";
import {
  checkContainerPath,
  checkImage,
  checkKubernetesName,
  checkText,
  checkWord,
  envName,
  fileSegment
} from "./quote.js";

export interface SavedPlan {
  plan: DeploymentPlan;
  /** Targets that were written. */
  targets: string[];
}

/** What a check of quote.ts says, as valibot has it. */
const checked = (check: (text: string) => unknown) =>
  v.pipe(
    v.string(),
    v.rawCheck(({dataset, addIssue}) => {
      if (!dataset.typed) return;
      try {
        check(dataset.value);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        addIssue({message: error.message});
      }
    })
  );

const text = checked((value) => checkText("text", value));
const word = checked((value) => checkWord("word", value));
const kubernetesName = checked((value) => checkKubernetesName("name", value));
const image = checked(checkImage);
const containerPath = checked((value) => checkContainerPath("path", value));
const variable = checked(envName);
const fileName = v.pipe(
  v.string(),
  v.check((value) => fileSegment(value) === value, "must be a plain file name")
);
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));
const positive = v.pipe(v.number(), v.finite(), v.minValue(0));
const json: v.GenericSchema<Json> = v.lazy(() =>
  v.union([v.null(), v.boolean(), v.number(), text, v.array(json), v.record(text, json)])
);

const late = v.variant("late", [
  v.strictObject({late: v.literal("leaderAddress"), suffix: v.optional(text)}),
  v.strictObject({late: v.literal("nodeRank"), times: natural})
]);
const flag = v.pipe(v.string(), v.regex(/^--?[A-Za-z][\w.-]*$/));
const arg = v.strictObject({flag, values: v.array(text)});
const lateArg = v.strictObject({flag, values: v.array(v.union([text, late]))});
const portName = v.picklist(portNames);
const ports = v.strictObject(
  Object.fromEntries(portNames.map((name) => [name, natural])) as Record<(typeof portNames)[number], typeof natural>
);

const launch = v.strictObject({
  command: v.pipe(v.array(text), v.minLength(1)),
  args: v.array(arg),
  portFlags: v.array(v.strictObject({flag, port: portName})),
  portEnv: v.array(v.strictObject({name: variable, port: portName})),
  portJson: v.array(v.strictObject({flag, template: text, port: portName})),
  multiNode: v.nullable(
    v.strictObject({
      method: v.picklist(["flags", "mpi", "ray"]),
      everyNode: v.array(lateArg),
      leader: v.array(lateArg),
      followers: v.array(lateArg),
      followersServe: v.boolean(),
      ranks: count,
      ranksPerNode: count
    })
  )
});

const role = v.strictObject({
  role: v.picklist(roleNames),
  service: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]{0,40}$/)),
  workers: count,
  parallel: v.strictObject({tp: count, pp: count, dp: count, moeTp: count, moeEp: count, cp: count}),
  gpusPerWorker: count,
  nodesPerWorker: count,
  gpusPerPod: count,
  batchPerRank: count,
  limits: v.strictObject({
    maxBatch: count,
    maxTokens: count,
    maxSeqTokens: count,
    transferBufferTokens: v.nullable(count),
    chunkTokens: v.nullable(v.number())
  }),
  kvCache: v.strictObject({dtype: text, engine: text, blockTokens: v.nullable(count)}),
  graphSizes: v.nullable(v.array(count)),
  nextn: natural,
  prefixCaching: v.boolean(),
  chunkedPrefill: v.boolean(),
  memoryFraction: v.nullable(positive),
  expertParallel: v.strictObject({
    ep: count,
    attentionDp: v.boolean(),
    wideEp: v.boolean(),
    moeBackend: v.nullable(text),
    allToAll: v.nullable(text)
  }),
  quantization: v.nullable(text),
  overlapScheduler: v.nullable(v.boolean()),
  launch: v.strictObject({plain: launch, dynamo: launch}),
  engineConfig: v.nullable(v.record(text, json)),
  engineConfigFile: v.nullable(fileName),
  env: v.record(variable, text),
  sharedMemoryGiB: count
});

const worker = v.strictObject({
  role: v.picklist(roleNames),
  worker: natural,
  rank: natural,
  leaderNode: natural,
  devices: v.pipe(v.array(natural), v.minLength(1)),
  ports,
  portSpans: ports
});

const band = v.strictObject({p50: positive, p90: positive});

const planSchema = v.strictObject({
  format: v.literal(planFormat),
  name: kubernetesName,
  namespace: kubernetesName,
  mode: v.picklist(["agg", "disagg"]),
  rules: v.picklist(ruleSets),
  model: v.strictObject({
    id: text,
    servedName: word,
    path: word,
    isMoe: v.boolean(),
    isMla: v.boolean(),
    weights: text,
    checkpoint: v.nullable(text),
    nextn: natural,
    trustRemoteCode: v.boolean()
  }),
  engine: v.strictObject({
    backend: v.picklist(backends),
    label: text,
    version: text,
    row: text,
    dataVersions: v.array(text)
  }),
  dynamo: v.strictObject({release: text, engineVersion: text}),
  hardware: v.strictObject({
    system: text,
    label: text,
    gpusPerNode: count,
    multiNodeNvlink: v.boolean(),
    computeDomain: v.boolean(),
    arch: v.picklist(["amd64", "arm64"]),
    nodeSelector: v.record(text, text),
    tolerations: v.array(
      v.strictObject({
        key: text,
        operator: v.picklist(["Exists", "Equal"]),
        value: v.optional(text),
        effect: v.optional(text)
      })
    )
  }),
  workload: v.strictObject({isl: count, osl: count, prefix: natural}),
  images: v.strictObject({engine: image, dynamo: image}),
  frontend: v.strictObject({port, router: v.picklist(["round-robin", "kv"])}),
  hfTokenSecret: v.nullable(v.strictObject({name: kubernetesName, key: v.pipe(v.string(), v.regex(/^[\w.-]+$/))})),
  modelCache: v.nullable(v.strictObject({claim: kubernetesName, mountPath: containerPath})),
  imagePullSecrets: v.array(kubernetesName),
  configFolder: containerPath,
  roles: v.pipe(v.array(role), v.minLength(1), v.maxLength(2)),
  nodes: v.pipe(
    v.array(v.strictObject({index: natural, frontend: v.boolean(), workers: v.array(worker)})),
    v.minLength(1)
  ),
  totals: v.strictObject({workers: count, gpus: count, nodes: count}),
  transfer: v.nullable(v.strictObject({backend: text})),
  predicted: v.nullable(
    v.strictObject({
      ttftMs: positive,
      tpotMs: positive,
      requestLatencyMs: positive,
      requestsPerSec: positive,
      tokensPerSec: positive,
      tokensPerSecPerGpu: positive,
      tokensPerSecPerUser: positive,
      concurrency: positive,
      source: v.picklist(sources),
      error: v.optional(v.strictObject({ttft: band, tpot: band, tokensPerSec: band}))
    })
  ),
  benchmark: v.strictObject({
    concurrency: count,
    concurrencies: v.array(count),
    requests: v.array(count),
    warmups: v.array(natural),
    seed: natural
  }),
  set: v.record(text, text),
  reasons: v.record(text, text),
  warnings: v.array(text)
});

const savedSchema = v.strictObject({
  generator: v.literal("kneepoint"),
  targets: v.pipe(v.array(v.string()), v.minLength(1)),
  plan: planSchema
});

/** Throws InputError for text that is no saved plan, naming the first place that is wrong. */
export function readSavedPlan(yaml: string, name: string): SavedPlan {
  const saved = parsed(yaml, name);
  const result = v.safeParse(savedSchema, saved);
  if (result.success) {
    // As it was read, with its keys in their order: files made of it are the same to the letter.
    checkPlan((saved as SavedPlan).plan);
    return saved as SavedPlan;
  }
  const [issue] = result.issues;
  const at = v.getDotPath(issue) ?? "the top";
  throw new InputError(
    `no saved plan: ${name}, ${at}: ${issue.message}; take a generator_config.yaml as it was written`
  );
}

function parsed(yaml: string, name: string): unknown {
  try {
    return parse(yaml, {maxAliasCount: 0});
  } catch (error) {
    throw new InputError(`no saved plan: ${name}: ${(error as Error).message.split("\n")[0]}; must be YAML`);
  }
}
