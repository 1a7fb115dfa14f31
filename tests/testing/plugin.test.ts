import { expect, test } from "vitest";
import { PluginLoadError, startPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { wat } from "../host/wat.js";
import { CALLING, GROWING, HOLDING, TICKING } from "./guests.js";

test("ticks come when the clock passes them", async () => {
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

test("the clock begins where it is told to", async () => {
  const plugin = await startPlugin({ wasm: TICKING, now: "2030-01-02T03:04:05Z" });
  expect(new Date(plugin.clock.now).toISOString()).toBe("2030-01-02T03:04:05.000Z");
  expect(() => plugin.clock.advance(-1)).toThrow("clock.advance: expected milliseconds, got -1");
});

test("a plugin without ticks has none", async () => {
  const plugin = await startPlugin({ wasm: HOLDING });
  expect(() => plugin.tick()).toThrow("the plugin has no tick: it has not asked for one");
});

test("calls without a request, by hand, by a function, and out of time", async () => {
  const plugin = await startPlugin({ wasm: CALLING });
  expect(plugin.calls).toHaveLength(1);
  expect(plugin).toHaveCalledOut("c", { method: "GET", path: "/a", authority: "h" });
  expect(plugin.open).toEqual({ requests: 0, contexts: 0, calls: 1 });
  plugin.calls[0]!.answer();
  expect(plugin).toHaveNothingOpen();
  expect(() => plugin.calls[0]!.answer()).toThrow("the call to c has been answered");

  const asked: string[] = [];
  const upstreams = { c: ({ path }: { path: string }) => (asked.push(path), { status: 200 }) };
  expect(await startPlugin({ wasm: CALLING, upstreams })).toHaveNothingOpen();
  expect(asked, "the gateway's trial of the configuration does not count").toEqual(["/a"]);

  const late = await startPlugin({ wasm: CALLING });
  late.clock.advance(500);
  expect(late.calls[0]!.state).toBe("answered");
});

test("a cluster that is not there", async () => {
  await expect(startPlugin({ wasm: CALLING, clusters: ["other"] })).rejects.toThrow("rejects its configuration");
  await startPlugin({ wasm: CALLING, clusters: ["c"] });
});

test("ticks and leaks are counted", async () => {
  const plugin = await startPlugin({ wasm: TICKING });
  expect(() => plugin.tick("x" as never)).toThrow("plugin.tick: expected a number of ticks, got string x");
  await expect(plugin.assertNoLeaks(() => {}, { time: 3 } as never)).rejects.toThrow('assertNoLeaks: unknown "time"');
});

test("memory that grows is a leak", async () => {
  const plugin = await startPlugin({ wasm: GROWING });
  await expect(plugin.assertNoLeaks(() => plugin.fetch(), { times: 10 })).rejects.toThrow(
    "the plugin's memory grows: from 720896 bytes after 10 times to 1376256 after 20",
  );
});

test("requests that stay are a leak", async () => {
  const plugin = await startPlugin({ wasm: HOLDING });
  await expect(plugin.assertNoLeaks(() => plugin.request(), { times: 5 })).rejects.toThrow(
    "after 10 times there is: 10 requests without a whole response, 10 contexts of requests in the plugin",
  );
  await expect(plugin.assertNoLeaks(() => {})).rejects.toThrow("before it begins there is: 10 requests");
  expect(plugin).not.toHaveNothingOpen();
  for (const request of plugin.requests) request.cancel();
  expect(plugin).toHaveNothingOpen();
});

test("shared data is there for other workers", async () => {
  const plugin = await startPlugin({ wasm: await buildPlugin("examples/token-bucket"), config: { scope: "process" } });
  plugin.sharedData.set("mine", "é");
  expect(plugin.sharedData.get("mine")).toBe("é");
  expect(plugin.sharedData.get("none")).toBeUndefined();
});

test("a configuration that is refused leaves the one before, and says why", async () => {
  const wasm = await buildPlugin("examples/mock-response");
  await expect(startPlugin({ wasm, config: { content: 1 } })).rejects.toThrow(PluginLoadError);
  const plugin = await startPlugin({ wasm, config: '{"content":"one"}' });
  expect(() => plugin.reload("{")).toThrow(/rejects its configuration\nIts log:\n {2}error: configuration refused: /);
  expect(await plugin.fetch()).toHaveBody("one");
  plugin.reload({ content: "two" });
  expect(await plugin.fetch()).toHaveBody("two");
  plugin.stop();
  expect(await plugin.fetch()).toHaveStatus(500);
});

test.each([
  ["no folder", { wasm: "none/plugin.wasm" }, /cannot read the plugin .*: there is no folder .* Build it first: npx/],
  ["no module", { wasm: "package.json" }, /package\.json is not a WebAssembly module that this host can run/],
  ["no file", { wasm: "tests" }, /cannot read the plugin .*tests: it is a folder/],
  [
    "a remote file",
    { wasm: new URL("http://a.b/") },
    /expected a path, a file: URL or bytes, got the address http:\/\/a\.b\//,
  ],
  ["no path", { wasm: 5 }, /startPlugin: wasm: expected a path, a file: URL or bytes, got number 5/],
  ["no options", null, /startPlugin: expected an object with host, .*; got null/],
  ["a path for options", "a.wasm", /startPlugin: expected an object with .*wasm, config; got string a\.wasm/],
  ["an unknown option", { wasm: HOLDING, confg: {} }, /startPlugin: unknown "confg"; there is /],
  ["host", { wasm: HOLDING, host: "nginx" }, /startPlugin: host: expected one of envoy, higress, got "nginx"/],
  ["level", { wasm: HOLDING, logLevel: "warning" }, /startPlugin: logLevel: expected one of trace, debug, info, warn/],
  ["now", { wasm: HOLDING, now: "soon" }, /startPlugin: now: expected a time, got soon/],
  ["upstream", { wasm: HOLDING, upstream: 200 }, /startPlugin: upstream: expected an answer such as/],
  [
    "upstreams",
    { wasm: HOLDING, upstreams: { a: "http://x" } },
    /startPlugin: upstreams: a: expected an answer such as/,
  ],
  [
    "one upstream for all clusters",
    { wasm: HOLDING, upstreams: new URL("http://a") },
    /startPlugin: upstreams: expected an object with what answers by cluster; .*; got the address http:\/\/a\//,
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
  ["route", { wasm: HOLDING, route: "foo" }, /startPlugin: route: expected an object with route, .*; got string foo/],
  [
    "a field of the route",
    { wasm: HOLDING, route: { name: "foo" } },
    /startPlugin: route: unknown "name"; there is route/,
  ],
  [
    "a route's name",
    { wasm: HOLDING, route: { route: 1 } },
    /startPlugin: route: route: expected a text, got number 1/,
  ],
  ["clusters", { wasm: HOLDING, clusters: [1] }, /startPlugin: clusters: expected a list of names/],
  ["name", { wasm: HOLDING, name: 5 }, /startPlugin: name: expected a string, got number 5/],
  ["seed", { wasm: HOLDING, seed: "a" }, /startPlugin: seed: expected a number, got string a/],
  [
    "bufferLimit",
    { wasm: HOLDING, bufferLimit: "1M" },
    /startPlugin: bufferLimit: expected a number of bytes, got string/,
  ],
  ["vm", { wasm: HOLDING, vm: "x" }, /startPlugin: vm: expected an object with id, .*; got string x/],
  [
    "a variable",
    { wasm: HOLDING, vm: { environment: { A: 5 } } },
    /vm: environment: A: expected a string, got number 5/,
  ],
  ["a flag", { wasm: HOLDING, allowOnHeadersStopIteration: "no" }, /StopIteration: expected a boolean, got string no/],
  ["config", { wasm: HOLDING, config: () => 1 }, /configuration: JSON has no function/],
  ["config with a number that JSON has not", { wasm: HOLDING, config: { a: 1n } }, /configuration: .*BigInt/],
])("refused: %s", async (_name, options, message) => {
  await expect(startPlugin(options as never)).rejects.toThrow(message);
});

test("a plugin of Higress on another host: the error says so, and where it was started", async () => {
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

test("a module that was built without the SDK's settings: the error names them", async () => {
  const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  await expect(startPlugin({ wasm })).rejects.toThrow(
    /ABI version; it is no plugin, or its asconfig\.json lacks "extends": "as-proxy-wasm-sdk\/asconfig\.json"$/,
  );
});

test("a response that does not come: the stack leads to the test, also of fetch", async () => {
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

test("no build, in a folder without one", async () => {
  await expect(startPlugin()).rejects.toThrow(
    /no plugin to test: there is neither .*build\/debug\.wasm nor .*plugin\.wasm/,
  );
});

test("names that are not ASCII: of a cluster, a route and a service", async () => {
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

test("a configuration that came as a google.protobuf.Struct says what it should be", async () => {
  const config = Buffer.from("0a0e0a07636f6e74656e7412031a0178", "hex");
  const wasm = await buildPlugin("tests/plugins/strict");
  await expect(startPlugin({ wasm, config })).rejects.toThrow("use google.protobuf.StringValue, not Struct");
});
