/** Records as CSV: a line of names, then one of values each. */

export function csvText(records: readonly Record<string, string | number>[]): string {
  if (records.length === 0) return "";
  const names = Object.keys(records[0]);
  const line = (values: readonly (string | number)[]) => values.map(field).join(",");
  return [line(names), ...records.map((record) => line(names.map((name) => record[name])))].join("\n") + "\n";
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
