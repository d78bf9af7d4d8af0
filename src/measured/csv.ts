/** Comma-separated text into records, by the rules of RFC 4180: quotes around commas, line ends and doubled quotes. */

export interface CsvRecord {
  /** Line of the text that it begins on; the first is 1. */
  line: number;
  fields: string[];
}

/**
 * Records in order, empty lines left out. A byte order mark, CRLF and a missing last line end are all fine. A quote that
 * is never closed takes the rest of the text into its field.
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [at, line] = [text.startsWith("\uFEFF") ? 1 : 0, 1];
  while (at < text.length) {
    const record: CsvRecord = {line, fields: []};
    for (;;) {
      const field = text[at] === '"' ? quoted(text, at) : plain(text, at);
      record.fields.push(field.value);
      line += field.lines;
      at = field.end + 1;
      if (text[field.end] !== ",") break;
    }
    // What ended the record was "\n", "\r\n" or the end of the text.
    if (text[at - 1] === "\r" && text[at] === "\n") ++at;
    ++line;
    if (record.fields.length > 1 || record.fields[0].trim() !== "") records.push(record);
  }
  return records;
}

interface Field {
  value: string;
  /** Where the comma, the line end or the end of the text lies. */
  end: number;
  /** Line ends within it. */
  lines: number;
}

function plain(text: string, start: number): Field {
  let end = start;
  while (end < text.length && !isEnd(text[end])) ++end;
  return {value: text.slice(start, end), end, lines: 0};
}

function quoted(text: string, start: number): Field {
  let value = "";
  let at = start + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    value += text.slice(at, close < 0 ? undefined : close);
    if (close < 0 || text[close + 1] !== '"') {
      const rest = plain(text, close < 0 ? text.length : close + 1);
      return {value: value + rest.value, end: rest.end, lines: value.split("\n").length - 1};
    }
    value += '"';
    at = close + 2;
  }
}

function isEnd(character: string): boolean {
  return character === "," || character === "\n" || character === "\r";
}
