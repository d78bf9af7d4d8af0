/** `kneepoint version`. */
import {readFileSync} from "node:fs";
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
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as {version: string}).version;
}
