/** The README of a choice: what it is, what was predicted, the commands in order, and what to change first. */
import type {ErrorBand} from "../engine/result.js";
import {adviceFor} from "./advice.js";
import type {DeploymentPlan, Predicted, RolePlan} from "./plan.js";
import {markdownCode, oneLine, shellWord} from "./quote.js";
import {render} from "./render.js";
import {targets} from "./targets/index.js";
import {headerLines} from "./targets/header.js";
import type {Target} from "./targets/target.js";

export function readme(plan: DeploymentPlan, written: readonly Target[]): string {
  const {model, hardware, totals, mode} = plan;
  const [, , ...about] = headerLines(plan, "");
  return render("README.md", {
    title: `${plan.name}: ${oneLine(model.servedName)} on ${totals.gpus} × ${hardware.label}`,
    summary: `Serves ${markdownCode(model.id)} ${mode === "agg" ? "aggregated" : "disaggregated"} with ${plan.engine.label}: ${workersText(plan)}, for prompts of ${plan.workload.isl} tokens and answers of ${plan.workload.osl}.`,
    roles: plan.roles.map(roleRow),
    releases: about,
    predicted: plan.predicted ? predictedRows(plan.predicted) : [],
    predictedNote: plan.predicted ? predictedNote(plan.predicted) : "",
    folder: plan.mode,
    hasBenchmark: written.some(({name}) => name === "benchmark"),
    parts: written.map(({title, steps}) => ({
      title,
      steps: steps(plan).map(({text, command}) => ({
        text,
        command: command === undefined ? "" : codeBlock(command, "   ")
      }))
    })),
    checks: checks(plan),
    advice: adviceFor(plan),
    overrides: Object.entries(plan.set).map(([key, value]) => `${markdownCode(key)} = ${markdownCode(value)}`),
    doubts: doubtsOf(plan).map(oneLine)
  });
}

function workersText({roles, totals}: DeploymentPlan): string {
  const parts = roles.map(
    ({role, workers}) => `${workers} ${role === "agg" ? "" : `${role} `}worker${workers > 1 ? "s" : ""}`
  );
  return `${parts.join(" and ")} on ${totals.gpus} GPU${totals.gpus > 1 ? "s" : ""} of ${totals.nodes} node${totals.nodes > 1 ? "s" : ""}`;
}

function roleRow({role, workers, gpusPerWorker, nodesPerWorker, parallel, limits, kvCache}: RolePlan) {
  return {
    name: role,
    workers,
    gpus: gpusPerWorker,
    nodes: nodesPerWorker,
    sizes: sizesText(parallel),
    batch: limits.maxBatch,
    tokens: limits.maxTokens,
    sequence: limits.maxSeqTokens,
    kv: markdownCode(kvCache.engine).replaceAll("|", "\\|")
  };
}

function sizesText({tp, pp, dp, moeTp, moeEp}: RolePlan["parallel"]): string {
  const sizes = {TP: tp, PP: pp, DP: dp, "MoE TP": moeTp, EP: moeEp};
  const above = Object.entries(sizes).filter(([, size]) => size > 1);
  return above.length > 0 ? above.map(([name, size]) => `${name} ${size}`).join(", ") : "1 GPU";
}

function predictedRows({error, ...figures}: Predicted) {
  const within = (band: ErrorBand | undefined) => (band ? `± ${Math.round(band.p90 * 100)} %` : "not known");
  const round = (value: number, digits: number) => value.toLocaleString("en-US", {maximumFractionDigits: digits});
  return [
    {what: "TTFT (ms)", value: round(figures.ttftMs, 1), error: within(error?.ttft)},
    {what: "TPOT (ms)", value: round(figures.tpotMs, 2), error: within(error?.tpot)},
    {what: "tokens/s/GPU", value: round(figures.tokensPerSecPerGpu, 1), error: within(error?.tokensPerSec)},
    {what: "tokens/s in all", value: round(figures.tokensPerSec, 0), error: within(error?.tokensPerSec)},
    {what: "tokens/s per user", value: round(figures.tokensPerSecPerUser, 1), error: within(error?.tpot)},
    {what: "requests in flight", value: round(figures.concurrency, 0), error: "as planned"}
  ];
}

function predictedNote({source}: Predicted): string {
  return `Weakest source of any operator behind these: ${source}. The errors are those of operator timings; scheduling, queueing and the host add theirs.`;
}

/** Requests that show whether it works, wherever it answers. */
function checks({frontend, model}: DeploymentPlan) {
  const url = `http://localhost:${frontend.port}`;
  const body = JSON.stringify({
    model: model.servedName,
    messages: [{role: "user", content: "Say hello."}],
    max_tokens: 16
  });
  const chat = `curl -s ${url}/v1/chat/completions -H 'Content-Type: application/json' -d ${shellWord(body)}`;
  return {models: codeBlock(`curl -s ${url}/v1/models`), chat: codeBlock(chat)};
}

/** A fenced block; the fence is longer than any in the command. */
function codeBlock(command: string, indent = ""): string {
  const longest = Math.max(2, ...(command.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}sh`, ...command.split("\n"), fence].map((line) => indent + line).join("\n");
}

/** Of the plan, of the targets, and what cannot be written for it. */
export function doubtsOf(plan: DeploymentPlan): string[] {
  const left = targets.flatMap(({name, excludes}) => {
    const why = excludes?.(plan);
    return why === undefined ? [] : [`no files for ${name}: ${why}`];
  });
  const own = targets
    .filter(({excludes}) => excludes?.(plan) === undefined)
    .flatMap(({doubts}) => doubts?.(plan) ?? []);
  return [...new Set([...plan.warnings, ...own, ...left])];
}
