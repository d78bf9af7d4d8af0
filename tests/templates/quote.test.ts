import {execFileSync, spawnSync} from "node:child_process";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {parse, parseAllDocuments} from "yaml";
import {InputError} from "../../engine/errors.js";
import * as quote from "../../templates/quote.js";

/** What people and attackers type. */
const hostile = [
  "",
  " ",
  "plain",
  "it's",
  '"double"',
  "$(touch /tmp/owned)",
  "`id`",
  "${HOME}",
  "a;b",
  "a&&b|c>d<e",
  "two\nlines",
  "\r\n",
  "\ttab",
  "\\",
  "\\n",
  "!history",
  "~",
  "*",
  "#comment",
  "../../etc/passwd",
  "..",
  ".",
  "/etc/passwd",
  "-rf",
  "--help",
  "no",
  "y",
  "on",
  "null",
  "1e3",
  "012",
  "12:30:00",
  "<<",
  "=",
  "{{ x }}",
  "{% raw %}",
  "<script>",
  "日本語のモデル",
  "🦙",
  "e\u0301",
  "\u0085\u2028\u2029\ufeff",
  "\u0001\u001b[31m",
  "EOF",
  "x".repeat(300),
  "Ü".repeat(300),
  "CON",
  "nul.txt",
  "a/b\\c"
];

const anyText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({unit: "grapheme", maxLength: 320}),
  fc.string({
    unit: fc.constantFrom("'", '"', "\\", "$", "(", ")", "`", "\n", "\r", " ", "-", ".", "/", ":", "é", "a"),
    maxLength: 40
  })
);

/** Texts in, what bash made of them out: NUL ends each, as no argument can hold one. */
function throughBash(texts: readonly string[]): string[] {
  const script = `printf '%s\\0' ${quote.shellLine(texts)}`;
  return execFileSync("bash", ["-c", script], {encoding: "utf8"}).split("\0").slice(0, -1);
}

describe("shell", () => {
  test("hostile words reach a program through bash as they were", () => {
    expect(throughBash(hostile)).toEqual(hostile);
  });

  test("any words reach a program through bash as they were", () => {
    fc.assert(
      fc.property(fc.array(anyText, {minLength: 1, maxLength: 20}), (texts) => {
        expect(throughBash(texts)).toEqual(texts);
      }),
      {numRuns: 150}
    );
  });

  test("a word in command position starts nothing and assigns nothing", () => {
    for (const text of ["a=b", "if", "x;y", "FOO=$(id)"]) {
      const {stdout, status} = spawnSync("bash", ["-c", `set -- ${quote.shellWord(text)}; printf %s "$1"`], {
        encoding: "utf8"
      });
      expect([stdout, status]).toEqual([text, 0]);
    }
    expect(quote.shellWord("a=b")).toBe("'a=b'");
  });

  test("a quoted heredoc keeps its body, even one that holds the delimiter", () => {
    for (const body of [
      "EOF",
      "EOF\nEOF_\n$(id) `id` $HOME \\",
      hostile.filter((text) => !text.includes("\r")).join("\n")
    ]) {
      const end = quote.heredocDelimiter(body);
      const out = execFileSync("bash", ["-c", `cat <<'${end}'\n${body}\n${end}\n`], {encoding: "utf8"});
      expect(out).toBe(`${body}\n`);
    }
  });

  test("JSON in a flag is one word that parses to what went in", () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText, {maxKeys: 4}), (data) => {
        const [word] = throughBash([quote.flagJson(data)]);
        expect(JSON.parse(word)).toEqual(data);
      }),
      {numRuns: 60}
    );
  });

  test("NUL and halves of characters are refused, not dropped", () => {
    for (const text of ["a\0b", "\ud800", "\udc00x"]) {
      expect(() => quote.shellWord(text)).toThrow(InputError);
      expect(() => quote.yamlText({a: text})).toThrow(InputError);
      expect(() => quote.kubernetesText(text)).toThrow(InputError);
    }
  });

  test("a word that looks like a flag, or is empty, is no value of one", () => {
    for (const text of ["", "-x", "--model"]) expect(() => quote.checkWord("model", text)).toThrow(InputError);
  });
});

describe("YAML", () => {
  const data = fc.record({
    value: anyText,
    list: fc.array(anyText),
    map: fc.dictionary(anyText, anyText, {noNullPrototype: true})
  });

  test("any text reads back the same in YAML 1.1 and 1.2", () => {
    fc.assert(
      fc.property(data, (value) => {
        const text = quote.yamlText(value);
        expect(parse(text)).toEqual(value);
        expect(parse(text, {version: "1.1", merge: false})).toEqual(value);
      }),
      {numRuns: 300}
    );
  });

  test("hostile text is neither a key nor another document", () => {
    const documents = parseAllDocuments(quote.kubernetesYaml([{a: hostile}, {b: "---\n...\nkind: Pod"}]));
    expect(documents.map((document) => ("toJS" in document ? document.toJS() : null))).toEqual([
      {a: hostile},
      {b: "---\n...\nkind: Pod"}
    ]);
  });

  test("text that PyYAML and Kubernetes would take for something else is quoted", () => {
    const text = quote.yamlText({a: "no", b: "on", c: "12:30", d: "1e3", e: "=", f: "<<", g: "8", h: "0o7", i: "~"});
    for (const line of text.trim().split("\n")) expect(line).toMatch(/^\w: "[^"]*"$/);
  });
});

describe("Kubernetes", () => {
  test("every text becomes a valid name, and different texts different names", () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(anyText, fc.integer({min: 20, max: 63}), (text, most) => {
        const name = quote.kubernetesName(text, most);
        expect(name.length).toBeLessThanOrEqual(most);
        expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
        const key = `${name} ${most}`;
        expect(seen.get(key) ?? text).toBe(text);
        seen.set(key, text);
      }),
      {numRuns: 500}
    );
  });

  test("a valid name stays, and others keep what can be read of them", () => {
    expect(quote.kubernetesName("t-disagg")).toBe("t-disagg");
    expect(quote.kubernetesName("Qwen/Qwen3-32B-FP8", 40)).toMatch(/^qwen-qwen3-32b-fp8-[a-z0-9]{8}$/);
  });

  test("names of things that exist already are refused rather than changed", () => {
    for (const text of ["Dynamo", "a b", "", "-a", "a".repeat(64), "a\n", "a/../b"])
      expect(() => quote.checkKubernetesName("namespace", text)).toThrow(InputError);
    expect(quote.checkKubernetesName("namespace", "team-1")).toBe("team-1");
  });

  test("labels hold at most 63 legal characters", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quote.labelValue(text)).toMatch(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/);
      })
    );
  });

  test("a dollar in a container's text is no reference to a variable", () => {
    const expand = (text: string) =>
      text.replace(/\$\$|\$\(([^)]*)\)/g, (whole) => (whole === "$$" ? "$" : "EXPANDED"));
    fc.assert(fc.property(anyText, (text) => expand(quote.kubernetesText(text)) === text));
  });

  test("only image references pass for images", () => {
    for (const image of [
      "vllm/vllm-openai:v0.20.1",
      "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.2.0",
      "h:5000/a@sha256:ab"
    ])
      expect(quote.checkImage(image)).toBe(image);
    for (const image of ["", "a b", "a\nb", "$(id)", "a;b", "x".repeat(600), "-x"])
      expect(() => quote.checkImage(image)).toThrow(InputError);
  });

  test("names of variables are letters, digits and underscores", () => {
    for (const name of ["1A", "A B", "A=B", "", "A\n"]) expect(() => quote.envName(name)).toThrow(InputError);
    expect(quote.envName("HF_HOME")).toBe("HF_HOME");
  });
});

describe("files", () => {
  test("a segment never leaves its folder, whatever it is made of", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const segment = quote.fileSegment(text);
        expect(segment).toMatch(/^[\w+=@][\w.+=@-]*$/);
        expect(segment.length).toBeLessThanOrEqual(100);
        expect(segment).not.toMatch(/^\.|\.$/);
        expect(quote.checkRelativePath(`top1/${segment}`)).toBe(`top1/${segment}`);
      }),
      {numRuns: 500}
    );
  });

  test("paths that climb, start at the root or hold other signs are refused", () => {
    for (const path of ["..", "../a", "a/../b", "/a", "a//b", "a\\b", "", "a\nb", "C:/a", "nul"])
      expect(() => quote.checkRelativePath(path)).toThrow(InputError);
  });

  test("container paths are absolute and do not climb", () => {
    for (const path of ["a", "/a/../b", "/a\nb", "/a\0"])
      expect(() => quote.checkContainerPath("path", path)).toThrow(InputError);
    expect(quote.checkContainerPath("path", "/models/it's here")).toBe("/models/it's here");
  });
});

describe("prose", () => {
  test("comments and code in Markdown stay on their line", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(quote.oneLine(text)).not.toMatch(/[\n\r\u2028\u2029\u0085]/);
        const code = quote.markdownCode(text);
        const [fence] = /^`+/.exec(code)!;
        expect(code.slice(fence.length, -fence.length).match(/`+/g) ?? []).not.toContain(fence);
      })
    );
  });
});
