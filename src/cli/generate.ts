/** `kneepoint generate`: everything that is needed to start a deployment, written or shown. */
import {InputError, unknownName} from "../engine/errors.js";
import {makePlan} from "../templates/make-plan.js";
import type {PlanOptions} from "../templates/options.js";
import {ruleSets, type DeploymentPlan, type RoleName, type RuleSet} from "../templates/plan.js";
import {doubtsOf} from "../templates/readme.js";
import {targetNames, usualTargets} from "../templates/targets/index.js";
import {deploymentFiles, type TargetFile} from "../templates/tree.js";
import type {Flags, Parsed} from "./args.js";
import {command, print, toJson} from "./command.js";
import {openData} from "./data.js";
import {searchedPoint} from "./deployment.js";
import {Tree} from "./disk.js";
import {exitCode} from "./exit.js";
import {missLines} from "./explain-report.js";
import {askedFile, explicitAsked, rolesOf, type Asked} from "./generate-input.js";
import {newOpener} from "./opener.js";
import {noProgress, progressOn} from "./progress.js";
import {missesOf, newRunner, type Runner} from "./run.js";
import {reserveFolder} from "./save-run.js";
import {taskFlags} from "./task-flags.js";
import {calibrationOf, commandDefaults, runFlags, taskOfFlags, type RunValues} from "./task-input.js";
import {countOf} from "./tables.js";
import {summaries} from "./verbs.js";

const group = "the deployment";
const sizes = "tp=4,pp=1,dp=1,moe-ep=8,batch=64,workers=2: what is left out follows from the rest";
const ownFlags = {
  from: {
    type: "string",
    unit: "FILE",
    help: "a generator_config.yaml, written again to the letter, or a plan.json of --save-dir",
    complete: "file",
    group
  },
  agg: {type: "string", unit: "SIZES", help: `aggregated workers, without a search: ${sizes}`, group},
  prefill: {type: "string", unit: "SIZES", help: "prefill workers, without a search", group},
  decode: {type: "string", unit: "SIZES", help: "decode workers, without a search", group},
  target: {
    type: "texts",
    unit: "NAME,…",
    help: "what to write files for",
    choices: targetNames,
    shown: usualTargets.join(","),
    group
  },
  set: {type: "words", unit: "KEY=VALUE", help: "sets a value, above everything else; repeat it for more", group},
  "engine-version": {
    type: "string",
    unit: "VERSION",
    help: "release of the engine",
    aliases: ["generated-config-version"],
    group
  },
  "dynamo-version": {
    type: "string",
    unit: "VERSION",
    help: "release of Dynamo",
    aliases: ["generator-dynamo-version"],
    group
  },
  rules: {
    type: "string",
    choices: ruleSets,
    help: "how limits are chosen: with room, as modelled, as the reference",
    group
  },
  name: {type: "string", unit: "NAME", help: "prefix of every name (default the model's)", group},
  namespace: {type: "string", unit: "NAME", help: "Kubernetes namespace (default dynamo)", group},
  show: {type: "string", unit: "FILE", help: "print one file of the tree, for example disagg/k8s_deploy.yaml", group}
} as const satisfies Flags;

const flags: Flags = {...ownFlags, ...runFlags, ...taskFlags(commandDefaults)};

const notes = `Without --save-dir and --show the files are listed. A search's best plan is written to DIR/top1, with --top-n N the
best N of the better serving mode. Exit code 1 when a search finds nothing that meets the targets, 2 for a deployment
that the engine or the cluster would refuse.`;

const question = "--model Qwen/Qwen3-32B-FP8 --system h200_sxm --isl 4000 --osl 500";
const examples = [
  {
    line: `generate ${question} --total-gpus 32 --ttft 300 --tpot 10 --save-dir results`,
    what: "the best deployment of a search, with everything to start and measure it"
  },
  {
    line: `generate ${question} --backend vllm --prefill tp=1,workers=4 --decode tp=4,batch=128 --show disagg/k8s_deploy.yaml`,
    what: "one file of a deployment that is known, without a search"
  },
  {
    line: `generate ${question} --backend sglang --agg tp=2 --total-gpus 8 --set memory_fraction=0.85 --target plain,benchmark`,
    what: "as many workers as fit, with a value of one's own"
  }
];

const verb = {name: "generate", summary: summaries.generate, flags, notes, examples};

export const run = command<Flags>(verb, async (parsed) => {
  const {json, force, "save-dir": dir} = parsed.values as unknown as RunValues;
  const show = parsed.values.show as unknown as string | undefined;
  const runner = newRunner(newOpener(openData()), calibrationOf(parsed));
  const asked = await askedDeployment(runner, parsed);
  if (!asked) return exitCode("noAnswer");
  const trees = treesOf(asked, parsed);
  if (dir !== undefined) writeTrees(dir, trees, force);
  if (show !== undefined) print(fileNamed(trees[0].files, show).text);
  else if (json) print(toJson(trees));
  else print(trees.map((tree, i) => listing(tree, dir === undefined ? undefined : `${dir}/top${i + 1}`)).join("\n\n"));
  return exitCode("answered");
});

interface DeploymentTree {
  plan: DeploymentPlan;
  files: TargetFile[];
}

/** Stands in for GPUs that are not given, where sizes say how many there are. */
const anyGpus = 8;

/** Undefined when a search found nothing; it has said why. */
async function askedDeployment(runner: Runner, parsed: Parsed<Flags>): Promise<Asked | undefined> {
  const {from, agg, prefill, decode} = parsed.values as unknown as {from?: string} & Partial<Record<RoleName, string>>;
  if (from !== undefined) {
    refuseBeside(parsed, ["agg", "prefill", "decode"], "--from");
    const asked = askedFile(runner.opener, from);
    if ("saved" in asked)
      refuseBeside(parsed, ["set", "engine-version", "dynamo-version", "rules", "name", "namespace"], "a decided plan");
    return asked;
  }
  const roles = rolesOf({agg, prefill, decode});
  if (Object.keys(roles).length === 0) return searched(runner, taskOfFlags(runner.opener, parsed), parsed);
  const {config} = taskOfFlags(runner.opener, parsed, {...commandDefaults, total_gpus: anyGpus});
  return explicitAsked(runner.opener, config, {
    roles,
    totalGpus: parsed.given.has("total-gpus") ? config.totalGpus : undefined
  });
}

function refuseBeside({given}: Parsed<Flags>, names: readonly string[], beside: string): void {
  const name = names.find((each) => given.has(each));
  if (name !== undefined) throw new InputError(`no effect: --${name} beside ${beside}; leave one of them out`);
}

/** The best plans of the better mode; without any the answer is printed as far as there is one. */
async function searched(runner: Runner, task: Parameters<Runner["run"]>[0], {values, given}: Parsed<Flags>) {
  const progress = values.json || values.show ? noProgress : progressOn(process.stderr);
  const {searches, result} = await runner.run(task, (share, doing) => progress.update(share, doing));
  progress.end();
  if (result.chosen === null) {
    process.stderr.write(`${["nothing meets the targets", ...missLines(missesOf(searches))].join("\n")}\n`);
    return undefined;
  }
  const most = given.has("top-n") ? Number(values["top-n"]) : 1;
  const points = result[result.chosen]!.best.slice(0, most).map((plan) => {
    const home = searches.find(({result: own}) => [own.agg, own.disagg].some((mode) => mode?.best.includes(plan)));
    return searchedPoint((home ?? searches[0]).problem, plan);
  });
  return {points};
}

function treesOf(asked: Asked, {values, given}: Parsed<Flags>): DeploymentTree[] {
  const names = given.has("target") ? (values.target as unknown as string[]) : undefined;
  if ("saved" in asked) {
    const {plan, targets} = asked.saved;
    return [{plan, files: deploymentFiles(plan, names ?? targets)}];
  }
  const options = planOptions(values);
  return asked.points.map((point) => {
    const plan = makePlan(point, options);
    return {plan, files: deploymentFiles(plan, names)};
  });
}

function planOptions(values: Parsed<Flags>["values"]): PlanOptions {
  const given = values as unknown as Record<string, string | undefined> & {set?: string[]; rules?: RuleSet};
  return {
    set: settingsOf(given.set ?? []),
    engineVersion: given["engine-version"],
    dynamoRelease: given["dynamo-version"],
    rules: given.rules,
    name: given.name,
    namespace: given.namespace
  };
}

function settingsOf(texts: readonly string[]): Record<string, string> {
  const pairs = texts.map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at < 1) throw new InputError(`invalid --set: ${text}; must be KEY=VALUE, for example decode.max_batch_size=64`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const twice = pairs.find(([key], i) => pairs.findIndex(([other]) => other === key) !== i);
  if (twice) throw new InputError(`invalid --set: ${twice[0]} is given twice; give each key once`);
  return Object.fromEntries(pairs);
}

/** Every folder is looked at before anything is written to one. */
function writeTrees(dir: string, trees: readonly DeploymentTree[], force: boolean): void {
  const folders = trees.map((_, i) => reserveFolder(dir, `top${i + 1}`, force));
  trees.forEach(({files}, i) => {
    const tree = new Tree(folders[i]);
    for (const {path, text} of files) tree.write(path, text);
    tree.close();
  });
}

function fileNamed(files: readonly TargetFile[], name: string): TargetFile {
  const paths = files.map(({path}) => path);
  const found = files.find(({path}) => path === name) ?? files.find(({path}) => path.endsWith(`/${name}`));
  if (!found) throw new InputError(unknownName("file", name, paths));
  return found;
}

/** What there is, in words: the deployment, its files, its doubts. */
function listing({plan, files}: DeploymentTree, folder: string | undefined): string {
  const {totals, roles, engine, dynamo} = plan;
  const workers = roles.map(({role, workers: of, gpusPerWorker}) => `${of} ${role} (${countOf(gpusPerWorker, "GPU")})`);
  const where = folder === undefined ? "--save-dir DIR writes them, --show FILE prints one" : `written to ${folder}`;
  return [
    `${plan.name}: ${workers.join(" + ")} on ${countOf(totals.gpus, "GPU")} of ${countOf(totals.nodes, "node")}`,
    `for ${engine.label} ${engine.version}, Dynamo ${dynamo.release}`,
    "",
    `${countOf(files.length, "file")}, ${where}`,
    ...files.map(({path}) => `  ${path}`),
    ...doubtsOf(plan).map((doubt) => `\ndoubt: ${doubt}`)
  ].join("\n");
}
