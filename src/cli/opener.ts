/** From a task to the searches it asks: models, platforms and tables opened once, however many tasks share them. */
import type {ModelConfig, Platform, SearchProblem} from "../engine/index.js";
import type {Targets} from "../engine/result.js";
import {backends, type Backend} from "../engine/schema.js";
import type {AnswerOptions} from "../engine/search/answer.js";
import type {Predictor} from "../engine/search/predictor.js";
import {servingModes, type ServingMode} from "../engine/search/space.js";
import {servedSlices} from "../engine/simulate/pool-serving.js";
import {taskAnswerOptions, taskProblem, taskTargets} from "../task/index.js";
import type {PlatformRequest, Task, TaskConfig} from "../task/index.js";
import {choosePlatform, measuredBackends, openModel, type Data} from "./data.js";
import {narrowed, withVersions} from "./narrow.js";

/** One search: a task of one serving mode and one backend, with what the engine is asked. */
export interface Search {
  /** `agg`, `disagg_vllm`. */
  name: string;
  /** With the versions that answer it; of the mode and the backend alone. */
  task: Task;
  /** The layers that what was asked came of. */
  layers: Task["layers"];
  problem: SearchProblem;
  targets: Targets;
  options: AnswerOptions & {topN: number};
  predictor: Predictor;
}

export interface Opener {
  data: Data;
  model(idOrPath: string): ModelConfig;
  /**
   * One search per backend that a task asks for, tables loaded; one per serving mode too, unless both are to be searched
   * `together`.
   */
  searches(task: Task, modes?: "apart" | "together"): Promise<Search[]>;
}

export function newOpener(data: Data): Opener {
  const models = new Map<string, ModelConfig>();
  const platforms = new Map<string, Platform>();
  const loaded = new Set<string>();
  const model = (idOrPath: string) => remember(models, idOrPath, () => openModel(idOrPath));

  const platform = ({lookUps}: TaskConfig, request: PlatformRequest, need: Need): Platform => {
    const {database, donor} = lookUps;
    const {system, version} = request;
    const backend = request.backend as Backend;
    const key = JSON.stringify([request, database, donor, need.model.id, need.quant]);
    return remember(platforms, key, () => choosePlatform(data, {system, backend, version, database, donor, need}));
  };

  const load = async (on: Platform, {model: of, quant, serving}: Need & Pick<TaskConfig, "serving">) => {
    const {system, perf, backend, version, database, transfer} = on;
    const asked = [of.id, quant, serving];
    const key = JSON.stringify([system.id, perf.systemId, backend, version, database, transfer, asked]);
    if (loaded.has(key)) return;
    await data.store.ensure(perf, servedSlices(of, on, quant, serving));
    loaded.add(key);
  };

  const open = async (task: Task): Promise<Omit<Search, "name" | "layers">> => {
    const {config} = task;
    const asked = model(config.model);
    const {quant, serving, decodeQuant, decodeServing = serving, servingMode} = config;
    const own = platform(config, config.platform, {model: asked, quant});
    const request = servingMode === "agg" ? undefined : config.decodePlatform;
    const other = request && platform(config, decodeRequest(data, request, own), {model: asked, quant: decodeQuant});
    await load(own, {model: asked, quant, serving});
    if (servingMode !== "agg") await load(other ?? own, {model: asked, quant: decodeQuant, serving: decodeServing});
    const pinned = withVersions(task, own, other);
    const problem = taskProblem(pinned.config, {model: asked, platform: own, decodePlatform: other});
    const {predictor} = config;
    return {task: pinned, problem, targets: taskTargets(config), options: taskAnswerOptions(config), predictor};
  };

  return {
    data,
    model,
    async searches(task, how = "apart") {
      const modes = how === "apart" ? modesOf(task.config) : [task.config.servingMode];
      const asked = backendsOf(data, task.config).flatMap((backend) => modes.map((mode) => ({mode, backend})));
      const isAuto = task.config.platform.backend === "auto";
      const found: Search[] = [];
      for (const {mode, backend} of asked)
        found.push({
          name: isAuto ? `${mode}_${backend}` : mode,
          layers: task.layers,
          ...(await open(narrowed(task, mode, backend)))
        });
      return found;
    }
  };
}

type Need = {model: ModelConfig; quant: TaskConfig["quant"]};

function remember<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Disaggregated serving needs two GPUs; where both modes are asked for it is left out below that. */
function modesOf({servingMode, totalGpus}: TaskConfig): ServingMode[] {
  if (servingMode !== "auto") return [servingMode];
  return servingModes.filter((mode) => mode === "agg" || totalGpus >= 2);
}

/** Those with measured tables of the system, all of them where nothing is measured. */
function backendsOf(data: Data, {platform}: TaskConfig): readonly Backend[] {
  if (platform.backend !== "auto") return [platform.backend];
  const measured = measuredBackends(data, platform.system);
  return measured.length > 0 ? measured : backends;
}

/** Decode workers keep the version of the others where their system has tables of it, unless they name their own. */
function decodeRequest(data: Data, request: PlatformRequest, {backend, version, system}: Platform): PlatformRequest {
  if (request.version !== undefined || request.backend !== backend) return request;
  const isThere = request.system === system.id || data.store.versions(request.system, backend).includes(version);
  return isThere && version !== "" ? {...request, version} : request;
}
