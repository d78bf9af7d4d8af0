/** `kneepoint completion SHELL`: a script that completes verbs, flags and their values, from the same tables as the help. */
import {catalogueModels} from "../engine/index.js";
import {unknownName, InputError} from "../engine/errors.js";
import {bashScript} from "./completion-bash.js";
import {fishScript} from "./completion-fish.js";
import {completable, type Words} from "./completion-words.js";
import {zshScript} from "./completion-zsh.js";
import {command, print} from "./command.js";
import {openData} from "./data.js";
import {summaries} from "./verbs.js";
import {allVerbs} from "./verb-tables.js";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

const notes = `Print it where the shell looks for completions, or read it in from its start-up file:
  bash  source <(kneepoint completion bash)
  zsh   kneepoint completion zsh > "\${fpath[1]}/_kneepoint"
  fish  kneepoint completion fish > ~/.config/fish/completions/kneepoint.fish`;

const scripts: Record<Shell, (words: Words) => string> = {bash: bashScript, zsh: zshScript, fish: fishScript};

export const run = command(
  {
    name: "completion",
    summary: summaries.completion,
    positional: "SHELL",
    completePositional: shells,
    flags: {},
    notes,
    examples: [{line: "completion bash", what: "the script for bash"}]
  },
  async ({positional: shell}) => {
    if (!isShell(shell)) throw new InputError(unknownName("shell", shell ?? "not given", shells));
    const systems = openData().systems.map(({id}) => id);
    print(scripts[shell](completable(await allVerbs(), {systems, models: catalogueModels()})));
    return 0;
  }
);

function isShell(text: string | undefined): text is Shell {
  return (shells as readonly string[]).includes(text ?? "");
}
