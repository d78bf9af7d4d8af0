import {describe, expect, it} from "vitest";
import {chartNames} from "../../src/chart/names.js";
import {optionsOf} from "../../src/components/embed-gallery.js";
import {defaults, parseQuestion} from "../../src/components/question.js";
import {linesOf} from "../../src/embed/option.js";
import {framePath, snippetsOf} from "../../src/embed/snippet.js";
import {command} from "../cli/in-process.js";

const site = "https://kneepoint.example/sub/";
const systems = [{id: "h200_sxm"}, {id: "h100_sxm"}] as never;
const question = parseQuestion(
  "?model=Qwen/Qwen3-8B&system=h200_sxm&gpus=8&isl=1000&osl=200&ttft=500&tpot=20&price=3&prefix=100&figures=calibrated"
);

/** Words of a command line, quotes undone. */
const wordsOf = (line: string) => [...line.matchAll(/'([^']*)'|\S+/g)].map(([whole, quoted]) => quoted ?? whole);

describe("snippets", () => {
  it("spell the essentials out, so that they age well", () => {
    const {module, element, iframe} = snippetsOf("frontier", {}, site);
    for (const each of ["model", "system", "backend", "gpus", "isl", "osl", "ttft", "tpot"]) {
      expect(module).toContain(`    ${each}: `);
      expect(element).toContain(` ${each}="`);
      expect(iframe).toMatch(new RegExp(`[?;]${each}=`));
    }
    expect(module).toContain(`import {frontier} from "${site}embed/frontier.js";`);
    expect(element).toContain(`<script type="module" src="${site}embed/frontier.js"></script>`);
  });

  it.each(chartNames)("ask of %s what the page asks", (name) => {
    const options = optionsOf(name, question, systems);
    const asked = linesOf(name, options);
    const {module} = snippetsOf(name, options, site);
    const literal = /await \w+\((\{[^]*\})\)\);/.exec(module)![1];
    const written = new Function(`return ${literal}`)() as never;
    expect(linesOf(name, written).map((line) => line.question)).toEqual(asked.map((line) => line.question));
    const query = Object.fromEntries(new URL(site + framePath(name, options)).searchParams);
    expect(linesOf(name, query).map((line) => line.question)).toEqual(asked.map((line) => line.question));
  });

  it.each(chartNames)("give a command that draws %s", {timeout: 60_000}, async (name) => {
    const options = optionsOf(name, question, systems);
    const {command: line} = snippetsOf(name, options, site);
    expect(line).not.toContain("#");
    const [npx, kneepoint, ...words] = wordsOf(line);
    expect([npx, kneepoint, ...words.slice(-2)]).toEqual(["npx", "kneepoint", "-o", `${name}.svg`]);
    const {status, stderr, stdout} = await command(...words.slice(0, -2));
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("1000 tokens in (100 cached), 200 out");
  });

  it("say what a command cannot", () => {
    const {command: line} = snippetsOf("frontier", {...optionsOf("frontier", question, systems), pick: "agg:x"}, site);
    expect(line).toMatch(/^# without pick/);
  });

  it("take a whole request's target in place of the others", () => {
    const {command: line} = snippetsOf("frontier", {latency: 5000}, site);
    expect(line).toContain("--request-latency 5000");
    expect(line).not.toMatch(/--ttft|--tpot/);
  });

  it("quote what HTML and a shell would read more into", () => {
    const {element, iframe, command: line} = snippetsOf("cost", {currency: `"&$`, model: "it's/x", price: 3}, site);
    expect(element).toContain(`currency="&quot;&amp;$"`);
    expect(iframe).toContain("currency=%22%26%24");
    expect(line).toContain(`--model 'it'\\''s/x'`);
    expect(line).toContain(`--currency '"&$'`);
  });

  it("know every field of a question that a chart shows", () => {
    expect(Object.keys(defaults).length).toBeGreaterThan(30);
    const {command: line} = snippetsOf("frontier", {figures: "sol", gaps: "off", between: "reference"}, site);
    expect(line).toContain("--database sol --transfer-policy off --interpolation reference");
  });
});
