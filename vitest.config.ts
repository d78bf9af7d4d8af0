import {defineConfig} from "vitest/config";
import {closingLine} from "./tests/site/closing-line.js";
import {mountSources} from "./src/build/mount.js";

mountSources();

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/golden/setup.ts"],
    reporters: ["default", closingLine()],
    // Two cores: the browser test needs one of them.
    maxWorkers: 2,
    testTimeout: 30_000,
    expect: {poll: {timeout: 10_000}}
  }
});
