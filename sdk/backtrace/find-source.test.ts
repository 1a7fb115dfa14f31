import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { excerpt } from "./excerpt.js";
import { findSource } from "./find-source.js";

let folder: string;
let wasm: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")));
  wasm = join(folder, "build", "debug.wasm");
  for (const [file, text] of Object.entries({
    "assembly/index.ts": "one\ntwo\nthree\nfour\n",
    "node_modules/as-proxy-wasm-sdk/package.json": "{}",
    "node_modules/as-proxy-wasm-sdk/assembly/a.ts": "",
    "node_modules/assemblyscript/package.json": "{}",
    "node_modules/assemblyscript/std/assembly/array.ts": "",
    "node_modules/other/package.json": "{}",
    "node_modules/other/assembly/index.ts": "",
  })) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
});

test.each([
  ["assembly/index.ts", "assembly/index.ts"],
  ["~lib/as-proxy-wasm-sdk/assembly/a.ts", "node_modules/as-proxy-wasm-sdk/assembly/a.ts"],
  ["~lib/array.ts", "node_modules/assemblyscript/std/assembly/array.ts"],
  ["~lib/other/assembly/index.ts", "node_modules/other/assembly/index.ts"],
])("finds %s", (source, path) => {
  expect(findSource(source, wasm)).toBe(join(folder, path));
});

test.each(["assembly/none.ts", "~lib/none.ts", "~lib/none/assembly/index.ts"])("returns undefined for %s", (source) => {
  expect(findSource(source, wasm)).toBeUndefined();
});

test("shows the lines of the first frame in the plugin's own sources", () => {
  const at = (source: string, line: number) => ({ offset: 0, name: "f", place: { source, line, column: 1 } });
  const frames = [at("~lib/array.ts", 1), at("assembly/none.ts", 1), at("assembly/index.ts", 4)];
  expect(excerpt(frames, wasm)).toBe("assembly/index.ts:4\n  2 | two\n  3 | three\n> 4 | four");
  expect(excerpt(frames.slice(0, 2), wasm)).toBeUndefined();
});
