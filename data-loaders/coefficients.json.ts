import {coefficientGroups} from "../src/coefficients/group.js";
import {scanForPage} from "../src/coefficients/read.js";

const scans = scanForPage([...coefficientGroups.map(({file}) => file), "system.ts"]);
process.stdout.write(JSON.stringify(scans) + "\n");
