import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";

const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
// Inside the repository, where the package is linked to itself.
const cache = join(packageRoot(), "node_modules", ".cache");
let folder: string;

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "transform-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = {
  extends: "as-proxy-wasm-sdk/asconfig.json",
  entries: ["index.ts"],
  options: { outFile: "plugin.wasm" },
};
const HEAD = `
  import { SetCtx, ProcessRequestHeadersBy, ProcessResponseHeadersBy, ProcessResponseTrailers, ProcessStreamDoneBy, Action, HttpContext, Log } from "as-proxy-wasm-sdk";
  class NoConfig {}
  function onHeaders(ctx: HttpContext, config: NoConfig, log: Log): Action { return Action.Continue; }
`;

/** Builds a plugin and reads the names that it exports and imports. */
function build(source: string, { flags = [] as string[], config = CONFIG as object } = {}) {
  writeFileSync(join(folder, "index.ts"), source);
  writeFileSync(join(folder, "asconfig.json"), JSON.stringify(config));
  const wasm = join(folder, "plugin.wasm");
  rmSync(wasm, { force: true });
  const run = spawnSync(process.execPath, [asc, ...flags], { cwd: folder, encoding: "utf8" });
  const said = run.stdout + run.stderr;
  if (run.status !== 0) return { status: run.status, said, exports: [] as string[], imports: [] as string[] };
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(wasm)));
  return {
    status: run.status,
    said,
    exports: WebAssembly.Module.exports(module).map(({ name }) => name),
    imports: WebAssembly.Module.imports(module).map((it) => `${it.module}.${it.name}`),
  };
}

const optional = (names: string[]) =>
  names.filter((name) => /^proxy_on_(request|response|log|done|tick|vm_start|http)/.test(name));

test("only the callbacks that the plugin needs are exported, in a debug build too; any hook needs to find its rule", () => {
  const callbacks = (source: string) => optional(build(HEAD + source, { flags: ["--target", "debug"] }).exports);
  expect(callbacks("")).toEqual([]);
  expect(callbacks(`SetCtx<NoConfig>("p", [ProcessRequestHeadersBy<NoConfig>(onHeaders)]);`)).toEqual([
    "proxy_on_request_headers",
  ]);
  expect(callbacks(`SetCtx<NoConfig>("p", [ProcessResponseHeadersBy<NoConfig>(onHeaders)]);`)).toEqual([
    "proxy_on_request_headers",
    "proxy_on_response_headers",
  ]);
  expect(
    callbacks(
      `SetCtx<NoConfig>("p", [ProcessStreamDoneBy<NoConfig>((ctx: HttpContext, c: NoConfig, log: Log) => {})]);`,
    ),
  ).toEqual(["proxy_on_request_headers", "proxy_on_log", "proxy_on_done"]);
  expect(
    callbacks(
      `SetCtx<NoConfig>("p", [ProcessResponseTrailers<NoConfig>((ctx: HttpContext, c: NoConfig) => Action.Continue)]);`,
    ),
  ).toEqual(["proxy_on_request_headers", "proxy_on_response_trailers"]);
});

test("the markers are exported in the order that Higress needs", () => {
  const { exports } = build(HEAD);
  expect(exports.filter((name) => name.startsWith("proxy_abi"))).toEqual([
    "proxy_abi_version_0_2_100",
    "proxy_abi_version_0_2_1",
  ]);
});

test("what asc would import from a browser comes from the SDK", () => {
  const { status, imports } = build(`${HEAD}
    export function all(ok: bool): f64 {
      assert(ok, "no");
      trace("t", 1, 2);
      console.log("l"); console.debug("d"); console.info("i"); console.warn("w"); console.error("e");
      console.assert(false, "a"); console.time("t"); console.timeLog("t"); console.timeEnd("t");
      const bytes = new Uint8Array(4);
      crypto.getRandomValues(bytes);
      return Math.random() + performance.now() + <f64>Date.now() + <f64>new Date(0).getTime();
    }`);
  expect(status).toBe(0);
  expect(new Set(imports.map((name) => name.split(".")[0]))).toEqual(new Set(["env", "wasi_snapshot_preview1"]));
  expect(imports.filter((name) => name.startsWith("env.") && !name.startsWith("env.proxy_"))).toEqual([]);
});

test("an import that no host has is refused by name", () => {
  const { status, said } = build(`${HEAD}
    // @ts-ignore: decorator
    @external("env", "my_import") declare function mine(): void;
    export function call(): void { mine(); }`);
  expect(said).toContain("as-proxy-wasm-sdk: the plugin imports env.my_import, which no proxy-wasm host provides");
  expect(said).not.toContain("    at ");
  expect(status).not.toBe(0);
});

test("a call that only Higress has builds, and says so", () => {
  const { status, said } = build(`${HEAD}
    import { proxy_redis_init } from "as-proxy-wasm-sdk/assembly/abi/imports-higress";
    export function call(): i32 { return proxy_redis_init(0, 0, 0, 0, 0, 0, 0); }`);
  expect(said).toContain("as-proxy-wasm-sdk: runs on Higress only, since it imports env.proxy_redis_init");
  expect(status).toBe(0);
});

test.each([
  ["runtime", "incremental", '"runtime" must be "minimal"'],
  ["exportStart", "_start", '"exportStart" must be "_initialize"'],
])("another %s is refused", (option, value, message) => {
  const config = { ...CONFIG, options: { ...CONFIG.options, [option]: value } };
  const { status, said } = build(HEAD, { config });
  expect(said).toContain(`as-proxy-wasm-sdk: ${message}`);
  expect(status).not.toBe(0);
});

test("a debug build has names for backtraces", () => {
  build(`${HEAD} SetCtx<NoConfig>("p", [ProcessRequestHeadersBy<NoConfig>(onHeaders)]);`, {
    flags: ["--target", "debug"],
  });
  const bytes = readFileSync(join(folder, "plugin.wasm"));
  const names = WebAssembly.Module.customSections(new WebAssembly.Module(new Uint8Array(bytes)), "name");
  expect(names).toHaveLength(1);
  expect(Buffer.from(names[0]!).toString("latin1")).toContain("index/onHeaders");
});
