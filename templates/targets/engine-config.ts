/** Engine configs as files: TensorRT-LLM's YAML, and the flags of the others to read or paste. */
import type {DeploymentPlan, RolePlan} from "../plan.js";
import {shellWord, yamlText} from "../quote.js";
import {comments} from "./header.js";
import type {TargetFile} from "./target.js";

/** Text of every engine config by file name; empty for engines that take flags alone. */
export function engineConfigs(plan: DeploymentPlan): Record<string, string> {
  const entries = plan.roles.flatMap(({engineConfigFile: name, engineConfig}): [string, string][] =>
    name !== null && engineConfig !== null ? [[name, comments(plan, name) + yamlText(engineConfig)]] : []
  );
  return Object.fromEntries(entries);
}

/** One file per role. */
export function engineFiles(plan: DeploymentPlan): TargetFile[] {
  const configs = Object.entries(engineConfigs(plan)).map(([path, text]) => ({path, text}));
  return configs.length > 0 ? configs : plan.roles.map((role) => argsFile(plan, role));
}

/** What follows the program, a flag per line, quoted for a shell. */
function argsFile(plan: DeploymentPlan, {role, launch}: RolePlan): TargetFile {
  const path = `${role}_args.txt`;
  const lines = launch.plain.args.map(({flag, values}) => [flag, ...values.map(shellWord)].join(" "));
  const program = launch.plain.command.map(shellWord).join(" ");
  return {path, text: `${comments(plan, path)}# after: ${program.replaceAll("\n", " ")}\n${lines.join("\n")}\n`};
}
