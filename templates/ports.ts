/** Which ports workers take, so that no two on one host share one. */
import {InputError} from "../engine/errors.js";
import {portNames, type NodePlan, type PortName, type Ports, type RolePlan} from "./plan.js";

/** First port of each kind. Kinds lie so far apart that their runs on one host never meet. */
export const basePorts: Ports = {
  system: 8081,
  http: 8200,
  bootstrap: 8998,
  kvEvents: 20081,
  sideChannel: 21097,
  coordinator: 29500
};

/** First port that is no longer of the kind. Linux hands out ports from 32768 on. */
const endPorts: Ports = {
  system: 8200,
  http: 8998,
  bootstrap: 9300,
  kvEvents: 21097,
  sideChannel: 29500,
  coordinator: 32768
};

/** Where the ranks of a worker that spans nodes find each other; such a worker has its nodes to itself. */
export const coordinatorPort = basePorts.coordinator;
/** vLLM's attention-DP ranks talk to their leader here. */
export const vllmRpcPortOffset = 10;

/** What hands out ports on one host. */
export class PortBook {
  private readonly next: Ports = {...basePorts};

  /** A run of `spans[name]` ports of each kind. Throws InputError when a kind runs out. */
  take(spans: Ports): Ports {
    const ports = {...this.next};
    for (const name of portNames) {
      this.next[name] += spans[name];
      if (this.next[name] > endPorts[name])
        throw new InputError(
          `too many workers on one node: ${name} ports end at ${endPorts[name]}; use fewer, larger workers`
        );
    }
    return ports;
  }
}

/** Throws InputError for a frontend port that a worker on the same host uses. */
export function checkFrontendPort(port: number, nodes: readonly NodePlan[], roles: readonly RolePlan[]): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new InputError(`invalid frontend port: ${port}; must be 1 to 65535`);
  for (const {role, ports, portSpans} of nodes.find(({frontend}) => frontend)?.workers ?? [])
    for (const name of usedPorts(roles.find((each) => each.role === role)!))
      if (port >= ports[name] && port < ports[name] + portSpans[name])
        throw new InputError(`invalid frontend port: ${port}; a worker beside it uses it for ${name}, use another`);
  return port;
}

/** Kinds of ports that a worker opens, with or without Dynamo. */
function usedPorts({launch: {plain, dynamo}}: RolePlan): PortName[] {
  const uses = [plain, dynamo].flatMap(({portFlags, portEnv, portJson}) => [...portFlags, ...portEnv, ...portJson]);
  return [...new Set([...uses.map(({port}) => port), ...(plain.multiNode ? ["coordinator" as const] : [])])];
}
