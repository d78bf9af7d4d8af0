import {spawnSync} from "node:child_process";
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {kneepoint, noData} from "./helpers.js";

const has = (shell: string) => spawnSync(shell, ["--version"]).status === 0;
let dir = "";
const script = (shell: string) => join(dir, `kneepoint.${shell}`);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "kneepoint-completion-"));
  for (const shell of ["bash", "zsh", "fish"])
    writeFileSync(script(shell), kneepoint(["completion", shell], {env: noData}).stdout);
}, 60_000);
afterAll(() => rmSync(dir, {recursive: true}));

function run(shell: string, args: readonly string[]): string {
  const {stdout, stderr, status} = spawnSync(shell, args, {encoding: "utf8", cwd: dir});
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

/** What bash offers for the last of the words, by running the script in it. */
function offered(...words: string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const lines = [
    `source '${script("bash")}'`,
    `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; COMPREPLY=()`,
    `"$(complete -p kneepoint | sed 's/.*-F \\([^ ]*\\).*/\\1/')"`,
    'printf "%s\\n" "${COMPREPLY[@]}"'
  ];
  return run("bash", ["--norc", "-c", lines.join("\n")])
    .trim()
    .split("\n");
}

if (!has("bash")) console.warn("\n!!! 5 tests of bash completion NOT RUN: no bash here !!!\n");

describe.runIf(has("bash"))("in bash", () => {
  it("completes verbs", () => {
    expect(offered("kneepoint", "es")).toEqual(["estimate"]);
    expect(offered("kneepoint", "")).toContain("default");
  });

  it("completes flags of the verb alone", () => {
    expect(offered("kneepoint", "default", "--tt")).toEqual(["--ttft"]);
    expect(offered("kneepoint", "systems", "--")).toEqual(["--yaml", "--json", "--help"]);
  });

  it("completes choices, after a space and after =", () => {
    expect(offered("kneepoint", "default", "--backend", "")).toEqual(["trtllm", "sglang", "vllm", "auto"]);
    expect(offered("kneepoint", "default", "--backend", "=", "tr")).toEqual(["trtllm"]);
  });

  it("completes systems and models, after other spellings of the flag too", () => {
    expect(offered("kneepoint", "default", "--system", "h200")).toEqual(["h200_sxm"]);
    expect(offered("kneepoint", "default", "--model_path", "Qwen/Qwen3-32B-F")).toContain("Qwen/Qwen3-32B-FP8");
  });

  it("offers nothing for a value that only its reader knows, and files where one is read", () => {
    expect(offered("kneepoint", "default", "--ttft", "")).toEqual([""]);
    expect(offered("kneepoint", "batch", "kneepoint.b")).toEqual(["kneepoint.bash"]);
  });
});

if (!has("zsh")) console.warn("\n!!! zsh completion NOT RUN: no zsh here !!!\n");
it.runIf(has("zsh"))("zsh registers the script for the command", () => {
  const lines = `autoload -Uz compinit; compinit -u -D; source '${script("zsh")}'; print $_comps[kneepoint]`;
  expect(run("zsh", ["-f", "-c", lines]).trim()).toBe("_kneepoint");
});

if (!has("fish")) console.warn("\n!!! fish completion NOT RUN: no fish here !!!\n");
it.runIf(has("fish"))("fish completes verbs, flags and choices", () => {
  const words = (line: string) =>
    run("fish", ["--no-config", "-c", `source '${script("fish")}'; complete -C '${line}'`])
      .trim()
      .split("\n")
      .map((each) => each.split("\t")[0]);
  expect(words("kneepoint es")).toEqual(["estimate"]);
  expect(words("kneepoint default --tt")).toEqual(["--ttft"]);
  expect(words("kneepoint default --backend ").sort()).toEqual(["auto", "sglang", "trtllm", "vllm"]);
});

it("an unknown shell is wrong input and gets the list", () => {
  const {status, stderr} = kneepoint(["completion", "tcsh"], {env: noData});
  expect(stderr).toMatch(/^unknown shell: tcsh; have bash, zsh, fish/);
  expect(status).toBe(2);
});
