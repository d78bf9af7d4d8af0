import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {nodeDisk, Tree, type Disk} from "../../src/cli/disk.js";
import {WriteError} from "../../src/cli/exit.js";
import {reserveFolder} from "../../src/cli/save-run.js";

let dir = "";
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "kneepoint-disk-"))));
afterEach(() => rmSync(dir, {recursive: true}));

function failure(work: () => void): WriteError {
  try {
    work();
  } catch (error) {
    if (error instanceof WriteError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** A disk with room for so many bytes; what does not fit is there in part, as on a real one. */
function smallDisk(roomBytes: number): Disk {
  let left = roomBytes;
  return {
    ...nodeDisk,
    writeFile(file, bytes) {
      const fits = bytes.subarray(0, Math.max(0, left));
      left -= bytes.length;
      nodeDisk.writeFile(file, fits);
      if (fits.length < bytes.length) throw Object.assign(new Error("full"), {code: "ENOSPC"});
    }
  };
}

describe("Tree", () => {
  it("writes files below folders that it makes, whole, and leaves nothing else behind", () => {
    const tree = new Tree(join(dir, "run"));
    tree.write("agg/pareto.csv", "a,b\n");
    tree.write("agg/top1/plan.json", "{}\n");
    tree.close();
    expect(readFileSync(join(dir, "run/agg/pareto.csv"), "utf8")).toBe("a,b\n");
    expect(readdirSync(join(dir, "run/agg")).sort()).toEqual(["pareto.csv", "top1"]);
  });

  it("keeps what was written before the disk was full, says what is missing, and leaves no part of it", () => {
    const tree = new Tree(dir, smallDisk(10));
    tree.write("first.csv", "12345");
    tree.write("second.csv", "1234567890");
    tree.write("third.csv", "1");
    const {message, exit} = failure(() => tree.close());
    expect(message).toBe(
      `could not write 2 of 3 files to ${dir}: no space left on the device; 1 file written and kept; not written: second.csv, third.csv`
    );
    expect(exit).toBe("writeFailed");
    expect(readdirSync(dir)).toEqual(["first.csv"]);
  });

  it("does not touch the file that it was to replace when the disk is full", () => {
    writeFileSync(join(dir, "pareto.csv"), "old");
    const tree = new Tree(dir, smallDisk(2));
    tree.write("pareto.csv", "newer");
    failure(() => tree.close());
    expect(readFileSync(join(dir, "pareto.csv"), "utf8")).toBe("old");
  });

  it("a file in place of a folder costs only what was to go there", () => {
    writeFileSync(join(dir, "agg"), "in the way");
    const tree = new Tree(dir);
    tree.write("agg/pareto.csv", "x");
    tree.write("disagg/pareto.csv", "y");
    const {message, exit} = failure(() => tree.close());
    expect(message).toMatch(/could not write 1 of 2 files .*: a file stands where a folder should be; 1 file written/);
    expect(exit).toBe("notWritable");
    expect(readFileSync(join(dir, "disagg/pareto.csv"), "utf8")).toBe("y");
  });
});

describe("reserveFolder", () => {
  it("takes a folder that is not there, and one that is empty", () => {
    expect(reserveFolder(join(dir, "deep/er"), "run", false)).toBe(join(dir, "deep/er/run"));
    mkdirSync(join(dir, "run"));
    expect(reserveFolder(dir, "run", false)).toBe(join(dir, "run"));
  });

  it("refuses a folder that holds something unless forced", () => {
    mkdirSync(join(dir, "run"));
    writeFileSync(join(dir, "run/mine.txt"), "keep");
    const {message, exit} = failure(() => reserveFolder(dir, "run", false));
    expect(message).toBe(`already there: ${join(dir, "run")}; --force overwrites it`);
    expect(exit).toBe("notWritable");
    expect(reserveFolder(dir, "run", true)).toBe(join(dir, "run"));
  });

  it("says so when a file is in the way", () => {
    writeFileSync(join(dir, "file"), "");
    expect(failure(() => reserveFolder(join(dir, "file"), "run", true)).message).toMatch(
      /file is a file; name another/
    );
  });
});
