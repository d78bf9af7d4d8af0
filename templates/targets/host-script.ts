/** `node_<i>_run.sh`: everything that runs on one host, in the foreground of one script. */
import type {DeploymentPlan, Launch, NodePlan, NodeWorker, RolePlan} from "../plan.js";
import {roleOf, words} from "../plan.js";
import {frontendArgs} from "../check-plan.js";
import {shellWord} from "../quote.js";
import {render} from "../render.js";
import {comments} from "./header.js";
import {launchEnv, launchWords, servesHere, sideChannelHost, startsHere, usesSideChannel, type Part} from "./launch.js";
import {needsRouter, routerFile, routerOf, type Endpoint} from "./router.js";
import {mpiLines, rayLines} from "./cluster-lines.js";
import {assignment, commandLines, hostOf, hostVariable, routerWord, seatedWord} from "./shell-words.js";
import type {TargetFile} from "./target.js";

/** With engines' own servers, or as workers of Dynamo. */
export type Style = "plain" | "dynamo";

/** A command of a script, under a comment that says what it is. */
export interface HostProcess {
  title: string;
  lines: string[];
}

/** One script for every node, and what they read. */
export function hostScripts(plan: DeploymentPlan, style: Style, prefix: string): TargetFile[] {
  const scripts = plan.nodes.map((node): TargetFile => ({
    path: `${prefix}node_${node.index}_run.sh`,
    text: hostScript(plan, node, style),
    executable: true
  }));
  const router = style === "plain" ? hostRouter(plan) : undefined;
  const file = router?.file;
  return [...scripts, ...(file ? [file] : []), ...(isLone(plan) ? [] : [nodesFile(plan)])];
}

const isLone = ({nodes}: DeploymentPlan) => nodes.length === 1;

function nodesFile(plan: DeploymentPlan): TargetFile {
  const lines = plan.nodes.map(({index}) => `${hostVariable(index)}=\${${hostVariable(index)}:-}`);
  const about = "# Name or address of each node as the others reach it: fill in, the same file on every node.\n";
  return {path: "nodes.env", text: `${comments(plan, "nodes.env")}${about}${lines.join("\n")}\n`};
}

function hostScript(plan: DeploymentPlan, node: NodePlan, style: Style): string {
  const processes = [
    ...node.workers.flatMap((worker) => workerProcess(plan, worker, style)),
    ...(node.frontend ? frontendProcess(plan, style) : [])
  ];
  const exports = style === "dynamo" ? dynamoExports(plan) : [];
  const setup = configCopies(plan, node);
  const body = [...exports, ...setup, ...processes.flatMap(({lines}) => lines)].join("\n");
  return render("node_run.sh", {
    header: comments(plan, `node ${node.index} of ${plan.name}`),
    index: node.index,
    count: plan.nodes.length,
    image: plan.images[style === "dynamo" ? "dynamo" : "engine"],
    isLone: isLone(plan),
    usesFolder: body.includes("$here/"),
    hosts: isLone(plan) ? [] : plan.nodes.map(({index}) => hostVariable(index)).filter((host) => body.includes(host)),
    exports,
    setup,
    processes
  });
}

/** Where workers and frontend find each other: etcd and NATS, on node 0 unless said otherwise. */
function dynamoExports(plan: DeploymentPlan): string[] {
  const head = hostOf(0, isLone(plan));
  return [
    "# etcd and NATS must run before this script does.",
    `export ETCD_ENDPOINTS="\${ETCD_ENDPOINTS:-http://${head}:2379}"`,
    `export NATS_SERVER="\${NATS_SERVER:-nats://${head}:4222}"`
  ];
}

/** Engine configs of this node's roles, put where the commands look for them. */
function configCopies(plan: DeploymentPlan, {workers}: NodePlan): string[] {
  const files = plan.roles.flatMap(({role, engineConfigFile}) =>
    engineConfigFile !== null && workers.some((worker) => worker.role === role) ? [engineConfigFile] : []
  );
  if (files.length === 0) return [];
  const folder = shellWord(plan.configFolder);
  return [`mkdir -p ${folder}`, `cp ${files.map((file) => `"$here/"${shellWord(file)}`).join(" ")} ${folder}/`];
}

function workerProcess(plan: DeploymentPlan, worker: NodeWorker, style: Style): HostProcess[] {
  const role = roleOf(plan, worker.role);
  const launch = role.launch[style];
  const part: Part = worker.rank === 0 ? "leader" : "follower";
  const title = `${worker.role} worker ${worker.worker}${partTitle(role, worker)}: GPUs ${worker.devices.join(", ")}`;
  const env = workerEnv(plan, role, launch, worker);
  const words = workerWords(plan, launch, worker, part, style);
  const method = launch.multiNode?.method;
  if (!startsHere(launch, part)) return [{title, lines: mpiLines.follower(leaderNode(worker))}];
  if (method === "mpi") return [{title, lines: mpiLines.leader(plan, launch.multiNode!, worker, env, words)}];
  if (method === "ray") return [{title, lines: rayLines(plan, worker, env, words, part)}];
  return [{title, lines: commandLines(words, ["run env", ...env])}];
}

const leaderNode = ({leaderNode: node}: NodeWorker) => node;

function partTitle({nodesPerWorker}: RolePlan, {rank}: NodeWorker): string {
  return nodesPerWorker > 1 ? `, part ${rank + 1} of ${nodesPerWorker}` : "";
}

function workerEnv(plan: DeploymentPlan, role: RolePlan, launch: Launch, worker: NodeWorker): string[] {
  const own = plan.nodes.find(({workers}) => workers.includes(worker))!.index;
  const address = usesSideChannel(launch) && !isLone(plan) ? [`${sideChannelHost}="${hostOf(own, false)}"`] : [];
  return [
    assignment("CUDA_VISIBLE_DEVICES", worker.devices.join(",")),
    ...launchEnv(role, launch, worker.ports).map(([name, value]) => assignment(name, value)),
    ...address
  ];
}

/** The program and its words, quoted. A plain worker that stands alone listens where clients look. */
function workerWords(plan: DeploymentPlan, launch: Launch, worker: NodeWorker, part: Part, style: Style): string[] {
  const isAlone = style === "plain" && !hostRouter(plan);
  const ports = isAlone ? {...worker.ports, http: plan.frontend.port} : worker.ports;
  const seat = {leaderHost: hostOf(worker.leaderNode, isLone(plan)), rank: worker.rank};
  return [...launch.command, ...launchWords(launch, ports, part)].map((word) => seatedWord(word, seat));
}

/** Servers that requests may go to, on their hosts. */
export function hostEndpoints(plan: DeploymentPlan): Endpoint[] {
  return plan.nodes.flatMap(({index, workers}) =>
    workers
      .filter(({role, rank}) => servesHere(roleOf(plan, role).launch.plain, rank === 0 ? "leader" : "follower"))
      .map(({role, ports}) => ({
        role,
        host: hostOf(index, isLone(plan)),
        port: ports.http,
        bootstrapPort: ports.bootstrap
      }))
  );
}

/** The router of the scripts; undefined where one worker needs none. */
export function hostRouter(plan: DeploymentPlan) {
  const endpoints = hostEndpoints(plan);
  return needsRouter(plan, endpoints) ? routerOf(plan, endpoints) : undefined;
}

function frontendProcess(plan: DeploymentPlan, style: Style): HostProcess[] {
  if (style === "dynamo") return [{title: "Dynamo's frontend", lines: commandLines(frontendWords(plan), ["run"])}];
  const router = hostRouter(plan);
  if (!router) return [];
  const {title, install} = router;
  return [
    {
      title,
      lines: [
        ...(install ? installLines(install) : []),
        ...(router.file ? fileLines(plan, router.file.path) : []),
        ...commandLines(
          router.words.map((word) => (word === routerFile ? '"$router_file"' : routerWord(word))),
          ["run"]
        )
      ]
    }
  ];
}

function installLines({command, requirement}: {command: string; requirement: string}): string[] {
  return [`${command} >/dev/null 2>&1 || python3 -m pip install --quiet ${shellWord(requirement)}`];
}

/** A config that names other nodes is filled in where it is used. */
function fileLines(plan: DeploymentPlan, path: string): string[] {
  if (isLone(plan) || !path.endsWith(".yaml")) return [`router_file="$here/"${shellWord(path)}`];
  const edits = plan.nodes.map(({index}) => `-e "s|\\\${${hostVariable(index)}}|\${${hostVariable(index)}}|g"`);
  return ["router_file=$(mktemp --suffix=.yaml)", `sed ${edits.join(" ")} "$here/"${shellWord(path)} >"$router_file"`];
}

/** Dynamo's frontend, wherever it runs. */
export function frontendWords(plan: DeploymentPlan): string[] {
  return ["python3", "-m", "dynamo.frontend", ...words(frontendArgs(plan))];
}
