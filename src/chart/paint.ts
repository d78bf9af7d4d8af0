/** Colours of a picture: those of the page, src/styles/token.css, by theme or as variables of a style sheet. */

/** Colours where lines are experiments and not modes, after Observable's ten: line, text on light, text on dark. */
const series = [
  ["#4269d0", "#3558b8", "#8fadff"],
  ["#ff725c", "#c23f2a", "#ff9683"],
  ["#3ca951", "#27793a", "#6fd183"],
  ["#efb118", "#8a6500", "#f3c657"],
  ["#a463f2", "#7b3cc8", "#c79bff"],
  ["#6cc5b0", "#2f7d6b", "#8fdcc9"],
  ["#ff8ab7", "#b8437a", "#ffa9ca"],
  ["#9c6b4e", "#7b5038", "#cf9f80"],
  ["#97bbf5", "#41699f", "#a9c6f7"],
  ["#9498a0", "#5c6068", "#b3b7be"]
] as const;

export const seriesColors: readonly string[] = series.map(([color]) => color);

/** Of the light theme. */
const lightColors = {
  card: "#ffffff",
  well: "#f1f2ef",
  ink: "#14202b",
  inkMuted: "#55626e",
  inkFaint: "#7d8892",
  line: "#e2e4e0",
  lineStrong: "#c3c8c8",
  agg: "#4269d0",
  aggInk: "#3558b8",
  disagg: "#ff725c",
  disaggInk: "#c23f2a",
  bad: "#c8102e",
  opGemm: "#3ca951",
  opAttention: "#a463f2",
  opMoe: "#efb118",
  opCommunication: "#6cc5b0",
  opOther: "#9aa2a9"
} as const;

export type PaintName = keyof typeof lightColors;
export const paintNames = Object.keys(lightColors) as PaintName[];

export interface Paint extends Readonly<Record<PaintName, string>> {
  /** Text beside lines of `seriesColors`. */
  readonly seriesInks: readonly string[];
}

export const light: Paint = {...lightColors, seriesInks: series.map(([, ink]) => ink)};

export const dark: Paint = {
  ...lightColors,
  card: "#141a22",
  well: "#0f151c",
  ink: "#e9edf1",
  inkMuted: "#a3afba",
  inkFaint: "#77838f",
  line: "#252e38",
  lineStrong: "#3b4754",
  agg: "#5b82ea",
  aggInk: "#8fadff",
  disaggInk: "#ff9683",
  bad: "#ff6b7d",
  seriesInks: series.map(([, , ink]) => ink)
};

export const themes = {light, dark} as const;
export type Theme = keyof typeof themes;

/** `--kp-ink-muted` of `inkMuted`. */
export function token(name: PaintName): string {
  return `--kp-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const seriesToken = (i: number) => `--kp-series-ink-${i}`;

/** For a picture below a style sheet that has `declarations`. */
export const tokens: Paint = {
  ...(Object.fromEntries(paintNames.map((name) => [name, `var(${token(name)})`])) as Record<PaintName, string>),
  seriesInks: series.map((_, i) => `var(${seriesToken(i)})`)
};

/** `--kp-ink: #14202b; …` for the variables of `tokens`. */
export function declarations(value: (light: string, dark: string) => string): string {
  return [
    ...paintNames.map((name) => `${token(name)}: ${value(light[name], dark[name])};`),
    ...series.map(([, onLight, onDark], i) => `${seriesToken(i)}: ${value(onLight, onDark)};`)
  ].join("\n");
}
