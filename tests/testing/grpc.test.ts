import { describe, expect, test } from "vitest";
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
  type Step,
} from "../host/conformance/support/steps.js";

const unary = (timeout = 0) =>
  call("proxy_grpc_call", "auth", "auth.v1.Auth", "Check", pairs(["x-meta", "m"]), "hello", timeout, slot("token"));
const stream = call("proxy_grpc_stream", "auth", "auth.v1.Auth", "Watch", pairs(), slot("token"));
const send = (message: string, end = 0) => call("proxy_grpc_send", load("token"), message, end);
const close = call("proxy_grpc_close", load("token"));

type Steps = ConstructorParameters<typeof Guest>[0];

/** A plugin that holds each request, and logs what comes. */
function asking(steps: readonly Step[], more: Steps = {}): StartOptions {
  const guest = new Guest({
    proxy_on_request_headers: [...steps, returns(4)],
    proxy_on_grpc_receive: [call("proxy_get_buffer_bytes", 5, 0, 100, out("message")), show("message")],
    proxy_on_grpc_close: [note("closed", arg(2)), call("proxy_get_status", slot("code"), out("why")), show("why")],
    ...more,
  });
  return { wasm: guest.bytes };
}

const CHECK = asking([unary()]);
const logged = ({ logs }: { logs: readonly { text: string }[] }) => logs.map(({ text }) => text);

describe("a call", () => {
  test("is seen, and answered by hand", async () => {
    const plugin = await startPlugin(CHECK);
    const request = plugin.request();
    expect(request.state).toBe("the plugin holds the request, and waits for the answer of a call to auth");
    expect(request.grpcCalls).toMatchObject([
      { cluster: "auth", service: "auth.v1.Auth", method: "Check", timeoutMs: 0, ended: true, state: "waiting" },
    ]);
    const [asked] = request.grpcCalls;
    expect(asked!.metadata).toHaveHeader("x-meta", "m");
    expect(asked!.messages.map((one) => Buffer.from(one).toString())).toEqual(["hello"]);
    expect(plugin.open.calls).toBe(1);
    asked!.answer("yes");
    expect(logged(plugin)).toEqual(["yes"]);
    expect(plugin.open.calls).toBe(0);
    expect(() => asked!.answer("again")).toThrow("the gRPC call auth.v1.Auth/Check to auth has been answered");
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

  test.each<[what: string, answer: GrpcAnswer, told: string[]]>([
    ["bytes", new Uint8Array([65]), ["A"]],
    ["a status", { status: 7, message: "no é" }, ["closed  7", "no %C3%A9{via_upstream}"]],
    ["a status without a word", { status: 5 }, ["closed  5", "via_upstream"]],
    ["0 without a message", { status: 0 }, ["closed 13", ""]],
    [
      "nobody",
      { fails: "unreachable" },
      [
        "closed 14",
        "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure" +
          "{upstream_reset_before_response_started{remote_connection_failure}}",
      ],
    ],
    ["nothing in time", { fails: "timeout" }, ["closed 14", "upstream request timeout{response_timeout}"]],
  ])("is answered on its own: %s", async (_, answer, told) => {
    for (const answerer of [answer, () => answer, async () => Promise.resolve(answer)]) {
      const plugin = await startPlugin({ ...CHECK, grpc: { auth: answerer } });
      plugin.request();
      await plugin.settled();
      expect(logged(plugin)).toEqual(told);
    }
  });

  test("a function gets the message and the call", async () => {
    const auth: GrpcAnswerer = (message, { method }) => `${Buffer.from(message).toString()} ${method}`;
    const plugin = await startPlugin({ ...CHECK, grpc: { auth } });
    plugin.request();
    expect(logged(plugin)).toEqual(["hello Check"]);
  });

  test("a function may leave it for an answer by hand", async () => {
    const plugin = await startPlugin({ ...CHECK, grpc: { auth: () => undefined } });
    await expect(plugin.fetch()).rejects.toThrow("waits for the answer of a call to auth");
    expect(plugin.grpcCalls[0]!.state).toBe("waiting");
  });

  test("has the time limit of the plugin's clock", async () => {
    const plugin = await startPlugin(asking([unary(300)]));
    plugin.request();
    plugin.clock.advance(299);
    expect(plugin.grpcCalls[0]!.state).toBe("waiting");
    plugin.clock.advance(1);
    expect(logged(plugin)).toEqual(["closed 14", "upstream request timeout{response_timeout}"]);
  });

  test("is taken back by a plugin that breaks it off, or ends", async () => {
    const plugin = await startPlugin(asking([unary(), call("proxy_grpc_cancel", load("token")), unary()]));
    plugin.request();
    expect(plugin.grpcCalls.map(({ state }) => state)).toEqual(["cancelled", "waiting"]);
    expect(() => plugin.grpcCalls[0]!.answer("x")).toThrow("was taken back");
    plugin.requests[0]!.cancel();
    plugin.stop();
    expect(plugin.grpcCalls[1]!.state).toBe("cancelled");
  });

  test("to a cluster that is not there is refused", async () => {
    const plugin = await startPlugin({ ...CHECK, clusters: ["other"] });
    plugin.request();
    expect(plugin.grpcCalls).toEqual([]);
    expect(plugin.timeline).toMatch(/grpc_call\(.* → ParseFailure/);
    const known = await startPlugin({ ...CHECK, clusters: [], grpc: { auth: "yes" } });
    known.request();
    expect(logged(known)).toEqual(["yes"]);
  });
});

describe("a stream", () => {
  const WATCH = asking([stream, send("one")], {
    proxy_on_grpc_receive_initial_metadata: [
      call("proxy_get_header_map_value", 4, "x-a", out("a")),
      show("a"),
      send("two", 1),
    ],
    proxy_on_grpc_receive_trailing_metadata: [call("proxy_get_header_map_value", 5, "x-b", out("b")), show("b")],
  });

  test("goes step by step", async () => {
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
    expect(() => watch!.send("more")).toThrow("the gRPC call auth.v1.Auth/Watch to auth has been answered");
    expect(plugin.open.calls, "the plugin has not closed its half").toBe(1);
  });

  test("breaks off", async () => {
    const plugin = await startPlugin(asking([stream]));
    plugin.request();
    plugin.grpcCalls[0]!.send("first");
    expect(() => plugin.grpcCalls[0]!.begin()).toThrow("has begun to be answered");
    plugin.grpcCalls[0]!.answer({ fails: "reset" });
    expect(logged(plugin)).toEqual(["first", "closed 13", ""]);
  });

  test("is answered by a function when the plugin has sent all", async () => {
    const grpc = { auth: (_: Uint8Array, { messages }: { messages: Uint8Array[] }) => `${messages.length} messages` };
    const plugin = await startPlugin({ ...asking([stream, send("one"), send("two", 1), close]), grpc });
    plugin.request();
    expect(logged(plugin)).toEqual(["2 messages", "closed  0", "via_upstream"]);
    expect(plugin.open.calls).toBe(0);
    const open = await startPlugin({ ...asking([stream, send("one")]), grpc });
    open.request();
    expect(open.grpcCalls[0]).toMatchObject({ ended: false, state: "waiting" });
  });

  test("that the plugin breaks off at a message hears no end", async () => {
    const cancel = { proxy_on_grpc_receive: [call("proxy_grpc_cancel", load("token"))] };
    const plugin = await startPlugin(asking([stream], cancel));
    plugin.request();
    plugin.grpcCalls[0]!.answer("x");
    expect(plugin.grpcCalls[0]!.state).toBe("cancelled");
    expect(logged(plugin)).toEqual([]);
    expect(plugin).not.toHaveLogged("closed");
  });
});

describe("mistakes", () => {
  test.each<[answer: unknown, error: string]>([
    [5, "expected a message (bytes or text), or a status such as { status: 5 }; got number"],
    [null, "got null"],
    [{ json: {} }, "got object"],
    [{ status: 1.5 }, "status: expected a number of gRPC such as 0 or 7, got 1.5"],
    [{ status: 1, body: "" }, 'unknown "body"'],
    [{ status: 1, message: 1 }, "message: expected a text"],
    [{ fails: "never" }, "fails: expected one of unreachable, timeout, reset, got never"],
  ])("no answer: %j", async (answer, error) => {
    const plugin = await startPlugin(CHECK);
    plugin.request();
    expect(() => plugin.grpcCalls[0]!.answer(answer as GrpcAnswer)).toThrow("call.answer: ");
    expect(() => plugin.grpcCalls[0]!.answer(answer as GrpcAnswer)).toThrow(error);
    const start = startPlugin({ ...CHECK, grpc: { auth: answer as GrpcAnswer } });
    await expect(start).rejects.toThrow(/^startPlugin: grpc: auth: /);
    const wrong = await startPlugin({ ...CHECK, grpc: { auth: () => answer as GrpcAnswer } });
    expect(() => wrong.request()).toThrow("what answers auth.v1.Auth/Check of auth: ");
  });

  test("no message, no status", async () => {
    const plugin = await startPlugin(asking([stream]));
    plugin.request();
    const [watch] = plugin.grpcCalls;
    expect(() => watch!.send({} as string)).toThrow("call.send: expected a message: bytes or text; got object");
    expect(() => watch!.end(7 as never)).toThrow("call.end: expected a status: { status: 0 }");
  });

  test("a real server", async () => {
    const url = new URL("http://127.0.0.1");
    const given = startPlugin({ ...CHECK, grpc: { auth: url as never } });
    await expect(given).rejects.toThrow("startPlugin: grpc: auth: a real server is not asked by gRPC");
    await expect(startPlugin({ ...CHECK, grpc: url as never })).rejects.toThrow("grpc: expected an object");
    const plugin = await startPlugin({ ...CHECK, grpc: { auth: () => url as never } });
    plugin.request();
    await expect(plugin.settled()).rejects.toThrow("a real server is not asked by gRPC");
  });
});
