// Queues, foreign functions, gRPC calls, TCP connections, and calls of the plugin itself, on both engines.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { buildPlugin } from "../support/build.js";
import { grpcServer, type GrpcServer } from "../support/grpc-server.js";
import { request } from "../support/http.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";

describeOnEngines("low-level functions of the SDK", (start) => {
  let gateway: TestGateway;
  let server: GrpcServer;
  let http: Upstream;
  let echo: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    echo = createServer({ allowHalfOpen: true }, (socket) => socket.on("error", () => {}).pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    [server, http] = await Promise.all([grpcServer(), echoUpstream()]);
    http.response = { status: 200, body: "yes" };
    const [lowLevel, client, tcp] = await Promise.all(
      ["low-level", "http-client", "tcp"].map((name) => buildPlugin(`tests/plugins/${name}`)),
    );
    const routes = [{ prefix: "/", cluster: "service" }];
    const plugin = (name: string, wasm: string, configuration: object) => ({ name, wasm, vmId: name, configuration });
    gateway = await start({
      listeners: [
        {
          ...{ name: "low-level", routes },
          plugins: [plugin("low-level", lowLevel!, { declares: true, watches: true })],
        },
        {
          ...{ name: "starts", routes },
          plugins: [plugin("starts", client!, { atStart: "service", repeat: 3 })],
        },
        {
          ...{ name: "starts-badly", routes },
          plugins: [plugin("starts-badly", client!, { atStart: "no-such-cluster" })],
        },
        { name: "tcp", tcp: "echo", plugins: [plugin("tcp", tcp!, { prefix: "> " })] },
      ],
      clusters: [
        { name: "grpc", port: server.port, http2: true },
        { name: "service", port: http.port },
        { name: "echo", port: (echo.address() as AddressInfo).port },
      ],
    });
  }, 120_000);
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await gateway?.stop();
    await Promise.all([server?.stop(), http?.stop()]);
    echo?.close();
  });

  const ask = (verb: string, arg = "", more: [string, string][] = []) =>
    request(gateway.port("low-level"), { headers: [["x-do", verb], ["x-arg", arg], ...more] }); // prettier-ignore
  const answer = async (...args: Parameters<typeof ask>) => (await ask(...args)).body.toString();

  test("a plugin calls an upstream when it starts, and from the call handler", async () => {
    await gateway.waitForLog("started 3: 200 yes");
  });

  test("a call that cannot be sent when the plugin starts is an error", async () => {
    await gateway.waitForLog('at start: call not sent to cluster "no-such-cluster": the gateway has no such cluster');
  });

  test("a hook on a queue gets each item once, in order", async () => {
    const mark = gateway.mark();
    for (const item of ["a", "b", "c"]) expect(await answer("enqueue", item)).toBe("0");
    await gateway.waitForLog(/item \d+: c/, 5000, mark);
    expect(
      gateway
        .logSince(mark)
        .match(/item \d+: \w/g)!
        .map((it) => it.at(-1)),
    ).toEqual(["a", "b", "c"]);
  });

  test("a plugin registers a queue, and takes its items itself", async () => {
    expect(await answer("register", "own item")).toBe("true own item");
  });

  test("a queue that no plugin has registered is not found", async () => {
    expect(await answer("resolve", "none")).toBe("1,1,1");
  });

  test("the gateway compresses and uncompresses", async () => {
    expect(await answer("zlib", "hello")).toBe("true,true,3");
  });

  test("a property can be declared once", async () => {
    await gateway.waitForLog("declared: 0");
  });

  test("a foreign function that the gateway does not have is not available", async () => {
    expect(await answer("foreign", "no_such_function")).toBe("1,0,0");
    expect(await answer("foreign", "clear_route_cache")).toBe("0,1,0");
  });

  test("sets an object of the filter state, unless the gateway knows no such object", async () => {
    expect(await answer("state")).toBe("0,1,0");
  });

  test("a gRPC call sends its message and metadata, and gets the response message", async () => {
    const response = await ask("grpc", "Unary");
    expect(response.body.toString()).toBe("Unary 0  hello Unary");
    expect(response.header("x-ok")).toBe("true");
    expect(server.calls.at(-1)).toMatchObject({ ":path": "/echo.Echo/Unary", "x-meta": "m" });
  });

  test("a gRPC call that fails gets the status and its message", async () => {
    const body = await answer("grpc", "Fail");
    expect(body).toMatch(/^Fail 7 ./);
  });

  test("a gRPC call without a response in time gets a status", async () => {
    expect(await answer("grpc", "Hang")).toMatch(/^Hang (4|14) /);
  });

  test("a gRPC call to an unknown cluster is not sent", async () => {
    expect(await answer("grpc", "Unary", [["x-unknown", "1"]])).toMatch(
      /^gRPC call echo.Echo\/Unary not sent to cluster "none": /,
    );
  });

  test("a gRPC call of a method that is no name is not sent", async () => {
    expect(await answer("grpc", "a/b")).toContain('the method "a/b" is not a name');
  });

  test("a gRPC stream sends and gets messages until the plugin has closed its half", async () => {
    expect(await answer("stream", "close")).toBe("one;two;ended 0");
  });

  test("a gRPC stream has the metadata of the server's beginning and end", async () => {
    const response = await ask("stream", "close");
    expect(response.header("x-initial")).toMatch(/^:status=200 content-type=application\/grpc x-initial=i/);
    expect(response.header("x-trailing")).toMatch(/grpc-status=0/);
  });

  test("a cancelled gRPC stream runs no more handlers", async () => {
    expect(await answer("stream", "cancel")).toBe("one;two;cancelled 1");
  });

  test("gRPC calls and streams of a request that is over are cancelled", async () => {
    server.cancelled.length = 0;
    expect(await answer("leave")).toBe("left");
    await poll(5000, "not cancelled", () => server.cancelled.filter((it) => it === "/echo.Echo/Hang").length === 2 || undefined); // prettier-ignore
  });

  test("a gRPC stream of the plugin itself gets messages and its end", async () => {
    await gateway.waitForLog("watched watch");
    await gateway.waitForLog("watch ended 0");
  });

  const open = () => {
    const socket = connect({ host: "127.0.0.1", port: gateway.port("tcp"), allowHalfOpen: true });
    socket.on("error", () => {});
    sockets.push(socket);
    return socket;
  };
  const next = async (socket: Socket) => ((await once(socket, "data")) as [Buffer])[0].toString();

  test("a TCP plugin changes the data of both sides", async () => {
    const socket = open();
    socket.write("my secret\n");
    expect(await next(socket)).toBe("> my ******\n");
    socket.destroy();
  });

  test("a TCP plugin waits for more data", async () => {
    const socket = open();
    socket.setNoDelay(true).write("one ");
    await gateway.waitForLog("new true");
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write("line\n");
    expect(await next(socket)).toBe("> one line\n");
    socket.destroy();
  });

  test("a TCP plugin resumes a connection from a call handler", async () => {
    const socket = open();
    socket.write("ask\n");
    expect(await next(socket)).toBe("ask\n");
    expect(http.requests.at(-1)).toMatchObject({ target: "/ask" });
    socket.destroy();
  });

  test("a resume of a connection that is not paused is an error in a hook's log only", async () => {
    const mark = gateway.mark();
    const socket = open();
    socket.write("resume\n");
    expect(await next(socket)).toBe("resume\n");
    expect(gateway.logSince(mark)).not.toContain("cannot be resumed");
    socket.destroy();
  });

  test("a TCP plugin closes a connection, and the data does not pass", async () => {
    const socket = open();
    let got = "";
    socket.on("data", (bytes: Buffer) => (got += bytes.toString()));
    socket.write("close\n");
    await once(socket, "end");
    expect(got).toBe("");
    socket.destroy();
  });

  test("the hooks on the ends of a connection run", async () => {
    const mark = gateway.mark();
    const socket = open();
    socket.resume().end("a\nb\n");
    await once(socket, "end");
    socket.destroy();
    await gateway.waitForLog(/done after 1/, 5000, mark);
    expect(gateway.logSince(mark)).toMatch(/upstream closed[^]*downstream closed[^]*done after 1/);
  });
});
