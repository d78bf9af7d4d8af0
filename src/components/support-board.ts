/** A matrix of verdicts that fills as they come, the sentence that sums them up, and why one of them is no better. */
import type {CatalogueIndex} from "../perf/catalogue-index.js";
import type {Support, Verdict} from "../engine/support.js";
import type {SystemSpec} from "../engine/system.js";
import type {AuditClient} from "../audit/client.js";
import type {KnownSupport, SupportAsk} from "../audit/protocol.js";
import {placesOf, type Place} from "../perf/support.js";
import {bestLevel, supportCounts, supportWords} from "../perf/support-words.js";
import {errorBandWords, parallelWords} from "../words.js";
import {h} from "./dom.js";
import {backendWords, shortModel, shortSystem} from "./format.js";
import {formatQuestion, defaults} from "./question.js";
import type {SupportQuery} from "./support-inputs.js";

export interface BoardOptions {
  catalogue: CatalogueIndex;
  systems: SystemSpec[];
  models: readonly string[];
  audit: AuditClient;
  /** What need not be tried. */
  known?: readonly KnownSupport[];
}

interface Line {
  label: string;
  note: string;
  asks: SupportAsk[];
}

export function supportBoard(
  query: SupportQuery,
  {catalogue, systems, models, audit, known = []}: BoardOptions
): HTMLElement {
  const lines = linesOf(query, catalogue, systems, models);
  const asks = lines.flatMap((line) => line.asks);
  const found: (Support | undefined)[] = asks.map(() => undefined);
  const buttons = asks.map((ask, i) =>
    h("button", {type: "button", class: "kp-verdict", onclick: () => pick(i)}, waiting(ask))
  );
  const sentence = h("p", {class: "kp-lede", "aria-live": "polite"});
  const progress = h("p", {class: "kp-note"});
  const detail = h("section", {class: "kp-card kp-why kp-idle", "aria-live": "polite", "aria-label": "Why"});
  detail.append(
    h("p", {class: "kp-hint"}, "Choose a square to see why it is no better, and which worker sizes it answers.")
  );
  const what = query.by === "model" ? shortModel(query.model) : shortSystem(labelOf(systems, query.system));
  const noun = query.by === "model" ? "system/backend pair" : "model/backend pair";
  let picked = -1;

  const pick = (index: number) => {
    picked = index;
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
    const support = found[index];
    detail.classList.remove("kp-idle");
    detail.replaceChildren(...why(asks[index], support, systems, close));
  };
  const close = () => {
    detail.classList.add("kp-idle");
    buttons[picked].setAttribute("aria-pressed", "false");
    buttons[picked].focus();
  };
  const say = (bytes: number) => {
    const tried = found.filter((each) => each !== undefined);
    const rest = asks.length - tried.length;
    sentence.replaceChildren(h("b", {}, what), tried.length ? `: ${supportCounts(tried, noun)}.` : ": asking …");
    const read = left.length > 0 ? `, ${megabytes(bytes)} of tables read` : " when the site was built";
    progress.setAttribute("aria-busy", String(rest > 0));
    progress.replaceChildren(
      rest > 0 ? `${tried.length} of ${asks.length} tried${read} ` : `All ${asks.length} tried${read}.`,
      rest > 0 ? h("progress", {max: asks.length, value: tried.length, "aria-label": "tried"}) : ""
    );
  };
  const show = (index: number, support: Support) => {
    found[index] = support;
    buttons[index].replaceChildren(...verdictWords(asks[index], support));
    buttons[index].title = titleOf(support);
    buttons[index].dataset.level = bestLevel(support);
    if (index === picked) pick(index);
  };
  const verdicts = new Map(known.map(({ask, support}) => [askKey(ask), support]));
  asks.forEach((ask, i) => verdicts.has(askKey(ask)) && show(i, verdicts.get(askKey(ask))!));
  const left = asks.flatMap((_, i) => (found[i] ? [] : [i]));
  say(0);
  audit.support(
    left.map((i) => asks[i]),
    {
      onverdict(at, support, bytes) {
        show(left[at], support);
        say(bytes);
      },
      onerror: (message) =>
        progress.replaceChildren(
          h("span", {class: "kp-problem-text", role: "alert"}, `That could not be tried: ${message}.`)
        )
    }
  );
  return h("div", {}, sentence, progress, h("div", {class: "kp-board"}, matrix(query, lines, buttons), detail));
}

function askKey({model, totalGpus, system, backend, version}: SupportAsk): string {
  return [model, totalGpus, system, backend, version].join("|");
}

function linesOf(
  {by, model, system, gpus}: SupportQuery,
  catalogue: CatalogueIndex,
  systems: SystemSpec[],
  models: readonly string[]
): Line[] {
  const places = placesOf(catalogue, by === "model" ? systems : systems.filter(({id}) => id === system));
  const ask = (model: string, place: Place): SupportAsk => ({model, totalGpus: gpus, ...place});
  if (by === "system")
    return models.map((id) => ({label: shortModel(id), note: "", asks: places.map((place) => ask(id, place))}));
  const lines = systems.map(({id, label}) => {
    const own = places.filter((place) => place.system === id);
    return {label: shortSystem(label), note: id, asks: own.map((place) => ask(model, place))};
  });
  // Systems with tables come first: there is more to find out.
  const tables = (line: Line) => line.asks.filter(({version}) => version !== "").length;
  return lines.sort((a, b) => tables(b) - tables(a));
}

function matrix({by}: SupportQuery, lines: Line[], buttons: HTMLElement[]): HTMLElement {
  const columns = lines[0]?.asks.map(({backend}) => backendWords[backend]) ?? [];
  let next = 0;
  const row = ({label, note, asks}: Line) =>
    h("tr", {}, h("th", {scope: "row", title: note}, label), ...asks.map(() => h("td", {}, buttons[next++])));
  return h(
    "div",
    {class: "kp-table kp-support"},
    h(
      "table",
      {},
      h("caption", {class: "kp-spoken"}, "How each question is answered; choose one to see why"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", {scope: "col"}, by === "model" ? "GPU" : "model"),
          ...columns.map((name) => h("th", {scope: "col"}, name))
        )
      ),
      h("tbody", {}, ...lines.map(row))
    )
  );
}

function waiting({version}: SupportAsk): HTMLElement {
  return h("span", {class: "kp-waiting"}, version ? `… ${version}` : "…");
}

/** One line where both modes are alike, else one each. */
function verdictWords({version}: SupportAsk, {agg, disagg}: Support): HTMLElement[] {
  const line = (verdict: Verdict, mode = "") =>
    h(
      "span",
      {class: "kp-level", "data-level": verdict.level},
      h("i", {class: `kp-mark ${markOf(verdict)}`, "aria-hidden": "true"}),
      mode ? `${mode} ${verdict.level}` : verdict.level
    );
  const modes = agg.level === disagg.level ? [line(agg)] : [line(agg, "agg."), line(disagg, "disagg.")];
  return [...modes, h("small", {}, version || "no tables")];
}

function markOf({level}: Verdict): string {
  if (level === "measured") return "kp-filled";
  if (level === "calibrated") return "kp-hatched";
  return level === "hybrid" ? "kp-half" : "kp-cross";
}

function titleOf({agg, disagg}: Support): string {
  const words = (mode: string, {level, reason}: Verdict) =>
    `${mode}: ${level}${reason ? `: ${firstClause(reason)}` : ""}`;
  return [words("aggregated", agg), words("disaggregated", disagg)].join("\n");
}

/** Without what there is instead, which can be long. */
const firstClause = (reason: string) => reason.split("; have ")[0];

function why(ask: SupportAsk, support: Support | undefined, systems: SystemSpec[], onclose: () => void): HTMLElement[] {
  const where = `${shortSystem(labelOf(systems, ask.system))} with ${backendWords[ask.backend]} ${ask.version}`.trim();
  const close = h("button", {type: "button", class: "kp-button", onclick: onclose}, "Close");
  const title = h("header", {}, h("h3", {}, `${shortModel(ask.model)} on ${where}`), close);
  if (!support) return [title, h("p", {class: "kp-hint"}, "Not tried yet.")];
  const doubts = support.doubts.map((doubt) => h("p", {class: "kp-hint"}, h("b", {}, "Doubtful: "), `${doubt}.`));
  return [title, ...modeWhys(support), ...doubts, openLink(ask, support)];
}

/** One paragraph where both modes are alike. */
function modeWhys({agg, disagg}: Support): HTMLElement[] {
  if (agg.level === disagg.level && agg.reason === disagg.reason) return [modeWhy("Aggregated and disaggregated", agg)];
  return [modeWhy("Aggregated", agg), modeWhy("Disaggregated", disagg)];
}

function modeWhy(mode: string, {level, reason, works, error}: Verdict): HTMLElement {
  const sizes = works.length > 0 ? `Worker sizes: ${works.map(parallelWords).join(", ")}. ` : "";
  // Surfaces are not read here, so what calibrated answers are worth is for the home page to say.
  const band =
    error && level !== "calibrated"
      ? `Its throughput: ${errorBandWords(error.tokensPerSec)}, 9 in 10 times; of operator timings. `
      : "";
  const lead = level === "measured" ? "Not answered at other sizes: " : "Why: ";
  const because = reason ? h("span", {class: "kp-hint"}, `${lead}${firstClause(reason)}.`) : "";
  return h("p", {}, h("b", {}, `${mode}: ${level}`), `, ${supportWords[level]}. `, sizes, band, because);
}

/** The home page with this question. */
function openLink({model, system, backend, totalGpus, version}: SupportAsk, support: Support): HTMLElement {
  const level = bestLevel(support);
  if (level === "does not fit" || level === "not supported")
    return h("p", {class: "kp-hint"}, "There is nothing to search here.");
  const database = level === "hybrid" ? ("hybrid" as const) : ("" as const);
  const href = `../${formatQuestion({...defaults, model, system, backend, version, gpus: totalGpus, database})}`;
  return h("p", {}, h("a", {href}, "Find the knee here"));
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const labelOf = (systems: SystemSpec[], id: string) => systems.find((system) => system.id === id)?.label ?? id;
