/** Data loader: all systems as JSON. A rackless system's `gpusPerRack` becomes null; read with `reviveSystems`. */

import {fileURLToPath} from "node:url";
import {readSystems} from "./read-systems.js";

const systems = readSystems(fileURLToPath(new URL("../systems", import.meta.url)));
process.stdout.write(JSON.stringify(systems));
