import {predictFiles, readMeasuredFiles} from "../src/measured/site.js";

process.stdout.write(JSON.stringify(await predictFiles(readMeasuredFiles())) + "\n");
