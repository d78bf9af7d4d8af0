/** To those who hear it a chart is one thing, with its label. */
export function asPicture<Figure extends Element>(figure: Figure): Figure {
  const chart = figure.matches("svg") ? figure : [...figure.querySelectorAll("svg")].at(-1);
  chart?.setAttribute("role", "img");
  for (const mark of chart?.querySelectorAll("g[aria-label]") ?? []) mark.removeAttribute("aria-label");
  return figure;
}
