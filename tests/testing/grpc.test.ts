import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startPlugin, type GrpcAnswer, type GrpcAnswerer, type StartOptions } from "../../sdk/testing/index.js";
import { Guest } from "../host/conformance/support/guest.js";
import {
  arg,
  call,
  load,
  note,
  out,
  pairs,
  returns,
  show,
  slot,
  store,
  type Step,
} from "../host/conformance/support/steps.js";
import { grpcServer, type GrpcServer } from "../support/grpc-server.js";

const unary = (timeout = 0) =>
  call("proxy_grpc_call", "auth", "auth.v1.Auth", "Check", pairs(["x-meta", "m"]), "hello", timeout, slot("token"));
const stream = call("proxy_grpc_stream", "auth", "auth.v1.Auth", "Watch", pairs(), slot("token"));
const send = (message: string, end = 0) => call("proxy_grpc_send", load("token"), message, end);
const close = call("proxy_grpc_close", load("token"));

type Steps = ConstructorParameters<typeof Guest>[0];

/** A plugin that makes these calls for each request and pauses the request. It logs messages and statuses. */
function pluginThat(steps: readonly Step[], more: Steps = {}): StartOptions {
  const guest = new Guest({
    proxy_on_request_headers: [...steps, returns(4)],
    proxy_on_grpc_receive: [call("proxy_get_buffer_bytes", 5, 0, 100, out("message")), show("message")],
    proxy_on_grpc_close: [note("closed", arg(2)), call("proxy_get_status", slot("code"), out("why")), show("why")],
    ...more,
  });
  return { wasm: guest.bytes };
}

const CHECK = pluginThat([unary()]);
const logged = ({ logs }: { logs: readonly { text: string }[] }) => logs.map(({ text }) => text);

describe("a call", () => {
  test("appears in the test, and gets the response that the test sends", async () => {
    const plugin = await startPlugin(CHECK);
    const request = plugin.request();
    expect(request.state).toBe("the plugin holds the request and waits for the result of a call to auth");
    expect(request.grpcCalls).toMatchObject([
      { cluster: "auth", service: "auth.v1.Auth", method: "Check", timeoutMs: 0, ended: true, state: "waiting" },
    ]);
    const [made] = request.grpcCalls;
    expect(made!.metadata).toHaveHeader("x-meta", "m");
    expect(made!.messages.map((one) => Buffer.from(one).toString())).toEqual(["hello"]);
    expect(plugin.open.calls).toBe(1);
    made!.answer("yes");
    expect(logged(plugin)).toEqual(["yes"]);
    expect(plugin.open.calls).toBe(0);
    expect(() => made!.answer("again")).toThrow("the gRPC call auth.v1.Auth/Check to auth has its response already");
    for (const line of [
      "to auth: gRPC auth.v1.Auth/Check",
      'grpc_call("auth", "auth.v1.Auth", "Check", ["x-meta: m"], "hello", 0 ms) → ',
      "auth sends a gRPC message of 3 bytes",
      "auth ends with status 0",
    ]) {
      expect(plugin.timeline).toContain(line);
    }
    expect(plugin.timeline).toMatch(/on_grpc_receive\(call \d+, 3 bytes\)/);
  });

  test.each<[name: string, response: GrpcAnswer, log: string[]]>([
    ["bytes", new Uint8Array([65]), ["A"]],
    ["a status", { status: 7, message: "no é" }, ["closed  7", "no %C3%A9{via_upstream}"]],
    ["a status without a message", { status: 5 }, ["closed  5", "via_upstream"]],
    ["status 0 without a response message", { status: 0 }, ["closed 13", ""]],
    [
      "unreachable",
      { fails: "unreachable" },
      [
        "closed 14",
        "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure" +
          "{upstream_reset_before_response_started{remote_connection_failure}}",
      ],
    ],
    ["a timeout", { fails: "timeout" }, ["closed 14", "upstream request timeout{response_timeout}"]],
  ])("gets the response of the option grpc: %s", async (_, response, log) => {
    for (const auth of [response, () => response, async () => Promise.resolve(response)]) {
      const plugin = await startPlugin({ ...CHECK, grpc: { auth } });
      plugin.request();
      await plugin.settled();
      expect(logged(plugin)).toEqual(log);
    }
  });

  test("gets its response from a function, which gets the message and the call", async () => {
    const auth: GrpcAnswerer = (message, { method }) => `${Buffer.from(message).toString()} ${method}`;
    const plugin = await startPlugin({ ...CHECK, grpc: { auth } });
    plugin.request();
    expect(logged(plugin)).toEqual(["hello Check"]);
  });

  test("gets the response that the test sends if the function returns undefined", async () => {
    const plugin = await startPlugin({ ...CHECK, grpc: { auth: () => undefined } });
    await expect(plugin.fetch()).rejects.toThrow("waits for the result of a call to auth");
    expect(plugin.grpcCalls[0]!.state).toBe("waiting");
  });

  test("has a timeout that follows the plugin's clock", async () => {
    const plugin = await startPlugin(pluginThat([unary(300)]));
    plugin.request();
    plugin.clock.advance(299);
    expect(plugin.grpcCalls[0]!.state).toBe("waiting");
    plugin.clock.advance(1);
    expect(logged(plugin)).toEqual(["closed 14", "upstream request timeout{response_timeout}"]);
  });

  test("is cancelled if the plugin cancels it or ends", async () => {
    const plugin = await startPlugin(pluginThat([unary(), call("proxy_grpc_cancel", load("token")), unary()]));
    plugin.request();
    expect(plugin.grpcCalls.map(({ state }) => state)).toEqual(["cancelled", "waiting"]);
    expect(() => plugin.grpcCalls[0]!.answer("x")).toThrow("was cancelled");
    plugin.requests[0]!.cancel();
    plugin.stop();
    expect(plugin.grpcCalls[1]!.state).toBe("cancelled");
  });

  test("to an unknown cluster fails", async () => {
    const plugin = await startPlugin({ ...CHECK, clusters: ["other"] });
    plugin.request();
    expect(plugin.grpcCalls).toEqual([]);
    expect(plugin.timeline).toMatch(/grpc_call\(.* → ParseFailure/);
    const known = await startPlugin({ ...CHECK, clusters: [], grpc: { auth: "yes" } });
    known.request();
    expect(logged(known)).toEqual(["yes"]);
  });
});

describe("toHaveCalledGrpc", () => {
  test("compares service, method, metadata and message", async () => {
    const plugin = await startPlugin(CHECK);
    const request = plugin.request();
    expect(plugin).toHaveCalledGrpc("auth");
    expect(request).toHaveCalledGrpc("auth", {
      ...{ service: /Auth$/, method: "Check", metadata: { "x-meta": /m/ }, message: "hello" },
    });
    expect(request).toHaveCalledGrpc("auth", { message: Buffer.from("hello") });
    expect(request).toHaveCalledGrpc("auth", { message: /^hell/ });
    expect(request).not.toHaveCalledGrpc("other");
    expect(request).not.toHaveCalledGrpc("auth", { method: "Watch" });
    expect(request).not.toHaveCalledGrpc("auth", { metadata: { "x-meta": "n" } });
    expect(request).not.toHaveCalledGrpc("auth", { message: new Uint8Array([1]) });
  });

  test("lists the gRPC calls that were made if it fails", async () => {
    const plugin = await startPlugin(pluginThat([stream, send("é"), send("\x08\x01"), unary()]));
    const request = plugin.request();
    const made =
      "its gRPC calls\n  auth: auth.v1.Auth/Watch\n      message 0xe9\n      message 0x0801\n" +
      '  auth: auth.v1.Auth/Check\n      x-meta: m\n      message "hello"';
    expect(() => expect(request).toHaveCalledGrpc("auth", { method: /x/, message: new Uint8Array([8, 2]) })).toThrow(
      `expected the plugin to have called auth by gRPC with {"method":"/x/","message":"0x0802"}\n${made}`,
    );
    expect(() => expect(request).not.toHaveCalledGrpc("auth")).toThrow(
      `expected the plugin not to have called auth by gRPC\n${made}`,
    );
    const wrong = { path: "/" } as object;
    expect(() => expect(request).toHaveCalledGrpc("auth", wrong)).toThrow('toHaveCalledGrpc: unknown option "path"');
    const long = await startPlugin(pluginThat([stream, send("\x01".repeat(65))]));
    long.request();
    expect(() => expect(long).toHaveCalledGrpc("x")).toThrow(`0x${"01".repeat(64)}… (65 bytes)`);
    const quiet = await startPlugin(pluginThat([]));
    expect(() => expect(quiet).toHaveCalledGrpc("auth")).toThrow(
      "expected the plugin to have called auth by gRPC\nit has made no gRPC call",
    );
  });
});

describe("a stream", () => {
  const WATCH = pluginThat([stream, send("one")], {
    proxy_on_grpc_receive_initial_metadata: [
      call("proxy_get_header_map_value", 4, "x-a", out("a")),
      show("a"),
      send("two", 1),
    ],
    proxy_on_grpc_receive_trailing_metadata: [call("proxy_get_header_map_value", 5, "x-b", out("b")), show("b")],
  });

  test("can be played step by step", async () => {
    const plugin = await startPlugin(WATCH);
    plugin.request();
    const [watch] = plugin.grpcCalls;
    expect(watch).toMatchObject({ method: "Watch", ended: false });
    watch!.begin({ "x-a": "head" });
    watch!.send("first");
    watch!.send(new Uint8Array([66]));
    expect(watch).toMatchObject({ ended: true, state: "waiting" });
    expect(watch!.messages.map((one) => Buffer.from(one).toString())).toEqual(["one", "two"]);
    watch!.end({ status: 9, message: "enough", trailers: { "x-b": "tail" } });
    expect(logged(plugin)).toEqual(["head", "first", "B", "tail", "closed  9", "enough{via_upstream}"]);
    expect(() => watch!.send("more")).toThrow("the gRPC call auth.v1.Auth/Watch to auth has its response already");
    expect(plugin.open.calls, "the plugin has not closed its half").toBe(1);
  });

  test("can be reset", async () => {
    const plugin = await startPlugin(pluginThat([stream]));
    plugin.request();
    plugin.grpcCalls[0]!.send("first");
    expect(() => plugin.grpcCalls[0]!.begin()).toThrow("has a response that has begun");
    plugin.grpcCalls[0]!.answer({ fails: "reset" });
    expect(logged(plugin)).toEqual(["first", "closed 13", ""]);
  });

  test("gets its response from a function when the plugin has sent all messages", async () => {
    const grpc = { auth: (_: Uint8Array, { messages }: { messages: Uint8Array[] }) => `${messages.length} messages` };
    const plugin = await startPlugin({ ...pluginThat([stream, send("one"), send("two", 1), close]), grpc });
    plugin.request();
    expect(logged(plugin)).toEqual(["2 messages", "closed  0", "via_upstream"]);
    expect(plugin.open.calls).toBe(0);
    const open = await startPlugin({ ...pluginThat([stream, send("one")]), grpc });
    open.request();
    expect(open.grpcCalls[0]).toMatchObject({ ended: false, state: "waiting" });
  });

  test("that the plugin cancels at a message ends without proxy_on_grpc_close", async () => {
    const cancel = { proxy_on_grpc_receive: [call("proxy_grpc_cancel", load("token"))] };
    const plugin = await startPlugin(pluginThat([stream], cancel));
    plugin.request();
    plugin.grpcCalls[0]!.answer("x");
    expect(plugin.grpcCalls[0]!.state).toBe("cancelled");
    expect(logged(plugin)).toEqual([]);
    expect(plugin).not.toHaveLogged("closed");
  });
});

describe("mistakes", () => {
  test.each<[response: unknown, error: string]>([
    [5, "expected a message (bytes or text) or a status such as { status: 5 }, got number"],
    [null, "got null"],
    [{ json: {} }, "got object"],
    [{ status: 1.5 }, "status: expected a gRPC status such as 0 or 7, got 1.5"],
    [{ status: 1, body: "" }, 'unknown option "body"'],
    [{ status: 1, message: 1 }, "message: expected a string"],
    [{ fails: "never" }, "fails: expected one of unreachable, timeout, reset, got never"],
  ])("answer(%j) throws", async (response, error) => {
    const plugin = await startPlugin(CHECK);
    plugin.request();
    expect(() => plugin.grpcCalls[0]!.answer(response as GrpcAnswer)).toThrow("call.answer: ");
    expect(() => plugin.grpcCalls[0]!.answer(response as GrpcAnswer)).toThrow(error);
    const start = startPlugin({ ...CHECK, grpc: { auth: response as GrpcAnswer } });
    await expect(start).rejects.toThrow(/^startPlugin: grpc: auth: /);
    const wrong = await startPlugin({ ...CHECK, grpc: { auth: () => response as GrpcAnswer } });
    expect(() => wrong.request()).toThrow("the response to auth.v1.Auth/Check of auth: ");
  });

  test("send and end check their arguments", async () => {
    const plugin = await startPlugin(pluginThat([stream]));
    plugin.request();
    const [watch] = plugin.grpcCalls;
    expect(() => watch!.send({} as string)).toThrow("call.send: expected a message as bytes or text, got object");
    expect(() => watch!.end(7 as never)).toThrow("call.end: expected a status such as { status: 0 }");
  });

  test.each(["https://127.0.0.1", "redis://127.0.0.1", "http://127.0.0.1/echo.Echo", "http://me@127.0.0.1"])(
    "startPlugin rejects the address %s",
    async (address) => {
      const url = new URL(address);
      const error = "expected http://HOST:PORT, without a path and without TLS, such as http://127.0.0.1:50051";
      await expect(startPlugin({ ...CHECK, grpc: { auth: url } })).rejects.toThrow(`startPlugin: grpc: auth: ${error}`);
      const plugin = await startPlugin({ ...CHECK, grpc: { auth: () => url } });
      plugin.request();
      await expect(plugin.settled()).rejects.toThrow(`the response to auth.v1.Auth/Check of auth: ${error}`);
    },
  );

  test("startPlugin rejects one address for all clusters", async () => {
    const grpc = new URL("http://127.0.0.1:1") as never;
    await expect(startPlugin({ ...CHECK, grpc })).rejects.toThrow(
      "startPlugin: grpc: expected an object that has, for each cluster",
    );
  });
});

describe("a real server", () => {
  let server: GrpcServer;
  let echo: URL;
  beforeAll(async () => {
    server = await grpcServer();
    echo = new URL(`http://127.0.0.1:${server.port}`);
  });
  afterAll(() => server.stop());

  const resume = [call("proxy_set_effective_context", load("stream")), call("proxy_continue_stream", 0)];
  const calling = (method: string, timeout = 0) =>
    call("proxy_grpc_call", "echo", "echo.Echo", method, pairs(["x-meta", "m"]), "hello", timeout, slot("token"));
  const streaming = (method: string) => call("proxy_grpc_stream", "echo", "echo.Echo", method, pairs(), slot("token"));
  /** A plugin that pauses each request until a message comes, or until the call ends. */
  const plugin = (steps: readonly Step[], more: Steps = {}, options: StartOptions = {}) =>
    startPlugin({
      ...pluginThat([store("stream", arg(0)), ...steps], {
        proxy_on_grpc_receive: [call("proxy_get_buffer_bytes", 5, 0, 100, out("message")), show("message"), ...resume],
        proxy_on_grpc_close: [
          ...[note("closed", arg(2)), call("proxy_get_status", slot("code"), out("why")), show("why"), ...resume],
        ],
        ...more,
      }),
      ...{ grpc: { echo }, ...options },
    });

  test("responds to a call, for which fetch waits", async () => {
    const echoing = await plugin([calling("Unary", 300)]);
    expect(await echoing.fetch()).toHaveStatus(200);
    expect(logged(echoing)).toEqual(["hello"]);
    expect(echoing.grpcCalls[0]).toMatchObject({ ended: true, state: "answered" });
    expect(echoing).toHaveNothingOpen();
    const received = server.calls.at(-1)!;
    expect(received).toMatchObject({
      ":path": "/echo.Echo/Unary",
      ":authority": "echo",
      "x-meta": "m",
      te: "trailers",
    });
    expect(received["grpc-timeout"], "the timeout follows the plugin's clock").toBeUndefined();
    const lines = ["echo begins its response", "echo sends a gRPC message of 5 bytes", "echo ends with status 0\n"];
    for (const line of lines) expect(`${echoing.timeline}\n`).toContain(line);
  });

  test("has no open connection after its calls have ended", async () => {
    const own = await grpcServer();
    const echoing = await plugin(
      [calling("Unary"), calling("Unary")],
      {},
      {
        grpc: { echo: new URL(`http://127.0.0.1:${own.port}`) },
      },
    );
    await echoing.fetch();
    expect(own.calls).toHaveLength(2);
    await own.idle();
    await own.stop();
  });

  test.each([
    ["Fail", ["closed  7", "not%20allowed{via_upstream}"], 'ends with status 7 "not%20allowed"'],
    ["NotGrpc", ["closed  7", "via_upstream"], "ends with status 7"],
    ["Empty", ["closed 13", ""], "ends with status 0"],
  ])("ends a call to %s with its status", async (method, log, line) => {
    const failing = await plugin([calling(method)]);
    await failing.fetch();
    expect(logged(failing)).toEqual(log);
    expect(failing.timeline).toContain(line);
  });

  test("that accepts no connection is a network error", async () => {
    const unreachable = await plugin([calling("Unary")], {}, { grpc: { echo: new URL("http://127.0.0.1:1") } });
    await unreachable.fetch();
    expect(logged(unreachable)).toEqual([
      "closed 14",
      "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure" +
        "{upstream_reset_before_response_started{remote_connection_failure}}",
    ]);
  });

  test("gets the calls for which a function returns its address", async () => {
    const messages: string[] = [];
    const grpc: StartOptions["grpc"] = {
      echo: (message, { method }) => {
        messages.push(Buffer.from(message).toString());
        return method === "Unary" ? echo : { status: 5 };
      },
    };
    const echoing = await plugin([calling("Unary"), calling("Other")], {}, { grpc });
    await echoing.fetch();
    expect(messages).toEqual(["hello", "hello"]);
    expect([...logged(echoing)].sort()).toEqual(["closed  5", "hello", "via_upstream"]);
  });

  test("gets the messages of a stream as the plugin sends them", async () => {
    const open = await plugin([streaming("Stream"), call("proxy_grpc_send", load("token"), "one", 0)], {
      proxy_on_grpc_receive_initial_metadata: [
        call("proxy_get_header_map_value", 4, "x-initial", out("a")),
        ...[show("a"), call("proxy_grpc_send", load("token"), "two", 0)],
      ],
      proxy_on_grpc_receive_trailing_metadata: [
        call("proxy_get_header_map_value", 5, "x-trailing", out("b")),
        show("b"),
      ],
      proxy_on_response_headers: [call("proxy_grpc_send", load("token"), "three", 1), returns(0)],
    });
    // The plugin resumes the request at the first message, long before the stream has ended.
    expect(await open.fetch()).toHaveStatus(200);
    await open.settled();
    expect(logged(open)).toEqual(["i", "one", "two", "three", "t", "closed  0", "via_upstream"]);
    expect(open.grpcCalls[0]).toMatchObject({ ended: true, state: "answered" });
  });

  test("can keep a stream open, for which settled does not wait", async () => {
    const open = await plugin([], {
      proxy_on_configure: [streaming("Stream"), call("proxy_grpc_send", load("token"), "one", 0)],
      proxy_on_request_headers: [],
    });
    await open.fetch();
    await open.settled();
    await vi.waitFor(() => expect(logged(open)).toContain("one"));
    expect(open.grpcCalls).toMatchObject([{ ended: false, state: "waiting" }]);
    open.stop();
    expect(open.grpcCalls[0]!.state).toBe("cancelled");
  });

  test("sees that a call is cancelled when its time is over", async () => {
    const hanging = await plugin([calling("Hang", 300)]);
    const request = hanging.request();
    const response = request.done();
    await vi.waitFor(() => expect(server.calls.at(-1)![":path"]).toBe("/echo.Echo/Hang"));
    hanging.clock.advance(300);
    request.answer();
    expect(await response).toHaveStatus(200);
    expect(logged(hanging)).toEqual(["closed 14", "upstream request timeout{response_timeout}"]);
    await vi.waitFor(() => expect(server.cancelled).toContain("/echo.Echo/Hang"));
  });

  test("does not delay a client that cancels its request", async () => {
    const hanging = await plugin([streaming("Hang")]);
    const request = hanging.request();
    const response = request.done();
    await vi.waitFor(() => expect(server.calls.at(-1)![":path"]).toBe("/echo.Echo/Hang"));
    request.cancel();
    await expect(response).rejects.toThrow("request 1 has no response: cancelled by the client");
  });

  test("passes a trap of the plugin to the test", async () => {
    const trapping = await plugin([calling("Unary")], { proxy_on_grpc_receive: [() => "unreachable"] });
    await expect(trapping.fetch()).rejects.toThrow("the plugin trapped in on_grpc_receive");
  });

  test("cannot get metadata that HTTP/2 cannot carry", async () => {
    const bad = call("proxy_grpc_call", "echo", "echo.Echo", "Unary", pairs(["a b", "c"]), "", 0, slot("token"));
    await expect((await plugin([bad])).fetch()).rejects.toThrow(
      "the gRPC call echo.Echo/Unary to echo has metadata that HTTP/2 cannot carry",
    );
  });
});
