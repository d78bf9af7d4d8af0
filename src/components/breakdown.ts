/** Where the time of a step goes, operator by operator. */
import type {OpTime, PhaseDetail, PlanDetail} from "../engine/result.js";
import {h} from "./dom.js";
import {duration, percent} from "./format.js";
import {groupColors, opGroup, opGroups} from "./op-group.js";
import {sourceBadge} from "./data-badge.js";
import {errorWords, originWords} from "../words.js";

export function breakdown(detail: PlanDetail | null): HTMLElement {
  if (!detail) return h("div", {class: "kp-breakdown"});
  return h(
    "div",
    {class: "kp-breakdown"},
    h("h3", {}, "Time per step"),
    ...detail.phases.map(phaseRow),
    legend(detail)
  );
}

function phaseRow({title, totalMs, ops}: PhaseDetail): HTMLElement {
  const sorted = [...ops].sort((a, b) => order(a) - order(b) || b.latencyMs - a.latencyMs);
  const segment = (op: OpTime) =>
    h("i", {
      style: `flex: ${op.latencyMs} 0 0; background: ${groupColors[opGroup(op.kind)]}`,
      title: `${op.name}: ${duration(op.latencyMs)}, ${percent(op.latencyMs / totalMs)}, ${originWords(op)} (${errorWords(op.error)})`
    });
  return h(
    "details",
    {class: "kp-phase"},
    h(
      "summary",
      {},
      h("span", {}, title),
      h("b", {}, duration(totalMs)),
      h("div", {class: "kp-bar", role: "img", "aria-label": shares({title, totalMs, ops})}, ...sorted.map(segment))
    ),
    h(
      "table",
      {},
      h("tbody", {}, ...[...ops].sort((a, b) => b.latencyMs - a.latencyMs).map((op) => opRow(op, totalMs)))
    )
  );
}

function opRow({name, kind, count, latencyMs, source, tier, error}: OpTime, totalMs: number): HTMLElement {
  const swatch = h("i", {class: "kp-swatch", style: `background: ${groupColors[opGroup(kind)]}`});
  const cells = [
    h("th", {scope: "row"}, swatch, name.replaceAll("_", " ")),
    `× ${Math.round(count)}`,
    duration(latencyMs),
    percent(latencyMs / totalMs),
    sourceBadge(source, `: ${originWords({source, tier})}, ${errorWords(error)}`)
  ];
  return h("tr", {}, cells[0], ...cells.slice(1).map((cell) => h("td", {}, cell)));
}

function legend({phases}: PlanDetail): HTMLElement {
  const used = opGroups.filter((group) =>
    phases.some(({ops}) => ops.some((op) => opGroup(op.kind) === group && op.latencyMs > 0))
  );
  return h(
    "p",
    {class: "kp-legend"},
    ...used.map((group) =>
      h("span", {}, h("i", {class: "kp-swatch", style: `background: ${groupColors[group]}`}), group)
    )
  );
}

/** `prefill, 216 ms: GEMM 55 %, attention 25 %, …` */
function shares({title, totalMs, ops}: PhaseDetail): string {
  const share = (group: string) =>
    ops.filter((op) => opGroup(op.kind) === group).reduce((sum, op) => sum + op.latencyMs, 0) / totalMs;
  return `${title}, ${duration(totalMs)}: ${opGroups
    .filter((group) => share(group) > 0)
    .map((group) => `${group} ${percent(share(group))}`)
    .join(", ")}`;
}

function order(op: OpTime): number {
  return opGroups.indexOf(opGroup(op.kind));
}
