import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "./temporary-folder.js";

let folder: string;
const before = process.env["TMPDIR"];
beforeEach(() => (process.env["TMPDIR"] = folder = mkdtempSync(join(tmpdir(), "temporary-"))));
afterEach(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  rmSync(folder, { recursive: true });
});

/** The folder that another process would have made. */
function folderOf(pid: number | undefined): string {
  const name = basename(temporaryFolder()).replace(`-${process.pid}-`, `-${pid}-`);
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "plugin.wasm"), "");
  return path;
}

test("removes the folders of dead processes only", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const ofChild = folderOf(child.pid);
  const ofOther = ofChild.replace(/dev-\w{8}-/, "dev-00000000-");
  mkdirSync(ofOther);
  mkdirSync(join(folder, "as-proxy-wasm-dev-abc"));
  const first = temporaryFolder();
  expect(existsSync(ofChild)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  const second = temporaryFolder();
  expect(existsSync(ofChild)).toBe(false);
  // Folders of this process, of other machines, and of other programs.
  for (const path of [first, second, ofOther, join(folder, "as-proxy-wasm-dev-abc")])
    expect(existsSync(path)).toBe(true);
});

test("removes the folder of a predecessor with the id of this process", () => {
  const predecessor = join(folder, basename(temporaryFolder()).replace(/\w{6}$/, "abcdef"));
  mkdirSync(predecessor);
  temporaryFolder();
  expect(existsSync(predecessor)).toBe(false);
});
