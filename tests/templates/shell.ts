/** Runs generated scripts with programs that only write down how they were called. */
import {spawnSync} from "node:child_process";
import {chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import type {TargetFile} from "../../templates/targets/target.js";

/** One call of a program. */
export interface Call {
  program: string;
  args: string[];
  env: Record<string, string>;
}

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
  calls: Call[];
}

const programs = [
  ...["python3", "vllm", "trtllm-serve", "trtllm-llmapi-launch", "vllm-router", "sglang", "ray"],
  ...["mpirun", "srun", "aiperf", "guidellm", "ssh", "sshd"]
];

/** Writes down its words, NUL between them, and its environment; then waits until as many as expected have done so. */
const stub = `#!/bin/bash
if [ "\${0##*/}" = python3 ] && [ "$1" = -c ]; then
  case "$2" in *sglang_router*) exit 0 ;; *) exec /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin python3 "$@" ;; esac
fi
printf '%s\\0' "\${0##*/}" "$@" >"$RECORD/$$.part"
env -0 >"$RECORD/$$.env"
mv "$RECORD/$$.part" "$RECORD/$$.argv"
case "\${0##*/} $*" in "ray start --head"*) exit 0 ;; esac
for ((i = 0; i < 200; i++)); do
  set -- "$RECORD"/*.argv
  [ $# -ge "$EXPECT" ] && exit 0
  sleep 0.02
done
exit 9
`;

/** Runs one of the files with bash. `calls` says how many programs it starts. */
export function runFile(
  files: readonly TargetFile[],
  path: string,
  {calls, args = [], env = {}}: {calls: number; args?: readonly string[]; env?: Record<string, string>}
): Ran {
  return inFolder(files, (folder, bin, record) => {
    const {status, stdout, stderr} = spawnSync("bash", [join(folder, path), ...args], {
      encoding: "utf8",
      cwd: folder,
      timeout: 20_000,
      env: {PATH: `${bin}:/usr/bin:/bin`, HOME: folder, RECORD: record, EXPECT: String(calls), ...env}
    });
    return {status, stdout, stderr, calls: readCalls(record)};
  });
}

/** Starts a container's words as a kubelet would, with everything already expanded. */
export function runWords(
  [program, ...args]: readonly string[],
  {calls, env = {}}: {calls: number; env?: Record<string, string>}
): Ran {
  return inFolder([], (folder, bin, record) => {
    const {status, stdout, stderr} = spawnSync(program, args, {
      encoding: "utf8",
      cwd: folder,
      timeout: 20_000,
      env: {PATH: `${bin}:/usr/bin:/bin`, HOME: folder, RECORD: record, EXPECT: String(calls), ...env}
    });
    return {status, stdout, stderr, calls: readCalls(record)};
  });
}

function inFolder<T>(files: readonly TargetFile[], use: (folder: string, bin: string, record: string) => T): T {
  const top = mkdtempSync(join(tmpdir(), "kneepoint-scripts-"));
  const [folder, bin, record] = ["files", "bin", "record"].map((name) => join(top, name));
  for (const made of [folder, bin, record]) mkdirSync(made);
  for (const name of programs) {
    writeFileSync(join(bin, name), stub);
    chmodSync(join(bin, name), 0o755);
  }
  for (const {path, text} of files) {
    mkdirSync(dirname(join(folder, path)), {recursive: true});
    writeFileSync(join(folder, path), text);
  }
  try {
    return use(folder, bin, record);
  } finally {
    rmSync(top, {recursive: true, force: true});
  }
}

function readCalls(record: string): Call[] {
  return readdirSync(record)
    .filter((name) => name.endsWith(".argv"))
    .map((name) => {
      const [program, ...args] = nulTexts(join(record, name));
      const pairs = nulTexts(join(record, name.replace(/argv$/, "env"))).map((pair): [string, string] => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), pair.slice(at + 1)];
      });
      return {program, args, env: Object.fromEntries(pairs)};
    });
}

const nulTexts = (file: string) => readFileSync(file, "utf8").split("\0").slice(0, -1);

/** Complaints of a program that reads a script, or null when the program is not there. */
export function complaints(program: "bash" | "shellcheck", script: string): string | null {
  const args = program === "bash" ? ["-n"] : ["--shell=bash", "--severity=style", "-"];
  const {error, status, stdout, stderr} = spawnSync(program, args, {input: script, encoding: "utf8"});
  if (error) return null;
  return status === 0 ? "" : stdout + stderr;
}
