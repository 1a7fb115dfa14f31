import { join } from "node:path";
import { expect, test } from "vitest";
import type { BuildSuccess, Diagnostic } from "./index.js";
import { buildReport } from "./index.js";

const pipe = {};
const success: BuildSuccess = {
  ...{ ok: true, wasm: join(process.cwd(), "build/plugin.wasm"), bytes: 25_135, gzipBytes: 11_500, ms: 1849 },
  ...{ imports: [], needsHigress: [], warnings: [], notes: "", sources: [] },
};
const report = (changes: Partial<BuildSuccess>) => buildReport({ ...success, ...changes }, pipe);
const failure = (one: Partial<Diagnostic>) => {
  const diagnostics = [{ severity: "error", code: "TS1", message: "no", ...one } as const];
  return buildReport({ ok: false, diagnostics, notes: "", sources: [], ms: 1 }, pipe);
};

test("shows the size of the module and the difference to the last build", () => {
  expect(report({})).toEqual(["build/plugin.wasm  24.5 KB, gzip 11.2 KB, 1.8 s"]);
  expect(report({ previousBytes: 25_000 })).toEqual(["build/plugin.wasm  24.5 KB (+135 B), gzip 11.2 KB, 1.8 s"]);
  expect(report({ previousBytes: 30_000 })).toEqual(["build/plugin.wasm  24.5 KB (-4.8 KB), gzip 11.2 KB, 1.8 s"]);
  expect(report({ previousBytes: 25_135 })).toEqual(["build/plugin.wasm  24.5 KB (same size), gzip 11.2 KB, 1.8 s"]);
});

test("says when the plugin needs Higress, and shows warnings and what transforms print", () => {
  const warning: Diagnostic = {
    severity: "warning",
    code: "AS235",
    message: "unused",
    file: "/a/b.ts",
    line: 2,
    column: 3,
  };
  expect(
    report({ needsHigress: ["proxy_redis_init", "proxy_redis_call"], warnings: [warning], notes: "a note" }),
  ).toEqual([
    "a note",
    "/a/b.ts:2:3  warning AS235: unused",
    "",
    "build/plugin.wasm  24.5 KB, gzip 11.2 KB, 1.8 s",
    "needs Higress: proxy_redis_init, proxy_redis_call (Envoy and Istio reject a module that imports it)",
  ]);
});

test("marks the place in the source line, after tabs, and in a long line", () => {
  const file = join(process.cwd(), "assembly/index.ts");
  expect(failure({ file, line: 12, column: 3, length: 2, excerpt: "\t\tab cd" })).toEqual([
    "assembly/index.ts:12:3  error TS1: no",
    "",
    "  12 | \t\tab cd",
    "     | \t\t~~",
    "",
    "the build failed with 1 error",
  ]);
  const excerpt = `${"x".repeat(500)}here${"y".repeat(500)}`;
  const [, , line, mark] = failure({ file, line: 1, column: 501, length: 4, excerpt });
  expect(line!.length).toBeLessThan(140);
  expect(line!.slice(mark!.indexOf("~"), mark!.lastIndexOf("~") + 1)).toBe("here");
});

test("shows an error without a place, and the other place of an error", () => {
  expect(failure({ code: "" })).toEqual(["error: no", "", "the build failed with 1 error"]);
  const related = { file: "~lib/array.ts", line: 5, column: 6 };
  expect(failure({ file: "~lib/map.ts", line: 1, column: 2, related }).slice(0, 2)).toEqual([
    "~lib/map.ts:1:2  error TS1: no",
    "  see also ~lib/array.ts:5:6",
  ]);
});
