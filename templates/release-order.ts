/** Order of releases as Python packages have it (PEP 440), where `1.3.0rc5.post1` comes after `1.3.0rc5`. */

const pattern =
  /^v?(\d+(?:\.\d+)*)(?:[._-]?(a|b|rc|alpha|beta|c|pre|preview)[._-]?(\d*))?((?:[._-]?(?:post|rev|r)[._-]?\d*)|-\d+)?(?:[._-]?(dev)[._-]?(\d*))?(?:\+[a-z0-9]+(?:[._-][a-z0-9]+)*)?$/i;

const preRanks: Record<string, number> = {a: 1, alpha: 1, b: 2, beta: 2, c: 3, rc: 3, pre: 3, preview: 3};
const finalRank = 4;
const parts = 6;

/** Numbers that sort like the release, or undefined when the text is none. */
export function parseRelease(text: string): number[] | undefined {
  const match = text.length <= 40 ? pattern.exec(text) : null;
  if (!match) return undefined;
  const [, release, pre, preNumber, post, dev, devNumber] = match;
  const numbers = release.split(".").map(Number);
  if (numbers.length > parts) return undefined;
  while (numbers.length < parts) numbers.push(0);
  const isDevOnly = dev !== undefined && pre === undefined && post === undefined;
  const preRank = pre !== undefined ? preRanks[pre.toLowerCase()] : isDevOnly ? 0 : finalRank;
  const postNumber = post === undefined ? -1 : Number(/\d*$/.exec(post)![0] || 0);
  return [
    ...numbers,
    preRank,
    Number(preNumber || 0),
    postNumber,
    dev === undefined ? Infinity : Number(devNumber || 0)
  ];
}

/** Negative when `a` is the earlier one. Both must be releases. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [parseRelease(a)!, parseRelease(b)!];
  const place = left.findIndex((part, i) => part !== right[i]);
  return place < 0 ? 0 : left[place] < right[place] ? -1 : 1;
}
