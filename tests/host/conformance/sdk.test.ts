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

/** The probe plugin with what it shall do in its hooks. */
function probing(config: ProbeConfig, rig = new Rig()): { rig: Rig; plugin: Plugin; told: () => string[] } {
  const plugin = rig.foreign(probe, JSON.stringify(config));
  const told = () => rig.logged.flatMap((line) => /did \[.*$/.exec(line)?.[0] ?? []);
  return { rig, plugin, told };
}

const ask = (path: string, ...then: ProbeStep[]): ProbeStep => ["call", "up", "GET", path, [], "", 0, then];
const answered = (body: string) => did(["response"], 200, false, body, null);

test("[135] given an answer to a call, the SDK chooses the stream that asked before anything else, log lines included", () => {
  const { rig, plugin, told } = probing({
    request: [ask("/", ["request.set", "x-user", "mia"], ["resumeRequest"]), ["pause"]],
  });
  const opened = rig.open([plugin]);
  const before = rig.traced.length;
  rig.upstreams.calls[0]!.ok("yes");
  expect(told()).toContain(answered("yes"));
  expect(opened.upstream!.headers.get("x-user")).toBe("mia");
  const [first, ...others] = rig.traced
    .slice(before)
    .filter(({ name }) => !/call_response|header_map_pairs|buffer/.test(name));
  expect(first).toMatchObject({ name: "proxy_set_effective_context", args: [2], result: 0, context: 1 });
  expect(others.map(({ name }) => name)).toEqual(expect.arrayContaining(["proxy_log", "proxy_continue_stream"]));
  expect(new Set(others.map(({ effectiveContext }) => effectiveContext))).toEqual(new Set([2]));
});

test("[140] given a stream that has gone before its call's answer, the SDK drops the answer without a word", () => {
  const { rig, plugin, told } = probing({ request: [ask("/", ["resumeRequest"]), ["pause"]] });
  rig.open([plugin]).stream.destroy();
  const before = rig.logged.length;
  rig.upstreams.calls[0]!.ok("late");
  expect(rig.logged.slice(before)).toEqual([]);
  expect(told()).not.toContain(answered("late"));
  expect(plugin.failure).toBeUndefined();
  // The next request is served as ever.
  rig.open([plugin]);
  rig.upstreams.calls[1]!.ok("in time");
  expect(told()).toContain(answered("in time"));
});

test("[149] given a call from within an answer, neither it nor the calls that still wait lose what they are for", () => {
  const { rig, plugin, told } = probing({
    request: [
      ask("/a", ["request.append", "x-order", "a"], ask("/c", ["request.append", "x-order", "c"], ["resumeRequest"])),
      ask("/b", ["request.append", "x-order", "b"]),
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
  expect(told().filter((line) => line.startsWith('did ["response",'))).toEqual([
    answered("of a"),
    answered("of b"),
    answered("of c"),
  ]);
  expect(opened.upstream!.headers.getAll("x-order").join()).toBe("a,b,c");
});

test("[150] given properties of each kind, the SDK reads texts, integers and truth values", () => {
  const { rig, plugin, told } = probing({
    request: [
      ["property", ["request", "path"], "string"],
      ["property", ["connection", "mtls"], "bool"],
    ],
    response: [
      ["property", ["response", "code"], "i64"],
      ["property", ["request", "path"], "string"],
    ],
  });
  rig.open([plugin]).answer(404);
  expect(told()).toEqual([
    did(["property", ["request", "path"], "string"], "/foo"),
    did(["property", ["connection", "mtls"], "bool"], false),
    did(["property", ["response", "code"], "i64"], 404),
    expect.stringMatching(/^did \["property",\["request","path"\],"string","?(NotFound|null|)/i),
  ]);
});

test("[157] given a host without xds.route_name, the SDK's route name is the property route_name", () => {
  const config = { request: [["routeName"]] satisfies ProbeStep[] };
  const usual = probing(config);
  usual.rig.open([usual.plugin]);
  expect(usual.told()).toEqual([did(["routeName"], "default/foo")]);
  const rig = new Rig();
  // As on an older host: the route is not under xds, and route_name is at the top.
  const old = rig.plugin(
    new Guest({ proxy_on_request_headers: [call("proxy_set_property", "route_name", "old/foo")] }),
  );
  const { plugin, told } = probing(config, rig);
  rig.open([old, plugin], { route: () => undefined });
  expect(told()).toEqual([did(["routeName"], "old/foo")]);
});

test("[171] given two VMs that append to one value ten times each while the other does, no append is lost", () => {
  let inner: (() => void) | undefined;
  const rig = new Rig({
    trace: ({ name }) => {
      if (name !== "proxy_get_shared_data") return;
      // Between a VM's read and its write the other one appends.
      const run = inner;
      inner = undefined;
      run?.();
    },
  });
  const vm = (name: string) =>
    rig.foreign(appender, "", { name, vm: { id: "shared", configuration: Buffer.from(name) } });
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
])("[177] given the end of a stream as %s, the SDK's hook runs once, with what the request has kept", (_, order) => {
  const { rig, plugin, told } = probing({ request: [["keep", "k", "v"]], done: [["kept", "k"]] });
  const vm = plugin.vms[0]!;
  rig.open([plugin]);
  const stream = vm.contexts.get(2)!;
  for (const name of order) vm.call(stream, `proxy_on_${name}`, [2]);
  // An end that comes twice is of no stream any more.
  for (const name of order) vm.call(stream, `proxy_on_${name}`, [2]);
  const kept = told().filter((line) => line.startsWith('did ["kept"'));
  expect(kept).toEqual([did(["kept", "k"], "v", -1)]);
  expect(plugin.failure).toBeUndefined();
});

test.each(["probe", "body-both"])(
  "[180] given a context that a plugin (%s) does not know, none of its callbacks traps or does anything",
  async (name) => {
    const module = PluginModule.load(readFileSync(await buildPlugin(`tests/plugins/${name}`)));
    const rig = new Rig();
    const plugin = rig.foreign(module, JSON.stringify({ request: [["line"]], response: [["line"]], done: [["line"]] }));
    const vm = plugin.vms[0]!;
    const root = vm.contexts.get(1)!;
    const before = rig.traced.length;
    const callbacks = Object.entries(callbacksOf("envoy", "0.2.1")).filter(
      ([one]) => vm.has(one) && one !== "proxy_on_vm_start",
    );
    for (const [callback, type] of callbacks) {
      for (const id of [0, 2, 4242, 0xffffffff]) {
        const rest = Array<number>(type.indexOf(">") - 1).fill(1);
        // A parent that there is not, too.
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
