/** Where the figures of an embed come from, and what was asked, in words. */
import {backendWords, shortModel, shortSystem} from "../components/format.js";
import type {MarkStyle} from "../components/plan.js";
import type {Question} from "../components/question.js";
import type {SystemSpec} from "../engine/system.js";
import type {DataNote} from "../perf/data-note.js";
import type {Line} from "./option.js";

/** Name of a line by what it has otherwise: `H200 SXM, vLLM`. */
export function lineName({question, differs}: Line, systems: readonly SystemSpec[]): string {
  const label = (id: string) => shortSystem(systems.find((system) => system.id === id)?.label ?? id);
  const words: Partial<Record<keyof Question, string>> = {
    model: shortModel(question.model),
    system: label(question.system),
    decodeSystem: question.decodeSystem ? `decoding on ${label(question.decodeSystem)}` : "decoding there too",
    backend: backendWords[question.backend],
    version: question.version || "newest",
    database: question.database || "as measured"
  };
  return differs.map((field) => words[field] ?? String(question[field])).join(", ");
}

export interface SourceNote {
  words: string;
  mark: MarkStyle;
}

/** `TensorRT-LLM 1.3.0rc10, measured on NVIDIA H200, NVIDIA B200`: what figures have in common is said once. */
export function sourceNote(notes: readonly DataNote[], {isRounded}: {isRounded: boolean}): SourceNote {
  const places = new Map<string, Set<string>>();
  for (const note of notes) {
    const [how, place] = noteWords(note);
    places.set(how, (places.get(how) ?? new Set()).add(place));
  }
  const words = [...places].map(([how, at]) => [how, [...at].join(", ")].join(" ").trim()).join("; ");
  const isTabled = ({database}: DataNote) => database !== "calibrated" && database !== "sol";
  const isMeasured = notes.every((note) => isTabled(note) && note.donor === undefined);
  const rounding = isRounded && notes.some(isTabled) ? ", timings rounded to 0.05 %" : "";
  return {words: words + rounding, mark: isMeasured ? "filled" : "hatched"};
}

/** How figures were obtained, and on what. */
function noteWords({system, backend, version, database, device, donor}: DataNote): [how: string, place: string] {
  const measured = device || (donor?.system ?? system);
  const whose = donor ? `${system} carried over: ` : "";
  const engine = `${backendWords[backend]} ${version}`;
  if (database === "sol") return ["the speed of light, which no kernel reaches, of", system];
  if (database !== "calibrated") return [`${whose}${engine}, measured on`, measured];
  return version
    ? [`${whose}${engine}, fitted to measurements of`, measured]
    : ["a roofline estimate, neither measured nor fitted, of", system];
}
