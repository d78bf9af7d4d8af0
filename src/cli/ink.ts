/** Colours for a terminal; plain text everywhere else. */
export interface Ink {
  bold: (text: string) => string;
  dim: (text: string) => string;
  warn: (text: string) => string;
  agg: (text: string) => string;
  disagg: (text: string) => string;
}

const wrap = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const plain = (text: string) => text;

export const noInk: Ink = {bold: plain, dim: plain, warn: plain, agg: plain, disagg: plain};
export const colourInk: Ink = {
  bold: wrap("1"),
  dim: wrap("2"),
  warn: wrap("1;33"),
  agg: wrap("36"),
  disagg: wrap("33")
};

/** Colours only where a person looks at a terminal and has not set NO_COLOR. */
export function inkFor(stream: {isTTY?: boolean}, environment: NodeJS.ProcessEnv = process.env): Ink {
  return stream.isTTY && !environment["NO_COLOR"] && environment["TERM"] !== "dumb" ? colourInk : noInk;
}
