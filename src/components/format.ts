/** Figures as people read them: three significant digits, thousands separated, the unit beside the number. */
import {msPerSecond} from "../engine/units.js";

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const significant = new Intl.NumberFormat("en", {maximumSignificantDigits: 3});

/** `1,234`, `587`, `9.21`, `0.052`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return (Math.abs(value) >= 100 ? whole : significant).format(value);
}

/** Milliseconds below 10 s, then seconds: `216 ms`, `12.4 s`. */
export function duration(ms: number): string {
  return ms < 10 * msPerSecond ? `${figure(ms)} ms` : `${figure(ms / msPerSecond)} s`;
}

export function gib(value: number): string {
  return `${figure(value)} GiB`;
}

/** `1.42 ×` */
export function times(ratio: number): string {
  return `${figure(ratio)} ×`;
}

/** `12 %`, `< 1 %` for what is small but there. */
export function percent(share: number): string {
  return share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(share * 100)} %`;
}

/** `1 replica`, `8 replicas`. */
export function counted(count: number, noun: string): string {
  return `${whole.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `Qwen3-32B-FP8` of `Qwen/Qwen3-32B-FP8`. */
export function shortModel(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** `H200 SXM` of `NVIDIA H200 SXM`. */
export function shortSystem(label: string): string {
  return label.replace(/^(NVIDIA|Intel Arc Pro|Intel|AMD) /, "");
}

export const backendWords: Record<string, string> = {trtllm: "TensorRT-LLM", sglang: "SGLang", vllm: "vLLM"};

/** `+3.1 %`, `−12 %`, `0 %`: a change as a share. */
export function signedPercent(share: number): string {
  const size = 100 * Math.abs(share);
  if (size < 0.05) return "0 %";
  return `${share < 0 ? "−" : "+"}${size < 10 ? Number(size.toFixed(1)) : whole.format(size)} %`;
}
