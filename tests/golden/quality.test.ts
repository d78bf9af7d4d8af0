/**
 * The tables with impossible rows that method.md §15 names (quirk 38), counted in the released files row by row. Skipped,
 * loudly, without ../shared.
 */
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {readRows} from "../../data-loaders/read-rows.js";
import {readSystems} from "../../data-loaders/read-systems.js";
import {addQuality, emptyQuality, judgeSlice} from "../../engine/quality.js";
import type {SliceQuality} from "../../engine/quality.js";
import {tables, valueColumn} from "../../engine/schema.js";
import type {Columns, TableSpec} from "../../engine/schema.js";
import {releasedTables} from "./setup.js";

const systems = readSystems(join(import.meta.dirname, "../../systems"));

/** Release, rows tested and impossible ones, least latency over bound. Where grouped-query rows alone are named, so are ours. */
const named = [
  ["h200_sxm/vllm/0.19.0", 9907, 6218, 0.004],
  ["b200_sxm/sglang/0.5.10", 17652, 8583, 0.069],
  ["l40s/sglang/0.5.12", 5957, 5166, 0.033],
  ["l40s/vllm/0.14.0", 3696, 897, 0.052],
  ["rtx_pro_6000_server/vllm/0.19.0", 7384, 2176, 0.001],
  ["b300_sxm/vllm/0.19.0", 7384, 67, 0.62]
] as const;

if (!existsSync(releasedTables))
  console.warn(`${named.length} golden tables with impossible rows NOT RUN: no ../shared`);

describe.runIf(existsSync(releasedTables))("released attention tables", {timeout: 120_000}, () => {
  it.each(named)("%s: of %i long prompts %i are impossible", async (release, tested, impossible, least) => {
    const quality = await judgeFile(release);
    expect(Math.abs(quality.tested / tested - 1)).toBeLessThan(0.1);
    expect(Math.abs(quality.impossible / impossible - 1)).toBeLessThan(0.02);
    expect(quality.leastOfLight).toBeGreaterThan(least - 0.005);
    expect(quality.leastOfLight).toBeLessThan(least + 0.04);
  });
});

/** Every row of the file, also those that repeat a coordinate and that an import drops. */
async function judgeFile(release: string): Promise<SliceQuality> {
  const [system] = release.split("/");
  const name = `${release}/context_attention_perf.parquet`;
  const file = await readRows("context_attention", name, readFileSync(join(releasedTables, "systems/data", name)));
  const {columns, latencyMs} = file.tables.get("prefill_attention")!;
  const {part, key, axes}: TableSpec = tables.prefill_attention;
  const names = [...part, ...key, ...axes];
  const cell = (c: number, row: number) => {
    const column = columns[c];
    return column instanceof Float64Array ? column[row] : column.names[column.codes[row]];
  };
  const byPart = new Map<string, number[]>();
  for (let row = 0; row < latencyMs.length; ++row) {
    const own = part.map((_, c) => cell(c, row)).join("|");
    if (byPart.has(own)) byPart.get(own)!.push(row);
    else byPart.set(own, [row]);
  }
  let sum = emptyQuality();
  for (const [own, rows] of byPart) {
    const picked: Columns = {[valueColumn]: rows.map((row) => latencyMs[row])};
    names.forEach((column, c) => (picked[column] = rows.map((row) => cell(c, row)) as number[]));
    sum = addQuality(
      sum,
      judgeSlice(
        "prefill_attention",
        {part: own.split("|"), columns: picked},
        systems.find(({id}) => id === system)!
      )
    );
  }
  return sum;
}
