import { expect, test } from "vitest";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { response } from "./support/services.js";
import { arg, call, load, nth, out, pairs, returns, slot, store, trap } from "./support/steps.js";

const LINE = [
  [":method", "GET"],
  [":path", "/check"],
  [":authority", "up"],
] as const;

const httpCall = (
  cluster = "up",
  headers = pairs(...LINE),
  timeout = 0,
  body = "",
  trailers: Uint8Array | string = "",
) => call("proxy_http_call", cluster, headers, body, trailers, timeout, slot("token"));

/** A plugin that makes calls in its request callback, and runs these steps in its call response callback. */
function calling(onResponse: Parameters<typeof nth>[1][] = [], calls = [httpCall()]) {
  const rig = new Rig();
  const guest = new Guest({
    proxy_on_request_headers: [store("stream", arg(0)), ...calls, returns(1)],
    proxy_on_http_call_response: onResponse,
  });
  const plugin = rig.plugin(guest);
  return { rig, plugin, opened: rig.open([plugin]) };
}

test("[130] a call to an unknown cluster returns BadArgument, and no response callback follows", () => {
  const { rig, plugin } = calling([], [httpCall("down")]);
  expect(rig.statuses("proxy_http_call")).toEqual([2]);
  expect(rig.upstreams.calls).toEqual([]);
  rig.timers.advance(60_000);
  expect(rig.callbacks(plugin, "http_call_response")).toEqual([]);
});

test("[131] a call without :method, :path or :authority returns BadArgument; a host header may replace :authority", () => {
  const without = (name: string) => httpCall("up", pairs(...LINE.filter(([one]) => one !== name)));
  const withHost = httpCall("up", pairs(...LINE.slice(0, 2), ["host", "up"]));
  const { rig } = calling([], [without(":method"), without(":path"), without(":authority"), withHost]);
  expect(rig.statuses("proxy_http_call")).toEqual([2, 2, 2, 0]);
  expect(rig.upstreams.calls.map(({ request }) => request.headers.get(":authority"))).toEqual(["up"]);
});

test("[132] a call with a negative timeout returns BadArgument; 0 means no timeout", () => {
  const { rig } = calling([], [httpCall("up", undefined, 0xffffffff), httpCall("up", undefined, 0)]);
  expect(rig.statuses("proxy_http_call")).toEqual([2, 0]);
  expect(rig.upstreams.calls.map(({ request }) => request.timeoutMs)).toEqual([0]);
});

test("[133] tokens of calls are not 0 and all differ; a call that fails sets the token to 0", () => {
  const keep = (name: string) => store(name, load("token"));
  const bad = httpCall("down");
  const { rig, plugin } = calling([], [httpCall(), keep("a"), httpCall(), keep("b"), store("token", 99), bad]);
  const tokens = ["a", "b"].map((name) => rig.number(plugin, name));
  expect(new Set([0, ...tokens]).size).toBe(3);
  expect(rig.number(plugin, "token")).toBe(0);
});

test("[134] the root context gets the call response, with the sizes of its headers, body and trailers", () => {
  const { rig, plugin } = calling([
    call("proxy_get_header_map_pairs", 6, out("headers")),
    call("proxy_get_header_map_pairs", 7, out("trailers")),
    call("proxy_get_buffer_bytes", 4, 0, 100, out("body")),
    call("proxy_set_effective_context", load("stream")),
    call("proxy_get_header_map_value", 6, "x-answer", out("throughStream")),
  ]);
  rig.upstreams.calls[0]!.ok("hello", [["x-answer", "yes"]], [["x-trailer", "t"]]);
  const token = rig.number(plugin, "token");
  expect(rig.callbacks(plugin, "http_call_response")).toEqual([`http_call_response 1 ${token} 2 5 1`]);
  expect(rig.bytes(plugin, "headers")).toEqual(pairs([":status", "200"], ["x-answer", "yes"]));
  expect(rig.bytes(plugin, "trailers")).toEqual(pairs(["x-trailer", "t"]));
  expect(rig.bytes(plugin, "body").toString()).toBe("hello");
  expect(rig.bytes(plugin, "throughStream").toString()).toBe("yes");
});

test("[136] a call whose response arrives at once returns InternalFailure, and no response callback follows", () => {
  const rig = new Rig();
  rig.upstreams.atOnce = response("at once");
  const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [httpCall(), returns(1)] }));
  rig.open([plugin]);
  expect(rig.statuses("proxy_http_call")).toEqual([10]);
  expect(rig.number(plugin, "token")).toBe(0);
  expect(rig.callbacks(plugin, "http_call_response")).toEqual([]);
});

test("[137] a call that is reset has no headers, body and trailers, and its status is BrokenConnection, reset", () => {
  const { rig, plugin } = calling([call("proxy_get_status", slot("code"), out("message"))]);
  rig.upstreams.calls[0]!.finish({ kind: "reset" });
  const token = rig.number(plugin, "token");
  expect(rig.callbacks(plugin, "http_call_response")).toEqual([`http_call_response 1 ${token} 0 0 0`]);
  expect(rig.number(plugin, "code")).toBe(11);
  expect(rig.bytes(plugin, "message").toString()).toBe("reset");
});

test("[139] a call response that arrives during a callback is delivered when the callback has returned", () => {
  const rig = new Rig({
    log: ({ message }) => {
      order.push(message);
      if (message === "in tick") rig.upstreams.calls[0]!.ok();
    },
  });
  const order: string[] = [];
  const plugin = rig.plugin(
    new Guest({
      proxy_on_request_headers: [httpCall(), call("proxy_set_tick_period_milliseconds", 5), returns(1)],
      proxy_on_tick: [call("proxy_log", 2, "in tick"), call("proxy_log", 2, "end of tick")],
      proxy_on_http_call_response: [call("proxy_log", 2, "response")],
    }),
  );
  rig.open([plugin]);
  rig.timers.advance(5);
  expect(order).toEqual(["in tick", "end of tick", "response"]);
  expect(rig.callbacks(plugin, "http_call_response")).toHaveLength(1);
});

test("[140] a call response after the end of the stream reaches the root context, which cannot choose the stream", () => {
  const { rig, plugin, opened } = calling([call("proxy_set_effective_context", load("stream"))]);
  opened.stream.destroy();
  expect(rig.upstreams.calls[0]!.cancelled).toBe(false);
  rig.upstreams.calls[0]!.ok("late");
  expect(rig.callbacks(plugin, "http_call_response")).toEqual([
    `http_call_response 1 ${rig.number(plugin, "token")} 1 4 0`,
  ]);
  expect(rig.statuses("proxy_set_effective_context")).toEqual([2]);
});

test("[141] when a plugin ends, its calls are cancelled and their responses are dropped", () => {
  const { rig, plugin, opened } = calling();
  const vm = plugin.vms[0]!;
  opened.stream.destroy();
  plugin.stop();
  const [sent] = rig.upstreams.calls;
  expect(sent!.cancelled).toBe(true);
  const before = vm.contexts.size;
  sent!.ok("late");
  expect([before, vm.contexts.size, vm.failure]).toEqual([0, 0, undefined]);
  expect(rig.traced.at(-1)!.name).toBe("proxy_http_call");
});

test("[142] ten calls at once, and calls from response callbacks, each get their response once", () => {
  const { rig, plugin } = calling(
    [nth(1, httpCall()), nth(3, httpCall()), nth(12, httpCall())],
    Array(10).fill(httpCall()),
  );
  expect(rig.upstreams.calls).toHaveLength(10);
  // In another order than the calls.
  for (const one of [...rig.upstreams.calls].reverse()) one.ok();
  expect(rig.upstreams.calls).toHaveLength(12);
  for (const one of rig.upstreams.calls.slice(10)) one.ok();
  rig.upstreams.calls[12]!.ok();
  for (const one of rig.upstreams.calls) one.ok();
  const tokens = rig.callbacks(plugin, "http_call_response").map((line) => line.split(" ")[2]);
  expect(tokens).toHaveLength(13);
  expect(new Set(tokens).size).toBe(13);
});

test("[143] calls from proxy_on_configure and from a tick get their responses", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      proxy_on_configure: [httpCall(), call("proxy_set_tick_period_milliseconds", 5)],
      proxy_on_tick: [nth(1, httpCall())],
    }),
  );
  rig.timers.advance(5);
  // The first call is from the VM in which the host tried the configuration, and was cancelled with this VM.
  expect(rig.upstreams.calls.map(({ cancelled }) => cancelled)).toEqual([true, false, false]);
  for (const one of rig.upstreams.calls) one.ok();
  expect(rig.callbacks(plugin, "http_call_response")).toHaveLength(2);
});

test("[144] the host sets the content-length of a call with a body, and accepts trailers", () => {
  const wrongLength = pairs(...LINE, ["content-length", "3"]);
  const { rig } = calling([], [httpCall("up", wrongLength, 0, "hello world", pairs(["x-t", "1"])), httpCall()]);
  expect(rig.statuses("proxy_http_call")).toEqual([0, 0]);
  const [first, second] = rig.upstreams.calls.map(({ request }) => request);
  expect(first!.headers.getAll("content-length")).toEqual(["11"]);
  expect(first!.body.toString()).toBe("hello world");
  expect(second!.headers.has("content-length")).toBe(false);
});

test("[145] the headers and the body of a call response are unavailable after its callback", () => {
  const rig = new Rig();
  const read = [
    call("proxy_get_header_map_value", 6, ":status", out("status")),
    call("proxy_get_header_map_pairs", 6, out("pairs")),
    call("proxy_get_buffer_bytes", 4, 0, 9, out("body")),
  ];
  const plugin = rig.plugin(
    new Guest({
      proxy_on_request_headers: [httpCall(), call("proxy_set_tick_period_milliseconds", 5), returns(1)],
      proxy_on_http_call_response: read,
      proxy_on_tick: read,
    }),
  );
  rig.open([plugin]);
  rig.upstreams.calls[0]!.ok("body");
  rig.timers.advance(5);
  expect(rig.statuses("proxy_get_header_map_value")).toEqual([0, 2]);
  expect(rig.statuses("proxy_get_header_map_pairs")).toEqual([0, 0]);
  expect(rig.statuses("proxy_get_buffer_bytes")).toEqual([0, 1]);
  expect(rig.bytes(plugin, "pairs")).toHaveLength(0);
});

test("[146] after a trap in a call response callback, the paused stream gets 503 at its next event", () => {
  const rig = new Rig();
  const guest = new Guest({ proxy_on_request_headers: [httpCall(), returns(1)], proxy_on_http_call_response: [trap] });
  const plugin = rig.plugin(guest, { allowOnHeadersStopIteration: true });
  const opened = rig.open([plugin], { end: false });
  rig.upstreams.calls[0]!.ok();
  expect(plugin.failure).toContain("Function: proxy_on_http_call_response failed");
  expect(opened.response).toBeUndefined();
  opened.stream.requestData(Buffer.from("body"), false);
  expect(opened.response!.headers.get(":status")).toBe("503");
  expect(opened.upstream).toBeUndefined();
  expect(rig.callbacks(plugin, "request_body")).toEqual([]);
});
