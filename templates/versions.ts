/**
 * What differs between releases, a row each. A release between rows is written for the highest row that is not above
 * it. Adding a release is adding its row here and its flags in `flags/`.
 */
import {InputError, unknownName} from "../engine/errors.js";
import type {Backend} from "../engine/schema.js";
import {compareReleases, parseRelease} from "./release-order.js";
import {show} from "./quote.js";

export interface VllmRow {
  version: string;
  /** Draft tokens from the model's own layers. */
  mtpMethod: "deepseek_mtp" | "mtp";
  graphFlag: "--cuda-graph-sizes" | "--cudagraph-capture-sizes";
  /** How tensor and pipeline ranks spread over nodes. */
  spansNodesBy: "ray" | "flags";
}

export interface SglangRow {
  version: string;
  graphFlag: "--cuda-graph-bs" | "--cuda-graph-bs-decode";
}

export interface TrtllmRow {
  version: string;
  /** Where the KV type goes; undefined: nowhere that is known. */
  kvDtypeKey?: "kv_cache_dtype" | "kv_cache_config.dtype";
  /** `kv_cache_config.tokens_per_block` exists; before, an unknown key stops the engine and blocks hold 32 tokens. */
  blockTokens: boolean;
  /** Key under cuda_graph_config; undefined: there is no such section. */
  graphPaddingKey?: "padding_enabled" | "enable_padding";
  /** The engine runs the next step while it samples, and can be told not to. */
  overlapKey: boolean;
  /** `moe_config` exists, and what it runs unless told. */
  moeDefault?: "CUTLASS" | "AUTO";
  transceiver: "default" | "DEFAULT" | "max_num_tokens";
  draftKey: "num_nextn_predict_layers" | "max_draft_len";
  /** Flag of trtllm-serve for the YAML. */
  configFlag: "--extra_llm_api_options" | "--config";
  servedNameFlag: boolean;
  /** Dynamo filled build_config from its own flags, which may win over the YAML: limits are passed as flags as well. */
  limitsAsFlags: boolean;
  /** What nobody proved for this release. */
  doubts: string[];
}

const trtllm020: TrtllmRow = {
  version: "0.20.0",
  blockTokens: false,
  overlapKey: false,
  transceiver: "max_num_tokens",
  draftKey: "num_nextn_predict_layers",
  configFlag: "--extra_llm_api_options",
  servedNameFlag: false,
  limitsAsFlags: true,
  doubts: ["TensorRT-LLM 0.20 has no CUDA-graph, overlap or KV-type key that is known: the engine's own are used"]
};

const trtllm100rc3: TrtllmRow = {
  ...trtllm020,
  version: "1.0.0rc3",
  kvDtypeKey: "kv_cache_dtype",
  graphPaddingKey: "padding_enabled",
  overlapKey: true,
  transceiver: "default",
  doubts: [
    "cuda_graph_config.padding_enabled of TensorRT-LLM 1.0.0rc3 was not proved; later releases say enable_padding"
  ]
};

const spellingDoubt =
  "which releases of TensorRT-LLM from 1.0.0rc4 to 1.2.0rc1 spell the cache transceiver default and which DEFAULT was not proved";

const trtllm100rc4: TrtllmRow = {
  ...trtllm100rc3,
  version: "1.0.0rc4",
  kvDtypeKey: "kv_cache_config.dtype",
  graphPaddingKey: "enable_padding",
  moeDefault: "CUTLASS",
  doubts: [spellingDoubt]
};

const limitsDoubt =
  "where TensorRT-LLM 1.0 to 1.2.0rc3 takes its limits from under Dynamo (YAML or build_config) was not proved: they are given twice";

const trtllm100: TrtllmRow = {
  ...trtllm100rc4,
  version: "1.0.0",
  transceiver: "DEFAULT",
  doubts: [spellingDoubt, limitsDoubt]
};
const trtllm110rc0: TrtllmRow = {...trtllm100, version: "1.1.0rc0", transceiver: "default"};
const trtllm110rc1: TrtllmRow = {...trtllm100, version: "1.1.0rc1"};
const trtllm120rc2: TrtllmRow = {...trtllm110rc1, version: "1.2.0rc2", doubts: [limitsDoubt]};
const trtllm120rc5: TrtllmRow = {...trtllm120rc2, version: "1.2.0rc5", limitsAsFlags: false, doubts: []};
const trtllm120: TrtllmRow = {...trtllm120rc5, version: "1.2.0", blockTokens: true, moeDefault: "AUTO"};
const trtllm130rc0: TrtllmRow = {...trtllm120, version: "1.3.0rc0"};
const trtllm130rc20: TrtllmRow = {
  ...trtllm130rc0,
  version: "1.3.0rc20",
  draftKey: "max_draft_len",
  configFlag: "--config",
  servedNameFlag: true
};

const vllm010: VllmRow = {
  version: "0.10.2",
  mtpMethod: "deepseek_mtp",
  graphFlag: "--cuda-graph-sizes",
  spansNodesBy: "ray"
};
const vllm011: VllmRow = {...vllm010, version: "0.11.0", mtpMethod: "mtp"};
const vllm012: VllmRow = {
  ...vllm011,
  version: "0.12.0",
  graphFlag: "--cudagraph-capture-sizes",
  spansNodesBy: "flags"
};

const sglang051: SglangRow = {version: "0.5.1", graphFlag: "--cuda-graph-bs"};

/** Ascending. */
export const engineRows = {
  vllm: [vllm010, vllm011, vllm012, ...at(vllm012, "0.14.1", "0.16.0", "0.19.0", "0.20.1", "0.22.0dev")],
  sglang: [
    ...[sglang051, ...at(sglang051, "0.5.3.post2", "0.5.4.post3", "0.5.6.post2", "0.5.9", "0.5.10", "0.5.11")],
    {version: "0.5.16dev", graphFlag: "--cuda-graph-bs-decode"} satisfies SglangRow
  ],
  trtllm: [
    ...[trtllm020, trtllm100rc3, trtllm100rc4, trtllm100, trtllm110rc0, trtllm110rc1, trtllm120rc2, trtllm120rc5],
    ...[trtllm120, trtllm130rc0, trtllm130rc20]
  ]
} satisfies {vllm: VllmRow[]; sglang: SglangRow[]; trtllm: TrtllmRow[]};

/** Newest release that anything is known of, by engine; newer ones are written for the last row, in doubt. */
const newest: Record<Backend, string> = {vllm: "0.24.0", sglang: "0.5.16", trtllm: "1.3.0"};

export const engineLabels: Record<Backend, string> = {vllm: "vLLM", sglang: "SGLang", trtllm: "TensorRT-LLM"};

export interface ChosenRow<Row> {
  row: Row;
  warnings: string[];
}

export function vllmRow(version: string): ChosenRow<VllmRow> {
  return choose("vllm", engineRows.vllm, version);
}
export function sglangRow(version: string): ChosenRow<SglangRow> {
  return choose("sglang", engineRows.sglang, version);
}
export function trtllmRow(version: string): ChosenRow<TrtllmRow> {
  return choose("trtllm", engineRows.trtllm, version);
}

/** The highest row not above `version`, and what is doubtful about it. Throws InputError below the first row. */
function choose<Row extends {version: string}>(
  backend: Backend,
  rows: readonly Row[],
  version: string
): ChosenRow<Row> {
  const label = engineLabels[backend];
  if (!parseRelease(version))
    throw new InputError(`invalid ${label} release: ${show(version)}; must be like ${newest[backend]}`);
  const row = highestNotAbove(rows, version);
  if (!row) throw new InputError(`no table row for ${label} ${version}; have ${rows[0].version} and later`);
  const warnings: string[] = [];
  if (compareReleases(version, newest[backend]) > 0)
    warnings.push(
      `${label} ${version} is newer than ${newest[backend]}, the last release known: its flags were not checked`
    );
  else if (!sameRelease(row.version, version))
    warnings.push(
      `no table row for ${label} ${version}: files are written for ${row.version}, the highest row below it`
    );
  return {row, warnings};
}

function highestNotAbove<Row extends {version: string}>(rows: readonly Row[], version: string): Row | undefined {
  return rows.findLast((row) => compareReleases(row.version, version) <= 0);
}

/** `0.5.16dev` is the row of 0.5.16, as no release of that number came before it. */
function sameRelease(row: string, version: string): boolean {
  return row === version || row.replace(/dev$/, "") === version.replace(/^v/, "");
}

export interface DynamoRow {
  release: string;
  engines: Record<Backend, string>;
  /** How vLLM workers are told their role. */
  vllmRole: "--disaggregation-mode" | "--is-prefill-worker";
  /** vLLM workers refuse --kv-transfer-config unless their own connector is off. */
  connectorNone: boolean;
  kvEventsFlag: "--publish-kv-events" | "--publish-events-and-metrics";
}

const dynamo06 = {
  vllmRole: "--is-prefill-worker",
  connectorNone: true,
  kvEventsFlag: "--publish-events-and-metrics"
} as const;
const dynamo10 = {
  vllmRole: "--disaggregation-mode",
  connectorNone: false,
  kvEventsFlag: "--publish-kv-events"
} as const;
const engines = (vllm: string, sglang: string, trtllm: string) => ({vllm, sglang, trtllm});

/** Engines that each Dynamo release ships, ascending. Source: generator.md §9. */
export const dynamoRows: DynamoRow[] = [
  {release: "0.6.0", engines: engines("0.11.0", "0.5.3.post2", "1.1.0rc5"), ...dynamo06},
  {release: "0.7.0", engines: engines("0.11.0", "0.5.4.post3", "1.2.0rc2"), ...dynamo06},
  {release: "0.7.1", engines: engines("0.11.0", "0.5.4.post3", "1.2.0rc3"), ...dynamo06},
  {release: "0.8.0", engines: engines("0.12.0", "0.5.6.post2", "1.2.0rc6.post1"), ...dynamo06},
  {release: "0.9.0", engines: engines("0.14.1", "0.5.8", "1.3.0rc1"), ...dynamo06},
  {release: "1.0.0", engines: engines("0.16.0", "0.5.9", "1.3.0rc5.post1"), ...dynamo10},
  {release: "1.1.0", engines: engines("0.19.0", "0.5.10.post1", "1.3.0rc11"), ...dynamo10},
  {release: "1.2.0", engines: engines("0.20.1", "0.5.11", "1.3.0rc14"), ...dynamo10},
  {release: "1.3.0", engines: engines("0.24.0", "0.5.16", "1.3.0rc23"), ...dynamo10}
];

export interface ChosenVersions {
  engineVersion: string;
  dynamoRelease: string;
  dynamo: DynamoRow;
  warnings: string[];
}

/**
 * Engine and Dynamo releases that go together: what is given wins; a missing Dynamo release is the newest that ships
 * the engine or one before it, a missing engine the one that the Dynamo release ships. Neither: the newest Dynamo.
 */
export function chooseVersions(
  backend: Backend,
  given: {engineVersion?: string; dynamoRelease?: string}
): ChosenVersions {
  const {engineVersion} = given;
  const dynamo = given.dynamoRelease === undefined ? dynamoFor(backend, engineVersion) : dynamoAt(given.dynamoRelease);
  const shipped = dynamo.engines[backend];
  const release = given.dynamoRelease ?? dynamo.release;
  const version = (engineVersion ?? shipped).replace(/^v/, "");
  const warnings: string[] = [];
  if (version !== shipped)
    warnings.push(
      `Dynamo ${release} ships ${engineLabels[backend]} ${shipped}, the files are for ${version}: use an image that holds it`
    );
  if (release !== dynamo.release && compareReleases(release, dynamoRows.at(-1)!.release) > 0)
    warnings.push(
      `Dynamo ${release} is newer than ${dynamo.release}, the last release known: its flags were not checked`
    );
  return {engineVersion: version, dynamoRelease: release, dynamo, warnings};
}

function dynamoAt(release: string): DynamoRow {
  if (!parseRelease(release))
    throw new InputError(
      unknownName(
        "Dynamo release",
        show(release),
        dynamoRows.map((row) => row.release)
      )
    );
  const row = dynamoRows.findLast((row) => compareReleases(row.release, release) <= 0);
  if (row) return row;
  throw new InputError(`no table row for Dynamo ${release}; have ${dynamoRows[0].release} and later`);
}

function dynamoFor(backend: Backend, engineVersion: string | undefined): DynamoRow {
  const newestRow = dynamoRows.at(-1)!;
  if (engineVersion === undefined) return newestRow;
  return dynamoRows.findLast(({engines}) => compareReleases(engines[backend], engineVersion) <= 0) ?? dynamoRows[0];
}

/** Rows that differ from the first in nothing but the flags there are. */
function at<Row extends {version: string}>(row: Row, ...versions: string[]): Row[] {
  return versions.map((version) => ({...row, version}));
}
