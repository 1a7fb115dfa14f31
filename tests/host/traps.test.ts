import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { Plugin, PluginModule, VmPool } from "../../sdk/host/index.js";
import { buildPlugin } from "../support/build.js";
import { Bench, benchServices } from "./bench.js";

const TRAP = [["x-trap", "1"]] as const;
let wasm: string;
beforeAll(async () => void (wasm = await buildPlugin("tests/support/raw-plugin")), 60_000);

const status = ({ response }: ReturnType<Bench["request"]>) => response!.headers.get(":status");

test("the backtrace of a debug build has file and line of the plugin's source", () => {
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-"));
  const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
  const out = join(folder, "plugin.wasm");
  const folderOfPlugin = join(packageRoot(), "tests", "support", "raw-plugin");
  const options = ["--debug", "--sourceMap", "--outFile", out];
  execFileSync(process.execPath, [asc, ...options], { cwd: folderOfPlugin });
  const module = PluginModule.load(readFileSync(out), { sourceMap: readFileSync(`${out}.map`, "utf8") });
  const services = benchServices();
  const plugin = new Plugin({ name: "plugin", module }, new VmPool(services));
  plugin.configure(Buffer.alloc(0));
  const line =
    readFileSync(join(folderOfPlugin, "assembly", "index.ts"), "utf8")
      .split("\n")
      .findIndex((text) => text.includes("unreachable()")) + 1;
  expect(line).toBeGreaterThan(0);
  const bench = new Bench(out, "", services);
  Object.assign(bench, { plugin });
  expect(status(bench.request(TRAP))).toBe("503");
  const fault = services.lines.find(({ kind }) => kind === "fault")!.message;
  expect(fault).toContain("Function: proxy_on_request_headers failed: unreachable\nProxy-Wasm plugin in-VM backtrace:");
  expect(fault).toMatch(
    new RegExp(`0: {2}0x[0-9a-f]+ - .*proxy_on_request_headers \\(assembly/index\\.ts:${line}:\\d+\\)`),
  );
});

test("FAIL_CLOSED: every request after a trap gets 503", () => {
  const bench = new Bench(wasm, "c");
  expect(status(bench.request())).toBe("200");
  const trapped = bench.request(TRAP);
  expect([status(trapped), trapped.response!.body, trapped.upstream]).toEqual(["503", "", undefined]);
  expect(status(bench.request())).toBe("503");
});

test("FAIL_RELOAD: a new VM with the same configuration starts when the interval is over", () => {
  let now = 0n;
  const services = benchServices({ clock: { wall: () => 0n, monotonic: () => now } });
  const bench = new Bench(wasm, "c", services, { failurePolicy: "FAIL_RELOAD", reloadIntervalMs: 1000 });
  expect(status(bench.request(TRAP))).toBe("503");
  now = 999_999_999n;
  expect(status(bench.request())).toBe("503");
  now = 1_000_000_000n;
  const served = bench.request();
  expect([status(served), served.upstream!.headers.get("x-config")]).toEqual(["200", "c"]);
});

test("fail open: the request that traps passes, and so do later requests", () => {
  const bench = new Bench(wasm, "c", benchServices(), { failOpen: true });
  for (const headers of [TRAP, []]) {
    const passed = bench.request(headers);
    expect([status(passed), passed.upstream!.headers.get("x-config")]).toEqual(["200", undefined]);
  }
});

test("a plugin that rejects a configuration keeps the previous one", () => {
  const bench = new Bench(wasm, "one");
  expect(() => bench.plugin.configure(Buffer.from("reject"))).toThrow("rejects its configuration");
  expect(bench.request().upstream!.headers.get("x-config")).toBe("one");
});
