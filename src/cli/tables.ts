/** Text tables: columns aligned for the eye, numbers to the right. */
export interface Column<Row> {
  title: string;
  value: (row: Row, index: number) => string | number | undefined;
  /** Decimals for numbers; without it they print as they are. */
  digits?: number;
  align?: "left" | "right";
}

export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], indent = ""): string {
  const cells = rows.map((row, index) => columns.map((column) => cellText(column, column.value(row, index))));
  const widths = columns.map((column, j) => Math.max(column.title.length, ...cells.map((line) => line[j].length)));
  const right = columns.map((column, j) => (column.align ? column.align === "right" : isNumeric(cells, j)));
  const line = (texts: readonly string[]) =>
    indent +
    texts
      .map((text, j) => (right[j] ? text.padStart(widths[j]) : text.padEnd(widths[j])))
      .join("  ")
      .trimEnd();
  const rule = indent + widths.map((width) => "─".repeat(width)).join("  ");
  return [line(columns.map((column) => column.title)), rule, ...cells.map(line)].join("\n");
}

/** `12345.678` → `12,345.7`. */
export function formatNumber(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return "–";
  const [whole, fraction] = value.toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `1 table`, `2 tables`. */
export function countOf(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function cellText<Row>(column: Column<Row>, value: string | number | undefined): string {
  if (value === undefined) return "–";
  if (typeof value === "string") return value;
  return column.digits === undefined ? String(value) : formatNumber(value, column.digits);
}

function isNumeric(cells: readonly string[][], j: number): boolean {
  return cells.length > 0 && cells.every((line) => /^(–|-?[\d,.]+( ?%)?)$/.test(line[j]));
}
