import { expect, test } from "vitest";
import { PluginLoadError, startPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { wat } from "../host/wat.js";
import { CALLING, GROWING, HOLDING, TICKING } from "./guests.js";

test("the plugin ticks as the clock advances", async () => {
  const plugin = await startPlugin({ wasm: TICKING });
  plugin.clock.advance(999);
  expect(plugin).toHaveMetric("ticks", 0);
  plugin.clock.advance(1);
  expect(plugin).toHaveMetric("ticks", 1);
  plugin.clock.advance(2500);
  expect(plugin.metrics).toEqual({ ticks: 3 });
  plugin.tick();
  expect(plugin.clock.now).toBe(Date.UTC(2026, 0, 1) + 4000);
  plugin.tick(2);
  expect(plugin).toHaveMetric("ticks", 6);
  expect(plugin.logs.map(({ level, text }) => `${level} ${text}`)).toEqual(Array(6).fill("warn ticks"));
});

test("the clock starts at the time of the option now", async () => {
  const plugin = await startPlugin({ wasm: TICKING, now: "2030-01-02T03:04:05Z" });
  expect(new Date(plugin.clock.now).toISOString()).toBe("2030-01-02T03:04:05.000Z");
  expect(() => plugin.clock.advance(-1)).toThrow("clock.advance: expected milliseconds, 0 or more, got -1");
});

test("tick throws if the plugin has set no tick period", async () => {
  const plugin = await startPlugin({ wasm: HOLDING });
  expect(() => plugin.tick()).toThrow("the plugin has set no tick");
});

test("a call outside of requests gets a response from the test or from a function, or a timeout", async () => {
  const plugin = await startPlugin({ wasm: CALLING });
  expect(plugin.calls).toHaveLength(1);
  expect(plugin).toHaveCalledOut("c", { method: "GET", path: "/a", authority: "h" });
  expect(plugin.open).toEqual({ requests: 0, contexts: 0, calls: 1 });
  plugin.calls[0]!.answer();
  expect(plugin).toHaveNothingOpen();
  expect(() => plugin.calls[0]!.answer()).toThrow("the call to c has its response already");

  const paths: string[] = [];
  const upstreams = { c: ({ path }: { path: string }) => (paths.push(path), { status: 200 }) };
  expect(await startPlugin({ wasm: CALLING, upstreams })).toHaveNothingOpen();
  expect(paths, "calls of the VM that tries the configuration are not listed").toEqual(["/a"]);

  const late = await startPlugin({ wasm: CALLING });
  late.clock.advance(500);
  expect(late.calls[0]!.state).toBe("answered");
});

test("a call fails if the option clusters does not list its cluster", async () => {
  await expect(startPlugin({ wasm: CALLING, clusters: ["other"] })).rejects.toThrow("rejects its configuration");
  await startPlugin({ wasm: CALLING, clusters: ["c"] });
});

test("tick and assertNoLeaks check their arguments", async () => {
  const plugin = await startPlugin({ wasm: TICKING });
  expect(() => plugin.tick("x" as never)).toThrow("plugin.tick: expected a number of ticks, got string x");
  await expect(plugin.assertNoLeaks(() => {}, { time: 3 } as never)).rejects.toThrow(
    'assertNoLeaks: unknown option "time"; did you mean "times"?',
  );
});

test("assertNoLeaks throws if the memory grows", async () => {
  const plugin = await startPlugin({ wasm: GROWING });
  await expect(plugin.assertNoLeaks(() => plugin.fetch(), { times: 10 })).rejects.toThrow(
    "the plugin's memory grows from 720896 bytes after 10 runs to 1376256 bytes after 20 runs",
  );
});

test("assertNoLeaks throws if requests stay open", async () => {
  const plugin = await startPlugin({ wasm: HOLDING });
  await expect(plugin.assertNoLeaks(() => plugin.request(), { times: 5 })).rejects.toThrow(
    "still open after 10 runs: 10 requests without a complete response, 10 stream contexts in the plugin",
  );
  await expect(plugin.assertNoLeaks(() => {})).rejects.toThrow("open before the work begins: 10 requests");
  expect(plugin).not.toHaveNothingOpen();
  for (const request of plugin.requests) request.cancel();
  expect(plugin).toHaveNothingOpen();
});

test("a test reads and writes shared data as another worker does", async () => {
  const plugin = await startPlugin({ wasm: await buildPlugin("examples/token-bucket"), config: { scope: "process" } });
  plugin.sharedData.set("mine", "é");
  expect(plugin.sharedData.get("mine")).toBe("é");
  expect(plugin.sharedData.get("none")).toBeUndefined();
});

test("if a configuration is rejected, the plugin keeps the previous one and the error has the reason", async () => {
  const wasm = await buildPlugin("examples/mock-response");
  await expect(startPlugin({ wasm, config: { content: 1 } })).rejects.toThrow(PluginLoadError);
  const plugin = await startPlugin({ wasm, config: '{"content":"one"}' });
  expect(() => plugin.reload("{")).toThrow(/rejects its configuration\nIts log:\n {2}error: configuration rejected: /);
  expect(await plugin.fetch()).toHaveBody("one");
  plugin.reload({ content: "two" });
  expect(await plugin.fetch()).toHaveBody("two");
  plugin.stop();
  expect(await plugin.fetch()).toHaveStatus(500);
});

test.each([
  [
    "a path in a missing folder",
    { wasm: "none/plugin.wasm" },
    /cannot read the plugin .*: the folder .* does not exist. Build the plugin first: npx/,
  ],
  [
    "a file that is not a module",
    { wasm: "package.json" },
    /package\.json is not a WebAssembly module that this host can run/,
  ],
  ["a folder", { wasm: "tests" }, /cannot read the plugin .*tests: the path is a folder/],
  [
    "a remote file",
    { wasm: new URL("http://a.b/") },
    /expected a path, a file: URL or bytes, got the address http:\/\/a\.b\//,
  ],
  ["a number for the path", { wasm: 5 }, /startPlugin: wasm: expected a path, a file: URL or bytes, got number 5/],
  ["null for the options", null, /startPlugin: expected an object with host, .*, got null/],
  ["a path for the options", "a.wasm", /startPlugin: expected an object with .*wasm, config, got string a\.wasm/],
  ["an unknown option", { wasm: HOLDING, confg: {} }, /startPlugin: unknown option "confg"; did you mean "config"\?/],
  [
    "an unknown host",
    { wasm: HOLDING, host: "nginx" },
    /startPlugin: host: expected one of envoy, higress, got "nginx"/,
  ],
  [
    "an unknown log level",
    { wasm: HOLDING, logLevel: "warning" },
    /startPlugin: logLevel: expected one of trace, debug, info, warn/,
  ],
  ["a text that is not a time", { wasm: HOLDING, now: "soon" }, /startPlugin: now: expected a time, got soon/],
  ["a number for the upstream", { wasm: HOLDING, upstream: 200 }, /startPlugin: upstream: expected a response such as/],
  [
    "a text for an upstream",
    { wasm: HOLDING, upstreams: { a: "http://x" } },
    /startPlugin: upstreams: a: expected a response such as/,
  ],
  [
    "one upstream for all clusters",
    { wasm: HOLDING, upstreams: new URL("http://a") },
    /startPlugin: upstreams: expected an object with a response for each cluster, got the address http:\/\/a\/; /,
  ],
  [
    "a server with a path",
    { wasm: HOLDING, upstream: new URL("http://a/b") },
    /upstream: expected .*; got http:\/\/a\/b/,
  ],
  [
    "a server of FTP",
    { wasm: HOLDING, upstreams: { a: new URL("ftp://a") } },
    /upstreams: a: expected .* got ftp:\/\/a/,
  ],
  [
    "a text for the route",
    { wasm: HOLDING, route: "foo" },
    /startPlugin: route: expected an object with route, .*, got string foo/,
  ],
  [
    "an unknown field of the route",
    { wasm: HOLDING, route: { name: "foo" } },
    /startPlugin: route: unknown option "name"; expected route, cluster or virtualHost/,
  ],
  [
    "a number for the route's name",
    { wasm: HOLDING, route: { route: 1 } },
    /startPlugin: route: route: expected a string, got number 1/,
  ],
  ["a number in clusters", { wasm: HOLDING, clusters: [1] }, /startPlugin: clusters: expected an array of names/],
  ["a number for the name", { wasm: HOLDING, name: 5 }, /startPlugin: name: expected a string, got number 5/],
  ["a text for the seed", { wasm: HOLDING, seed: "a" }, /startPlugin: seed: expected a number, got string a/],
  [
    "a text for bufferLimit",
    { wasm: HOLDING, bufferLimit: "1M" },
    /startPlugin: bufferLimit: expected a number of bytes, got string/,
  ],
  ["a text for the VM", { wasm: HOLDING, vm: "x" }, /startPlugin: vm: expected an object with id, .*, got string x/],
  [
    "a number for an environment variable",
    { wasm: HOLDING, vm: { environment: { A: 5 } } },
    /vm: environment: A: expected a string, got number 5/,
  ],
  [
    "a text for a flag",
    { wasm: HOLDING, allowOnHeadersStopIteration: "no" },
    /StopIteration: expected a boolean, got string no/,
  ],
  ["a function for the configuration", { wasm: HOLDING, config: () => 1 }, /configuration: JSON has no function/],
  ["a BigInt in the configuration", { wasm: HOLDING, config: { a: 1n } }, /configuration: .*BigInt/],
])("startPlugin rejects %s", async (_name, options, message) => {
  await expect(startPlugin(options as never)).rejects.toThrow(message);
});

test("the error about a Higress plugin on another host names the option and points to the test", async () => {
  const wasm = wat(`(import "env" "proxy_redis_init" (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))`);
  const error = await startPlugin({ wasm }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({
    message: expect.stringMatching(/missing import: env\.proxy_redis_init .*: startPlugin\({ host: "higress" }\)$/),
    stack: expect.stringMatching(/\n +at [^\n]*plugin\.test\.ts:\d+:\d+\)?\n/),
  });
  const other = wat(`(import "env" "proxy_no_such" (func))`);
  await expect(startPlugin({ wasm: other })).rejects.toThrow(
    /missing import: env\.proxy_no_such \(not in ABI 0\.2\.1\)$/,
  );
});

test("the error about a module that was built without the SDK's settings names the settings", async () => {
  const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  await expect(startPlugin({ wasm })).rejects.toThrow(
    /ABI version; the module is not a plugin, or its asconfig\.json lacks "extends": "as-proxy-wasm-sdk\/asconfig\.json"$/,
  );
});

test("the stack of the error about a missing response leads to the test", async () => {
  const plugin = await startPlugin({ wasm: HOLDING });
  for (const waiting of [() => plugin.fetch(), () => plugin.request().done()]) {
    const error = await waitedFor(waiting);
    expect(error.message).toContain("has no response: the plugin holds the request");
    expect(error.stack).toMatch(/ at (async )?waitedFor .*plugin\.test\.ts/);
  }
});

async function waitedFor(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

test("startPlugin without wasm throws in a folder without a build", async () => {
  await expect(startPlugin()).rejects.toThrow(
    /no plugin to test: neither .*build\/debug\.wasm nor .*plugin\.wasm exists/,
  );
});

test("names of clusters, routes and services can be non-ASCII", async () => {
  const cluster = "outbound|80||认证.dns";
  const plugin = await startPlugin({
    wasm: await buildPlugin("examples/ext-auth"),
    config: { _rules_: [{ _match_route_: ["中文路由"], service: { fqdn: "认证.dns", port: 80 } }] },
    route: { route: "中文路由" },
    clusters: [cluster],
  });
  const request = plugin.request({ path: "/路" });
  expect(plugin.calls.map((call) => [call.cluster, call.headers.get("x-original-path")])).toEqual([[cluster, "/路"]]);
  expect(plugin).toHaveCalledOut(cluster);
  plugin.calls[0]!.answer({ status: 200 });
  expect(request.upstream?.path).toBe("/路");
});

test("the error about a configuration that came as a google.protobuf.Struct names the expected type", async () => {
  const config = Buffer.from("0a0e0a07636f6e74656e7412031a0178", "hex");
  const wasm = await buildPlugin("tests/plugins/strict");
  await expect(startPlugin({ wasm, config })).rejects.toThrow("use google.protobuf.StringValue, not Struct");
});
