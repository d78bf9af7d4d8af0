/** Docker compose for deployments of one host. */
import type {DeploymentPlan, NodeWorker} from "../plan.js";
import {roleOf} from "../plan.js";
import {composeText, shellWord, yamlText} from "../quote.js";
import {comments} from "./header.js";
import {hostRouter} from "./host-script.js";
import {launchEnv, launchWords} from "./launch.js";
import {routerFile, type Router, type RouterWord} from "./router.js";
import type {TargetFile} from "./target.js";

export const composeFile = "docker-compose.yaml";

/** None where the deployment spans hosts. */
export function compose(plan: DeploymentPlan): TargetFile[] {
  if (plan.nodes.length > 1) return [];
  const router = hostRouter(plan);
  const services = plan.nodes[0].workers.map((worker): [string, object] => [
    `${worker.role}-${worker.worker}`,
    workerService(plan, worker, router !== undefined)
  ]);
  const all = {...Object.fromEntries(services), ...(router ? {router: routerService(plan, router)} : {})};
  const data = {name: plan.name, services: all};
  return [{path: composeFile, text: comments(plan, composeFile) + yamlText(data)}];
}

/** Processes share the host's network, so that ports are those of the scripts and KV moves as it does there. */
const shared = {network_mode: "host", ipc: "host", restart: "unless-stopped", ulimits: {memlock: -1, stack: 67108864}};

function workerService(plan: DeploymentPlan, worker: NodeWorker, isRouted: boolean): object {
  const role = roleOf(plan, worker.role);
  const launch = role.launch.plain;
  const ports = isRouted ? worker.ports : {...worker.ports, http: plan.frontend.port};
  const [program, ...first] = launch.command;
  const words = launchWords(launch, ports, "leader") as string[];
  const env = launchEnv(role, launch, ports).map(([name, value]): [string, string] => [name, composeText(value)]);
  return {
    image: plan.images.engine,
    entrypoint: [composeText(program)],
    command: [...first, ...words].map(composeText),
    environment: {HF_TOKEN: "${HF_TOKEN:-}", ...Object.fromEntries(env)},
    volumes: [
      "${HF_HOME:-~/.cache/huggingface}:/root/.cache/huggingface",
      ...(role.engineConfigFile === null ? [] : [mount(plan, role.engineConfigFile)])
    ],
    ...shared,
    deploy: {resources: {reservations: {devices: [gpus(worker)]}}}
  };
}

function gpus({devices}: NodeWorker): object {
  return {driver: "nvidia", device_ids: devices.map(String), capabilities: ["gpu"]};
}

const mount = ({configFolder}: DeploymentPlan, file: string) => ({
  type: "bind",
  source: composeText(`./${file}`),
  target: composeText(`${configFolder}/${file}`),
  read_only: true
});

function routerService(plan: DeploymentPlan, {words, install, file}: Router): object {
  const text = (word: RouterWord) => {
    if (word === routerFile) return `${plan.configFolder}/${file!.path}`;
    return typeof word === "string" ? word : `${word.before}${word.at.host}:${word.at.port}`;
  };
  const [program, ...rest] = words.map(text).map(composeText);
  const ensure = install
    ? `${install.command} >/dev/null 2>&1 || python3 -m pip install --quiet ${shellWord(install.requirement)}; exec "$@"`
    : undefined;
  return {
    image: plan.images.engine,
    ...(ensure
      ? {entrypoint: ["bash", "-c", composeText(ensure), "bash"], command: [program, ...rest]}
      : {entrypoint: [program], command: rest}),
    ...(file ? {volumes: [mount(plan, file.path)]} : {}),
    network_mode: shared.network_mode,
    restart: shared.restart
  };
}
