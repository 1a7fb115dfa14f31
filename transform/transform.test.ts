import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";

// The folder must be inside the repository, where the package is linked to itself.
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
  import { SetCtx, ParseConfigBy, Json, ProcessRequestHeadersBy, ProcessResponseHeadersBy, ProcessResponseTrailers, ProcessStreamDoneBy, Action, HttpContext, Log } from "as-proxy-wasm-sdk";
  class NoConfig {}
  function onHeaders(ctx: HttpContext, config: NoConfig, log: Log): Action { return Action.Continue; }
`;
const PLUGIN = `${HEAD}
  SetCtx<NoConfig>("p", [ProcessRequestHeadersBy<NoConfig>(onHeaders)]);
`;

/** Builds a plugin and reads the names of its exports and imports. `files` are written beside the entry file. */
async function build(
  source: string,
  { flags = [] as string[], config = CONFIG as object, files = {} as Record<string, string> } = {},
) {
  for (const [name, text] of Object.entries({
    ...files,
    "index.ts": source,
    "asconfig.json": JSON.stringify(config),
  })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const wasm = join(folder, "plugin.wasm");
  rmSync(wasm, { force: true });
  const { error, stdout, stderr } = await asc.main(["--baseDir", folder, ...flags]);
  const output = stdout.toString() + stderr.toString();
  if (error) return { built: false, output, exports: [] as string[], imports: [] as string[] };
  const module = new WebAssembly.Module(new Uint8Array(readFileSync(wasm)));
  return {
    built: true,
    output,
    exports: WebAssembly.Module.exports(module).map(({ name }) => name),
    imports: WebAssembly.Module.imports(module).map((it) => `${it.module}.${it.name}`),
  };
}

const optional = (names: string[]) =>
  names.filter((name) => /^proxy_on_(request|response|log|done|tick|vm_start|http)/.test(name));

test("exports only the callbacks that the plugin needs, in a debug build too; rules need proxy_on_request_headers", async () => {
  const callbacks = async (source: string, head = HEAD) =>
    optional((await build(head + source, { flags: ["--target", "debug"] })).exports);
  expect(await callbacks(`SetCtx<NoConfig>("p", [ProcessRequestHeadersBy<NoConfig>(onHeaders)]);`)).toEqual([
    "proxy_on_request_headers",
  ]);
  expect(await callbacks(`SetCtx<NoConfig>("p", [ProcessResponseHeadersBy<NoConfig>(onHeaders)]);`)).toEqual([
    "proxy_on_request_headers",
    "proxy_on_response_headers",
  ]);
  expect(
    await callbacks(
      `SetCtx<NoConfig>("p", [ProcessStreamDoneBy<NoConfig>((ctx: HttpContext, c: NoConfig, log: Log) => {})]);`,
    ),
  ).toEqual(["proxy_on_request_headers", "proxy_on_log", "proxy_on_done"]);
  expect(
    await callbacks(
      `SetCtx<NoConfig>("p", [ProcessResponseTrailers<NoConfig>((ctx: HttpContext, c: NoConfig) => Action.Continue)]);`,
    ),
  ).toEqual(["proxy_on_request_headers", "proxy_on_response_trailers"]);
  // This plugin names no parser, so it has no rules.
  expect(
    await callbacks(
      `SetCtx<NoConfig>("p", [ProcessResponseHeadersBy<NoConfig>(onHeaders)]);`,
      HEAD.replace("ParseConfigBy, ", ""),
    ),
  ).toEqual(["proxy_on_response_headers"]);
});

test("the code of an option is only in plugins that name the option", async () => {
  const holds = async (option: string, text: string) => {
    const names = `SetCtx, ProcessRequestHeaders, HttpContext, Action${option ? `, ${option}` : ""}`;
    const { output } = await build(`
      import { ${names} } from "as-proxy-wasm-sdk";
      class NoConfig {}
      SetCtx<NoConfig>("p", [${option ? `${option}<NoConfig>(), ` : ""}ProcessRequestHeaders<NoConfig>(onHeaders)]);
      function onHeaders(ctx: HttpContext, config: NoConfig): Action { return Action.Continue; }`);
    expect(output).toBe("");
    return readFileSync(join(folder, "plugin.wasm")).includes(Buffer.from(text, "latin1"));
  };
  const text = "no previous successful config available";
  expect(await holds("EnableRuleLevelConfigIsolation", text)).toBe(true);
  expect(await holds("", text)).toBe(false);
}, 60_000);

test("a plugin without a configuration holds no texts of rules, and no code that lets arrays grow", async () => {
  await build(PLUGIN.replace("ParseConfigBy, ", ""), { flags: ["--optimizeLevel", "3", "--shrinkLevel", "1"] });
  const plugin = readFileSync(join(folder, "plugin.wasm"));
  expect(plugin.includes("plugin start successfully")).toBe(true);
  expect(plugin.includes("_match_domain_")).toBe(false);
  expect(plugin.includes("Index out of range")).toBe(false);
});

test("exports the ABI markers in the order that Higress needs", async () => {
  const { exports } = await build(PLUGIN);
  expect(exports.filter((name) => name.startsWith("proxy_abi"))).toEqual([
    "proxy_abi_version_0_2_100",
    "proxy_abi_version_0_2_1",
  ]);
});

test("replaces asc's imports from a browser by functions of the SDK", async () => {
  const { built, imports } = await build(`${PLUGIN}
    export function all(ok: bool): f64 {
      assert(ok, "no");
      trace("t", 1, 2);
      console.log("l"); console.debug("d"); console.info("i"); console.warn("w"); console.error("e");
      console.assert(false, "a"); console.time("t"); console.timeLog("t"); console.timeEnd("t");
      const bytes = new Uint8Array(4);
      crypto.getRandomValues(bytes);
      return Math.random() + performance.now() + <f64>Date.now() + <f64>new Date(0).getTime();
    }`);
  expect(built).toBe(true);
  expect(new Set(imports.map((name) => name.split(".")[0]))).toEqual(new Set(["env", "wasi_snapshot_preview1"]));
  expect(imports.filter((name) => name.startsWith("env.") && !name.startsWith("env.proxy_"))).toEqual([]);
});

test("fails and names an import that no host has", async () => {
  const { built, output } = await build(`${PLUGIN}
    // @ts-ignore: decorator
    @external("env", "my_import") declare function mine(): void;
    export function call(): void { mine(); }`);
  expect(output).toContain("as-proxy-wasm-sdk: the plugin imports env.my_import, which no proxy-wasm host provides");
  expect(output).not.toContain("    at ");
  expect(built).toBe(false);
});

test("builds a plugin with a host call that only Higress has, and prints a warning", async () => {
  const { built, output } = await build(`${PLUGIN}
    import { proxy_redis_init } from "as-proxy-wasm-sdk/assembly/abi/imports-higress";
    export function call(): i32 { return proxy_redis_init(0, 0, 0, 0, 0, 0, 0); }`);
  expect(output).toContain("as-proxy-wasm-sdk: runs on Higress only, since it imports env.proxy_redis_init");
  expect(built).toBe(true);
});

test.each([
  ["runtime", "incremental", '"runtime" must be "minimal"'],
  ["exportStart", "_start", '"exportStart" must be "_initialize"'],
])("fails with another value of the option %s", async (option, value, message) => {
  const config = { ...CONFIG, options: { ...CONFIG.options, [option]: value } };
  const { built, output } = await build(PLUGIN, { config });
  expect(output).toContain(`as-proxy-wasm-sdk: ${message}`);
  expect(built).toBe(false);
});

test("a debug build contains the names of functions, for backtraces", async () => {
  await build(PLUGIN, { flags: ["--target", "debug"] });
  const bytes = readFileSync(join(folder, "plugin.wasm"));
  const names = WebAssembly.Module.customSections(new WebAssembly.Module(new Uint8Array(bytes)), "name");
  expect(names).toHaveLength(1);
  expect(Buffer.from(names[0]!).toString("latin1")).toContain("index/onHeaders");
});

test("only a build that is not optimized contains the runtime's checks of itself, with or without names", async () => {
  const hasChecks = async (...flags: string[]) => {
    await build(PLUGIN, { flags: ["--target", "release", ...flags] });
    const bytes = readFileSync(join(folder, "plugin.wasm"));
    // A check passes the path of its source to the abort function.
    return bytes.includes(Buffer.from("assembly/runtime/collector.ts", "latin1"));
  };
  expect(await hasChecks()).toBe(false);
  expect(await hasChecks("--debug")).toBe(false);
  expect(await hasChecks("--optimizeLevel", "0", "--shrinkLevel", "0")).toBe(true);
});

describe("fails for a plugin that would do nothing", () => {
  const where = "at the top level of the entry file (index.ts), or of a file that the entry file imports";

  test.each([
    ["no call of SetCtx", HEAD.replace("SetCtx, ", ""), {}, `no plugin: SetCtx is not called; call it ${where}`],
    [
      "a call in a function that nobody calls",
      `${HEAD} function setUp(): void { SetCtx<NoConfig>("p", [ProcessRequestHeadersBy<NoConfig>(onHeaders)]); }`,
      {},
      `no plugin: SetCtx is named in index.ts, but no call of SetCtx is reached; call it ${where}`,
    ],
    [
      "a call in a file that nobody imports",
      "export function nothing(): void {}",
      { "plugin.ts": PLUGIN },
      `no plugin: SetCtx is not called; call it ${where}`,
    ],
    [
      "no option",
      `${HEAD} SetCtx<NoConfig>("p", []);`,
      {},
      "SetCtx registers no hook, such as ProcessRequestHeadersBy",
    ],
    [
      "only a parser",
      `${HEAD} SetCtx<NoConfig>("p", [ParseConfigBy<NoConfig>((json: Json, c: NoConfig, log: Log): Error | null => null)]);`,
      {},
      "SetCtx registers no hook, such as ProcessRequestHeadersBy: the plugin would do nothing",
    ],
  ])("%s", async (_name, source, files, message) => {
    const { built, output } = await build(source, { files });
    expect(output).toContain(`as-proxy-wasm-sdk: ${message}`);
    expect(output).not.toContain("    at ");
    expect(built).toBe(false);
  });

  test("finds a call in a file that the entry file imports", async () => {
    const { output, exports } = await build('import "./plugin";', { files: { "plugin.ts": PLUGIN } });
    expect(output).toBe("");
    expect(optional(exports)).toEqual(["proxy_on_request_headers"]);
  });
});

describe("callbacks that the plugin exports itself", () => {
  const TICK = "let ticks = 0; export function proxy_on_tick(root: u32): void { ticks += root; }";

  test("are exported together with those of its hooks, and without any hook", async () => {
    expect(optional((await build(PLUGIN + TICK)).exports)).toEqual(["proxy_on_request_headers", "proxy_on_tick"]);
    const { output, exports } = await build(`import "as-proxy-wasm-sdk"; ${TICK}`);
    expect(output).toBe("");
    expect(optional(exports)).toEqual(["proxy_on_tick"]);
  });

  test("replace the tick that hooks on response bodies use", async () => {
    const body = `
      import { Body, ProcessResponseBody } from "as-proxy-wasm-sdk";
      ${HEAD}
      SetCtx<NoConfig>("p", [
        ProcessResponseBody<NoConfig>((ctx: HttpContext, config: NoConfig, body: Body) => Action.Continue),
      ]);`;
    expect(optional((await build(body)).exports)).toContain("proxy_on_tick");
    const { output, exports } = await build(body + TICK);
    expect(output).toBe("");
    expect(exports.filter((name) => name === "proxy_on_tick")).toEqual(["proxy_on_tick"]);
  });

  test("are exported if no hook of the plugin needs them", async () => {
    const { exports } = await build(`import "as-proxy-wasm-sdk";
      export function proxy_on_request_headers(id: u32, count: i32, end: i32): i32 { return 0; }`);
    expect(optional(exports)).toEqual(["proxy_on_request_headers"]);
  });

  test("may be re-exported from another file, under another name, with export *", async () => {
    const files = {
      "more.ts": `export { tick as proxy_on_tick } from "./most";`,
      "most.ts": TICK.replace("proxy_on_tick", "tick"),
    };
    expect(optional((await build(`${PLUGIN} export * from "./more";`, { files })).exports)).toContain("proxy_on_tick");
  });

  test("may be re-exported from the SDK, for use with setCallbacks", async () => {
    const { output, exports } = await build(`
      import { Callbacks, setCallbacks } from "as-proxy-wasm-sdk/assembly/abi/callbacks";
      export { proxy_on_tick, proxy_on_request_headers } from "as-proxy-wasm-sdk/assembly/abi/exports";
      class Mine extends Callbacks { override onTick(root: u32): void { trace("tick"); } }
      setCallbacks(new Mine());`);
    expect(output).toBe("");
    expect(optional(exports)).toEqual(["proxy_on_tick", "proxy_on_request_headers"]);
  });

  test.each([
    [
      `${PLUGIN} export function proxy_on_request_headers(id: u32, count: i32, end: i32): i32 { return 0; }`,
      "the plugin exports proxy_on_request_headers, which the SDK needs for ProcessRequestHeaders: one of the two would never run",
    ],
    [
      `${PLUGIN} export function proxy_on_configure(root: u32, size: i32): bool { return true; }`,
      "the plugin exports proxy_on_configure, which the SDK needs for SetCtx: one of the two would never run",
    ],
    [
      `import { ProcessQueueBy } from "as-proxy-wasm-sdk";
       ${HEAD}
       SetCtx<NoConfig>("p", [ProcessQueueBy<NoConfig>("q", (ctx, config, item, log) => {})]);
       export function proxy_on_queue_ready(root: u32, queue: u32): void {}`,
      "the plugin exports proxy_on_queue_ready, which the SDK needs for ProcessQueue: one of the two would never run",
    ],
    [
      `import { ProcessNewConnection } from "as-proxy-wasm-sdk";
       ${HEAD}
       SetCtx<NoConfig>("p", [ProcessNewConnection<NoConfig>((ctx, config) => Action.Continue)]);
       export function proxy_on_tick(root: u32): void {}`,
      "ProcessNewConnection needs SetTcpCtx: the hook would never run",
    ],
    [
      `import { ProcessNewConnection, ProcessRequestHeaders, SetTcpCtx } from "as-proxy-wasm-sdk";
       ${HEAD}
       SetTcpCtx<NoConfig>("p", [
         ProcessNewConnection<NoConfig>((ctx, config) => Action.Continue),
         ProcessRequestHeaders<NoConfig>((ctx, config) => Action.Continue),
       ]);
       export function proxy_on_configure(root: u32, size: i32): bool { return true; }`,
      "the plugin exports proxy_on_configure, which the SDK needs for SetTcpCtx: one of the two would never run",
    ],
    [
      `import { ProcessNewConnection, ProcessRequestHeaders, SetTcpCtx } from "as-proxy-wasm-sdk";
       ${HEAD}
       SetTcpCtx<NoConfig>("p", [
         ProcessNewConnection<NoConfig>((ctx, config) => Action.Continue),
         ProcessRequestHeaders<NoConfig>((ctx, config) => Action.Continue),
       ]);
       export function proxy_on_tick(root: u32): void {}`,
      "ProcessRequestHeaders needs SetCtx: the hook would never run",
    ],
    [
      `import { ParseConfig, registerTick, PluginContext } from "as-proxy-wasm-sdk"; ${HEAD}
      SetCtx<NoConfig>("p", [
        ProcessRequestHeadersBy<NoConfig>(onHeaders),
        ParseConfig<NoConfig>((json: Json, config: NoConfig) =>
          registerTick<NoConfig>(5, config, (ctx: PluginContext, env: NoConfig, log: Log) => {})),
      ]);
      export function proxy_on_tick(root: u32): void {}`,
      "the plugin exports proxy_on_tick, which the SDK needs for registerTick: one of the two would never run",
    ],
    [
      `${PLUGIN} export function malloc(size: i32): usize { return 0; }`,
      "the plugin must not export malloc: the SDK manages the memory",
    ],
    [
      `${PLUGIN} export function proxy_on_tick(): void {}`,
      "the plugin exports proxy_on_tick with the wrong type: expected proxy_on_tick(root: u32): void",
    ],
    [
      `${PLUGIN} export function proxy_on_grpc_close(root: u32, token: u32, status: i64): void {}`,
      "exports proxy_on_grpc_close with the wrong type: expected proxy_on_grpc_close(root: u32, token: u32, status: i32): void",
    ],
    [`${PLUGIN} export const proxy_on_tick = 1;`, "the plugin exports proxy_on_tick with the wrong type"],
  ])("fail the build if they conflict with the SDK or have the wrong type: %#", async (source, message) => {
    const { built, output } = await build(source);
    expect(output).toContain(message);
    expect(output).not.toContain("    at ");
    expect(built).toBe(false);
  });
});

describe("beside other transforms", () => {
  // json-as 1.6.0 does this with every source of that name.
  const TAKES_FOR_LIBRARY = `
    export default class { afterParse(parser) {
      for (const source of parser.sources) if (source.internalPath === "index") source.sourceKind = 2;
    } }`;
  const other = "./takes-for-library.mjs";
  const own = "as-proxy-wasm-sdk/transform";

  test.each([
    ["which runs before the SDK's", [other]],
    ["which runs after the SDK's", [own, other]],
  ])("works with a transform that marks an entry file as a library, %s", async (_name, transform) => {
    const config = { ...CONFIG, options: { ...CONFIG.options, transform } };
    const { output, exports } = await build(PLUGIN, { config, files: { "takes-for-library.mjs": TAKES_FOR_LIBRARY } });
    expect(output).toBe("");
    expect(optional(exports)).toEqual(["proxy_on_request_headers"]);
  });

  // asc itself drops a transform that is named twice with the same path.
  test.each([
    ["with the same path", [own]],
    ["with another path", [join(packageRoot(), "node_modules", "as-proxy-wasm-sdk", "transform", "index.js")]],
  ])("may be named twice, %s", async (_name, transform) => {
    const once = await build(PLUGIN);
    const bytes = readFileSync(join(folder, "plugin.wasm"));
    const config = { ...CONFIG, options: { ...CONFIG.options, transform } };
    expect(await build(PLUGIN, { config })).toEqual(once);
    expect(readFileSync(join(folder, "plugin.wasm")).equals(bytes)).toBe(true);
  });

  test("fails if two copies of the transform are in use", async () => {
    const files = Object.fromEntries(
      readdirSync(join(packageRoot(), "transform"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".js"))
        .map((name) => [`copy/${name}`, readFileSync(join(packageRoot(), "transform", name), "utf8")]),
    );
    files["copy/package.json"] = '{ "type": "module" }';
    const config = { ...CONFIG, options: { ...CONFIG.options, transform: [join(folder, "copy", "index.js")] } };
    const { built, output } = await build(PLUGIN, { config, files });
    expect(output).toMatch(
      /as-proxy-wasm-sdk: two copies of the transform are in use: \S+copy\/index.js and \S+index.js/,
    );
    expect(output).not.toContain("    at ");
    expect(built).toBe(false);
  });
});
