#!/usr/bin/env node
/** `node src/build/run.js serve | build`: loads TypeScript on the fly, then hands over to main.ts. */
import {register} from "tsx/esm/api";

register();
// Modules below src import their siblings through the links that this makes.
const {mountSources} = await import("./mount.ts");
mountSources();
const {main} = await import("./main.ts");
await main(process.argv.slice(2));
