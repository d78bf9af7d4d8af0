import type {Reporter, TestModule} from "vitest/node";

/** Prints `123 passed, 0 failed, 4 skipped` when all else is said. */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
      const count = (state: string) => tests.filter((got) => got === state).length;
      const failed = count("failed") + modules.filter(brokeOutsideTests).length + unhandledErrors.length;
      const line = `${count("passed")} passed, ${failed} failed, ${count("skipped")} skipped`;
      process.once("exit", () => console.log(line));
    }
  };
}

/** A file that could not be loaded, or whose hooks failed, without any test of it failing. */
function brokeOutsideTests(module: TestModule): boolean {
  const failedTests = [...module.children.allTests("failed")].length;
  return module.state() === "failed" && failedTests === 0;
}
