/**
 * Names, paths and values that people typed, written so that each stays one value in its language: shell, YAML, JSON,
 * Kubernetes, file names. What no spelling can make safe is an InputError.
 */
import {Document, visit, type Scalar} from "yaml";
import {InputError} from "../engine/errors.js";

/** The value as it is, when every language here can carry it: no NUL, which ends strings, and no half of a character. */
export function checkText(what: string, value: string): string {
  if (value.includes("\0")) throw new InputError(`invalid ${what}: ${show(value)}; must not contain NUL`);
  if (!isWellFormed(value)) throw new InputError(`invalid ${what}: ${show(value)}; must be well-formed Unicode`);
  return value;
}

/** A value that stands as a word of a command line: also not empty, and no flag by its looks. */
export function checkWord(what: string, value: string): string {
  if (checkText(what, value) === "") throw new InputError(`invalid ${what}: empty; must be given`);
  if (value.startsWith("-")) throw new InputError(`invalid ${what}: ${show(value)}; must not start with a dash`);
  return value;
}

/** One word for POSIX shells, whatever is in it. */
export function shellWord(value: string): string {
  checkText("shell word", value);
  return /^[\w@%+:,./][\w@%+:,./-]*$|^--?[A-Za-z][\w-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** Words of a command on one line. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** A delimiter for a quoted heredoc (`<<'EOF'`) that is no line of the body. */
export function heredocDelimiter(body: string): string {
  const lines = new Set(checkText("heredoc", body).split("\n"));
  let delimiter = "EOF";
  while (lines.has(delimiter)) delimiter += "_";
  return delimiter;
}

/** Compact JSON, for a flag that takes it as one word; quote it for the shell besides. */
export function flagJson(value: unknown): string {
  return JSON.stringify(value);
}

/** Text on one line, for comments and messages: control characters and line ends become spaces. */
export function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ").trim();
}

/** Inline code in Markdown; the fence is longer than any in the text. */
export function markdownCode(value: string): string {
  const text = oneLine(value);
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = text === "" || /^`|`$|^ .* $/.test(text) ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Text in a container's command, args or env, where Kubernetes replaces `$(NAME)` and takes `$$` for a dollar. */
export function kubernetesText(value: string): string {
  return checkText("container text", value).replaceAll("$", "$$$$");
}

/** Text in a compose file, where `$NAME` is replaced; it takes `$$` for a dollar as well. */
export const composeText = kubernetesText;

/** Name of an environment variable. */
export function envName(value: string): string {
  if (/^[A-Za-z_]\w*$/.test(value)) return value;
  throw new InputError(`invalid variable name: ${show(value)}; must be letters, digits and underscores`);
}

/** YAML for Kubernetes, a document each; see `yamlText`. */
export function kubernetesYaml(documents: readonly unknown[]): string {
  return documents.map(yamlText).join("---\n");
}

/**
 * YAML that reads the same in versions 1.1 (Kubernetes, PyYAML) and 1.2: text is quoted unless it is plainly text, so
 * `no`, `on`, `1e3`, `12:30`, `=` and `<<` stay text, and characters that version 1.1 takes for line ends are escaped.
 */
export function yamlText(data: unknown): string {
  const document = new Document(data, {aliasDuplicateObjects: false});
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "string") scalar.type = styleOf(checkText("YAML text", scalar.value));
    }
  });
  return document
    .toString({lineWidth: 0, minContentWidth: 0})
    .replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function styleOf(text: string): Scalar.Type {
  if (/^[A-Za-z/][\w./@+=-]*(:[\w./@+=-]+)*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text))
    return "PLAIN";
  return /^[^\s][^]*[^\s]\n?$/.test(text) && text.includes("\n") && /^[\n\t\x20-\x7e]+$/.test(text)
    ? "BLOCK_LITERAL"
    : "QUOTE_DOUBLE";
}

const labelLength = 63;

/**
 * A valid name (RFC 1123 label) like the text. One that had to be changed ends in a hash of the original, so that two
 * texts never share a name.
 */
export function kubernetesName(text: string, most: number = labelLength): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (name === text && name.length <= most && name !== "") return name;
  const hash = shortHash(text);
  const stem = name.slice(0, most - hash.length - 1).replace(/-+$/, "");
  return stem === "" ? `x-${hash}` : `${stem}-${hash}`;
}

export function isKubernetesName(text: string): boolean {
  return text.length <= labelLength && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** Name of something that exists already, so that it cannot be changed, only refused. */
export function checkKubernetesName(what: string, text: string): string {
  if (isKubernetesName(text)) return text;
  throw new InputError(
    `invalid ${what}: ${show(text)}; must be at most ${labelLength} lower-case letters, digits and dashes, with a letter or digit at both ends`
  );
}

/** Value of a label: as the text where that is valid, else a name like it. */
export function labelValue(text: string): string {
  return /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/.test(text) ? text : kubernetesName(text);
}

/** Image reference: registry, path, tag and digest, without anything that a shell or YAML could trip on. */
export function checkImage(text: string): string {
  if (text.length <= 512 && /^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*(:[\w][\w.-]*)?(@[\w+.-]+:[0-9a-fA-F]+)?$/i.test(text))
    return text;
  throw new InputError(`invalid image: ${show(text)}; must be like registry/path:tag`);
}

/** Path in a container: absolute, without `..` or line ends. */
export function checkContainerPath(what: string, path: string): string {
  checkText(what, path);
  if (path.startsWith("/") && !path.split("/").includes("..") && !/\p{Cc}/u.test(path)) return path;
  throw new InputError(`invalid ${what}: ${show(path)}; must be absolute, without ..`);
}

const windowsNames = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const segmentLength = 100;

/** One part of a file path, on any system: never a separator, `..` or an empty word. */
export function fileSegment(text: string): string {
  const safe = text.replace(/[^\w.+=@-]+/g, "-").replace(/^[.-]+|[.-]+$/g, "");
  if (safe === text && safe !== "" && safe.length <= segmentLength && !windowsNames.test(safe)) return safe;
  const hash = shortHash(text);
  const stem = safe.slice(0, segmentLength - hash.length - 1).replace(/[.-]+$/, "");
  return stem === "" || windowsNames.test(stem) ? `x-${hash}` : `${stem}-${hash}`;
}

/** A relative path whose every part is safe, or an InputError. */
export function checkRelativePath(path: string): string {
  if (path !== "" && path.split("/").every((part) => fileSegment(part) === part)) return path;
  throw new InputError(`invalid path: ${show(path)}; must be relative and stay in its folder`);
}

/** Eight characters that differ where the texts do. FNV-1a, twice with different starts. */
export function shortHash(text: string): string {
  const digits = [0x811c9dc5, 0x9dc5811c].map((start) => fnv(text, start).toString(36).padStart(7, "0").slice(-4));
  return digits.join("");
}

function fnv(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; ++i) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** As in a message: quoted, on one line, not endless. */
export function show(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

function isWellFormed(value: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(value);
}
