/** What is asked, in one line: under charts that stand elsewhere, and on paper, which has no inputs. */
import type {SystemSpec} from "../engine/system.js";
import {thresholdWords} from "../why-words.js";
import {hardwareWords} from "./answer.js";
import {knownGpus} from "./custom-gpu.js";
import {backendWords, shortModel, shortSystem} from "./format.js";
import {requestWords} from "./model-options.js";
import {askedTargets} from "./preference.js";
import type {Question} from "./question.js";

/** `Qwen3-32B-FP8 on 32 × H200 SXM, TensorRT-LLM, 4000 in, 500 out, TTFT ≤ 300 ms, TPOT ≤ 10 ms`, less what `differs`. */
export function questionWords(
  question: Question,
  systems: readonly SystemSpec[],
  differs: readonly (keyof Question)[] = []
): string {
  const {model, backend, gpus} = question;
  const isFixed = (field: keyof Question) => !differs.includes(field);
  const hardware = isFixed("system") ? hardwareWords(question, knownGpus(systems, question.gpu)) : `${gpus} GPUs`;
  const subject = isFixed("model") ? `${shortModel(model)} on ${hardware}` : hardware;
  const engine = isFixed("backend") ? [backendWords[backend]] : [];
  return [subject, ...engine, requestWords(question), ...targetsWords(question)].join(", ");
}

/** `TTFT ≤ 300 ms`, `TPOT ≤ 10 ms if possible`. */
export function targetsWords(question: Question): string[] {
  return askedTargets(question).map(
    ({metric, threshold, soft}) => `${thresholdWords(metric, threshold)}${soft ? " if possible" : ""}`
  );
}

/** For paper: with the version, the cached part of prompts and how plans are judged, where these are not as by default. */
export function wholeQuestion(question: Question, systems: readonly SystemSpec[]): string {
  const {prefix, version, strict, gpuHourPrice, decodeGpuHourPrice, requestsPerSec} = question;
  const besides = [
    prefix > 0 && `${prefix} of the prompt cached`,
    version && `tables of ${version}`,
    requestsPerSec > 0 && `${requestsPerSec} requests/s`,
    gpuHourPrice > 0 && `${[gpuHourPrice, decodeGpuHourPrice || []].flat().join(" and ")} a GPU-hour`,
    question.objective !== "throughput" && `ranked by ${objectiveWords[question.objective]}`,
    strict && "nothing that misses a target"
  ];
  return [questionWords(question, systems), ...besides.filter(Boolean)].join(", ");
}

const objectiveWords: Record<Question["objective"], string> = {
  throughput: "tokens/s/GPU",
  latency: "request latency",
  cost: "cost",
  gpus: "GPUs for the load",
  score: "score",
  knee: "the knee"
};

/** `Qwen3-32B-FP8 on H200 SXM, TensorRT-LLM, 4000 in, 500 out`: for pages that count GPUs themselves. */
export function runWords(question: Question, systems: readonly SystemSpec[]): string {
  const {model, system, backend, gpu} = question;
  const label = knownGpus(systems, gpu).find(({id}) => id === system)?.label ?? system;
  return `${shortModel(model)} on ${shortSystem(label)}, ${backendWords[backend]}, ${requestWords(question)}`;
}
