/** What an analyst pastes: one chart as a module's function, as an element, as a frame, and as a command. */
import type {ChartName} from "../chart/names.js";
import {defaults, formatQuestion, partOf} from "../components/question.js";
import type {Options, OptionValue} from "./option.js";

export const snippetNames = {
  module: "ES module",
  element: "Element",
  iframe: "iframe",
  command: "Command line"
} as const;
export type SnippetName = keyof typeof snippetNames;

/** Pixels of a frame that shows all of a chart at usual widths. */
const frameHeights: Record<ChartName, number> = {frontier: 640, compare: 640, cost: 640, breakdown: 520, memory: 480};

/** `site` is the address of the site, with a slash at the end. */
export function snippetsOf(name: ChartName, options: Options, site: string): Record<SnippetName, string> {
  const entries = entriesOf(options);
  return {
    module: moduleSnippet(name, entries, site),
    element: elementSnippet(name, entries, site),
    iframe: iframeSnippet(name, entries, site),
    command: commandSnippet(name, entries)
  };
}

/** `embed/frontier.html?model=…`: the chart on a page of its own, for a frame. */
export function framePath(name: ChartName, options: Options): string {
  return `embed/${name}.html${queryOf(entriesOf(options))}`;
}

type Entry = readonly [key: string, value: string | string[]];

/** The essentials of the question, so that a snippet ages well, and what else was given. */
function entriesOf(options: Options): Entry[] {
  const given = Object.entries(options).flatMap(([key, value]): Entry[] =>
    value == null ? [] : [[key, textOf(value)]]
  );
  const single = given.map(([key, value]) => [key, Array.isArray(value) ? value[0] : value] as const);
  const question = {...defaults, ...partOf(single, defaults)};
  const essential = [...new URLSearchParams(formatQuestion(question))];
  const keys = [...new Set([...essential.map(([key]) => key), ...given.map(([key]) => key)])];
  const texts = new Map<string, string | string[]>([...essential, ...given]);
  return keys.map((key) => [key, texts.get(key)!]);
}

function textOf(value: NonNullable<OptionValue>): string | string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}

function moduleSnippet(name: ChartName, entries: readonly Entry[], site: string): string {
  const literal = (value: string) => (/^-?\d+(\.\d+)?$/.test(value) ? value : JSON.stringify(value));
  const lines = entries.map(
    ([key, value]) => `    ${key}: ${Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : literal(value)}`
  );
  return `<div id="${name}"></div>
<script type="module">
  import {${name}} from "${site}embed/${name}.js";

  document.querySelector("#${name}").append(await ${name}({
${lines.join(",\n")}
  }));
</script>`;
}

function elementSnippet(name: ChartName, entries: readonly Entry[], site: string): string {
  const attributes = entries.map(([key, value]) => `${key}="${attribute(String(value))}"`);
  return `<script type="module" src="${site}embed/${name}.js"></script>
<kneepoint-${name} ${attributes.join(" ")}></kneepoint-${name}>`;
}

function iframeSnippet(name: ChartName, entries: readonly Entry[], site: string): string {
  const src = attribute(`${site}embed/${name}.html${queryOf(entries)}`);
  return `<iframe src="${src}" title="Kneepoint: ${name}" width="100%" height="${frameHeights[name]}" style="border: 0" loading="lazy" allow="clipboard-write"></iframe>`;
}

function queryOf(entries: readonly Entry[]): string {
  const query = new URLSearchParams(entries.map(([key, value]) => [key, String(value)]));
  return `?${query.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}

const attribute = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** Flags of keys that are written alike; what has another spelling is below. */
const flags: Record<string, string> = {
  model: "model",
  system: "system",
  backend: "backend",
  version: "backend-version",
  donor: "donor",
  decode: "decode-system",
  figures: "database",
  gaps: "transfer-policy",
  between: "interpolation",
  gpus: "total-gpus",
  isl: "isl",
  osl: "osl",
  prefix: "prefix",
  images: "images",
  size: "image-size",
  slots: "wideep-slots",
  ttft: "ttft",
  tpot: "tpot",
  latency: "request-latency",
  rate: "target-request-rate",
  best: "objective",
  steepness: "steepness",
  penalty: "penalty",
  x: "axis",
  theme: "theme",
  currency: "currency"
};
const switches: Record<string, string> = {eplb: "eplb", strict: "strict-sla", log: "log"};
const plural: Record<string, string> = {system: "systems", backend: "backends", model: "models"};
const spreads: Record<string, string> = {
  wide: "--wide-ep",
  deepep: "--moe-backend deepep_moe",
  megamoe: "--moe-backend megamoe"
};

/** What a chart's file does not take from the question. */
const elsewhere: Partial<Record<ChartName, readonly string[]>> = {
  breakdown: ["x", "log"],
  memory: ["x", "log"],
  cost: ["x"]
};

function commandSnippet(name: ChartName, entries: readonly Entry[]): string {
  const texts = new Map(entries);
  const of = (key: string) => String(texts.get(key) ?? "");
  const isRequest = Number(of("latency")) > 0;
  const isLeftOut = (key: string) =>
    elsewhere[name]?.includes(key) || (isRequest && (key === "ttft" || key === "tpot") && of("besides") !== "1");
  const parts: string[] = [];
  const lost: string[] = [];
  for (const [key, value] of entries) {
    if (isLeftOut(key) || value === "") continue;
    const words = flagWords(key, value, of);
    if (words === undefined) lost.push(key);
    else if (words !== "") parts.push(words);
  }
  const command = [`npx kneepoint chart ${name}`, ...parts, `-o ${name}.svg`].join(" ");
  return lost.length > 0
    ? `# without ${lost.join(", ")}, which a file says: kneepoint chart --help\n${command}`
    : command;
}

/** Empty where a flag is off or said by another; undefined where no flag says it. */
function flagWords(key: string, value: string | string[], of: (key: string) => string): string | undefined {
  if (Array.isArray(value)) return plural[key] && `--${plural[key]} ${value.map(shell).join(",")}`;
  if (key in switches) return value === "1" ? `--${switches[key]}` : "";
  if (key in flags) return `--${flags[key]} ${shell(value)}`;
  if (key === "experts") return spreads[value];
  if (key === "price") return `--gpu-hour-price ${prices(value, of)}`;
  if (key === "kw") return `--hard power_w=${Number(value) * 1000}`;
  if (key === "cost") return `--hard cost_per_million_tokens=${value}`;
  return key === "decodeprice" || key === "besides" ? "" : undefined;
}

function prices(price: string, of: (key: string) => string): string {
  const decode = of("decode") && of("decodeprice") ? `,${of("decode")}=${of("decodeprice")}` : "";
  return of("system")
    .split(",")
    .map((system) => `${system}=${price}`)
    .join(",")
    .concat(decode);
}

/** Quoted where a shell would read more into it. */
const shell = (word: string) => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
