import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../tests/support/temporary.js";
import { writeFiles } from "./write-files.js";

test("writes files with their folders", () => {
  const folder = join(temporaryFolder(), "a", "b");
  const files = new Map([
    ["one.txt", "1"],
    ["c/d/two.txt", "2"],
  ]);
  writeFiles(folder, files);
  expect([...files.keys()].map((path) => readFileSync(join(folder, path), "utf8"))).toEqual(["1", "2"]);
});

test("removes the files and folders that it wrote if a later file fails", () => {
  const parent = temporaryFolder();
  // A file cannot be a folder as well.
  const files = new Map([
    ["one/two.txt", "2"],
    ["three.txt", "3"],
    ["three.txt/four.txt", "4"],
  ]);
  expect(() => writeFiles(join(parent, "a", "b"), files)).toThrow(/^the project cannot be written: E/);
  expect(readdirSync(parent)).toEqual([]);
});

test("keeps a file that exists, and the folder that held it", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "inner"));
  writeFileSync(join(folder, "inner", "two.txt"), "mine");
  const files = new Map([
    ["one.txt", "1"],
    ["inner/two.txt", "2"],
  ]);
  expect(() => writeFiles(folder, files)).toThrow("EEXIST");
  expect(existsSync(join(folder, "one.txt"))).toBe(false);
  expect(readFileSync(join(folder, "inner", "two.txt"), "utf8")).toBe("mine");
});
