/** One answer beside another's: a sentence, both fronts on a chart, and a table of throughput by speed. */
import * as Plot from "npm:@observablehq/plot";
import {modesOf} from "../engine/result.js";
import type {Plan} from "../engine/result.js";
import {comparedSpeeds, pointAt, speedFront, throughputAt} from "../engine/search/front-compare.js";
import type {FrontPoint} from "../engine/search/front-compare.js";
import type {Live} from "../search/live.js";
import {modeWords, replicaWords} from "../words.js";
import {h} from "./dom.js";
import {figure, shortModel, times} from "./format.js";

interface Step extends FrontPoint {
  plan: Plan;
}

interface Side {
  name: string;
  /** What nobody beats of both modes, whether it meets the targets or not. */
  front: Step[];
}

const stepOf = (plan: Plan): Step => ({
  plan,
  tokensPerSecPerUser: plan.tokensPerSecPerUser,
  tokensPerSecPerGpu: plan.tokensPerSecPerGpuCluster
});

function sideOf({question, answer}: Live): Side {
  const plans = modesOf(answer.result).flatMap(({front}) => front);
  return {name: shortModel(question.model), front: speedFront(plans.map(stepOf))};
}

/** What the compared answers were asked at: the speed that the TPOT target stands for, where there is one. */
function askedSpeed({question}: Live): number | undefined {
  return question.requestLatencyMs && !question.besides ? undefined : 1000 / question.tpotMs;
}

export function besideSentence(one: Live, other: Live): HTMLElement {
  const [mine, theirs] = [sideOf(one), sideOf(other)];
  const empty = [mine, theirs].filter(({front}) => front.length === 0).map(({name}) => name);
  if (empty.length > 0)
    return h("p", {class: "kp-lede"}, `No plan of ${empty.join(" and ")} within the TTFT target to compare with.`);
  const speed = askedSpeed(one);
  const at = speed ?? Math.min(...[mine, theirs].map(({front}) => front.at(-1)!.tokensPerSecPerUser));
  const [own, known] = [mine, theirs].map(({front}) => throughputAt(front, at));
  const words =
    own > 0 && known > 0
      ? [h("b", {}, times(own / known)), ` the tokens/s/GPU of ${theirs.name}`]
      : [
          own > 0
            ? `what ${theirs.name} cannot`
            : known > 0
              ? `nothing, while ${theirs.name} can`
              : "nothing, as does the other"
        ];
  return h("p", {class: "kp-lede"}, `At ${figure(at)} tokens/s/user ${mine.name} serves `, ...words, ".");
}

/** Both fronts; the other's is grey, as it is there for context. */
export function besideChart(one: Live, other: Live, width: number): SVGElement | HTMLElement {
  const sides = [sideOf(other), sideOf(one)];
  const inks = ["var(--kp-ink-faint)", "var(--kp-ink)"];
  const points = sides.flatMap(({name, front}, at) => front.map((step) => ({...step, name, ink: inks[at]})));
  const ends = sides.flatMap(({name, front}, at) =>
    front.length > 0 ? [{...front[0], name, ink: inks[at], above: at === 1}] : []
  );
  return Plot.plot({
    width,
    height: Math.min(420, 200 + width / 4),
    marginLeft: 56,
    marginTop: 32,
    marginBottom: 44,
    style: {fontSize: "12.5px", fontFamily: "inherit", overflow: "visible"},
    ariaLabel: `Throughput against speed: ${sides.map(({name, front}) => `${name}, ${front.length} points`).join("; ")}. The table below has the figures.`,
    x: {label: "tokens/s/user", labelAnchor: "center", labelArrow: "none", nice: true, zero: true},
    y: {label: "throughput (tokens/s/GPU)", grid: true, zero: true, nice: true},
    marks: [
      Plot.ruleX(
        [askedSpeed(one)].filter((speed) => speed !== undefined),
        {
          stroke: "var(--kp-ink-muted)",
          strokeDasharray: "2 3"
        }
      ),
      Plot.line(points, {
        x: "tokensPerSecPerUser",
        y: "tokensPerSecPerGpu",
        z: "name",
        stroke: "ink",
        strokeWidth: 2,
        curve: "step-before"
      }),
      Plot.dot(points, {
        x: "tokensPerSecPerUser",
        y: "tokensPerSecPerGpu",
        r: 3,
        fill: "var(--kp-card)",
        stroke: "ink",
        title: ({name, plan}: (typeof points)[number]) =>
          `${name}, ${modeWords[plan.mode]}: ${replicaWords(plan)}, ${figure(plan.tokensPerSecPerGpuCluster)} tokens/s/GPU at ${figure(plan.tokensPerSecPerUser)} tokens/s/user`,
        tip: true
      }),
      ...ends.map(({name, ink, above, ...end}) =>
        Plot.text([end], {
          x: "tokensPerSecPerUser",
          y: "tokensPerSecPerGpu",
          text: () => name,
          textAnchor: "start",
          dx: 4,
          dy: above ? -12 : 14,
          fill: ink,
          stroke: "var(--kp-card)",
          strokeWidth: 4,
          fontWeight: 600
        })
      )
    ]
  });
}

export function besideTable(one: Live, other: Live): HTMLElement {
  const sides = [sideOf(one), sideOf(other)];
  const speeds = comparedSpeeds(
    sides.map(({front}) => front),
    {target: askedSpeed(one), most: 6}
  );
  if (speeds.length === 0) return h("div", {class: "kp-table"});
  const cell = (text: string) => h("td", {class: "kp-number"}, text);
  const head = ["", ...speeds.map((speed) => `${figure(speed)} tokens/s/user`)];
  const row = ({name, front}: Side) =>
    h("tr", {}, h("th", {scope: "row"}, name), ...speeds.map((speed) => cell(throughputWords(front, speed))));
  const ratios = speeds.map((speed) => {
    const [own, known] = sides.map(({front}) => throughputAt(front, speed));
    return cell(own > 0 && known > 0 ? times(own / known) : "–");
  });
  return h(
    "div",
    {class: "kp-table kp-listing"},
    h(
      "table",
      {},
      h("caption", {}, "tokens/s/GPU that serve every user at least this fast, within the TTFT target"),
      h(
        "thead",
        {},
        h("tr", {}, ...head.map((title) => h("th", {scope: "col", class: title ? "kp-number" : null}, title)))
      ),
      h("tbody", {}, ...sides.map(row), h("tr", {}, h("th", {scope: "row"}, "ratio"), ...ratios))
    )
  );
}

function throughputWords(front: readonly Step[], speed: number): string {
  const point = pointAt(front, speed);
  return point ? figure(point.tokensPerSecPerGpu) : "none so fast";
}
