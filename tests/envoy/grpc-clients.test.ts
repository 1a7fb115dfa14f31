import { afterAll, beforeAll, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { grpcFrame } from "../../sdk/gateway/grpc-frames.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { buildPlugin } from "../support/build.js";
import { grpcServer, type GrpcServer } from "../support/grpc-server.js";
import { request } from "../support/http.js";
import { Http2Connection, receive, request2, type Http2Response } from "../support/http2.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";

const GRPC = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
const deny = ["reply", 403, [], "no"];

describeOnEngines("gRPC clients", (start) => {
  let server: GrpcServer;
  let http1: Upstream;
  let gateway: TestGateway;
  let client: Http2Connection;

  beforeAll(async () => {
    [server, http1] = await Promise.all([grpcServer(), echoUpstream()]);
    const [guard, passesGrpc] = await Promise.all([
      buildPlugin("tests/plugins/body-write"),
      buildPlugin("tests/plugins/body-grpc"),
    ]);
    const routes = [
      { prefix: "/http1", cluster: "http1" },
      { prefix: "/dead", cluster: "dead" },
      { prefix: "/", cluster: "grpc" },
    ];
    const configuration = { request: [["request.set", "x-hook", "ran"]] };
    gateway = await start({
      listeners: [
        { name: "passes", plugins: [{ name: "none", wasm: guard, configuration }], routes },
        { name: "streams", plugins: [{ name: "streams", wasm: passesGrpc, vmId: "s" }], routes },
        { name: "denies", plugins: [{ name: "denies", wasm: guard, vmId: "c", configuration: { request: [deny] } }], routes }, // prettier-ignore
      ],
      clusters: [
        { name: "grpc", port: server.port, http2: true },
        { name: "dead", port: 1, http2: true },
        { name: "http1", port: http1.port },
      ],
    });
    client = await Http2Connection.open(gateway.port("passes"));
  }, 60_000);
  afterAll(async () => {
    client?.close();
    await gateway?.stop();
    await Promise.all([server?.stop(), http1?.stop()]);
  });

  const call = (method: string, message: string, connection = client) => {
    const stream = connection.begin({ ...GRPC, ":path": `/echo.Echo/${method}` }, { endStream: false });
    const response = receive(stream);
    stream.end(grpcFrame(Buffer.from(message)));
    return response;
  };
  const statusOf = ({ trailers, header }: Http2Response) =>
    trailers.find(([name]) => name === "grpc-status")?.[1] ?? header("grpc-status");

  test("a unary call keeps its initial and trailing metadata", async () => {
    const response = await call("Unary", "hello");
    expect(response).toMatchObject({ status: 200, body: grpcFrame(Buffer.from("hello")), reset: 0 });
    expect([response.header("x-initial"), statusOf(response)]).toEqual(["i", "0"]);
    expect(server.calls.at(-1)).toMatchObject({
      ...{ ":method": "POST", ":path": "/echo.Echo/Unary", te: "trailers", "content-type": "application/grpc" },
      "x-hook": "ran",
    });
    expect(server.calls.at(-1)).not.toHaveProperty("transfer-encoding");
  });

  test("with PassGrpcStreams, each message of a stream passes at once, in both directions", async () => {
    const connection = await Http2Connection.open(gateway.port("streams"));
    const stream = connection.begin({ ...GRPC, ":path": "/echo.Echo/Stream" }, { endStream: false });
    let got = Buffer.alloc(0);
    stream.on("data", (bytes: Buffer) => (got = Buffer.concat([got, bytes])));
    const response = receive(stream);
    let sent = Buffer.alloc(0);
    for (const message of ["one", "two", "x".repeat(100_000)]) {
      sent = Buffer.concat([sent, grpcFrame(Buffer.from(message))]);
      stream.write(grpcFrame(Buffer.from(message)));
      await poll(2000, `no response to ${message.slice(0, 3)}`, () => got.length >= sent.length || undefined);
    }
    expect(got.equals(sent)).toBe(true);
    stream.end();
    expect(statusOf(await response)).toBe("0");
    connection.close();
  });

  test("a call that fails keeps its gRPC status", async () => {
    const response = await call("Fail", "hello");
    expect([response.status, statusOf(response)]).toEqual([200, "7"]);
  });

  test("a call that the client cancels is cancelled upstream", async () => {
    const stream = client.begin({ ...GRPC, ":path": "/echo.Echo/Hang" }, { endStream: true });
    await poll(
      2000,
      "the call did not reach the server",
      () => server.calls.at(-1)?.[":path"] === "/echo.Echo/Hang" || undefined,
    );
    stream.close(8);
    await poll(2000, "the call was not cancelled", () => server.cancelled.includes("/echo.Echo/Hang") || undefined);
  });

  test("an upstream that cannot be reached gives the gRPC status UNAVAILABLE", async () => {
    const stream = client.begin({ ...GRPC, ":path": "/dead" }, { endStream: true });
    const response = await receive(stream);
    expect([response.status, statusOf(response)]).toEqual([200, "14"]);
    expect(response.header("grpc-message")).toMatch(/remote connection failure/);
  });

  test("a local reply with 403 gives the gRPC status PERMISSION_DENIED", async () => {
    const connection = await Http2Connection.open(gateway.port("denies"));
    const response = await call("Unary", "hello", connection);
    expect([response.status, statusOf(response), response.header("grpc-message")]).toEqual([200, "7", "no"]);
    connection.close();
  });

  test("an HTTP/2 request reaches an HTTP/1 upstream, and an HTTP/1 request an HTTP/2 upstream", async () => {
    const down = await request2(gateway.port("passes"), { target: "/http1", body: "x", trailers: [["x-t", "1"]] });
    expect(JSON.parse(down.text)).toMatchObject({
      method: "POST",
      target: "/http1",
      body: "x",
      trailers: [["x-t", "1"]],
    });
    const up = await request(gateway.port("passes"), {
      target: "/echo.Echo/Unary",
      method: "POST",
      headers: [["content-type", "application/grpc"]],
      body: grpcFrame(Buffer.from("hello")),
    });
    expect([up.status, up.body, new Map(up.trailers).get("grpc-status")]).toEqual([
      200,
      grpcFrame(Buffer.from("hello")),
      "0",
    ]);
  });
});
