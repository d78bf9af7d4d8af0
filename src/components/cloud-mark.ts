/** The faint dots of the frontier chart. */
import type * as Plot from "npm:@observablehq/plot";
import type {CandidateCloud} from "../engine/result.js";
import {msPerSecond} from "../engine/units.js";
import {colors} from "./mode-color.js";
import type {Question} from "./question.js";

/** All candidates as one path of dots: thousands of elements would make dragging stutter. */
export function cloudMark(cloud: CandidateCloud, mode: "agg" | "disagg", {axis, osl}: Question): Plot.RenderFunction {
  const {tokensPerSecPerUser, tokensPerSecPerGpuCluster, ttftMs} = cloud;
  const stride = Math.ceil(tokensPerSecPerUser.length / 2500);
  const x = (i: number) => {
    if (axis === "user") return tokensPerSecPerUser[i];
    return axis === "ttft" ? ttftMs[i] : ttftMs[i] + (msPerSecond / tokensPerSecPerUser[i]) * (osl - 1);
  };
  return (_index, scales, _values, {width, height, marginLeft, marginRight, marginTop, marginBottom}) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    let d = "";
    for (let i = 0; i < tokensPerSecPerUser.length; i += stride) {
      const [px, py] = [scales.x!(x(i)) as number, scales.y!(tokensPerSecPerGpuCluster[i]) as number];
      if (px >= marginLeft && px <= width - marginRight && py >= marginTop && py <= height - marginBottom)
        d += `M${px.toFixed(1)},${py.toFixed(1)}h0`;
    }
    path.setAttribute("d", d);
    path.setAttribute("class", "kp-cloud");
    path.setAttribute("stroke", colors[mode]);
    return path;
  };
}
