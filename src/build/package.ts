/** `npm pack`: makes what the package holds in `lib/`, and clears it away when the package is made. */
import {chmodSync, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {bundleCommand} from "./package-command.js";
import {compileLibrary} from "./package-library.js";

export const repo = resolve(import.meta.dirname, "../..");

/** What `npx kneepoint` runs. Lies in a folder of its own, as every file of `directories.bin` is a command. */
const launcher = `#!/usr/bin/env node
import {main} from "../cli/main.js";
process.exitCode = await main(process.argv.slice(2));
`;

export async function buildPackage(lib: string): Promise<void> {
  rmSync(lib, {recursive: true, force: true});
  compileLibrary(repo, lib);
  await bundleCommand(repo, join(lib, "cli"));
  mkdirSync(join(lib, "bin"));
  writeFileSync(join(lib, "bin/kneepoint"), launcher);
  chmodSync(join(lib, "bin/kneepoint"), 0o755);
}

if (process.argv[1] === import.meta.filename) {
  const lib = join(repo, "lib");
  if (process.argv.includes("--clean")) rmSync(lib, {recursive: true, force: true});
  else await buildPackage(lib);
}
