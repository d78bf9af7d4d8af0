/**
 * Data loader: what the page on sensitivity tells first, found out when a site is built: the page then has its whole
 * answer at once. Null in a preview, where the page finds out for itself.
 */
import {readFileSync} from "node:fs";
import {openSelected} from "../open-selected.js";
import {usualSensitivity} from "../../search/usual-sensitivity.js";

const selected = process.env.KNEEPOINT_SELECTED;
process.stdout.write(JSON.stringify(selected ? await known(selected) : null) + "\n");

async function known(path: string) {
  const {searcher, systems} = openSelected(JSON.parse(readFileSync(path, "utf8")));
  return usualSensitivity(searcher, systems);
}
