/** How good the tables are: told from what was judged when the site was built, and the same as judging them here. */
import {readdirSync, readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import {expect, test as plainTest} from "vitest";
import {readAllSystems} from "../../../data-loaders/read-systems.js";
import {Auditor} from "../../../src/audit/auditor.js";
import {judgedOf, packJudged} from "../../../src/audit/judged.js";
import type {JudgedTables} from "../../../src/audit/judged.js";
import type {TableRef} from "../../../src/audit/protocol.js";
import {coverageRows} from "../../../src/components/coverage.js";
import {figure} from "../../../src/components/format.js";
import {tableRows} from "../../../src/components/table-picker.js";
import {builtSite} from "./build.js";
import {builtVariants, describeSites, workers} from "./site.js";
import {hasTables} from "./tables.js";

const systems = readAllSystems([resolve(import.meta.dirname, "../../../systems")]);

plainTest.runIf(hasTables)("every table is judged at the build as it is in the page", {timeout: 360_000}, async () => {
  const data = await builtVariants.find(({measured}) => measured)!.data();
  const {folder} = await builtSite(data);
  const audit = join(folder, "_file/audit");
  const [name] = readdirSync(audit).filter((each) => each.startsWith("judged."));
  const judged = JSON.parse(readFileSync(join(audit, name), "utf8")) as JudgedTables;
  const catalogue = JSON.parse(readFileSync(join(data, "catalogue.json"), "utf8"));
  const tables = tableRows(coverageRows(catalogue)) as TableRef[];
  expect(Object.keys(judged)).toHaveLength(tables.length);
  const auditor = new Auditor(catalogue, systems, (path) => bytesOf(join(data, path)));
  for (const ref of tables) {
    const {worstImpossible: _, worstSlower: __, ...found} = await auditor.quality(ref);
    expect(judgedOf(judged, ref), JSON.stringify(ref)).toEqual(found);
  }
});

plainTest("a judgement stays what it is on its way, also where no row could be tested", () => {
  const ref: TableRef = {system: "h200_sxm", backend: "nccl", version: "2.26.2", table: "nccl"};
  const counts = {rows: 9, bounded: 8, remarkable: 0, tested: 0, impossible: 0, paired: 7, slower: 2, muchSlower: 1};
  const sent = JSON.parse(JSON.stringify(packJudged([{...ref, ...counts, leastOfLight: Infinity}]))) as JudgedTables;
  expect(judgedOf(sent, ref)).toEqual({...counts, leastOfLight: Infinity});
  expect(judgedOf(sent, {...ref, version: "2.27.3"})).toBeUndefined();
});

async function bytesOf(path: string): Promise<ArrayBuffer> {
  const {buffer, byteOffset, byteLength} = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

describeSites("the data-quality page", ({test, measured}) => {
  test.runIf(measured)("tells of any table before its worker has read one", async ({visit, expect}) => {
    const page = await visit("notebooks/data-quality.html", {hold: workers});
    const lede = page.locator(".kp-quality-lede .kp-lede");
    await expect
      .poll(() => lede.innerText(), {timeout: 10_000})
      .toMatch(/^Of [\d,]+ rows in prefill attention of h200/);
    await page.getByRole("combobox", {name: "Table"}).selectOption("gemm");
    await expect.poll(() => lede.innerText()).toMatch(/^Of [\d,]+ rows in gemm of h200_sxm, vLLM 0\.19\.0, /);
    expect(await page.locator(".kp-judged").innerText()).toMatch(/rows\s+[\d,]+\s+after repeats are dropped/i);
  });

  test.runIf(measured)(
    "lists the worst rows, which are as many as the sentence says or the few listed",
    async ({visit, expect}) => {
      const page = await visit("notebooks/data-quality.html");
      const worst = page.locator(".kp-quality-worst table").first().locator("tbody tr");
      await expect.poll(() => worst.count(), {timeout: 60_000}).toBe(8);
      const least = await worst.first().locator("td").last().innerText();
      expect(await page.locator(".kp-judged").innerText()).toContain(`fastest: ${figure(Number(least))} of its bound`);
    }
  );
});
