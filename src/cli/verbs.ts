/** What the command can do, one line each; every verb's module starts from its line here. */
export const summaries = {
  default: "find the best way to serve a model on some GPUs: aggregated and disaggregated, with both frontiers",
  exp: "run the experiments of a YAML file and compare them",
  recommend: "find the fewest GPUs that serve a request rate or a concurrency within the targets",
  sweep: "answer one question over a grid of lengths and targets, on all cores",
  generate: "write everything that starts a deployment: engine configs, scripts, Kubernetes, Dynamo, llm-d, benchmark",
  chart: "draw one chart of a question as SVG or PNG, for a report",
  estimate: "predict one configuration, operator by operator",
  explain: "say which layer set which value, why a plan is as it is, and why an empty result is empty",
  sensitivity: "say what each input moves when it is a tenth more or less",
  model: "show what is inside a model: fields, assumptions, parameters, operators, KV cache",
  support: "say what the imported tables can answer, and where",
  quality: "say how far the imported tables can be trusted",
  systems: "list the GPUs that are known, and print a file to describe another",
  batch: "answer JSON lines: operators, estimates and searches",
  calibrate: "fit the constants of simulations to runs of your own",
  import: "take over measured tables from a folder",
  new: "write a notebook about a model, or a site of your own, to edit and to publish",
  completion: "print a script that completes this command in bash, zsh or fish",
  version: "print the version"
} as const;

export type VerbName = keyof typeof summaries;
export const verbNames = Object.keys(summaries) as VerbName[];
