import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { callbacksOf } from "../../../sdk/host/module/callbacks.js";
import { PluginModule, type Plugin } from "../../../sdk/host/index.js";
import { buildPlugin } from "../../support/build.js";
import { did, type ProbeConfig, type ProbeStep } from "../../scenarios/probe.js";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { call } from "./support/steps.js";

let probe: PluginModule;
let appender: PluginModule;
beforeAll(async () => {
  const load = async (path: string) => PluginModule.load(readFileSync(await buildPlugin(path)));
  [probe, appender] = await Promise.all([load("tests/plugins/probe"), load("tests/plugins/appender")]);
}, 120_000);

/** The probe plugin with steps for its hooks. */
function probing(config: ProbeConfig, rig = new Rig()): { rig: Rig; plugin: Plugin; logged: () => string[] } {
  const plugin = rig.pluginFrom(probe, JSON.stringify(config));
  const logged = () => rig.logged.flatMap((line) => /did \[.*$/.exec(line)?.[0] ?? []);
  return { rig, plugin, logged };
}

const callUp = (path: string, ...then: ProbeStep[]): ProbeStep => ["call", "up", "GET", path, [], "", 0, then];
const loggedCall = (body: string) => did(["response"], 200, false, body, null);

test("[135] in a call response callback, the SDK chooses the stream of the call before any other host call", () => {
  const { rig, plugin, logged } = probing({
    request: [callUp("/", ["request.set", "x-user", "mia"], ["resumeRequest"]), ["pause"]],
  });
  const opened = rig.open([plugin]);
  const before = rig.traced.length;
  rig.upstreams.calls[0]!.ok("yes");
  expect(logged()).toContain(loggedCall("yes"));
  expect(opened.upstream!.headers.get("x-user")).toBe("mia");
  const [first, ...others] = rig.traced
    .slice(before)
    .filter(({ name }) => !/call_response|header_map_pairs|buffer/.test(name));
  expect(first).toMatchObject({ name: "proxy_set_effective_context", args: [2], result: 0, context: 1 });
  expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(["proxy_log", "proxy_continue_stream"]));
  expect(new Set(others.map(({ effectiveContext }) => effectiveContext))).toEqual(new Set([2]));
});

test("[140] the SDK silently drops a call response whose stream has ended", () => {
  const { rig, plugin, logged } = probing({ request: [callUp("/", ["resumeRequest"]), ["pause"]] });
  rig.open([plugin]).stream.destroy();
  const before = rig.logged.length;
  rig.upstreams.calls[0]!.ok("late");
  expect(rig.logged.slice(before)).toEqual([]);
  expect(logged()).not.toContain(loggedCall("late"));
  expect(plugin.failure).toBeUndefined();
  // The next request is served as usual.
  rig.open([plugin]);
  rig.upstreams.calls[1]!.ok("in time");
  expect(logged()).toContain(loggedCall("in time"));
});

test("[149] a call from a call response callback keeps its own callback, and so do the other pending calls", () => {
  const { rig, plugin, logged } = probing({
    request: [
      callUp(
        "/a",
        ["request.append", "x-order", "a"],
        callUp("/c", ["request.append", "x-order", "c"], ["resumeRequest"]),
      ),
      callUp("/b", ["request.append", "x-order", "b"]),
      ["pause"],
    ],
  });
  const opened = rig.open([plugin]);
  const path = (index: number) => rig.upstreams.calls[index]!.request.headers.get(":path");
  rig.upstreams.calls[0]!.ok("of a");
  rig.upstreams.calls[1]!.ok("of b");
  expect([path(0), path(1), path(2)]).toEqual(["/a", "/b", "/c"]);
  expect(opened.upstream).toBeUndefined();
  rig.upstreams.calls[2]!.ok("of c");
  expect(logged().filter((line) => line.startsWith('did ["response",'))).toEqual([
    loggedCall("of a"),
    loggedCall("of b"),
    loggedCall("of c"),
  ]);
  expect(opened.upstream!.headers.getAll("x-order").join()).toBe("a,b,c");
});

test("[150] the SDK reads properties that are texts, integers and booleans", () => {
  const { rig, plugin, logged } = probing({
    request: [
      ["property", ["request", "path"], "string"],
      ["property", ["connection", "mtls"], "bool"],
    ],
    response: [
      ["property", ["response", "code"], "i64"],
      ["property", ["request", "path"], "string"],
    ],
  });
  rig.open([plugin]).respond(404);
  expect(logged()).toEqual([
    did(["property", ["request", "path"], "string"], "/foo"),
    did(["property", ["connection", "mtls"], "bool"], false),
    did(["property", ["response", "code"], "i64"], 404),
    expect.stringMatching(/^did \["property",\["request","path"\],"string","?(NotFound|null|)/i),
  ]);
});

test("[157] on a host without xds.route_name, the SDK's route name is the property route_name", () => {
  const config = { request: [["routeName"]] satisfies ProbeStep[] };
  const usual = probing(config);
  usual.rig.open([usual.plugin]);
  expect(usual.logged()).toEqual([did(["routeName"], "default/foo")]);
  const rig = new Rig();
  // Like on an older host: the route is not under xds, and route_name is a top-level property.
  const old = rig.plugin(
    new Guest({ proxy_on_request_headers: [call("proxy_set_property", "route_name", "old/foo")] }),
  );
  const { plugin, logged } = probing(config, rig);
  rig.open([old, plugin], { route: () => undefined });
  expect(logged()).toEqual([did(["routeName"], "old/foo")]);
});

test("[171] when two VMs append to the same shared value concurrently, ten times each, no append is lost", () => {
  let inner: (() => void) | undefined;
  const rig = new Rig({
    trace: ({ name }) => {
      if (name !== "proxy_get_shared_data") return;
      // The other VM appends between this VM's read and write.
      const run = inner;
      inner = undefined;
      run?.();
    },
  });
  const vm = (name: string) =>
    rig.pluginFrom(appender, "", { name, vm: { id: "shared", configuration: Buffer.from(name) } });
  const [a, b] = [vm("a"), vm("b")];
  expect(a.vms[0]).not.toBe(b.vms[0]);
  for (let i = 0; i < 10; i++) {
    inner = () => void rig.open([b], { headers: [["x-letter", "b"]] });
    rig.open([a], { headers: [["x-letter", "a"]] });
  }
  const letters = rig.services.sharedData.get("shared", "letters")!.bytes.toString();
  expect(letters).toBe("ba".repeat(10));
  const tries = rig.logged.flatMap((line) => /tries \d+/.exec(line)?.[0] ?? []);
  expect(tries).toEqual(Array.from({ length: 10 }, () => ["tries 1", "tries 2"]).flat());
});

test.each([
  ["log, done, delete", ["log", "done", "delete"]],
  ["done, log, delete", ["done", "log", "delete"]],
  ["done, delete", ["done", "delete"]],
])(
  "[177] when a stream ends with %s, the SDK's hook runs once, with the values that the request has stored",
  (_, order) => {
    const { rig, plugin, logged } = probing({ request: [["keep", "k", "v"]], done: [["kept", "k"]] });
    const vm = plugin.vms[0]!;
    rig.open([plugin]);
    const stream = vm.contexts.get(2)!;
    for (const name of order) vm.call(stream, `proxy_on_${name}`, [2]);
    // The second end is for a stream that no longer exists.
    for (const name of order) vm.call(stream, `proxy_on_${name}`, [2]);
    const kept = logged().filter((line) => line.startsWith('did ["kept"'));
    expect(kept).toEqual([did(["kept", "k"], "v", -1)]);
    expect(plugin.failure).toBeUndefined();
  },
);

test.each(["probe", "body-both"])(
  "[180] callbacks of the plugin %s for an unknown context do not trap and have no effect",
  async (name) => {
    const module = PluginModule.load(readFileSync(await buildPlugin(`tests/plugins/${name}`)));
    const rig = new Rig();
    const plugin = rig.pluginFrom(
      module,
      JSON.stringify({ request: [["line"]], response: [["line"]], done: [["line"]] }),
    );
    const vm = plugin.vms[0]!;
    const root = vm.contexts.get(1)!;
    const before = rig.traced.length;
    const callbacks = Object.entries(callbacksOf("envoy", "0.2.1")).filter(
      ([one]) => vm.has(one) && one !== "proxy_on_vm_start",
    );
    for (const [callback, type] of callbacks) {
      for (const id of [0, 2, 4242, 0xffffffff]) {
        const rest = Array<number>(type.indexOf(">") - 1).fill(1);
        // `proxy_on_context_create` gets an unknown parent.
        vm.call(root, callback, [id, ...(callback === "proxy_on_context_create" ? [4243] : rest)]);
        expect([callback, id, plugin.failure]).toEqual([callback, id, undefined]);
      }
    }
    expect(callbacks.map(([one]) => one)).toContain("proxy_on_request_headers");
    const calls = rig.traced.slice(before).map(({ name: one }) => one);
    expect(calls.filter((one) => !/^proxy_(log|get_log_level|get_buffer_bytes)$/.test(one))).toEqual([]);
    expect(rig.open([plugin]).upstream).toBeDefined();
  },
  60_000,
);
