/** What must be true of every plan before anything is written from it, made here or read from a file. */
import {InputError} from "../engine/errors.js";
import {checkArgs, checkDynamoArgs, checkFrontendArgs} from "./flags/check.js";
import {checkEngineConfig} from "./flags/trtllm-config.js";
import {
  portNames,
  type Arg,
  type DeploymentPlan,
  type Late,
  type Launch,
  type NodePlan,
  type RolePlan
} from "./plan.js";

/** Throws InputError with the reason for the first thing that an engine or a cluster would refuse. */
export function checkPlan(plan: DeploymentPlan): void {
  for (const role of plan.roles) {
    checkRole(plan, role);
    checkLaunches(plan, role);
    if (role.engineConfig) checkEngineConfig(plan.engine.version, role.engineConfig);
  }
  checkFrontendArgs(plan.dynamo.release, frontendArgs(plan));
  for (const node of plan.nodes) checkNode(plan, node);
  checkPlaced(plan);
}

/** What the Dynamo frontend is started with. */
export function frontendArgs({frontend}: DeploymentPlan): Arg[] {
  return [
    {flag: "--http-port", values: [String(frontend.port)]},
    ...(frontend.router === "kv" ? [{flag: "--router-mode", values: ["kv"]}] : [])
  ];
}

function checkRole(
  {hardware}: DeploymentPlan,
  {role, parallel, gpusPerWorker, nodesPerWorker, gpusPerPod}: RolePlan
): void {
  const {tp, pp, dp} = parallel;
  if (gpusPerWorker !== tp * pp * dp)
    throw new InputError(`invalid ${role}.gpusPerWorker: ${gpusPerWorker}; must be tp · pp · dp = ${tp * pp * dp}`);
  if (gpusPerPod * nodesPerWorker !== gpusPerWorker || gpusPerPod > hardware.gpusPerNode)
    throw new InputError(
      `impossible split: ${gpusPerWorker} GPUs as ${nodesPerWorker} pods of ${gpusPerPod} on nodes of ${hardware.gpusPerNode}`
    );
}

function checkLaunches({engine, dynamo}: DeploymentPlan, {launch}: RolePlan): void {
  checkArgs(engine.backend, engine.version, allArgs(launch.plain));
  checkDynamoArgs(engine.backend, dynamo.release, engine.version, allArgs(launch.dynamo));
  const model = launch.dynamo.command.slice(3);
  checkDynamoArgs(engine.backend, dynamo.release, engine.version, [{flag: model[0], values: model.slice(1)}]);
}

/** Every flag that any node of a worker may get, with stand-ins for what only the node knows. */
function allArgs({args, portFlags, portJson, multiNode}: Launch): Arg[] {
  const late = [...(multiNode?.everyNode ?? []), ...(multiNode?.leader ?? []), ...(multiNode?.followers ?? [])];
  return [
    ...args,
    ...portFlags.map(({flag}) => ({flag, values: ["1"]})),
    ...portJson.map(({flag, template}) => ({flag, values: [template.replaceAll("{port}", "1")]})),
    ...late.map(({flag, values}) => ({flag, values: values.map(standIn)}))
  ];
}

function standIn(value: string | Late): string {
  if (typeof value === "string") return value;
  return value.late === "nodeRank" ? "1" : `leader${value.suffix ?? ""}`;
}

/** No device twice, none beyond the node, and no port for two. */
function checkNode({hardware}: DeploymentPlan, {index, workers}: NodePlan): void {
  const devices = workers.flatMap((worker) => worker.devices);
  const wrong = devices.find((device, i) => device >= hardware.gpusPerNode || devices.indexOf(device) !== i);
  if (wrong !== undefined)
    throw new InputError(`invalid device on node ${index}: ${wrong}; must be its own, below ${hardware.gpusPerNode}`);
  const runs = workers
    .flatMap(({ports, portSpans}) =>
      portNames.map((name) => ({name, first: ports[name], end: ports[name] + portSpans[name]}))
    )
    .sort((a, b) => a.first - b.first);
  const clash = runs.find((run, i) => i > 0 && run.first < runs[i - 1].end);
  if (clash)
    throw new InputError(
      `port ${clash.first} (${clash.name}) is taken twice on node ${index}; use fewer workers a node`
    );
}

function checkPlaced({roles, nodes}: DeploymentPlan): void {
  for (const {role, workers, nodesPerWorker} of roles) {
    const parts = nodes.flatMap((node) => node.workers).filter((part) => part.role === role);
    if (parts.length !== workers * nodesPerWorker)
      throw new InputError(
        `${role} workers are not all placed: ${parts.length} of ${workers * nodesPerWorker} parts; make the plan again`
      );
  }
}
