/**
 * How long a search takes: `npm run bench`, after `npm run import`. Every timed search binds its operators and evaluates
 * every candidate anew; `first` also builds the look-up structures from freshly loaded tables. Seeded: the same targets
 * in the same order each time. Prints median and p90; machines are noisy, so compare figures of one run only.
 */
import {readFileSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {catalogueFile, dataFolder} from "../data-loaders/data-folder.js";
import {readSystems} from "../data-loaders/read-systems.js";
import {
  answerSearch,
  calibratedPerf,
  embeddedDefault,
  evaluateSearch,
  findModel,
  PerfDatabase,
  pruneFor,
  requiredSlices,
  usPerMs
} from "../engine/index.js";
import type {Catalogue, Columns, Platform, SearchProblem, SearchSpace, SliceEntry} from "../engine/index.js";
import {decodeSlice} from "../src/perf/slice.js";
import {benchProcesses} from "./bench/processes.js";
import {benchSimulatedSearch} from "./bench/simulated-search.js";
import {benchSimulation} from "./bench/simulation.js";

const rounds = 40;

const cases = [
  {name: "Qwen3-32B-FP8, dense", model: "Qwen/Qwen3-32B-FP8", osl: 500},
  {name: "Qwen3-235B-A22B-FP8, MoE", model: "Qwen/Qwen3-235B-A22B-FP8", osl: 500}
];

/** Uniform numbers in [0, 1), the same at every run. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function row(name: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  console.log(
    `  ${name.padEnd(44)} median ${at(0.5).padStart(7)} ms   p90 ${at(0.9).padStart(7)} ms   n=${times.length}`
  );
}

interface Loaded {
  entries: SliceEntry[];
  slices: {entry: SliceEntry; columns: Columns}[];
}

async function load(model: string, platform: Omit<Platform, "perf">, catalogue: Catalogue): Promise<Loaded> {
  const {system, backend, version} = platform;
  const versions = catalogue.systems[system.id];
  const entries = [...versions[backend][version].slices, ...versions.nccl[system.ncclVersion].slices];
  const perf = new PerfDatabase(system.id, backend, version, entries);
  const wanted = perf.unloaded(requiredSlices(findModel(model), {...platform, perf}));
  const slices = await Promise.all(
    wanted.map(async (entry) => {
      const {buffer, byteOffset, byteLength} = await readFile(join(dataFolder(), entry.path));
      const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
      return {entry, columns: await decodeSlice(bytes, entry.table)};
    })
  );
  return {entries, slices};
}

function open({entries, slices}: Loaded, platform: Omit<Platform, "perf">): Platform {
  const perf = new PerfDatabase(platform.system.id, platform.backend, platform.version, entries);
  for (const {entry, columns} of slices) perf.add(entry.table, entry.part, columns);
  return {...platform, perf};
}

async function bench({name, model, osl}: (typeof cases)[0], catalogue: Catalogue): Promise<void> {
  const system = readSystems(join(import.meta.dirname, "../systems")).find(({id}) => id === "h200_sxm")!;
  const platform = {
    system,
    backend: "trtllm",
    version: "1.3.0rc10",
    database: "silicon",
    interpolation: "shared"
  } as const;
  const loaded = await load(model, platform, catalogue);
  const problem = (platform: Platform): SearchProblem => ({
    model: findModel(model),
    platform,
    totalGpus: 32,
    workload: {isl: 4000, osl, prefix: 0}
  });
  const targets = {ttftMs: 300, tpotMs: 10};
  const random = randoms(1);
  console.log(`${name}: 32 × h200_sxm, trtllm 1.3.0rc10, ISL 4000, OSL ${osl}, aggregated and disaggregated`);

  const first: number[] = [];
  for (let i = 0; i < rounds; ++i) {
    const own = open(loaded, platform);
    first.push(milliseconds(() => void answerSearch(evaluateSearch(problem(own)), targets)));
  }
  const opened = open(loaded, platform);
  const whole: number[] = [];
  for (let i = 0; i < rounds; ++i)
    whole.push(milliseconds(() => void answerSearch(evaluateSearch(problem(opened)), targets)));
  const fitted: number[] = [];
  const embedded = embeddedDefault({...opened, embedded: () => [calibrated]});
  for (let i = 0; i < rounds; ++i)
    fitted.push(milliseconds(() => void answerSearch(evaluateSearch(problem(embedded)), targets)));
  const evaluation = evaluateSearch(problem(opened));
  const answers: number[] = [];
  for (let i = 0; i < rounds * 5; ++i) {
    const other = {ttftMs: 200 + 2000 * random(), tpotMs: 5 + 45 * random()};
    answers.push(milliseconds(() => void answerSearch(evaluation, other)));
  }
  const pruned: number[] = [];
  for (let i = 0; i < rounds; ++i)
    pruned.push(
      milliseconds(() => void answerSearch(evaluateSearch(problem(opened), {prune: pruneFor(targets)}), targets))
    );
  row("search, first after loading the tables", first);
  row("search, tables in use", whole);
  row("search, fitted surfaces in use", fitted);
  row("search, tables in use, pruned", pruned);
  row("only the latency targets changed", answers);
  benchSimulatedSearch(problem(opened), targets);
  costCurve(problem(opened));
}

/** Time against the number of candidates, as batches, token budgets and pools are added: a straight line. */
function costCurve(problem: SearchProblem): void {
  const spaces: SearchSpace[] = [
    ...[4, 16, 64, 256, 512].map((most): SearchSpace => ({aggMaxBatch: most, decodeMaxBatch: most})),
    {chunkedPrefill: true},
    {aggBatches: upTo(512), decodeBatches: upTo(512)},
    {aggBatches: upTo(512), decodeBatches: upTo(512), chunkedPrefill: true}
  ];
  console.log("  candidates     ms   µs each   (a search of more and more candidates)");
  for (const space of spaces) {
    const count = () => {
      const {aggregated, disaggregated} = evaluateSearch({...problem, space});
      const points = aggregated.reduce((sum, sweep) => sum + sweep.points.length, 0);
      return points + (disaggregated ? disaggregated.prefill.length + disaggregated.decode.length : 0);
    };
    const candidates = count();
    const times = Array.from({length: 5}, () => milliseconds(count)).sort((a, b) => a - b);
    const [ms] = times;
    const each = ((ms / candidates) * usPerMs).toFixed(0);
    console.log(`  ${String(candidates).padStart(10)} ${ms.toFixed(1).padStart(6)} ${each.padStart(9)}`);
  }
}

function upTo(most: number): number[] {
  return Array.from({length: most}, (_, i) => i + 1);
}

const {buffer, byteOffset, byteLength} = readFileSync(
  join(import.meta.dirname, "../systems/calibration/h200_sxm/trtllm.bin")
);
const calibrated = calibratedPerf(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
const catalogue: Catalogue = JSON.parse(readFileSync(catalogueFile(), "utf8"));
// First: an engine that has compiled its code for many kinds of deployments takes a tenth longer.
benchSimulation();
for (const each of cases) await bench(each, catalogue);
benchProcesses();
