import {existsSync, readFileSync} from "node:fs";
import {catalogueFile} from "./data-folder.js";

const file = catalogueFile();
process.stdout.write(existsSync(file) ? readFileSync(file) : '{"format":1,"systems":{}}\n');
