/** Checks of whole command lines against the tables, for tests and at generation time. */
import {engineLabels} from "../versions.js";
import type {Backend} from "../../engine/schema.js";
import type {Arg} from "../plan.js";
import * as dynamo from "./dynamo.js";
import {sglangFlags} from "./sglang.js";
import {checkTable} from "./table.js";
import type {FlagTable} from "./table.js";
import {trtllmServeFlags} from "./trtllm-serve.js";
import {vllmFlags} from "./vllm.js";

export const engineFlags: Record<Backend, FlagTable> = {vllm: vllmFlags, sglang: sglangFlags, trtllm: trtllmServeFlags};

const dynamoFlags: Record<Backend, FlagTable> = {
  vllm: dynamo.dynamoVllmFlags,
  sglang: dynamo.dynamoSglangFlags,
  trtllm: dynamo.dynamoTrtllmFlags
};

/** Throws InputError with the reason when the engine's own program would refuse the arguments. */
export function checkArgs(backend: Backend, version: string, args: readonly Arg[]): void {
  checkTable(engineLabels[backend], version, engineFlags[backend], args);
}

/** As `checkArgs` for a Dynamo worker: its own flags by its release, the rest by the engine's. */
export function checkDynamoArgs(backend: Backend, release: string, engineVersion: string, args: readonly Arg[]): void {
  const table = dynamoFlags[backend];
  const isOwn = ({flag}: Arg) => backend === "trtllm" || Object.hasOwn(table, flag);
  checkTable("Dynamo", release, table, args.filter(isOwn));
  checkArgs(
    backend,
    engineVersion,
    args.filter((arg) => !isOwn(arg))
  );
}

export function checkFrontendArgs(release: string, args: readonly Arg[]): void {
  checkTable("Dynamo frontend", release, dynamo.dynamoFrontendFlags, args);
}
