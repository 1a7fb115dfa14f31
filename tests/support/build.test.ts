import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { buildPlugin } from "./build.js";

const folder = join(packageRoot(), "node_modules", ".cache", "build-test");
const plugin = (name: string, source: string) => {
  const path = join(folder, name);
  mkdirSync(join(path, "assembly"), { recursive: true });
  writeFileSync(join(path, "assembly", "index.ts"), source);
  writeFileSync(join(path, "asconfig.json"), '{"entries": ["assembly/index.ts"]}');
  return path;
};

beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("changed sources give another file, unchanged sources the same file", async () => {
  const first = await buildPlugin(plugin("one", "export function a(): i32 { return 1; }"));
  expect(readFileSync(first).subarray(0, 4).toString("latin1")).toBe("\0asm");
  const second = await buildPlugin(plugin("two", "export function a(): i32 { return 2; }"));
  expect(second).not.toBe(first);
  expect(await buildPlugin(join(folder, "one"))).toBe(first);
  rmSync(first);
  rmSync(second);
});

test("the error contains the output of asc", async () => {
  await expect(buildPlugin(plugin("bad", "export const a: i32 = b;"))).rejects.toThrow("Cannot find name 'b'");
  await expect(buildPlugin("tests/none")).rejects.toThrow(/no plugin at .*tests\/none/);
});
