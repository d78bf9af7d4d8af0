/** `kneepoint version`. */
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {command, print, toJson} from "./command.js";
import {summaries} from "./verbs.js";

export const run = command(
  {
    name: "version",
    summary: summaries.version,
    flags: {json: {type: "boolean", help: "print as JSON"}},
    examples: [{line: "version", what: "which kneepoint this is"}]
  },
  async ({values}) => {
    print(values.json ? toJson({version: version()}) : `kneepoint ${version()}`);
    return 0;
  }
);

export function version(): string {
  return (JSON.parse(readFileSync(join(packageFolder(), "package.json"), "utf8")) as {version: string}).version;
}

/** Of the checkout, or of the package in somebody's node_modules. */
export function packageFolder(): string {
  return fileURLToPath(new URL("../..", import.meta.url));
}
