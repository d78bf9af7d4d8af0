/** Data loader: all systems as JSON. A rackless system's `gpusPerRack` becomes null; read with `reviveSystems`. */
import {systemFolders} from "./data-folder.js";
import {readAllSystems} from "./read-systems.js";

process.stdout.write(JSON.stringify(readAllSystems(systemFolders())));
