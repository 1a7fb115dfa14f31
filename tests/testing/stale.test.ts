import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { warnIfStale } from "../../sdk/testing/stale.js";

const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
afterEach(() => void warn.mockClear());

/** Makes a plugin whose files have these ages in seconds. */
function plugin(ages: Record<string, number>): string {
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-"));
  for (const part of ["build", "assembly/deep"]) mkdirSync(join(folder, part), { recursive: true });
  for (const [name, age] of Object.entries(ages)) {
    writeFileSync(join(folder, name), "");
    utimesSync(join(folder, name), 1_800_000_000 - age, 1_800_000_000 - age);
  }
  return join(folder, "build", "debug.wasm");
}

test("warns once about a module that is older than a source", () => {
  const wasm = plugin({ "build/debug.wasm": 10, "assembly/index.ts": 20, "assembly/deep/a.ts": 5 });
  warnIfStale(wasm);
  warnIfStale(wasm);
  expect(warn.mock.calls).toEqual([
    ["build/debug.wasm is older than assembly/deep/a.ts. Build it again: npx as-proxy-wasm build --debug"],
  ]);
});

test("does not warn about a newer module; tests and .d.ts files do not count as sources", () => {
  warnIfStale(
    plugin({ "build/debug.wasm": 10, "assembly/index.ts": 20, "assembly/a.test.ts": 5, "assembly/b.d.ts": 5 }),
  );
  expect(warn).not.toHaveBeenCalled();
});
