/** A GPU that nobody measured on the command line, from the embedded surfaces, so that nothing need be imported. */
import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {kneepoint, noData} from "./helpers.js";

const folder = mkdtempSync(join(tmpdir(), "kneepoint-gpu-"));
afterAll(() => rmSync(folder, {recursive: true}));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const mine = file(
  "mine.yaml",
  `name: Mine
generation: hopper
gpu:
  memory_bandwidth_bytes_per_s: 4000e9
  memory_capacity_bytes: 103079215104
  bf16_flop_per_s: 900e12
  fp8_flop_per_s: 1800e12
`
);
const estimate = (...flags: string[]) =>
  kneepoint(["estimate", "--model", "Qwen/Qwen3-32B-FP8", "--tp", "2", "--osl", "100", ...flags], {env: noData});

describe("a systems file", () => {
  it("is answered from the nearest measured GPU, and the answer says so", () => {
    const {stdout, status} = estimate("--system", mine);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^NOT MEASURED: mine\/trtllm is carried over from h200_sxm \(same design \(hopper\); 0\.83 × the memory bandwidth, 0\.91 × bf16, 0\.91 × fp8\); half of such TTFT were within [\d.]+ % and nine tenths within \d+ %, of TPOT/m); // prettier-ignore
    expect(stdout).toMatch(/^Source: mine, carried over from .*h200_sxm\/trtllm/m);
    expect(stdout).toMatch(/^Assumed of mine: fp4 types compute at the fp8 rate; as \w+: gpu\.memory_bandwidth_scaling 0\.8, .*node\.gpus_per_node 2/m); // prettier-ignore
    expect(stdout).toMatch(/^Figures: carried over from another GPU's/m);
    expect(stdout).toMatch(/gate_ffn1_gemm .* empirical, another GPU/);
    expect(stdout).toMatch(/Memory per GPU: [\d.]+ of 96\.0 GiB/);
  });
  it("takes the donor that is named", () => {
    expect(estimate("--system", mine, "--donor", "h100_sxm").stdout).toMatch(/carried over from h100_sxm \(as asked; /);
  });
  it("passes over a donor without the types, and says so", () => {
    const {stdout} = estimate("--system", mine, "--gemm-quant", "nvfp4");
    expect(stdout).toMatch(/carried over from g?b\d+\w* \(h200_sxm lacks nvfp4 GEMMs; /);
  });
  it("says in JSON whose figures they are", () => {
    const {result, warnings} = JSON.parse(estimate("--system", mine, "--json").stdout);
    expect(result).toMatchObject({source: "empirical", tier: "xsystem"});
    expect(warnings).toHaveLength(1);
  });
  it.each([
    [["--donor", "l4"], /^unknown donor: l4; have .*h200_sxm/],
    [["--donor", "mine"], /^unknown donor: mine; have/]
  ])("refuses %s", (flags, message) => {
    const {stderr, status} = estimate("--system", mine, ...flags);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

describe("a wrong systems file is exit code 2 and one line", () => {
  it.each([
    ["gb.yaml", "gpu: {memory_bandwidth_bytes_per_s: 4000, memory_capacity_bytes: 1e11, bf16_flop_per_s: 1e15}", /^invalid gpu\.memory_bandwidth_bytes_per_s in .*gb\.yaml: 4000; must be .* in bytes per second\n$/],
    ["negative.yaml", "gpu: {memory_bandwidth_bytes_per_s: -4e12, memory_capacity_bytes: 1e11, bf16_flop_per_s: 1e15}", /must not be negative, in bytes per second\n$/],
    ["broken.yaml", "gpu: {memory", /^invalid YAML: .*broken\.yaml: .*; mend that line\n$/],
    ["empty.yaml", "", /^invalid file: .*empty\.yaml; must hold keys gpu and node/]
  ])("%s", (name, text, message) => {
    const {stderr, status} = estimate("--system", file(name, text));
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  }); // prettier-ignore
  it("one that is not there", () => {
    expect(estimate("--system", "no-such.yaml").stderr).toMatch(
      /^no such file: no-such\.yaml; kneepoint systems --yaml NAME/
    );
  });
});

describe("kneepoint systems", () => {
  it("lists every GPU with its figures", () => {
    const {stdout} = kneepoint(["systems"], {env: noData});
    expect(stdout).toMatch(/^system +design +TB\/s +GiB +bf16 TFLOP\/s/);
    expect(stdout).toMatch(/^h200_sxm +hopper sm90 +4\.80 +141 +989 +1,978 +– +8 +450 +50 /m);
  });
  it("prints a file that --system takes as it is", () => {
    const {stdout} = kneepoint(["systems", "--yaml", "h200_sxm"], {env: noData});
    expect(stdout).toMatchSnapshot();
    const copy = estimate("--system", file("copy.yaml", stdout)).stdout;
    expect(copy).toMatch(
      /carried over from h200_sxm \(same design \(hopper\); 1 × the memory bandwidth, 1 × bf16, 1 × fp8\)/
    );
  });
  it("refuses a GPU that is not known", () => {
    expect(kneepoint(["systems", "--yaml", "h2000"], {env: noData}).stderr).toMatch(/^unknown system: h2000; have /);
  });
});
