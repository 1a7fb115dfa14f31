import { describe, expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { Guest } from "./support/guest.js";
import { Rig, type Opened } from "./support/rig.js";
import { arg, call, equal, load, nth, out, pairs, returns, slot, store, when } from "./support/steps.js";

const REQUEST = 0;
const RESPONSE = 1;

/** Runs steps in the context of the last stream, at the next tick of the root context. */
const onTick = (...steps: Parameters<typeof when>[1][]) => ({
  proxy_on_configure: [call("proxy_set_tick_period_milliseconds", 10)],
  proxy_on_tick: [call("proxy_set_effective_context", load("stream")), ...steps],
});
const remember = store("stream", arg(0));
const resume = (type: number) => call("proxy_continue_stream", type);

test("[107] after Pause on request headers, nothing reaches the upstream or the body callback until the stream is resumed", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({ ...onTick(resume(REQUEST)), proxy_on_request_headers: [remember, returns(1)] }),
  );
  const opened = rig.open([plugin], { end: false });
  opened.stream.requestData(Buffer.from("body"), true);
  expect(opened.upstream).toBeUndefined();
  expect(rig.callbacks(plugin, "request_body")).toEqual([]);
  rig.timers.advance(10);
  expect(rig.callbacks(plugin, "request_body")).toEqual(["request_body 2 4 1"]);
  expect(opened.upstream).toMatchObject({ body: "body", ended: true });
});

describe("[108] return values of the headers callback", () => {
  const opened = (returnValue: number, limit?: number) => {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [returns(returnValue)] }));
    const stream = rig.open([plugin], { end: false, ...(limit === undefined ? {} : { limit }) });
    stream.stream.requestData(Buffer.from("0123456789"), false);
    return { stream, bodies: rig.callbacks(plugin, "request_body") };
  };

  test.each([0, 2])("[108] after %i on headers, the request continues", (returnValue) => {
    const { stream, bodies } = opened(returnValue);
    expect(stream.upstream).toMatchObject({ body: "0123456789", ended: false });
    expect(bodies).toEqual(["request_body 2 10 0"]);
  });

  test("[108] after 3 on headers, headers and body are buffered, and a body above the limit gets 413", () => {
    const small = opened(3);
    expect([small.stream.upstream, small.bodies, small.stream.response]).toEqual([undefined, [], undefined]);
    const large = opened(3, 5);
    expect(large.stream.response!.headers.get(":status")).toBe("413");
    expect(large.stream.upstream).toBeUndefined();
  });

  test.each([4, 77])(
    "[108] after %i on headers, headers and body are buffered, and above the limit the client waits",
    (returnValue) => {
      const small = opened(returnValue);
      expect([small.stream.upstream, small.bodies, small.stream.events]).toEqual([undefined, [], []]);
      const large = opened(returnValue, 5);
      expect([large.stream.response, large.stream.events]).toEqual([undefined, ["request paused"]]);
    },
  );
});

test.each(["0.2.1 with the flag", "0.2.100"])(
  "[109] after true StopIteration (%s), the body callback runs and can write headers, and Continue resumes both",
  (mode) => {
    const guest = new Guest(
      {
        proxy_on_request_headers: [returns(1)],
        proxy_on_request_body: [
          call("proxy_add_header_map_value", REQUEST, "x-late", "1"),
          when(equal(arg(2), 0), returns(1)),
        ],
      },
      mode === "0.2.100" ? { abi: "0.2.100", host: "higress" } : {},
    );
    const rig = new Rig();
    const plugin = rig.plugin(guest, mode === "0.2.100" ? {} : { allowOnHeadersStopIteration: true });
    const opened = rig.open([plugin], { end: false });
    opened.stream.requestData(Buffer.from("one"), false);
    expect(opened.upstream).toBeUndefined();
    opened.stream.requestData(Buffer.from("two"), true);
    expect(rig.callbacks(plugin, "request_body")).toEqual(["request_body 2 3 0", "request_body 2 6 1"]);
    expect(opened.upstream).toMatchObject({ body: "onetwo", ended: true });
    expect(opened.upstream!.headers.getAll("x-late")).toEqual(["1", "1"]);
  },
);

test("[110] after proxy_continue_stream in a callback, the stream continues when the callback has returned", () => {
  const rig = new Rig();
  const mark = (text: string) => call("proxy_log", 2, text);
  const plugin = rig.plugin(
    new Guest({
      ...onTick(resume(REQUEST), mark("after the call")),
      proxy_on_request_headers: [remember, returns(1)],
      proxy_on_request_body: [mark("body")],
    }),
  );
  const opened = rig.open([plugin], { end: false });
  opened.stream.requestData(Buffer.from("b"), true);
  let during: unknown = "not called";
  const { request } = opened.stream;
  const pass = request.passHeaders.bind(request);
  request.passHeaders = (...args) => {
    during = plugin.vms[0]!.current;
    pass(...args);
  };
  rig.timers.advance(10);
  expect(rig.logged).toEqual(["after the call", "body"]);
  expect(during).toBeUndefined();
});

test("[111] on a stream that is not paused, proxy_continue_stream returns Ok and changes nothing", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      ...onTick(resume(REQUEST), resume(RESPONSE)),
      proxy_on_request_headers: [remember, resume(REQUEST)],
      proxy_on_response_headers: [resume(RESPONSE)],
    }),
  );
  const opened = rig.open([plugin]);
  rig.timers.advance(10);
  opened.respond();
  rig.timers.advance(10);
  expect(rig.statuses("proxy_continue_stream")).toEqual([0, 0, 0, 0, 0, 0]);
  expect(opened.upstream).toMatchObject({ ended: true });
  expect(opened.response).toMatchObject({ body: "upstream", ended: true });
  expect(opened.events).toEqual(["finished"]);
});

test("[112] a tick that chooses the context of a paused request can edit its headers and resume it", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      ...onTick(call("proxy_add_header_map_value", REQUEST, "x-tick", "1"), resume(REQUEST)),
      proxy_on_request_headers: [remember, returns(1)],
    }),
  );
  const opened = rig.open([plugin]);
  expect(opened.upstream).toBeUndefined();
  rig.timers.advance(10);
  expect(rig.statuses("proxy_add_header_map_value")).toEqual([0]);
  expect(opened.upstream!.headers.get("x-tick")).toBe("1");
  expect(opened.upstream!.ended).toBe(true);
});

test("[113] after Pause on response headers, proxy_continue_stream(Response) delivers the response", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({ ...onTick(resume(RESPONSE)), proxy_on_response_headers: [remember, returns(1)] }),
  );
  const opened = rig.open([plugin]);
  opened.respond();
  expect([opened.response, rig.callbacks(plugin, "response_body")]).toEqual([undefined, []]);
  rig.timers.advance(10);
  expect(opened.response).toMatchObject({ body: "upstream", ended: true });
  expect(rig.callbacks(plugin, "response_body")).toEqual(["response_body 2 8 1"]);
});

test.each([1, 5])(
  "[114] after %i on trailers, the end of the request waits until the stream is resumed",
  (returnValue) => {
    const rig = new Rig();
    const plugin = rig.plugin(
      new Guest({ ...onTick(resume(REQUEST)), proxy_on_request_trailers: [remember, returns(returnValue)] }),
    );
    const opened = rig.open([plugin], { end: false });
    opened.stream.requestData(Buffer.from("b"), false);
    opened.stream.requestTrailers(new HeaderMap("trailers", [["x-t", "1"]]));
    expect(opened.upstream).toMatchObject({ body: "b", ended: false });
    rig.timers.advance(10);
    expect(opened.upstream).toMatchObject({ body: "b", ended: true });
    expect(rig.callbacks(plugin, "request_trailers")).toEqual(["request_trailers 2 1"]);
  },
);

test.each([REQUEST, RESPONSE])(
  "[115] proxy_close_stream(%i) returns Ok and closes the stream after the callback",
  (type) => {
    const rig = new Rig();
    const plugin = rig.plugin(
      new Guest({
        proxy_on_request_headers: [call("proxy_close_stream", type), call("proxy_log", 2, "still here"), returns(1)],
        proxy_on_log: [call("proxy_get_property", "response\0code_details", out("details"))],
      }),
    );
    const opened = rig.open([plugin]);
    expect([rig.statuses("proxy_close_stream"), rig.logged]).toEqual([[0], ["still here"]]);
    expect([opened.broken, opened.upstream, opened.response]).toEqual([true, undefined, undefined]);
    opened.stream.destroy();
    expect(rig.bytes(plugin, "details").toString()).toBe("wasm_close_stream");
  },
);

/** A plugin with these steps, and a request that it has seen. */
function serve(steps: ConstructorParameters<typeof Guest>[0], headers: Opened["info"]["requestHeaders"] | object = []) {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest(steps));
  const opened = rig.open([plugin], { headers: headers as [] });
  return { rig, plugin, opened };
}

test("[116] a local reply to request headers reaches the client unchanged, and the upstream gets nothing", () => {
  const { opened } = serve({
    proxy_on_request_headers: [
      call("proxy_send_local_response", 403, "", "no", pairs(["x-why", "closed"], ["x-why", "again"]), -1),
    ],
  });
  expect(opened.upstream).toBeUndefined();
  expect(opened.response).toMatchObject({ body: "no", ended: true });
  expect(opened.response!.headers.entries()).toEqual([
    [":status", "403"],
    ["x-why", "closed"],
    ["x-why", "again"],
    ["content-length", "2"],
    ["content-type", "text/plain"],
  ]);
});

const no = call("proxy_send_local_response", 403, "", "no", "", -1);

test.each([0, 1, 2, 3, 4])(
  "[117] after a local reply, the return value %i of the callback is ignored",
  (returnValue) => {
    const headers = serve({ proxy_on_request_headers: [no, returns(returnValue)] });
    expect(headers.opened.upstream).toBeUndefined();
    expect(headers.opened.response!.headers.get(":status")).toBe("403");
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_request_body: [no, returns(returnValue)] }));
    const opened = rig.open([plugin], { end: false });
    opened.stream.requestData(Buffer.from("secret"), true);
    expect(opened.upstream!.body).toBe("");
    expect(opened.response!.headers.get(":status")).toBe("403");
  },
);

test("[118] the plugin that sends a local reply to a request sees it as a response and may change it", () => {
  const { rig, plugin, opened } = serve({
    proxy_on_request_headers: [no],
    proxy_on_response_headers: [
      call("proxy_add_header_map_value", 2, "x-own", "1"),
      call("proxy_remove_header_map_value", 2, "content-length"),
    ],
    proxy_on_response_body: [call("proxy_set_buffer_bytes", 1, 0, 2, "yes")],
  });
  expect(rig.callbacks(plugin, "response")).toEqual(["response_headers 2 3 0", "response_body 2 2 1"]);
  expect(opened.response).toMatchObject({ body: "yes", ended: true });
  expect(opened.response!.headers.get("x-own")).toBe("1");
});

test("[119] after a local reply, the plugin gets no further callbacks for the request", () => {
  const rig = new Rig();
  const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [no] }));
  const { stream } = rig.open([plugin], { end: false });
  stream.requestData(Buffer.from("more"), false);
  stream.requestTrailers(new HeaderMap("trailers", [["x-t", "1"]]));
  expect(rig.callbacks(plugin, "request")).toEqual(["request_headers 2 4 0"]);
});

test.each([
  ["at once", {}, [no]],
  ["from a tick, while it is paused", onTick(no), [remember, returns(1)]],
])(
  "[120] a local reply to response headers %s replaces the response, without callbacks for the reply",
  (_, more, steps) => {
    const { rig, plugin, opened } = serve({ ...more, proxy_on_response_headers: steps });
    opened.respond(200, "upstream", [["x-upstream", "1"]]);
    rig.timers.advance(10);
    expect(opened.response).toMatchObject({ body: "no", ended: true });
    expect(opened.response!.headers.get(":status")).toBe("403");
    expect(opened.response!.headers.has("x-upstream")).toBe(false);
    expect(rig.callbacks(plugin, "response")).toEqual(["response_headers 2 2 0"]);
  },
);

test("[121] a local reply to a response body closes the stream when the headers have been sent", () => {
  const { opened } = serve({ proxy_on_response_body: [no] });
  opened.respond();
  expect(opened.broken).toBe(true);
  expect(opened.response).toMatchObject({ body: "", ended: false });
  expect(opened.response!.headers.get(":status")).toBe("200");
});

const other = call("proxy_send_local_response", 404, "", "other", "", -1);

test("[122] of two local replies on one stream, in one callback or two, the client gets the first", () => {
  const twice = serve({ proxy_on_request_headers: [no, other] });
  expect(twice.rig.statuses("proxy_send_local_response")).toEqual([0, 0]);
  const later = serve({ ...onTick(other), proxy_on_request_headers: [remember, no] });
  later.rig.timers.advance(10);
  for (const { opened } of [twice, later]) {
    expect(opened.response).toMatchObject({ body: "no", ended: true });
    expect(opened.response!.headers.get(":status")).toBe("403");
    expect(opened.events).toEqual(["finished"]);
    expect(opened.broken).toBe(false);
  }
});

test("[123] after local replies to the request and to the response, there is one response and it ends", () => {
  const { rig, opened, plugin } = serve({ proxy_on_request_headers: [no], proxy_on_response_headers: [other] });
  expect(opened.response).toMatchObject({ ended: true });
  expect(opened.events).toEqual(["finished"]);
  expect(rig.statuses("proxy_send_local_response")).toEqual([0, 0]);
  expect(rig.callbacks(plugin, "response_headers")).toHaveLength(1);
});

test("[124] a local reply from the root context, a tick or the log returns Ok and has no effect", () => {
  const { rig, plugin, opened } = serve({
    proxy_on_configure: [no, call("proxy_set_tick_period_milliseconds", 10)],
    proxy_on_tick: [no],
    proxy_on_log: [no],
  });
  rig.timers.advance(10);
  opened.respond();
  opened.stream.destroy();
  // The host first tries the configuration in a separate VM, so `proxy_on_configure` runs twice.
  expect(rig.statuses("proxy_send_local_response")).toEqual([0, 0, 0, 0]);
  expect(opened.response).toMatchObject({ body: "upstream", ended: true });
  expect(opened.response!.headers.get(":status")).toBe("200");
  expect(opened.broken).toBe(false);
  expect(rig.callbacks(plugin, "log")).toEqual(["log 2"]);
});

test("[125] an empty local reply has no content-type; one with a body has text/plain unless the plugin sets another type", () => {
  const headers = (body: string, ...own: [string, string][]) =>
    serve({ proxy_on_request_headers: [call("proxy_send_local_response", 403, "", body, pairs(...own), -1)] }).opened
      .response!;
  const empty = headers("", ["content-type", "text/html"], ["content-length", "7"]);
  expect([empty.headers.entries(), empty.ended]).toEqual([[[":status", "403"]], true]);
  const plain = headers("no").headers;
  expect([plain.get("content-type"), plain.get("content-length")]).toEqual(["text/plain", "2"]);
  const own = headers("{}", ["content-type", "application/json"], ["content-length", "99"]).headers;
  expect([own.getAll("content-type"), own.getAll("content-length")]).toEqual([["application/json"], ["2"]]);
});

test.each([
  [403, -1, "7"],
  [400, -1, "13"],
  [401, -1, "16"],
  [404, -1, "12"],
  [429, -1, "14"],
  [503, -1, "14"],
  [418, -1, "2"],
  [403, 99, "7"],
  [200, 7, "7"],
  [403, 0, "0"],
  [403, 16, "16"],
])("[126] a local reply to a gRPC request with %i and gRPC status %i has grpc-status %s", (status, grpc, expected) => {
  const steps = { proxy_on_request_headers: [call("proxy_send_local_response", status, "", "not so", "", grpc)] };
  const { headers, body, ended } = serve(steps, [["content-type", "application/grpc"]]).opened.response!;
  expect([headers.get(":status"), headers.get("grpc-status"), body, ended]).toEqual(["200", expected, "", true]);
  expect([headers.get("content-type"), headers.get("grpc-message")]).toEqual(["application/grpc", "not so"]);
  // On other requests the gRPC status has no effect.
  expect(serve(steps).opened.response!.headers.has("grpc-status")).toBe(false);
});

test("[127] spaces in the details of a local reply become underscores in response.code_details", () => {
  const { rig, plugin, opened } = serve({
    proxy_on_request_headers: [call("proxy_send_local_response", 403, "a b\tc", "", "", -1)],
    proxy_on_log: [call("proxy_get_property", "response\0code_details", out("details"))],
  });
  opened.stream.destroy();
  expect(rig.bytes(plugin, "details").toString()).toBe("a_b_c");
});

test.each([true, false])(
  "[128] a local reply from a call response callback needs the stream's context (chosen: %s)",
  (chosen) => {
    const { rig, opened } = serve({
      proxy_on_request_headers: [
        remember,
        call(
          "proxy_http_call",
          "up",
          pairs([":path", "/"], [":method", "GET"], ["host", "h"]),
          "",
          "",
          0,
          slot("token"),
        ),
        returns(1),
      ],
      proxy_on_http_call_response: [...(chosen ? [call("proxy_set_effective_context", load("stream"))] : []), no],
    });
    rig.upstreams.calls[0]!.ok();
    expect(rig.statuses("proxy_send_local_response")).toEqual([0]);
    expect(opened.response?.body).toBe(chosen ? "no" : undefined);
    expect(opened.upstream).toBeUndefined();
  },
);

test("[129] a local reply of the first plugin to a request causes no callbacks in the second plugin", () => {
  const rig = new Rig();
  const first = rig.plugin(new Guest({ proxy_on_request_headers: [nth(1, no)] }), { name: "first" });
  const second = rig.plugin(new Guest({}), { name: "second" });
  const { response } = rig.open([first, second]);
  expect(response!.headers.get(":status")).toBe("403");
  expect(rig.callbacks(second, "request")).toEqual([]);
  expect(rig.callbacks(first, "response")).toEqual(["response_headers 2 3 0", "response_body 2 2 1"]);
  // A plugin that has not seen the request does not see the response: Envoy creates its stream context with the request.
  expect(rig.callbacks(second, "response")).toEqual([]);
});
