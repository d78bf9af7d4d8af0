/** The words that start one node's part of a worker, before any language quotes them. */
import type {Arg, DeploymentPlan, Late, Launch, MultiNode, PortName, Ports, RolePlan} from "../plan.js";

/** A word, or one that only the node knows when it starts. */
export type Word = string | Late;

/** Which part of a worker: the leader, or another node. */
export type Part = "leader" | "follower";

/** Everything after the program: flags of the role, its ports, and what nodes of one worker add. */
export function launchWords(launch: Launch, ports: Ports, part: Part): Word[] {
  const flags: Arg<Word>[] = [
    ...launch.args,
    ...launch.portFlags.map(({flag, port}) => ({flag, values: [String(ports[port])]})),
    ...launch.portJson.map(({flag, template, port}) => ({flag, values: [withPort(template, ports[port])]})),
    ...(launch.multiNode ? multiNodeArgs(launch.multiNode, part) : [])
  ];
  return flags.flatMap(({flag, values}) => [flag, ...values]);
}

const withPort = (template: string, port: number) => template.replaceAll("{port}", String(port));

function multiNodeArgs({everyNode, leader, followers}: MultiNode, part: Part): Arg<Word>[] {
  return [...everyNode, ...(part === "leader" ? leader : followers)];
}

/** Variables of a worker: those of the role and those that carry a port. */
export function launchEnv(role: RolePlan, launch: Launch, ports: Ports): [string, string][] {
  return [
    ...Object.entries(role.env),
    ...launch.portEnv.map(({name, port}): [string, string] => [name, String(ports[port])])
  ];
}

/** Where a decode worker fetches KV from a vLLM prefill worker: set wherever that is not the same host. */
export const sideChannelHost = "VLLM_NIXL_SIDE_CHANNEL_HOST";

export function usesSideChannel(launch: Launch): boolean {
  return usesPort(launch, "sideChannel");
}

function usesPort({portEnv, portFlags, portJson}: Launch, name: PortName): boolean {
  return [...portEnv, ...portFlags, ...portJson].some(({port}) => port === name);
}

/** Whether a node has a process of its own to start: not where one MPI job starts all of them. */
export function startsHere(launch: Launch, part: Part): boolean {
  return part === "leader" || launch.multiNode?.method !== "mpi";
}

/** Whether requests may be sent to this part. */
export function servesHere(launch: Launch, part: Part): boolean {
  return part === "leader" || launch.multiNode?.followersServe === true;
}

/** Ports of the first worker of a role: in a container of its own every worker has the same. */
export function podPorts(plan: DeploymentPlan, role: RolePlan["role"]): Ports {
  return plan.nodes.flatMap(({workers}) => workers).find((worker) => worker.role === role)!.ports;
}
