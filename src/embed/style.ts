/** The style sheet of embeds: colours by the page's color-scheme, nothing else of the page. */
import {declarations, light} from "../chart/paint.js";

const text = `
:host {
  display: block;
  min-width: 280px;
  max-width: 1100px;
}
:host([hidden]) {
  display: none;
}
:host([theme="light"]) {
  color-scheme: light;
}
:host([theme="dark"]) {
  color-scheme: dark;
}
.embed {
  all: initial;
  color-scheme: inherit;
  ${declarations((onLight) => onLight)}
  --line-radius: 10px;
  display: block;
  box-sizing: border-box;
  position: relative;
  container-type: inline-size;
  padding: 16px 16px 12px;
  border: 1px solid var(--kp-line);
  border-radius: var(--line-radius);
  background: var(--kp-card);
  color: var(--kp-ink);
  font: 400 14px/1.45 "Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
  font-variant-numeric: tabular-nums;
  text-align: start;
}
@supports (color: light-dark(${light.ink}, ${light.card})) {
  .embed {
    ${declarations((onLight, onDark) => `light-dark(${onLight}, ${onDark})`)}
  }
}
.title {
  margin: 0;
  min-height: 1.3em;
  font-size: 17px;
  font-weight: 600;
  line-height: 1.3;
  text-wrap: pretty;
}
.subtitle {
  margin: 4px 0 8px;
  min-height: 1.45em;
  color: var(--kp-ink-muted);
  font-size: 13px;
}
.stage {
  position: relative;
  border-radius: 6px;
  outline-offset: 2px;
}
.stage:focus-visible, a:focus-visible, summary:focus-visible {
  outline: 2px solid var(--kp-agg-ink);
}
svg {
  display: block;
  font-family: inherit;
  max-width: 100%;
  font-variant-numeric: tabular-nums;
}
.tip {
  position: absolute;
  top: 0;
  left: 0;
  z-index: 1;
  box-sizing: border-box;
  width: max-content;
  max-width: min(260px, 100%);
  padding: 6px 10px;
  border: 1px solid var(--kp-line-strong);
  border-radius: 8px;
  background: var(--kp-card);
  font-size: 13px;
  line-height: 1.4;
  pointer-events: none;
}
[hidden] {
  display: none;
}
.error {
  margin: 0;
  padding: 12px 14px;
  border-radius: 8px;
  background: var(--kp-well);
}
.foot {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 12px;
  justify-content: space-between;
  margin: 8px 0 0;
  min-height: 1.45em;
  color: var(--kp-ink-muted);
  font-size: 12px;
}
.mark {
  display: inline-block;
  box-sizing: border-box;
  width: 9px;
  height: 9px;
  margin-inline-end: 5px;
  border: 1.5px solid var(--kp-ink-muted);
  border-radius: 50%;
}
.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}
.filled {
  background: var(--kp-ink-muted);
}
.hatched {
  background: repeating-linear-gradient(-45deg, var(--kp-ink-muted) 0 1px, transparent 1px 3px);
}
a {
  color: var(--kp-agg-ink);
}
details {
  margin-top: 8px;
  font-size: 13px;
}
summary {
  width: max-content;
  padding: 4px 0;
  color: var(--kp-ink-muted);
  cursor: pointer;
}
.scroll {
  max-height: 320px;
  overflow: auto;
}
table {
  border-collapse: collapse;
  font-size: 13px;
}
th, td {
  padding: 4px 14px 4px 0;
  border-bottom: 1px solid var(--kp-line);
  text-align: end;
  white-space: nowrap;
}
th:first-child, td:first-child {
  text-align: start;
}
thead th {
  position: sticky;
  top: 0;
  background: var(--kp-card);
  color: var(--kp-ink-muted);
  font-weight: 500;
}
@container (max-width: 400px) {
  summary {
    padding: 11px 0;
  }
  .foot a {
    padding: 12px 0;
  }
}
`;

let sheet: CSSStyleSheet | undefined;

/** One sheet for all embeds; a page's policy on inline styles does not concern it. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(text);
  return sheet;
}
