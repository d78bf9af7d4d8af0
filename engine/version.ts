/**
 * Order of release numbers: [major, minor, patch, 1 if final else 0, pre-release number, last number of the suffix].
 *
 * `0.5.6.post2` comes after `0.5.6`, `1.3.0rc10` after `1.3.0rc9` and before `1.3.0`. Undefined for a name that does not
 * start with two numbers. Source: method.md §3.4, latest version.
 */
export function parseVersion(version: string): number[] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?(.*)$/.exec(version);
  if (!match) return undefined;
  const [, major, minor, patch, suffix] = match;
  const preRelease = /^[.-]?(?:a|b|rc|dev)(\d*)/.exec(suffix);
  const last = suffix.match(/\d+/g)?.at(-1);
  return [+major, +minor, +(patch ?? 0), preRelease ? 0 : 1, +(preRelease?.[1] ?? 0), +(last ?? 0)];
}

/** Earlier first; names that are no version come before all versions, by name. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (!left || !right) return left ? 1 : right ? -1 : compareText(a, b);
  const place = left.findIndex((part, i) => part !== right[i]);
  return place < 0 ? compareText(a, b) : left[place] - right[place];
}

/** By code unit, so the same everywhere whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
