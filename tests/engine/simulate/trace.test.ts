import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {parseTrace, parseTraceSteps} from "../../../engine/simulate/trace.js";

describe("CSV traces", () => {
  it("count from their first arrival, whatever columns are called", () => {
    const text = "arrival_ms,Input Tokens,output_tokens,cached_tokens\n1500,100,20,\n2000,300,1,256\n";
    expect(parseTrace(text)).toEqual({
      format: "csv",
      rows: 2,
      errors: [],
      requests: [
        {arrivalMs: 0, inputTokens: 100, outputTokens: 20},
        {arrivalMs: 500, inputTokens: 300, outputTokens: 1, cachedTokens: 256}
      ]
    });
  });

  it("have bare timestamps in seconds, or dates, as those of Azure and BurstGPT", () => {
    const azure =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.1805900,396,109";
    expect(parseTrace(azure).requests.map(({arrivalMs}) => arrivalMs)).toEqual([0, 3500]);
    const burst =
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\r\n5,ChatGPT,472,18,490,Conversation log\r\n45,GPT-4,1087,230,1317,API log\r\n";
    expect(parseTrace(burst).requests).toEqual([
      {arrivalMs: 0, inputTokens: 472, outputTokens: 18},
      {arrivalMs: 40_000, inputTokens: 1087, outputTokens: 230}
    ]);
  });

  it("say what is wrong with every row that is left out", () => {
    const text = [
      "timestamp,input_tokens,output_tokens,cached_tokens,note",
      "0,10,20,0,fine",
      "",
      "soon,10,20,0,",
      "2,0,20,0,",
      "3,10,2.5,0,",
      "4,10,,0,",
      "5,10,5,11,",
      '6,"1,0"0",5,0,',
      '7,10,5,0,"quoted, ""twice"""'
    ].join("\n");
    const {requests, errors, rows} = parseTrace(text);
    expect(requests).toHaveLength(2);
    expect(rows).toBe(8);
    expect(errors).toEqual([
      {row: 4, message: "invalid arrival: soon; must be a number or a date"},
      {row: 5, message: "invalid input tokens: 0; must be a whole number ≥ 1"},
      {row: 6, message: "invalid output tokens: 2.5; must be a whole number ≥ 1"},
      {row: 7, message: "invalid output tokens: nothing; must be a whole number ≥ 1"},
      {row: 8, message: "invalid cached tokens: 11; must be a whole number from 0 to the input's 10"},
      {row: 9, message: "quotes do not close"}
    ]);
  });

  it("without the columns that matter give no request, and say so at every row", () => {
    const {requests, errors} = parseTrace("a,b\n1,2\n3,4\n");
    expect(requests).toEqual([]);
    expect(errors[0]).toEqual({
      row: 1,
      message: "no column for an arrival (arrival_ms or timestamp), input_tokens, output_tokens; have a, b"
    });
    expect(errors).toHaveLength(3);
  });

  it("that are empty have nothing", () => {
    expect(parseTrace("")).toEqual({format: "csv", requests: [], errors: [], rows: 0});
  });
});

describe("Mooncake traces", () => {
  const line = (timestamp: number, hash_ids: number[], input_length = 512 * hash_ids.length) =>
    JSON.stringify({timestamp, input_length, output_length: 50, hash_ids});
  const text = [line(0, [1, 2, 3]), line(3000, [1, 2, 9]), line(6000, [1, 2, 3, 4], 1700), line(9000, [5, 2])].join(
    "\n"
  );

  it("have times in ms", () => {
    const {format, requests} = parseTrace(text);
    expect(format).toBe("jsonl");
    expect(requests.map(({arrivalMs}) => arrivalMs)).toEqual([0, 3000, 6000, 9000]);
    expect(requests.every(({cachedTokens}) => cachedTokens === undefined)).toBe(true);
  });

  it("find what came before cached, from a prompt's start on, no more than the prompt", () => {
    const cached = (cacheBlocks: number) =>
      parseTrace(text, {cacheBlocks}).requests.map(({cachedTokens = 0}) => cachedTokens);
    expect(cached(Infinity)).toEqual([0, 1024, 1536, 0]);
    expect(cached(1)).toEqual([0, 512, 512, 0]);
    expect(parseTrace(text, {cacheBlocks: Infinity, blockTokens: 16}).requests[1].cachedTokens).toBe(32);
  });

  it("say what is wrong with rows that are none", () => {
    const rows = [
      "{",
      "[1]",
      line(1, [1], 0),
      '{"timestamp":"x","input_length":1,"output_length":1}',
      '{"timestamp":1,"input_length":1,"output_length":1,"hash_ids":[{}]}'
    ];
    const {errors} = parseTrace([line(0, [1]), ...rows].join("\n"));
    expect(errors.map(({message}) => message)).toEqual([
      "not JSON",
      "not a JSON object",
      "invalid input tokens: 0; must be a whole number ≥ 1",
      "invalid arrival: x; must be a number or a date",
      "invalid hash_ids: must be a list of numbers or strings"
    ]);
  });
});

describe("any text", () => {
  it("becomes requests and errors, no row lost", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("1,2,3", "timestamp,isl,osl", "{}", '"', "7,8,9,"))),
        (lines) => {
          const {requests, errors, rows} = parseTrace(lines.join("\n"));
          expect(requests.length + errors.length).toBeGreaterThanOrEqual(rows);
          expect(requests.length + errors.length).toBeLessThanOrEqual(rows + 1);
        }
      ),
      {seed: 1}
    );
  });

  it("is read with news of how far", () => {
    const text = `time,isl,osl\n${"1,2,3\n".repeat(20_000)}`;
    const shares: number[] = [];
    expect(parseTrace(text, {onProgress: (share) => shares.push(share)}).requests).toHaveLength(20_000);
    expect(shares).toHaveLength(5);
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(parseTraceSteps(text).next().value).toBeCloseTo(0.25, 2);
  });
});
