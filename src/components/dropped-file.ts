/** Files and texts that bring searches: experiments in YAML, fronts in CSV, a model's config.json. */
import type {SiteData} from "../search/site.js";
import {backends} from "../engine/schema.js";
import {plainVariant} from "./comparison.js";
import type {Variant} from "./comparison.js";
import type {SavedFront} from "./csv-front.js";
import type {Question} from "./question.js";
import {measuredVersions} from "./version.js";

/** What a text brings, and what is wrong with the rest of it. */
export interface Brought {
  variants: Variant[];
  fronts: SavedFront[];
  problems: string[];
}

/** A text by the name of its file, or by what it looks like. The readers come with the first of their kind. */
export async function readDropped(text: string, file: string, base: Question, site: SiteData): Promise<Brought> {
  const nothing: Brought = {variants: [], fronts: [], problems: []};
  const name = file || "the pasted text";
  try {
    switch (kindOf(text, file)) {
      case "csv": {
        const {readSavedCsv} = await import("./csv-front.js");
        return {...nothing, fronts: [readSavedCsv(text, file || "pasted.csv")]};
      }
      case "config":
        return {...nothing, variants: [await modelVariant(text, file)]};
      default: {
        const {readExperiments} = await import("./experiment-file.js");
        const systems = site.systems.map(({id}) => id);
        const backendsOf = (system: string) => {
          const measured = backends.filter((each) => measuredVersions(site.catalogue, system, each).length > 0);
          return measured.length > 0 ? measured : backends;
        };
        return {...nothing, ...readExperiments(text, {file: name, base, systems, backendsOf})};
      }
    }
  } catch (error) {
    return {...nothing, problems: [(error as Error).message]};
  }
}

function kindOf(text: string, file: string): "csv" | "yaml" | "config" {
  const [, extension = ""] = /\.(\w+)$/.exec(file.toLowerCase()) ?? [];
  if (extension === "csv" || extension === "tsv") return "csv";
  if (extension === "json") return "config";
  if (extension === "yaml" || extension === "yml") return "yaml";
  const [first] = text.trimStart().split("\n", 1);
  if (/tokens(\/s|_per_s)/.test(first) && first.includes(",")) return "csv";
  return /^\s*\{[\s\S]*"(architectures|model_type)"/.test(text) ? "config" : "yaml";
}

/** The base's question of another model. */
async function modelVariant(text: string, file: string): Promise<Variant> {
  const [{recognise, shortened}, {normalizeModel}] = await Promise.all([
    import("./config-file.js"),
    import("../engine/models/config.js")
  ]);
  const {config} = read(() => recognise(text));
  if (!config) throw new Error(`${file}: no model in it; drop a config.json, its experiments as YAML, or a saved CSV`);
  const path = config._name_or_path;
  const model = typeof path === "string" && path ? path : file.replace(/\.json$/i, "") || "my model";
  read(() => normalizeModel(model, config));
  const short = shortened({config});
  return {...plainVariant, part: {model, config: JSON.stringify(short.config), hfQuantConfig: ""}};

  function read<T>(reading: () => T): T {
    try {
      return reading();
    } catch (error) {
      throw new Error(`${file || "the pasted text"}: ${(error as Error).message}`, {cause: error});
    }
  }
}
