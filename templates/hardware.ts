/** What a GPU system needs of its nodes and processes. Source: generator.md §7. */
import type {Backend} from "../engine/schema.js";
import type {SystemSpec} from "../engine/system.js";
import type {PlanHardware, RoleName} from "./plan.js";

/** Whether NVLink joins the nodes of a rack. */
export function joinsNodes({
  gpusPerRack,
  gpusPerNode,
  interNodeBytesPerSec,
  intraNodeBytesPerSec
}: SystemSpec): boolean {
  const isRack = Number.isFinite(gpusPerRack) && gpusPerRack > gpusPerNode;
  return isRack && interNodeBytesPerSec >= intraNodeBytesPerSec;
}

export function hardwareOf(
  system: SystemSpec,
  gpusPerNode: number,
  spansNodes: boolean,
  nodeSelector: Readonly<Record<string, string>>
): PlanHardware {
  const multiNodeNvlink = joinsNodes(system);
  const arch = /^g[bh]\d/.test(system.id) ? "arm64" : "amd64";
  return {
    system: system.id,
    label: system.label,
    gpusPerNode,
    multiNodeNvlink,
    computeDomain: multiNodeNvlink && spansNodes,
    arch,
    nodeSelector: {...(arch === "arm64" && {"kubernetes.io/arch": arch}), ...nodeSelector},
    tolerations: [
      {key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule"},
      ...(arch === "arm64"
        ? [{key: "kubernetes.io/arch", operator: "Equal" as const, value: arch, effect: "NoSchedule"}]
        : [])
    ]
  };
}

/** Environment of workers. NVLink between nodes has to be asked for. */
export function hardwareEnv(system: SystemSpec, backend: Backend, nodesPerWorker: number): Record<string, string> {
  if (system.smVersion < 90) return {};
  const cumem = {NCCL_CUMEM_ENABLE: "1"};
  if (!joinsNodes(system) || nodesPerWorker === 1) return cumem;
  return {
    ...cumem,
    NCCL_MNNVL_ENABLE: "1",
    NCCL_NVLS_ENABLE: "1",
    NCCL_P2P_LEVEL: "NVL",
    UCX_CUDA_IPC_ENABLE_MNNVL: "y",
    ...(backend === "vllm" && {VLLM_USE_NCCL_SYMM_MEM: "1"})
  };
}

const usualSharedGiB = 64;
const largeSharedGiB = 128;

/** Shared memory that ranks of one worker talk through. */
export function sharedMemoryGiB(system: SystemSpec, role: RoleName): number {
  return joinsNodes(system) && role === "decode" ? largeSharedGiB : usualSharedGiB;
}
