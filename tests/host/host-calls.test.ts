import { beforeAll, expect, test } from "vitest";
import { PluginModule, Plugin, VmPool, type TracedCall } from "../../sdk/host/index.js";
import { buildPlugin } from "../support/build.js";
import { benchServices, openExchange, sendUpstreamResponse } from "./bench.js";
import { readFileSync } from "node:fs";

// Counts the host calls of a request: a host call is the dearest thing that a plugin does with headers.

let module: PluginModule;
beforeAll(async () => {
  module = PluginModule.load(readFileSync(await buildPlugin("tests/plugins/header-costs")));
});

/** The host calls of one request and its response, and the request headers that the upstream received. */
function callsOf(configuration: { request?: string; response?: string }, plugged = module) {
  const calls: TracedCall[] = [];
  const services = benchServices({ trace: (call) => void calls.push(call) });
  const plugin = new Plugin({ name: "plugin", module: plugged }, new VmPool(services));
  plugin.configure(Buffer.from(JSON.stringify(configuration)));
  const open = () => openExchange([plugin], services, { headers: [["user-agent", "test"]] });
  // The first request may do what later requests need not do.
  open();
  calls.length = 0;
  const exchange = open();
  if (exchange.upstream) sendUpstreamResponse(exchange);
  plugin.stop();
  const names = calls.map(({ name }) => name.replace(/^proxy_|_header_map/g, "")).filter((name) => name !== "log");
  return {
    calls: names,
    received: exchange.upstream?.headers.entries().slice(4),
    response: exchange.response?.headers,
  };
}

const twenty = Array.from({ length: 20 }, (_, i) => [`x-h${i}`, `value-${i}`]);
const agent = ["user-agent", "test"];

test.each([
  ["", [], [agent]],
  ["20/20/20", ["get_pairs"], [agent]],
  ["set 20", Array(20).fill("replace_value"), [agent, ...twenty]],
  ["set twice", ["replace_value"], [agent, ["x-a", "2"]]],
  ["two reads", ["get_pairs"], [agent]],
  ["set and delete an absent header", ["get_pairs"], [agent]],
  ["delete an absent header after a read", ["get_pairs"], [agent]],
  ["set and delete a header of the request", ["get_pairs", "remove_value"], []],
  ["read, modify, write", ["get_pairs", "replace_value"], [["user-agent", "test modified"]]],
  ["a property in between", ["replace_value", "get_property", "replace_value"], [agent, ["x-a", "12"]]],
  [
    "append in between",
    ["replace_value", "add_value", "replace_value"],
    [agent, ["x-a", "1"], ["x-b", "2"], ["x-c", "3"]],
  ],
])("request headers: %j", (request, calls, received) => {
  const result = callsOf({ request });
  expect(result.calls).toEqual(calls);
  expect(result.received).toEqual(received);
});

test("one response header is one host call", () => {
  const result = callsOf({ response: "set" });
  expect(result.calls).toEqual(["replace_value"]);
  expect(result.response!.get("x-added")).toBe("yes");
});

test("writes before a local reply are sent before it, later ones at once", () => {
  const calls = ["replace_value", "send_local_response", "replace_value"];
  expect(callsOf({ request: "a local reply in between" }).calls).toEqual(calls);
});

test("no write waits in a plugin that names a host call", async () => {
  const wasm = await buildPlugin("tests/plugins/header-costs/assembly/own-calls.ts");
  const result = callsOf({ request: "set twice" }, PluginModule.load(readFileSync(wasm)));
  expect(result.calls).toEqual(["replace_value", "replace_value"]);
  expect(result.received).toEqual([agent, ["x-a", "2"]]);
});

test("writes before a trap are sent, which matters where the request passes nevertheless", () => {
  const services = benchServices();
  const plugin = new Plugin({ name: "plugin", module, failOpen: true }, new VmPool(services));
  plugin.configure(Buffer.from(JSON.stringify({ request: "a trap" })));
  const { upstream } = openExchange([plugin], services);
  expect(upstream!.headers.entries().slice(4)).toEqual([["x-a", "1"]]);
});
