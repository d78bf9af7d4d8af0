import {spawn, spawnSync} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, describe, expect, test} from "vitest";
import {deploymentFiles} from "../../templates/tree.js";
import {render} from "../../templates/render.js";
import {roleOf, words, type DeploymentPlan} from "../../templates/plan.js";
import {hostEndpoints, hostRouter} from "../../templates/targets/host-script.js";
import {planNames, planOf, representative} from "./plans.js";
import {complaints, runFile, type Call} from "./shell.js";

const hasShellcheck = complaints("shellcheck", "#!/bin/bash\n") !== null;
if (!hasShellcheck) console.warn(`scripts of ${planNames.length} plans NOT READ by shellcheck: it is not installed`);

const configFolder = mkdtempSync(join(tmpdir(), "kneepoint-configs-"));
afterAll(() => rmSync(configFolder, {recursive: true}));

/** With engine configs in a folder of this test. */
const planIn = (name: string): DeploymentPlan => {
  const asked = representative[name];
  return planOf({...asked, options: {...asked.options, set: {config_folder: configFolder}}});
};

/** Addresses that name their node. */
const hosts = (plan: DeploymentPlan) =>
  Object.fromEntries(plan.nodes.map(({index}): [string, string] => [`NODE_${index}_HOST`, `host-${index}`]));

/** Every node's script, run; `slurm` inside an allocation. */
function runAll(plan: DeploymentPlan, style: "" | "dynamo_", env: Record<string, string> = {}): Call[][] {
  const files = deploymentFiles(plan);
  return plan.nodes.map((node) => {
    const calls = expectedCalls(plan, node.index, style);
    const path = `${plan.mode}/${style}node_${node.index}_run.sh`;
    const ran = runFile(files, path, {calls: Math.max(calls, 1), env: {...hosts(plan), ...env}});
    expect([ran.stderr, ran.status, ran.calls.length], path).toEqual(["", 0, calls]);
    return ran.calls;
  });
}

/** Programs that a node starts: its workers, as far as they are started there, and what stands before them. */
function expectedCalls(plan: DeploymentPlan, index: number, style: "" | "dynamo_"): number {
  const workers = plan.nodes[index].workers.flatMap(({role, rank}) => {
    const method = roleOf(plan, role).launch[style === "" ? "plain" : "dynamo"].multiNode?.method;
    if (method === "mpi") return rank === 0 ? [1] : [];
    return method === "ray" && rank === 0 ? [1, 1] : [1];
  });
  const front = index === 0 && (style === "dynamo_" || hostRouter(plan)) ? 1 : 0;
  return workers.length + front;
}

const devicesOf = ({env}: Call) => (env.CUDA_VISIBLE_DEVICES ?? "").split(",").filter(Boolean).map(Number);
const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1];
const isRouter = ({program, args}: Call) =>
  program === "vllm-router" ||
  args.includes("sglang_router.launch_router") ||
  args[0] === "disaggregated" ||
  /balance\.py$/.test(args[0] ?? "");
const isFrontend = ({args}: Call) => args.includes("dynamo.frontend");

describe.each(planNames)("scripts of %s", (name) => {
  const ran = new Map<string, Call[][]>();
  /** Run once for all tests that look at it. */
  const runOnce = (plan: DeploymentPlan, style: "" | "dynamo_") => {
    if (!ran.has(style)) ran.set(style, runAll(plan, style));
    return ran.get(style)!;
  };
  const files = deploymentFiles(planIn(name));
  const scripts = files.filter(({path}) => path.endsWith(".sh"));

  test("are read by bash without complaint", () => {
    for (const {path, text} of scripts) expect(complaints("bash", text), path).toBe("");
  });

  test.runIf(hasShellcheck)("are read by shellcheck without complaint", () => {
    for (const {path, text} of scripts) expect(complaints("shellcheck", text), path).toBe("");
  });

  test("start every worker of the plan with its own arguments, GPUs and ports", () => {
    const plan = planIn(name);
    const calls = runOnce(plan, "");
    plan.nodes.forEach(({workers}, index) => {
      const started = calls[index].filter((call) => !isRouter(call) && devicesOf(call).length > 0);
      const devices = started.filter(({program}) => program !== "ray").flatMap(devicesOf);
      expect(new Set(devices).size).toBe(devices.length);
      for (const device of devices) expect(device).toBeLessThan(plan.hardware.gpusPerNode);
      for (const worker of workers) {
        const {launch} = roleOf(plan, worker.role);
        if (launch.plain.multiNode && launch.plain.multiNode.method !== "flags") continue;
        const call = started.find((each) => devicesOf(each).join() === worker.devices.join())!;
        expect(call.args).toEqual(expect.arrayContaining(words(launch.plain.args)));
      }
    });
  });

  test("start exactly one thing that clients talk to, on node 0", () => {
    const plan = planIn(name);
    const [first, ...others] = runOnce(plan, "");
    expect(others.flat().filter(isRouter)).toEqual([]);
    const routers = first.filter(isRouter);
    if (hostRouter(plan)) expect(routers).toHaveLength(1);
    else expect(first.map(({args}) => after(args, "--port"))).toContain(String(plan.frontend.port));
  });

  test("start Dynamo with one frontend, and every process knows etcd and NATS", () => {
    const plan = planIn(name);
    const calls = runOnce(plan, "dynamo_");
    expect(calls.map((each) => each.filter(isFrontend).length)).toEqual(
      plan.nodes.map(({index}) => (index === 0 ? 1 : 0))
    );
    const head = plan.nodes.length > 1 ? "host-0" : "localhost";
    for (const {env} of calls.flat())
      expect([env.ETCD_ENDPOINTS, env.NATS_SERVER]).toEqual([`http://${head}:2379`, `nats://${head}:4222`]);
  });

  test("give no two processes of a host the same port", () => {
    const plan = planIn(name);
    for (const style of ["", "dynamo_"] as const)
      for (const calls of runOnce(plan, style)) {
        const ports = calls.filter((call) => !isRouter(call) && call.program !== "ray").flatMap(portsOf);
        expect(ports.filter((port, i) => ports.indexOf(port) !== i)).toEqual([]);
      }
  });
});

/** Ports that a process was told to take for itself. */
function portsOf({args, env}: Call): string[] {
  const flags = ["--port", "--http-port", "--disaggregation-bootstrap-port"].filter((flag) => args.includes(flag));
  const named = ["DYN_SYSTEM_PORT", "DYN_VLLM_KV_EVENT_PORT", "VLLM_NIXL_SIDE_CHANNEL_PORT"].filter(
    (key) => key in env
  );
  const inJson = args.flatMap((arg) => /"endpoint":"tcp:\/\/\*:(\d+)"/.exec(arg)?.[1] ?? []);
  const all = [...flags.map((flag) => after(args, flag)), ...named.map((key) => env[key]), ...inJson];
  return [...new Set(all)];
}

describe("workers over several hosts", () => {
  test("say who leads them, in which place", () => {
    const plan = planIn("vllm disaggregated over nodes");
    const [, , leader, follower] = runAll(plan, "");
    expect([leader, follower].map(([{args}]) => after(args, "--data-parallel-address"))).toEqual(["host-2", "host-2"]);
    expect([leader, follower].map(([{args}]) => after(args, "--data-parallel-start-rank"))).toEqual(["0", "8"]);
    expect([leader, follower].map(([{env}]) => env.VLLM_NIXL_SIDE_CHANNEL_HOST)).toEqual(["host-2", "host-3"]);
  });

  test("of TensorRT-LLM are one job of as many ranks, through Slurm where there is an allocation", () => {
    const plan = planIn("trtllm over a rack");
    const leader = runAll(plan, "", {SLURM_JOB_ID: "7", SRUN_OPTIONS: "--container-image=x --overlap"})[1];
    const srun = leader.find(({program}) => program === "srun")!.args;
    expect(srun.slice(0, 7)).toEqual([
      ...["--mpi=pmix", "--nodes=4", "--ntasks=16", "--ntasks-per-node=4"],
      ...["--nodelist=host-1,host-2,host-3,host-4", "--container-image=x", "--overlap"]
    ]);
    expect(srun.slice(7, 10)).toEqual(["trtllm-llmapi-launch", "trtllm-serve", "serve"]);
    const mpirun = runAll(plan, "")[1].find(({program}) => program === "mpirun")!.args;
    expect(after(mpirun, "-H")).toBe("host-1:4,host-2:4,host-3:4,host-4:4");
  });

  test("stop at once when an address is missing, and say which", () => {
    const plan = planIn("vllm tensor parallel over nodes");
    const {status, stderr, calls} = runFile(deploymentFiles(plan), "agg/node_1_run.sh", {calls: 1});
    expect([status, calls]).toEqual([1, []]);
    expect(stderr).toContain("NODE_0_HOST: set it to the name or address of that node");
  });

  test("read addresses from nodes.env", () => {
    const plan = planIn("vllm tensor parallel over nodes");
    const files = deploymentFiles(plan).map((file) =>
      file.path === "agg/nodes.env" ? {...file, text: file.text.replace("${NODE_0_HOST:-}", "10.0.0.7")} : file
    );
    const {calls} = runFile(files, "agg/node_1_run.sh", {calls: 1});
    expect(after(calls[0].args, "--master-addr")).toBe("10.0.0.7");
  });
});

describe("routers", () => {
  test("know every worker's address, and SGLang's prefill workers by their bootstrap ports", () => {
    const [calls] = runAll(planIn("sglang disaggregated"), "");
    const {args} = calls.find(isRouter)!;
    const workers = calls.filter(({args: each}) => each.includes("sglang.launch_server"));
    const prefill = workers.filter(({args: each}) => after(each, "--disaggregation-mode") === "prefill");
    for (const {args: each} of prefill) {
      const at = args.indexOf(`http://localhost:${after(each, "--port")}`);
      expect(args.slice(at - 1, at + 2)).toEqual([
        "--prefill",
        expect.anything(),
        after(each, "--disaggregation-bootstrap-port")
      ]);
    }
    expect(args.filter((arg) => arg === "--prefill")).toHaveLength(4);
  });

  test("of TensorRT-LLM get a config with the hosts filled in", () => {
    const plan = planIn("trtllm over a rack");
    const file = deploymentFiles(plan).find(({path}) => path.endsWith("disagg_config.yaml"))!;
    expect(file.text).toContain("${NODE_1_HOST}:8");
    const [router] = runAll(plan, "")[0].filter(isRouter);
    expect(router.args.slice(0, 2)).toEqual(["disaggregated", "-c"]);
    expect(hostEndpoints(plan).map(({role}) => role)).toEqual(["prefill", "decode"]);
  });

  test("balance.py hands connections out in turn, passes over what does not answer, and says when nothing does", async () => {
    const names = ["a", "b"];
    const servers = await Promise.all(names.map(listening));
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    const [port, dead] = await Promise.all([freePort(), freePort()]);
    const file = join(configFolder, "balance.py");
    writeFileSync(file, render("balance.py", {header: "# test\n"}));
    const targets = [ports[0], dead, ports[1]].map((each) => `127.0.0.1:${each}`);
    const balancer = spawn("python3", [file, String(port), ...targets], {stdio: "inherit"});
    try {
      const ask = () =>
        fetch(`http://127.0.0.1:${port}/`, {headers: {connection: "close"}}).then((each) => each.text());
      await until(ask);
      const answers: string[] = [];
      for (let i = 0; i < 6; ++i) answers.push(await ask());
      expect(new Set(answers)).toEqual(new Set(names));
      for (const server of servers) server.close();
      servers.forEach((server) => server.closeAllConnections());
      const last = await fetch(`http://127.0.0.1:${port}/`);
      expect(last.status).toBe(503);
    } finally {
      balancer.kill();
      for (const server of servers) server.close();
    }
  });
});

async function listening(name: string): Promise<Server> {
  const server = createServer((_, response) => response.end(name));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

async function freePort(): Promise<number> {
  const server = await listening("");
  const {port} = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function until(works: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 100; ++i) {
    try {
      await works();
      return;
    } catch {
      await new Promise((later) => setTimeout(later, 50));
    }
  }
  throw new Error("nothing answered in 5 s");
}

describe("the benchmark", () => {
  const plan = planIn("vllm disaggregated");

  test("measures the full load and 5 % around it with AIPerf, and ends with the last", () => {
    const {calls, status} = runBench(plan, []);
    expect(status).toBe(0);
    const loads = calls.map(({args}) => Number(after(args, "--concurrency"))).sort((a, b) => a - b);
    expect(loads).toEqual(plan.benchmark.concurrencies);
    expect(loads).toEqual(expect.arrayContaining([121, 128, 135]));
    for (const {program, args} of calls) {
      expect(program).toBe("aiperf");
      expect([after(args, "--isl"), after(args, "--osl"), after(args, "--model")]).toEqual([
        "4000",
        "1000",
        "Qwen/Qwen3-32B-FP8"
      ]);
      expect(Number(after(args, "--request-count"))).toBe(50 * Number(after(args, "--concurrency")));
    }
  });

  test("does the same with GuideLLM, at another endpoint", () => {
    const {calls, status} = runBench(plan, ["guidellm"], {ENDPOINT: 'http://x"y:1'});
    expect(status).toBe(0);
    expect(calls).toHaveLength(plan.benchmark.concurrencies.length);
    const backend = JSON.parse(after(calls[0].args, "--backend"));
    expect(backend).toEqual({kind: "openai_http", target: 'http://x"y:1', model: "Qwen/Qwen3-32B-FP8"});
  });

  test("knows no other tool", () => {
    const {stderr, status} = runBench(plan, ["ab"]);
    expect([status, stderr]).toEqual([2, "unknown tool: ab; have aiperf, guidellm\n"]);
  });

  function runBench(of: DeploymentPlan, args: string[], env: Record<string, string> = {}) {
    return runFile(deploymentFiles(of), `${of.mode}/bench_run.sh`, {calls: 1, args, env});
  }
});

test("a script whose process dies ends, and takes the others with it", () => {
  const plan = planIn("vllm aggregated");
  const script = deploymentFiles(plan).find(({path}) => path.endsWith("/node_0_run.sh"))!.text;
  const folder = mkdtempSync(join(tmpdir(), "kneepoint-dies-"));
  const bin = (name: string, body: string) =>
    writeFileSync(join(folder, name), `#!/bin/bash\n${body}\n`, {mode: 0o755});
  bin("vllm", 'case "$*" in *8201*) exit 7 ;; *) sleep 30 & wait ;; esac');
  bin("vllm-router", "sleep 30");
  writeFileSync(join(folder, "run.sh"), script);
  const started = Date.now();
  const {status} = spawnSync("bash", [join(folder, "run.sh")], {
    env: {PATH: `${folder}:/usr/bin:/bin`},
    timeout: 20_000,
    stdio: "ignore"
  });
  rmSync(folder, {recursive: true});
  expect([status, Date.now() - started < 10_000]).toEqual([7, true]);
});
