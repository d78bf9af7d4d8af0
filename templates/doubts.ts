/** What of a deployment nobody proved, in words. */
import type {SystemSpec} from "../engine/system.js";
import type {ChosenRole} from "./chosen-roles.js";
import type {Notes} from "./engines/role.js";
import {joinsNodes} from "./hardware.js";
import type {ChosenPoint} from "./options.js";
import type {RolePlan} from "./plan.js";

/** Doubts about the nodes, the network and what passes between roles. */
export function warnOfSystem(
  system: SystemSpec,
  gpusPerNode: number,
  label: string,
  roles: readonly RolePlan[],
  notes: Notes
): void {
  const largest = Math.max(...roles.map(({gpusPerWorker}) => gpusPerWorker));
  if (joinsNodes(system) && largest > system.gpusPerRack)
    notes.warn(
      `a worker of ${largest} GPUs is larger than a rack of ${system.gpusPerRack}: NVLink does not join all of it`
    );
  if (gpusPerNode !== system.gpusPerNode)
    notes.warn(`nodes are taken to give ${gpusPerNode} GPUs, ${system.label} has ${system.gpusPerNode}`);
  if (system.smVersion < 0)
    notes.warn(`${system.label} is no NVIDIA GPU: files name nvidia.com/gpu and images for CUDA`);
  const [prefill, decode] = roles;
  if (decode && prefill.parallel.tp !== decode.parallel.tp)
    notes.warn(
      `KV passes from tp ${prefill.parallel.tp} to tp ${decode.parallel.tp}: whether ${label}'s transport can do that differs by release and was not proved`
    );
  if (roles.some(({nodesPerWorker, launch}) => nodesPerWorker > 1 && launch.plain.multiNode?.method === "ray"))
    notes.warn("this vLLM spans nodes by Ray: a Ray cluster must run on them before the leader starts");
  if (roles.some(({nodesPerWorker}) => nodesPerWorker > 1) && !joinsNodes(system))
    notes.warn("workers span nodes: UCX and NCCL need the transports of your network, which no file here can know");
}

/** Releases whose measurements the figures come from; says so where the files are for another. */
export function dataVersionsOf(
  {plan}: ChosenPoint,
  roles: readonly ChosenRole[],
  label: string,
  version: string,
  notes: Notes
): string[] {
  const measured = plan.ttftMs === undefined ? [] : [...new Set(roles.map(({point}) => point.version))];
  const others = measured.filter((each) => each !== version);
  if (others.length > 0)
    notes.warn(`figures come from measurements of ${label} ${others.join(" and ")}, the files are for ${version}`);
  return measured;
}
