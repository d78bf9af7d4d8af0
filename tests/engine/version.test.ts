import {expect, test} from "vitest";
import {compareVersions, parseVersion} from "../../engine/version.js";

test("versions come in order of release", () => {
  const ordered = [
    "0.5.6",
    "0.5.6.post2",
    "0.5.9",
    "0.5.10rc0",
    "0.5.10",
    "1.2.0rc5",
    "1.3.0rc9",
    "1.3.0rc10",
    "1.3.0",
    "2.23",
    "2.26.2"
  ];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
});

test("a name that is no version has no place and sorts first", () => {
  expect(parseVersion("nightly")).toBeUndefined();
  expect(["1.0.0", "nightly"].sort(compareVersions)).toEqual(["nightly", "1.0.0"]);
});
