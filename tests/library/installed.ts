/** The package as a stranger gets it: packed for real and installed into an empty project, without a network. */
import {spawnSync} from "node:child_process";
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";

const repo = fileURLToPath(new URL("../../", import.meta.url));

export interface Installed {
  /** The project that has the package installed. */
  project: string;
  /** Where the package lies in it. */
  folder: string;
  remove(): void;
}

export function install(): Installed {
  const home = mkdtempSync(join(tmpdir(), "kneepoint-stranger-"));
  const project = join(home, "project");
  mkdirSync(project);
  run("npm", ["pack", "--pack-destination", home], repo);
  const tarball = readdirSync(home).find((name) => name.endsWith(".tgz"))!;
  writeFileSync(join(project, "package.json"), JSON.stringify({name: "stranger", private: true, type: "module"}));
  const quiet = ["--no-audit", "--no-fund", "--offline"];
  run("npm", ["install", ...quiet, join(home, tarball)], project);
  return {
    project,
    folder: join(project, "node_modules/kneepoint"),
    remove: () => rmSync(home, {recursive: true, force: true})
  };
}

/** Output and exit code of a command in a folder. `KNEEPOINT_DATA` names no tables, whatever is imported here. */
export function attempt(command: string, args: readonly string[], cwd: string) {
  const env = {...process.env, KNEEPOINT_DATA: join(tmpdir(), "kneepoint-no-data-here")};
  return spawnSync(command, args, {cwd, env, encoding: "utf8", maxBuffer: 1 << 28});
}

/** What a command printed. Throws with all that it said when it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const {status, stdout, stderr, error} = attempt(command, args, cwd);
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")}: exit ${status}\n${stderr}\n${stdout}`, {cause: error});
  return stdout;
}
