import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { LogLevel } from "../../sdk/host/index.js";
import type { GatewaySpec, PluginSpec } from "../../sdk/spec/gateway-spec.js";
import { buildPlugin } from "../support/build.js";
import { request } from "../support/http.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";
import { wat } from "./wat.js";

/** Long, because a busy machine also counts. */
const LIMIT_MS = 300;
const TEXT = `ran longer than ${LIMIT_MS} ms`;

/** Two endless loops: one makes host calls, one does not. */
const LOOPS: Record<string, string> = {
  "with host calls": "(loop $on (drop (call $log (i32.const 0) (i32.const 0) (i32.const 0))) (br $on))",
  "without host calls": "(loop $on (br $on))",
};

/** A module whose callbacks run `body`, one of `LOOPS` by default. */
function moduleOf(callbacks: Record<string, string>): string {
  const types: Record<string, string> = {
    _initialize: "",
    proxy_on_vm_start: "(param i32 i32) (result i32)",
    proxy_on_configure: "(param i32 i32) (result i32)",
    proxy_on_request_headers: "(param i32 i32 i32) (result i32)",
    proxy_on_response_headers: "(param i32 i32 i32) (result i32)",
    proxy_on_tick: "(param i32)",
    proxy_on_http_call_response: "(param i32 i32 i32 i32 i32)",
    proxy_on_log: "(param i32)",
  };
  const result = (name: string) => (name.startsWith("proxy_on_re") ? 0 : 1);
  const functions = Object.entries(callbacks).map(([name, body]) => {
    const last = types[name]!.includes("result") ? `(i32.const ${result(name)})` : "";
    return `(func (export "${name}") ${types[name]!} ${body} ${last})`;
  });
  const text = `
    (import "env" "proxy_set_tick_period_milliseconds" (func $tick_period (param i32) (result i32)))
    (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
    (import "env" "proxy_http_call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (data (i32.const 64) "\\03\\00\\00\\00\\05\\00\\00\\00\\01\\00\\00\\00\\07\\00\\00\\00\\03\\00\\00\\00\\0a\\00\\00\\00\\01\\00\\00\\00:path\\00/\\00:method\\00GET\\00:authority\\00a\\00")
    (data (i32.const 256) "echo")
    ${functions.join("\n")}`;
  const file = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "plugin.wasm");
  writeFileSync(file, wat(text));
  return file;
}

let gateway: RunningGateway | undefined;
let echo: Upstream;
let other: PluginSpec;
let logged: string[];
beforeAll(async () => {
  other = { name: "other", wasm: await buildPlugin("tests/plugins/body-write") };
});
beforeEach(async () => {
  logged = [];
  echo = await echoUpstream();
});
afterEach(async () => {
  await gateway?.stop(0);
  gateway = undefined;
  await echo.stop();
});

const specOf = (plugin: PluginSpec): GatewaySpec => ({
  listeners: [
    { name: "loop", plugins: [plugin, other], routes: [{ prefix: "/", cluster: "echo" }] },
    { name: "other", plugins: [other], routes: [{ prefix: "/", cluster: "echo" }] },
  ],
  clusters: [{ name: "echo", port: echo.port }],
});

async function start(plugin: PluginSpec): Promise<void> {
  gateway = await startGateway(specOf(plugin), {
    log: ({ level, message }) => {
      if (level >= LogLevel.Error) logged.push(message);
    },
    callLimitMs: LIMIT_MS,
    reloadIntervalMs: 0,
  });
}

const status = async (listener: string) => (await request(gateway!.port(listener), { target: "/" })).status;
const failed = () => poll(5000, "no loop was ended", () => logged.some((line) => line.includes(TEXT)) || undefined);
const FAIL_RELOAD = { failurePolicy: "FAIL_RELOAD" } as const;

describe.each(Object.entries(LOOPS))("an endless loop %s", (_, loop) => {
  test.each(["proxy_on_request_headers", "proxy_on_response_headers"])(
    "in %s ends the VM like a trap",
    async (name) => {
      await start({ name: "loop", wasm: moduleOf({ [name]: loop }) });
      const vm = gateway!.plugin("other", "other").vms[0];
      expect(await status("loop")).toBe(503);
      expect(logged.filter((line) => line.includes(TEXT))).toEqual([
        expect.stringContaining(`Function: ${name} failed: it ${TEXT}`),
      ]);
      // Later requests get 503 without a loop, and other plugins go on.
      expect([await status("loop"), await status("other")]).toEqual([503, 200]);
      expect(logged.filter((line) => line.includes(TEXT))).toHaveLength(1);
      expect([gateway!.plugin("other", "other").vms[0], vm!.failure]).toEqual([vm, undefined]);
    },
  );

  test("in a request ends the VM, and FAIL_RELOAD gives the next request a new one", async () => {
    const wasm = moduleOf({ proxy_on_request_headers: loop });
    await start({ name: "loop", wasm, ...FAIL_RELOAD });
    expect(await status("loop")).toBe(503);
    expect(await status("loop")).toBe(503);
    // Each request had a VM of its own.
    expect(logged.filter((line) => line.includes(TEXT))).toHaveLength(2);
    await gateway!.update(specOf({ name: "loop", wasm: moduleOf({}), ...FAIL_RELOAD }));
    expect(await status("loop")).toBe(200);
  });

  test.each(["_initialize", "proxy_on_vm_start", "proxy_on_configure"])(
    "in %s is an error of the start",
    async (name) => {
      await expect(start({ name: "loop", wasm: moduleOf({ [name]: loop }) })).rejects.toThrow(
        `plugin "loop": Function: ${name} failed: it ${TEXT}`,
      );
      await start({ name: "loop", wasm: moduleOf({}) });
      await expect(gateway!.update(specOf({ name: "loop", wasm: moduleOf({ [name]: loop }) }))).rejects.toThrow(TEXT);
      expect(await status("loop")).toBe(200);
    },
  );

  test("in a tick ends the VM", async () => {
    const tick = "(drop (call $tick_period (i32.const 1)))";
    await start({ name: "loop", wasm: moduleOf({ proxy_on_vm_start: tick, proxy_on_tick: loop }) });
    await failed();
    expect([await status("loop"), await status("other")]).toEqual([503, 200]);
  });

  test("in the result of a call ends the VM", async () => {
    const call = `(drop (call $call (i32.const 256) (i32.const 4) (i32.const 64) (i32.const 61)
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 0)))`;
    const wasm = moduleOf({ proxy_on_request_headers: call, proxy_on_http_call_response: loop });
    await start({ name: "loop", wasm });
    await status("loop");
    await failed();
    expect([await status("loop"), await status("other")]).toEqual([503, 200]);
  });

  test("in the access log ends the VM after the response", async () => {
    await start({ name: "loop", wasm: moduleOf({ proxy_on_log: loop }) });
    expect(await status("loop")).toBe(200);
    await failed();
    expect([await status("loop"), await status("other")]).toEqual([503, 200]);
  });
});

test("a callback below the limit goes on, however many there are", async () => {
  await start({ name: "loop", wasm: moduleOf({}) });
  const began = performance.now();
  while (performance.now() - began < 2 * LIMIT_MS) expect(await status("loop")).toBe(200);
  expect(logged).toEqual([]);
});
