/** One batch input to one answer, with the fields of the recorded reference figures. */
import {existsSync} from "node:fs";
import {InputError} from "../engine/errors.js";
import {
  answerSearch,
  databases,
  interpolations,
  parseTransferPolicy,
  predictors,
  transferRules,
  estimate,
  estimateModes,
  evaluateSearch,
  queryOp,
  requiredSlices,
  samplings,
  withImages
} from "../engine/index.js";
import type {EstimateMode, EstimateProblem, ModelConfig, Platform, SearchProblem, Workload} from "../engine/index.js";
import {servingChoices} from "../engine/models/serving.js";
import {backends} from "../engine/schema.js";
import type {CalibrationTable} from "../engine/simulate/calibration.js";
import {servedSlices} from "../engine/simulate/pool-serving.js";
import type {CurveCache} from "../engine/simulate/serve.js";
import {estimateFields, searchFields} from "./batch-output.js";
import {answerSimulated} from "./batch-simulate.js";
import {choosePlatform, openModel, type Data, type PlatformChoice} from "./data.js";
import {measuredModel} from "../measured/model.js";
import {parallelOf} from "../perf/parallel.js";
import {defaultNextn} from "./estimate.js";
import {fieldsOf, type Fields} from "./fields.js";
import {slicesOfOp} from "./op-slices.js";
import {servingFields} from "./serving.js";

export const kinds = ["op", "estimate", "search"] as const;

/** Keeps platforms, models and loaded slices between lines. */
export function answerer(data: Data, calibration?: CalibrationTable): (input: unknown) => Promise<object> {
  const opener = newOpener(data, calibration);
  return async (input) => {
    const fields = fieldsOf(input);
    const kind = fields.choice("kind", kinds);
    if (kind === "op") return answerOp(opener, fields);
    return kind === "estimate" ? answerEstimate(opener, fields) : answerSearchLine(opener, fields);
  };
}

type Opener = ReturnType<typeof newOpener>;

function newOpener(data: Data, calibration?: CalibrationTable) {
  const platforms = new Map<string, Platform>();
  const models = new Map<string, ModelConfig>();
  const loaded = new Set<string>();
  return {
    /** Lenient, a copy by another maker or in other types is taken as the model that is known. */
    model: (id: string, lenient = false) =>
      remember(models, `${id}|${lenient}`, () =>
        lenient && !existsSync(id) ? measuredModel(id).model : openModel(id)
      ),
    /** Step curves of workers that were simulated. */
    curves: new Map() as CurveCache,
    calibration,
    /** Whether there are tables of that very release; `lenient` takes the newest where there are none. */
    platform(fields: Fields, side: "" | "decode" = "", need?: PlatformChoice["need"], lenient = false): Platform {
      const name = (field: string) => (side ? side + field[0].toUpperCase() + field.slice(1) : field);
      const system = fields.text(name("system"));
      const backend = fields.choice("backend", backends);
      const asFor = fields.maybeText(name("version"));
      const isMeasured = asFor !== undefined && data.store.versions(system, backend).includes(asFor);
      const version = lenient && !isMeasured ? undefined : asFor;
      const database = fields.maybeChoice("database", databases);
      const donor = fields.maybeText(name("donor"));
      const policy = fields.maybeText("transferPolicy");
      const transferRule = fields.maybeChoice("transferRule", transferRules);
      const interpolation = fields.maybeChoice("interpolation", interpolations);
      const lookUps = {
        interpolation,
        transfer: policy === undefined ? undefined : parseTransferPolicy(policy),
        transferRule
      };
      const asked = need && [need.model.id, JSON.stringify(need.quant ?? {})];
      const key = [system, backend, version, database, donor, policy, transferRule, interpolation, asked].join("|");
      return remember(platforms, key, () => ({
        ...choosePlatform(data, {system, backend, version, database, donor, need}),
        ...lookUps
      }));
    },
    async load(platform: Platform, what: string, refs: () => ReturnType<typeof requiredSlices>) {
      const {system, backend, version, database} = platform;
      const key = [system.id, platform.perf.systemId, backend, version, database, platform.transfer, what].join("|");
      if (loaded.has(key)) return;
      await data.store.ensure(platform.perf, refs());
      loaded.add(key);
    }
  };
}

function remember<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

async function answerOp(opener: Opener, fields: Fields): Promise<object> {
  const platform = opener.platform(fields);
  const {name, refs} = slicesOfOp(fields.all);
  await opener.load(platform, name, () => refs);
  // A line with `error` is one without an answer.
  const {error: errorBand, ...answer} = queryOp(platform, fields.all as Parameters<typeof queryOp>[1]);
  return {...answer, errorBand};
}

/** What estimates and searches have in common, with slices loaded. */
async function openProblem(opener: Opener, fields: Fields, lenient = false) {
  const model = opener.model(fields.text("model"), lenient);
  const quant = fields.maybeRecord("quant") as SearchProblem["quant"];
  const decodeQuant = fields.maybeRecord("decodeQuant") as SearchProblem["quant"];
  const platform = opener.platform(fields, "", {model, quant}, lenient);
  const need = {model, quant: {...quant, ...decodeQuant}};
  const decodePlatform = fields.maybeText("decodeSystem")
    ? opener.platform(fields, "decode", need, lenient)
    : undefined;
  const serving = servingFields(fields);
  const name = (side: typeof quant) => `${model.id}|${JSON.stringify([side ?? {}, serving])}`;
  await opener.load(platform, name(quant), () => servedSlices(model, platform, quant, serving));
  if (decodePlatform || decodeQuant) {
    const [there, types] = [decodePlatform ?? platform, {...quant, ...decodeQuant}];
    await opener.load(there, name(types), () => servedSlices(model, there, types, serving));
  }
  const workload = workloadFields(fields);
  if (workload.prefix >= workload.isl)
    throw new InputError(`invalid prefix: ${workload.prefix}; must be below isl ${workload.isl}`);
  const nextn = fields.maybeCount("nextn");
  const acceptRates = fields.maybeNumbers("nextnAcceptRates");
  const exactKvCache = fields.maybeFlag("exactKvCache");
  return {model, platform, decodePlatform, quant, decodeQuant, workload, nextn, acceptRates, exactKvCache, ...serving};
}

/** Image sizes in pixels, as the reference names them. */
function workloadFields(fields: Fields): Workload {
  const text = {isl: fields.count("isl"), osl: fields.count("osl"), prefix: fields.count("prefix", 0)};
  const count = fields.count("images", 0);
  if (count === 0) return text;
  const heightPixels = fields.count("imageHeight", undefined, 1);
  const widthPixels = fields.count("imageWidth", undefined, 1);
  return {...text, images: {count, heightPixels, widthPixels}};
}

async function answerEstimate(opener: Opener, fields: Fields): Promise<object> {
  const mode = fields.choice("mode", estimateModes);
  if (fields.maybeChoice("predictor", predictors) === "simulation") return answerSimulatedLine(opener, fields, mode);
  const shared = await openProblem(opener, fields);
  const isMoe = shared.model.experts > 0;
  const worker = (of: Fields) => ({parallel: parallelFields(of, isMoe), batch: of.count("batch", 1)});
  const problem: EstimateProblem = {
    ...shared,
    mode,
    ...worker(fields),
    nextn: shared.nextn ?? defaultNextn(mode, shared.model)
  };
  if (mode === "agg") problem.ctxTokens = fields.count("ctxTokens", withImages(shared.model, shared.workload).isl);
  if (mode === "disagg")
    for (const role of ["prefill", "decode"] as const) {
      const side = fieldsOf(fields.maybeRecord(role) ?? {});
      problem[role] = {...worker(side), workers: side.count("workers", 1)};
    }
  return estimateFields(estimate(problem));
}

function sharing<P extends Platform | undefined>(platform: P): P {
  return platform && {...platform, interpolation: platform.interpolation ?? "shared"};
}

/** Engines of any release, with the types that they are launched with. */
async function answerSimulatedLine(opener: Opener, fields: Fields, mode: EstimateMode): Promise<object> {
  if (mode !== "agg" && mode !== "disagg")
    throw new InputError(`invalid mode: ${mode}; a simulation is of a server, agg or disagg`);
  const {workload, nextn, acceptRates, exactKvCache: _, ...opened} = await openProblem(opener, fields, true);
  // As constants were fitted, and as the library and pages look up.
  const shared = {...opened, platform: sharing(opened.platform), decodePlatform: sharing(opened.decodePlatform)};
  const {isl, osl, prefix: prefixTokens, images} = workload;
  if (images) throw new InputError("invalid images: a simulation has none yet; use predictor formula");
  const isMoe = shared.model.experts > 0;
  const side = (of: Fields) => ({
    // Files of measurements give dense models the widths of experts too.
    parallel: parallelFields(isMoe ? of : fieldsOf({...of.all, moeTp: undefined, moeEp: undefined}), isMoe),
    batch: of.count("batch", 1),
    workers: of.count("workers", 1, 1)
  });
  const pool = (role: "prefill" | "decode") => side(fieldsOf(fields.maybeRecord(role) ?? {}));
  const sides = mode === "agg" ? {agg: side(fields)} : {prefill: pool("prefill"), decode: pool("decode")};
  const engineVersion = fields.maybeText("version");
  const fillGaps = fields.maybeText("database") === undefined;
  const line = {
    ...shared,
    isl,
    osl,
    prefixTokens,
    engineVersion,
    nextn,
    acceptRates,
    fillGaps,
    calibration: opener.calibration
  };
  return answerSimulated(line, fields, sides, {
    cache: opener.curves,
    load: async (asked, quant) => {
      const {model, platform} = asked;
      const serving = servingChoices(asked);
      const on: Platform = fillGaps && platform.database === "silicon" ? {...platform, database: "hybrid"} : platform;
      const name = `${model.id}|${JSON.stringify([quant, serving])}`;
      await opener.load(on, name, () => requiredSlices(model, on, quant, undefined, serving));
    }
  });
}

function parallelFields(fields: Fields, isMoe: boolean) {
  const sizes = ["tp", "pp", "dp", "cp", "moeTp", "moeEp"] as const;
  return parallelOf(Object.fromEntries(sizes.map((size) => [size, fields.maybeCount(size, 1)])), isMoe);
}

async function answerSearchLine(opener: Opener, fields: Fields): Promise<object> {
  const problem = {
    ...(await openProblem(opener, fields)),
    totalGpus: fields.count("totalGpus"),
    freeMemoryFraction: fields.maybeNumber("freeMemoryFraction")
  };
  const requestLatencyMs = fields.maybeNumber("requestLatencyMs");
  const targets = {
    ttftMs: fields.number("ttftMs", 2000),
    tpotMs: fields.number("tpotMs", 30),
    ...(requestLatencyMs === undefined ? {} : {requestLatencyMs})
  };
  const sampling = fields.maybeChoice("sampling", samplings) ?? "grid";
  return searchFields(answerSearch(evaluateSearch(problem), targets, {topN: fields.count("topN", 5), sampling}));
}
