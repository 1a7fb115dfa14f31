import { afterAll, beforeAll, expect, test } from "vitest";
import type { GrpcEvents, GrpcRequest } from "../../../sdk/host/index.js";
import { HeaderMap } from "../../../sdk/host/index.js";
import { lengthField } from "../../../sdk/host/properties/protobuf.js";
import { grpcServer, type GrpcServer } from "../../support/grpc-server.js";
import { request } from "../../support/http.js";
import { describeOnEngines, type TestGateway } from "../engines.js";
import { guestFile, pluginLog } from "./support/guest-file.js";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { arg, call, load, note, nth, out, pairs, returns, show, slot, logStatus, type Arg } from "./support/steps.js";

/** Calls a method of a service with metadata and a message. */
const unary = (token: string, method = "Unary", target: Arg = "up", timeout = 0) =>
  call("proxy_grpc_call", target, "echo.Echo", method, pairs(["x-meta", "m"]), "hello", timeout, slot(token));
const stream = (token: string, method = "Stream", target: Arg = "up") =>
  call("proxy_grpc_stream", target, "echo.Echo", method, pairs(["x-meta", "m"]), slot(token));
const send = (token: Arg, message: string, end = 0) => call("proxy_grpc_send", token, message, end);
const close = (token: Arg) => call("proxy_grpc_close", token);
const cancel = (token: Arg) => call("proxy_grpc_cancel", token);

/** gRPC upstreams of the cluster "up"; a test makes the events of each call and stream. */
class ScriptedGrpc {
  readonly opened: { request: GrpcRequest; events: GrpcEvents; done: string[] }[] = [];

  open(request: GrpcRequest, events: GrpcEvents) {
    if (request.cluster !== "up") return undefined;
    const done: string[] = [];
    this.opened.push({ request, events, done });
    return {
      send: (message: Buffer, end: boolean) => void done.push(`${message.toString()}${end ? " end" : ""}`),
      close: () => void done.push("close"),
      reset: () => void done.push("reset"),
    };
  }
}

function calling(calls: Parameters<typeof nth>[1][], more: ConstructorParameters<typeof Guest>[0] = {}) {
  const grpc = new ScriptedGrpc();
  const rig = new Rig({ grpc });
  const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [...calls, returns(1)], ...more }));
  const opened = rig.open([plugin]);
  return { grpc, rig, plugin, opened };
}

test("[147] send, cancel and close return BadArgument for tokens of another class, and NotFound for unknown tokens", () => {
  const { rig, plugin, grpc } = calling([
    ...[unary("call"), stream("stream")],
    // The class of an HTTP call is 0, of a gRPC call 1, of a gRPC stream 2.
    ...[send(0xff00, "x"), send(0xff01, "x"), send(0xff02, "x"), send(load("call"), "x"), send(load("stream"), "x")],
    ...[cancel(0xff00), cancel(0xff01), cancel(0xff02), cancel(0xff03)],
    ...[close(0xff00), close(0xff01), close(0xff02), close(0xff03)],
    ...[close(load("stream")), cancel(load("stream")), cancel(load("stream"))],
    ...[close(load("call")), close(load("call"))],
  ]);
  expect([rig.number(plugin, "call"), rig.number(plugin, "stream")]).toEqual([5, 6]);
  expect(rig.statuses("proxy_grpc_send")).toEqual([2, 2, 1, 2, 0]);
  expect(rig.statuses("proxy_grpc_cancel")).toEqual([2, 1, 1, 2, 0, 1]);
  expect(rig.statuses("proxy_grpc_close")).toEqual([2, 1, 1, 2, 0, 0, 1]);
  expect(grpc.opened.map(({ done }) => done)).toEqual([
    ["hello end", "reset"],
    ["x", "close", "reset"],
  ]);
});

test("[148] a service may be a message or the name of a cluster, anything else returns ParseFailure", () => {
  const service = (cluster: string) => lengthField(1, lengthField(1, cluster));
  const { rig, grpc } = calling([
    ...[unary("t", "M", "bogus"), stream("t", "M", "bogus")],
    ...[unary("t", "M", "up"), unary("t", "M", service("up")), stream("t", "M", service("up"))],
    ...[unary("t", "M", service("nowhere")), unary("t", "M", lengthField(2, lengthField(1, "x")))],
    call("proxy_grpc_call", "up", "s", "m", "", "", 0, 0x7fffffff),
  ]);
  expect(rig.statuses("proxy_grpc_call")).toEqual([4, 0, 0, 10, 2, 6]);
  expect(rig.statuses("proxy_grpc_stream")).toEqual([4, 0]);
  expect(grpc.opened).toHaveLength(4);
});

test("[148] a successful call ends with proxy_on_grpc_receive, a failed one with proxy_on_grpc_close and its status", () => {
  const { rig, plugin, grpc } = calling([unary("good"), unary("bad"), unary("empty")], {
    proxy_on_grpc_receive: [call("proxy_get_buffer_bytes", 5, 0, 100, out("message"))],
    proxy_on_grpc_close: [nth(1, call("proxy_get_status", slot("code"), out("why")))],
  });
  const [good, bad, empty] = grpc.opened;
  expect(good!.request).toEqual({
    ...{ cluster: "up", service: "echo.Echo", method: "Unary", metadata: [["x-meta", "m"]], timeoutMs: 0 },
  });
  good!.events.initialMetadata(new HeaderMap("response", [[":status", "200"]]));
  good!.events.message(Buffer.from("result"));
  expect(rig.callbacks(plugin, "grpc")).toEqual([]);
  good!.events.closed(0, "");
  bad!.events.closed(7, "not allowed");
  empty!.events.closed(0, "");
  expect(rig.callbacks(plugin, "grpc")).toEqual(["grpc_receive 1 5 6", "grpc_close 1 9 7", "grpc_close 1 13 13"]);
  expect(rig.bytes(plugin, "message").toString()).toBe("result");
  expect([rig.number(plugin, "code"), rig.bytes(plugin, "why").toString()]).toEqual([7, "not allowed"]);
});

test("[147] metadata, messages and end of a stream have separate callbacks, and maps are readable only in their own", () => {
  const map = (type: number, name: string) => call("proxy_get_header_map_pairs", type, out(name));
  const value = (type: number) => call("proxy_get_header_map_value", type, "x-a", out("x"));
  const { rig, plugin, grpc } = calling([stream("t"), send(load("t"), "one"), send(load("t"), "two", 1)], {
    proxy_on_grpc_receive_initial_metadata: [map(4, "initial"), call("proxy_add_header_map_value", 4, "x", "y")],
    proxy_on_grpc_receive: [value(4), value(5), call("proxy_get_buffer_bytes", 5, 0, 100, out("message"))],
    proxy_on_grpc_receive_trailing_metadata: [map(5, "trailing")],
    proxy_on_grpc_close: [send(load("t"), "late"), close(load("t")), send(load("t"), "later")],
  });
  const { events, done } = grpc.opened[0]!;
  expect(done).toEqual(["one", "two end"]);
  events.initialMetadata(new HeaderMap("response", [["x-a", "1"]]));
  events.message(Buffer.from("abc"));
  events.trailingMetadata(new HeaderMap("trailers", [["x-b", "2"]]));
  events.closed(0, "");
  events.message(Buffer.from("after the end"));
  expect(rig.callbacks(plugin, "grpc")).toEqual([
    ...["grpc_receive_initial_metadata 1 6 1", "grpc_receive 1 6 3", "grpc_receive_trailing_metadata 1 6 1"],
    "grpc_close 1 6 0",
  ]);
  expect(rig.bytes(plugin, "initial")).toEqual(pairs(["x-a", "1"]));
  expect(rig.bytes(plugin, "trailing")).toEqual(pairs(["x-b", "2"]));
  expect(rig.bytes(plugin, "message").toString()).toBe("abc");
  expect(rig.statuses("proxy_get_header_map_value")).toEqual([2, 2]);
  expect(rig.statuses("proxy_add_header_map_value")).toEqual([2]);
  // During `proxy_on_grpc_close`, the host still accepts messages for the stream.
  expect(rig.statuses("proxy_grpc_send")).toEqual([0, 0, 0, 0]);
});

test("[141] when a plugin ends, its gRPC calls are cancelled", () => {
  const { plugin, grpc, opened } = calling([unary("a"), stream("b")]);
  opened.stream.destroy();
  plugin.stop();
  expect(grpc.opened.map(({ done }) => done.at(-1))).toEqual(["reset", "reset"]);
  grpc.opened[0]!.events.closed(7, "");
});

/** Logs the callback and its token, as a heading for the log lines that follow. */
const heading = (name: string) => note(`# ${name}`, arg(1));

describeOnEngines("gRPC", (start) => {
  let server: GrpcServer;
  let engine: TestGateway;

  beforeAll(async () => {
    server = await grpcServer();
    const shown = (type: number, name: string) => [call("proxy_get_header_map_value", type, name, out("v")), show("v")];
    const guest = new Guest({
      proxy_on_request_headers: [
        nth(
          2,
          logStatus("cancel", "proxy_grpc_cancel", load("29")),
          logStatus("reset", "proxy_grpc_cancel", load("14")),
        ),
        nth(2, returns(0)),
        logStatus("bogus", "proxy_grpc_call", "bogus", "s", "m", "", "", 0, slot("x")),
        ...[unary("5", "Unary", "grpc"), unary("9", "Fail", "grpc"), unary("13", "Empty", "grpc")],
        ...[unary("17", "NotGrpc", "grpc"), unary("21", "Unary", "gone"), unary("25", "Hang", "grpc", 100)],
        unary("29", "Hang", "grpc"),
        ...[stream("6", "Stream", "grpc"), send(load("6"), "one"), send(load("6"), "two", 1)],
        ...[stream("10", "Fail", "grpc"), stream("14", "Hang", "grpc")],
        ...[stream("18", "Stream", "grpc"), send(load("18"), "three"), close(load("18"))],
      ],
      proxy_on_grpc_receive_initial_metadata: [heading("initial"), ...shown(4, "x-initial")],
      proxy_on_grpc_receive: [...[heading("message"), call("proxy_get_buffer_bytes", 5, 0, 100, out("m")), show("m")]],
      proxy_on_grpc_receive_trailing_metadata: [heading("trailing"), ...shown(5, "x-trailing")],
      proxy_on_grpc_close: [
        ...[heading("close"), note("status", arg(2)), call("proxy_get_status", slot("c"), out("s")), show("s")],
      ],
    });
    engine = await start({
      listeners: [
        {
          name: "gateway",
          plugins: [{ name: "guest", wasm: guestFile(guest) }],
          routes: [{ prefix: "/", directResponse: { status: 200 } }],
        },
      ],
      clusters: [
        { name: "grpc", port: server.port, http2: true },
        { name: "gone", port: 1, http2: true },
      ],
    });
    await request(engine.port("gateway"), {});
    for (const token of [9, 13, 17, 21, 25, 6, 10, 18]) await engine.waitForLog(new RegExp(`# close +${token}\n`));
    await engine.waitForLog(/# message +5\n/);
    await request(engine.port("gateway"), {});
    await engine.waitForLog("reset  0");
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    await server?.stop();
  });

  /** The log lines about a call: each callback with the lines that follow it. */
  const about = (token: number) => {
    const groups: string[] = [];
    for (const line of pluginLog(engine.log)) {
      if (line.startsWith("# ")) groups.push(line);
      else if (groups.length > 0 && !/^(cancel|reset)/.test(line)) groups.push(`${groups.pop()} | ${line}`);
    }
    const own = new RegExp(`^# (\\w+) +${token}( |$)`);
    return groups.filter((line) => own.test(line)).map((line) => line.replace(own, "$1 ").replace(/ +/g, " ").trim());
  };

  test("[148] the plugin receives the message of a call response", () => {
    expect(about(5)).toEqual(["message | hello"]);
    expect(pluginLog(engine.log)).toContain("bogus  4");
    const received = server.calls.find((call) => call[":path"] === "/echo.Echo/Unary")!;
    expect(received).toMatchObject({
      ":method": "POST",
      te: "trailers",
      "content-type": "application/grpc",
      "x-meta": "m",
    });
  });

  test("[148] failed calls are closed with the gRPC status and message", () => {
    expect(about(9)).toEqual(["close | status 7 | not%20allowed{via_upstream}"]);
    expect(about(13)).toEqual(["close | status 13 |"]);
    expect(about(17)).toEqual(["close | status 7 | via_upstream"]);
    expect(about(21)[0]).toMatch(
      /^close \| status 14 \| upstream connect error.*\{upstream_reset_before_response_started\{/,
    );
    expect(about(25)).toEqual(["close | status 14 | upstream request timeout{response_timeout}"]);
  });

  test("[147] metadata and messages of a stream arrive in order, and the close comes last", () => {
    const bodies = about(6).slice(1, -2).map((line) => line.replace("message | ", "")).join(""); // prettier-ignore
    expect(bodies).toBe("onetwo");
    expect([about(6)[0], ...about(6).slice(-2)]).toEqual([
      "initial | i",
      "trailing | t",
      "close | status 0 | via_upstream",
    ]);
    expect(about(18)).toEqual(["initial | i", "message | three", "trailing | t", "close | status 0 | via_upstream"]);
    expect(about(10).at(-1)).toBe("close | status 7 | not%20allowed{via_upstream}");
  });

  test("[147] cancelling a call and a stream reaches the server, and the plugin gets no callback", async () => {
    expect([about(29), about(14)]).toEqual([[], []]);
    expect(pluginLog(engine.log)).toEqual(expect.arrayContaining(["cancel  0", "reset  0"]));
    await expect.poll(() => server.cancelled.length).toBe(3);
  });
});
