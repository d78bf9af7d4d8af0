/** How one worker spans hosts where its engine has no flags for that: one MPI job, or a Ray cluster. */
import type {DeploymentPlan, MultiNode, NodeWorker} from "../plan.js";
import {commandLines, hostOf} from "./shell-words.js";
import type {Part} from "./launch.js";

/** Lets one server hand work to the ranks of its job. */
export const mpiLauncher = "trtllm-llmapi-launch";

/** TensorRT-LLM: the leader starts the ranks of all nodes, through Slurm inside an allocation, else through MPI. */
export const mpiLines = {
  leader(
    plan: DeploymentPlan,
    {ranks, ranksPerNode}: MultiNode,
    worker: NodeWorker,
    env: readonly string[],
    words: readonly string[]
  ): string[] {
    const hosts = nodesOf(plan, worker).map((node) => hostOf(node, false));
    const names = env.map((each) => each.slice(0, each.indexOf("=")));
    const srun = [
      ...["srun", "--mpi=pmix", `--nodes=${hosts.length}`, `--ntasks=${ranks}`, `--ntasks-per-node=${ranksPerNode}`],
      `--nodelist="${hosts.join(",")}"`
    ];
    const slots = hosts.map((host) => `${host}:${ranksPerNode}`).join(",");
    const mpirun = ["mpirun", "--allow-run-as-root", "-n", String(ranks), "-H", `"${slots}"`];
    return [
      'if [ -n "${SLURM_JOB_ID:-}" ]; then',
      '  read -ra srun_options <<<"${SRUN_OPTIONS:-}"',
      `  ranks=(${srun.join(" ")} "\${srun_options[@]}")`,
      "else",
      `  ranks=(${[...mpirun, ...names.flatMap((name) => ["-x", name]), "-x HF_TOKEN"].join(" ")})`,
      "fi",
      ...commandLines([mpiLauncher, ...words], ["run env", ...env, '"${ranks[@]}"'])
    ];
  },
  follower: (leader: number): string[] => [`echo "started by the MPI job of node ${leader}; nothing to do here"`]
};

/** Nodes of a worker, its leader first. */
function nodesOf({nodes}: DeploymentPlan, {role, worker}: NodeWorker): number[] {
  const parts = nodes.flatMap(({index, workers}) =>
    workers.filter((each) => each.role === role && each.worker === worker).map(({rank}) => ({index, rank}))
  );
  return parts.sort((a, b) => a.rank - b.rank).map(({index}) => index);
}

/** vLLM before 0.12: every node joins a Ray cluster, and the leader serves once all of them have. */
export function rayLines(
  plan: DeploymentPlan,
  worker: NodeWorker,
  env: readonly string[],
  words: readonly string[],
  part: Part
): string[] {
  const port = worker.ports.coordinator;
  const gpus = `--num-gpus=${worker.devices.length}`;
  const leader = `"${hostOf(worker.leaderNode, false)}:${port}"`;
  if (part === "follower") return commandLines(["ray start --block", gpus, `--address=${leader}`], ["run env", ...env]);
  return [
    ...commandLines(["ray start --head", `--port=${port}`, gpus], ["env", ...env]),
    ...commandLines(words, ["run env", ...env])
  ];
}
