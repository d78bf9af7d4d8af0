import {dataFolder} from "./data-folder.js";
import {readImportRecord} from "./import-report.js";

process.stdout.write(JSON.stringify(readImportRecord(dataFolder())) + "\n");
