#!/usr/bin/env node
/** `node src/build/run.js serve | build`: loads TypeScript on the fly, then hands over to main.ts. */
import {register} from "tsx/esm/api";

register();
const {main} = await import("./main.ts");
await main(process.argv.slice(2));
