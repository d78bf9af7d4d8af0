/** What a page's embeds and their worker say to each other: plain data. */
import type {BreakdownChart} from "../chart/breakdown-chart.js";
import type {FrontChart} from "../chart/front-chart.js";
import type {MemoryChart} from "../chart/memory-chart.js";
import type {ChartName} from "../chart/names.js";
import type {Options} from "./option.js";
import type {SourceNote} from "./source.js";

export interface Request {
  name: ChartName;
  options: Options;
}

export type Drawable =
  | {kind: "front"; chart: FrontChart}
  | {kind: "breakdown"; chart: BreakdownChart}
  | {kind: "memory"; chart: MemoryChart};

export interface Reply {
  drawable: Drawable;
  source: SourceNote;
  /** What is wrong with the measurements that were looked up. */
  doubts: string[];
  /** Of Kneepoint. */
  version: string;
  /** The page that asks the same, below the site. */
  page: string;
}

export interface Progress {
  loaded: number;
  total: number;
}

export type ToWorker = {type: "ask"; id: number; request: Request} | {type: "cancel"; id: number};

export type FromWorker =
  | {type: "ready"}
  | {type: "progress"; id: number; progress: Progress}
  | {type: "reply"; id: number; reply: Reply}
  | {type: "error"; id: number; message: string};
