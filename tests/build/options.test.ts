import {afterEach, describe, expect, test, vi} from "vitest";
import {readOptions} from "../../src/build/options.js";

afterEach(() => vi.unstubAllEnvs());

describe("options of a build", () => {
  test("are none unless given", () => {
    vi.stubEnv("KNEEPOINT_DATA", "/elsewhere");
    expect(readOptions([], "/here")).toEqual({
      selection: {systems: undefined, backends: undefined, versions: "all"},
      port: undefined
    });
    expect(process.env.KNEEPOINT_DATA).toBe("/elsewhere");
  });

  test("are lists, a folder from where the command was given, and a port", () => {
    vi.stubEnv("KNEEPOINT_DATA", "/elsewhere");
    const args = "--data tables --systems h200_sxm,b60 --backends vllm --versions newest --port 4000".split(" ");
    expect(readOptions(args, "/here")).toEqual({
      selection: {systems: ["h200_sxm", "b60"], backends: ["vllm"], versions: "newest"},
      port: 4000
    });
    expect(process.env.KNEEPOINT_DATA).toMatch(/here.tables$/);
    expect(readOptions(["--versions", "0.19.0, trtllm/1.3.0rc10"], "/").selection.versions).toEqual([
      "0.19.0",
      "trtllm/1.3.0rc10"
    ]);
  });

  test.each([
    [["--port", "many"], /invalid port: many; use a number/],
    [["--system", "h200_sxm"], /--system.*\n\nusage: npm run build/s],
    [["h200_sxm"], /h200_sxm.*usage/s]
  ])("say what is wrong: %j", (args, message) => {
    expect(() => readOptions(args, "/")).toThrow(message);
  });
});
