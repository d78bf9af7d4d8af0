/** Commands of containers in a LeaderWorkerSet or alone, with what only the pod knows. */
import type {Launch, MultiNode, Ports} from "../plan.js";
import {kubernetesText} from "../quote.js";
import {render} from "../render.js";
import {mpiLauncher} from "./cluster-lines.js";
import {launchWords, type Part, type Word} from "./launch.js";

export interface ContainerCommand {
  command: string[];
  args: string[];
}

/** `env`: names of variables that ranks of an MPI job need. */
export function podCommand(
  launch: Launch,
  ports: Ports,
  part: Part,
  {gpusPerPod, env}: {gpusPerPod: number; env: readonly string[]}
): ContainerCommand {
  const [program, first] = splitCommand(launch);
  const words = [...first, ...launchWords(launch, ports, part)];
  switch (launch.multiNode?.method) {
    case "mpi":
      return mpiCommand(launch.multiNode, [...program, ...words.map(podWord)], part, env);
    case "ray":
      return rayCommand(program, words.map(podWord), part, ports.coordinator, gpusPerPod);
    default:
      return flagCommand(program, words);
  }
}

/** The program as far as its first flag: operators look for flags in a container's args. */
function splitCommand({command}: Launch): [string[], string[]] {
  const flag = command.findIndex((word) => word.startsWith("--"));
  const end = flag < 0 ? command.length : flag;
  return [command.slice(0, end).map(kubernetesText), command.slice(end)];
}

const rank = "$(LWS_WORKER_INDEX)";
const leader = "$(LWS_LEADER_ADDRESS)";

/** Kubernetes fills in `$(NAME)`; our own text is escaped so that it never does there. */
function podWord(word: Word): string {
  if (typeof word === "string") return kubernetesText(word);
  return word.late === "nodeRank" ? rank : `${leader}${kubernetesText(word.suffix ?? "")}`;
}

const isMultiple = (word: Word | undefined): word is Extract<Word, {late: "nodeRank"}> =>
  typeof word === "object" && word.late === "nodeRank" && word.times !== 1;

/** Multiples of the rank need a shell; their flags go last. */
function flagCommand(program: readonly string[], words: readonly Word[]): ContainerCommand {
  const computed = words.flatMap((word, i) =>
    isMultiple(word) ? [{flag: words[i - 1] as string, times: word.times}] : []
  );
  const plain = words.filter((word, i) => !isMultiple(word) && !isMultiple(words[i + 1])).map(podWord);
  if (computed.length === 0) return {command: [...program], args: plain};
  const extra = computed.map(({flag, times}) => `${flag} "$$((LWS_WORKER_INDEX * ${times}))"`);
  return {command: ["bash", "-c", `exec "$$@" ${extra.join(" ")}`, "bash"], args: [...program, ...plain]};
}

function mpiCommand({ranks, ranksPerNode}: MultiNode, words: readonly string[], part: Part, env: readonly string[]) {
  const script = kubernetesText(render(part === "leader" ? "mpi_leader.sh" : "mpi_follower.sh", {}));
  if (part === "follower") return {command: ["bash", "-c", script], args: []};
  const job = [String(ranks), String(ranksPerNode), env.join(",")];
  return {command: ["bash", "-c", script, "bash"], args: [...job, mpiLauncher, ...words]};
}

function rayCommand(
  program: readonly string[],
  words: readonly string[],
  part: Part,
  port: number,
  gpus: number
): ContainerCommand {
  if (part === "follower")
    return {command: ["ray", "start"], args: ["--block", `--num-gpus=${gpus}`, `--address=${leader}:${port}`]};
  const start = `ray start --head --port=${port} --num-gpus=${gpus} && exec "$$@"`;
  return {command: ["bash", "-c", start, "bash"], args: [...program, ...words]};
}
