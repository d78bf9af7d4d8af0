/** Answers what embeds ask, keeping what it evaluated: several charts of one question evaluate it once. */
import {axisOf, experimentsChart, jointFront, searchChart, type Picture} from "../chart/front-picture.js";
import {tokens} from "../chart/paint.js";
import {breakdownChart, costChart, memoryChart} from "../chart/plan-picture.js";
import {formatComparison, plainVariant, questionPart} from "../components/comparison.js";
import {gpusOf} from "../components/custom-gpu.js";
import {outcomeOf, type Outcome} from "../components/outcome.js";
import {planX, planY} from "../components/pareto-axis.js";
import {formatQuestion} from "../components/question.js";
import {questionWords} from "../components/question-words.js";
import {duration} from "../components/format.js";
import type {CalibrationEntry} from "../engine/calibration.js";
import {InputError, unknownName} from "../engine/errors.js";
import {modesOf, type Plan, type Reason, type SearchResult} from "../engine/result.js";
import {answerSearch} from "../engine/search/answer.js";
import {planDetail} from "../engine/search/detail.js";
import {evaluateSearchSteps, type Evaluation} from "../engine/search/evaluate.js";
import type {SystemSpec} from "../engine/system.js";
import {finish} from "../library/call.js";
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {DataNote} from "../perf/data-note.js";
import type {Readers} from "../perf/tables.js";
import {askOf} from "../search/live.js";
import type {Ask, Problem} from "../search/protocol.js";
import {Searcher} from "../search/searcher.js";
import {modeWords, reasonWords} from "../words.js";
import {linesOf, type Line, type Options} from "./option.js";
import type {Drawable, Progress, Reply, Request} from "./protocol.js";
import {lineName, sourceNote} from "./source.js";

export interface Site {
  version: string;
  systems: readonly SystemSpec[];
  catalogue: CatalogueIndex;
  calibrations: readonly CalibrationEntry[];
  /** Whether measured latencies are rounded. */
  isRounded: boolean;
  readers: Readers;
}

interface Evaluated {
  evaluation: Evaluation;
  data: DataNote[];
}

interface Answered extends Evaluated {
  line: Line;
  ask: Ask;
  result: SearchResult;
  outcome: Outcome;
}

export interface Call {
  signal?: AbortSignal;
  onprogress?: (progress: Progress) => void;
}

/** Evaluations that are kept. */
const mostKept = 8;

export class Solver {
  private readonly searcher: Searcher;
  private readonly known = new Map<string, Promise<Evaluated>>();

  constructor(private readonly site: Site) {
    const {catalogue, calibrations, systems, readers} = site;
    this.searcher = new Searcher(catalogue, calibrations, systems, readers);
  }

  /** Rejects with InputError or PerfDataError for what cannot be asked or answered, with the reason of `signal` when it aborts. */
  async answer({name, options}: Request, call: Call = {}): Promise<Reply> {
    const lines = linesOf(name, options);
    const answers: Answered[] = [];
    for (const line of lines) answers.push(await this.answered(line, call));
    return {
      drawable: this.drawable(name, answers, options),
      source: sourceNote(
        answers.flatMap(({data}) => data),
        this.site
      ),
      doubts: [...new Set(answers.flatMap(({result}) => result.doubts))],
      version: this.site.version,
      page: pageOf(name, lines)
    };
  }

  private async answered(line: Line, call: Call): Promise<Answered> {
    this.check(line);
    const ask = askOf(line.question, [...this.site.systems]);
    const evaluated = await this.evaluated(ask.problem, call);
    const {targets, preferences} = ask;
    const result = answerSearch(evaluated.evaluation, targets, {...preferences, topN: 5});
    return {...evaluated, line, ask, result, outcome: outcomeOf(result, line.question.pick, ask)};
  }

  /** A page goes on with a default where a name is unknown. */
  private check({question}: Line): void {
    const {systems, catalogue} = this.site;
    const {system, decodeSystem, donor, gpu, backend, version} = question;
    const known = gpusOf(systems, gpu).map(({id}) => id);
    for (const id of [system, decodeSystem, donor])
      if (id && !known.includes(id)) throw new InputError(unknownName("system", id, known));
    const versions = Object.keys(catalogue.systems[system]?.[backend] ?? {});
    if (version && versions.length > 0 && !versions.includes(version))
      throw new InputError(unknownName(`version of ${system}/${backend}`, version, versions));
  }

  private evaluated(problem: Problem, call: Call): Promise<Evaluated> {
    const key = JSON.stringify(problem);
    const found = this.known.get(key) ?? this.evaluate(problem, call);
    this.known.delete(key);
    this.known.set(key, found);
    // What failed or was cancelled is tried anew.
    found.catch(() => this.known.get(key) === found && this.known.delete(key));
    if (this.known.size > mostKept) this.known.delete(this.known.keys().next().value!);
    return found;
  }

  private async evaluate(problem: Problem, {signal, onprogress}: Call): Promise<Evaluated> {
    const {data, ...opened} = await this.searcher.opened(problem, onprogress);
    const {totalGpus, workload, quant, serving, exactKvCache} = problem;
    const steps = evaluateSearchSteps({...opened, totalGpus, workload, quant, exactKvCache, ...serving});
    return {evaluation: await finish(steps, "candidates", {signal}), data};
  }

  private drawable(name: Request["name"], answers: readonly Answered[], options: Options): Drawable {
    const [answer] = answers;
    const {evaluation, result, outcome, ask, line} = answer;
    const {systems} = this.site;
    const {question, differs} = line;
    const subtitle = questionWords(question, systems, differs);
    const axis = ask.targets.requestLatencyMs === undefined || question.axis !== "user" ? question.axis : undefined;
    const picture: Picture = {
      question: subtitle,
      source: "",
      targets: ask.targets,
      axis,
      log: question.log,
      osl: question.osl
    };
    switch (name) {
      case "frontier":
        return {kind: "front", chart: {...frontierChart(answer, picture), subtitle}};
      case "compare":
        return {kind: "front", chart: {...this.compareChart(answers, picture), subtitle}};
      case "cost": {
        const currency = options.currency == null ? undefined : String(options.currency);
        return {kind: "front", chart: {...costChart(result, {...picture, currency}, tokens), subtitle}};
      }
      case "breakdown":
      case "memory": {
        const plan = outcome.selected;
        if (!plan)
          throw new InputError("no plan: no candidate could be evaluated; ask for fewer GPUs or another model");
        const words = {...picture, meetsTargets: outcome.meetsTargets || outcome.selected !== outcome.best};
        if (name === "breakdown")
          return {kind: "breakdown", chart: breakdownChart(plan, planDetail(evaluation, plan), words)};
        const {system, decodeSystem} = ask.problem;
        const systemOf = (id: string) => [system, decodeSystem].find((each) => each?.id === id);
        return {kind: "memory", chart: memoryChart(plan, systemOf, words)};
      }
    }
  }

  private compareChart(answers: readonly Answered[], picture: Picture) {
    const fronts = answers.map(({line, result, outcome}) => ({
      name: lineName(line, this.site.systems),
      front: jointFront(result, axisOf(picture)),
      best: outcome.meetsTargets ? (outcome.best ?? undefined) : undefined
    }));
    const most = fronts.reduce((a, b) => (throughput(b) > throughput(a) ? b : a));
    return {
      ...experimentsChart(fronts, most.best ? most : undefined, picture, tokens),
      empty: "no candidate meets the targets"
    };
  }
}

const throughput = ({best}: {best?: {tokensPerSecPerGpuCluster: number}}) => best?.tokensPerSecPerGpuCluster ?? 0;

/** With the reader's pick marked in place of the best plan, and the nearest plan in the title where nothing will do. */
function frontierChart({result, outcome}: Answered, picture: Picture) {
  const {best, selected, meetsTargets} = outcome;
  const chart = searchChart(result, picture, tokens, {cloud: true});
  const title = meetsTargets ? chart.title : missedTitle(result, best);
  if (!selected || (selected === best && meetsTargets)) return {...chart, title};
  const axis = axisOf(picture);
  const name = selected === best ? "nearest" : "picked";
  return {
    ...chart,
    title,
    chosen: {x: planX(selected, axis), y: planY(selected), name, color: tokens[selected.mode]}
  };
}

function missedTitle(result: SearchResult, nearest: Plan | null): string {
  if (nearest) {
    const {mode, ttftMs, tpotMs} = nearest;
    return `Nothing meets the targets; the nearest is ${modeWords[mode]}, TTFT ${duration(ttftMs)}, TPOT ${duration(tpotMs)}`;
  }
  const counts = modesOf(result).flatMap(({rejected}) => Object.entries(rejected) as [Reason, number][]);
  const [[reason] = []] = counts.sort((a, b) => b[1] - a[1]);
  return reason ? `Nothing can serve this: most candidates ${reasonWords[reason]}` : "Nothing meets the targets";
}

/** Where a reader goes on with the same question. */
function pageOf(name: Request["name"], lines: readonly Line[]): string {
  const [{question}] = lines;
  if (name !== "compare") return `index.html${formatQuestion(question)}`;
  const variants = lines.map((line) => ({...plainVariant, part: questionPart(question, line.question)}));
  return `notebooks/compare.html${formatComparison({base: question, variants, against: 0, drawn: "best"})}`;
}
