import { spawn, type ChildProcess } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { poll } from "../../sdk/envoy/wait.js";
import { grpcFrame } from "../../sdk/gateway/grpc-frames.js";
import { parseCommandLine } from "../../sdk/cli/command-line.js";
import { OPTIONS, readOptions } from "../../sdk/cli/gateway-options.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { grpcServer } from "../support/grpc-server.js";
import { HttpConnection, request } from "../support/http.js";
import { request2 } from "../support/http2.js";
import { textUpstream } from "../support/upstream.js";
import { wat } from "./wat.js";

const started: Command[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((command) => command.end()));
});

/** `as-proxy-wasm gateway` as a process. */
class Command {
  output = "";
  readonly exit: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(...args: string[]) {
    const tsx = ["--import", "tsx", "sdk/cli/index.ts", "gateway"];
    this.child = spawn(process.execPath, [...tsx, ...args], { cwd: packageRoot(), stdio: ["ignore", "pipe", "pipe"] });
    const read = (chunk: Buffer) => void (this.output += chunk.toString());
    this.child.stdout!.on("data", read);
    this.child.stderr!.on("data", read);
    this.exit = new Promise((resolve) => this.child.once("close", resolve));
    started.push(this);
  }

  async port(): Promise<number> {
    const found = () => /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.output)?.[1];
    return Number(await poll(20_000, `no port in: ${this.output}`, found));
  }

  async end(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.exit;
  }
}

test("serves a plugin with routes, reads a changed configuration file, and stops", async () => {
  const wasm = await buildPlugin("examples/mock-response");
  const foo = await textUpstream("foo");
  const file = join(await mkdtemp(join(tmpdir(), "as-proxy-wasm-")), "config.json");
  writeFileSync(file, '{"content":"one"}');
  const command = new Command(
    "--wasm",
    wasm,
    "--config",
    file,
    "--port",
    "0",
    "--route",
    `foo=/foo=http://localhost:${foo.port}`,
  );
  const port = await command.port();
  expect(command.output).toMatch(/^Node gateway, in Node.js \d+/);
  expect((await request(port, { target: "/foo" })).text).toBe("one");
  writeFileSync(file, '{"content":2}');
  await poll(10_000, "not rejected", () => command.output.includes("rejected") || undefined);
  expect((await request(port, { target: "/foo" })).text).toBe("one");
  writeFileSync(file, '{"mockEnable":false}');
  await poll(10_000, "not accepted", () => command.output.includes("the plugin uses") || undefined);
  expect((await request(port, { target: "/foo" })).text).toBe("foo");
  expect((await request(port, { target: "/bar" })).status).toBe(404);
  rmSync(file);
  await poll(10_000, "not reported", () => command.output.includes("ENOENT") || undefined);
  expect((await request(port, { target: "/foo" })).text).toBe("foo");
  writeFileSync(file, '{"content":"again"}');
  await poll(10_000, "not accepted", () => command.output.split("the plugin uses")[2] !== undefined || undefined);
  expect((await request(port, { target: "/foo" })).text).toBe("again");
  expect(await command.end()).toBe(0);
  await foo.stop();
});

test("ends with the reason when the plugin does not start", async () => {
  const wasm = await buildPlugin("examples/mock-response");
  const rejected = new Command("--wasm", wasm, "--config", '{"content":1}', "--port", "0");
  expect(await rejected.exit).toBe(1);
  expect(rejected.output).toContain("content: expected string");
  expect(rejected.output).toContain('plugin "plugin" rejected its configuration');
  const none = new Command("--wasm", "package.json", "--port", "0");
  expect(await none.exit).toBe(1);
  expect(none.output).toContain("is not a WebAssembly module that this host can run");
});

test("--host higress loads a plugin that was built for Higress only", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "as-proxy-wasm-")), "plugin.wasm");
  writeFileSync(file, wat("", { marker: "proxy_abi_version_0_2_100" }));
  const onEnvoy = new Command("--wasm", file, "--port", "0");
  expect(await onEnvoy.exit).toBe(1);
  expect(onEnvoy.output).toContain("is only supported by Higress");
  const command = new Command("--wasm", file, "--port", "0", "--host", "higress");
  expect((await request(await command.port(), {})).status).toBe(200);
});

describeOnCommandEngines((engine) => {
  test("websockets, HTTP/2 and gRPC pass through the gateway", async () => {
    const wasm = await buildPlugin("tests/plugins/body-write");
    const [grpc, web] = await Promise.all([grpcServer(), websocketServer()]);
    const config = JSON.stringify({ request: [["request.set", "x-hook", "ran"]] });
    const command = new Command(
      ...["--wasm", wasm, "--config", config, "--port", "0", "--engine", engine],
      ...["--route", `grpc=/echo.Echo=h2c://127.0.0.1:${grpc.port}`, "--route", `web=/=http://127.0.0.1:${web.port}`],
    );
    const port = await command.port();

    const socket = await HttpConnection.open(port);
    socket.write("GET /chat HTTP/1.1\r\nhost: h\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
    expect((await socket.receive()).status).toBe(101);
    expect(web.head()).toContain("\r\nx-hook: ran\r\n");
    socket.write("ping");
    await poll(2000, "nothing came back", () => socket.unread.toString() === "ping" || undefined);
    socket.close();

    const body = grpcFrame(Buffer.from("hello"));
    const headers = [["content-type", "application/grpc"]] as const;
    const response = await request2(port, { method: "POST", target: "/echo.Echo/Unary", headers, body });
    expect([response.status, response.body]).toEqual([200, body]);
    expect(response.trailers).toContainEqual(["grpc-status", "0"]);
    expect(grpc.calls.at(-1)).toMatchObject({ "x-hook": "ran" });
    expect(await command.end()).toBe(0);
    await Promise.all([grpc.stop(), web.stop()]);
  }, 60_000);
});

test.each([
  [[], "--wasm FILE is missing"],
  [["--wasm", "none.wasm"], "--wasm none.wasm: the file does not exist"],
  [["--wasm"], "--wasm needs a value"],
  [["--config", "{"], "--config {: expected a file or JSON"],
  [["--route", "foo"], "--route foo: expected NAME=PREFIX=URL"],
  [["--route", "foo=/=https://h"], 'expected http://HOST:PORT or h2c://HOST:PORT instead of "https://h"'],
  [["--route", "a=/a=http://h:1", "--route", "a=/b=http://h:2"], 'another --route gives "a" the URL http://h:1'],
  [["--route", "a=/a=h2c://h:1", "--route", "a=/b=http://h:1"], 'another --route gives "a" the URL h2c://h:1'],
  [["--port", "x"], "--port x: expected 0 to 65535"],
  [["--engine", "x"], "--engine x: expected node, envoy"],
  [["--host", "x"], "--host x: expected envoy, higress"],
  [["--wasm", "package.json", "--host", "higress", "--engine", "envoy"], "--host higress needs --engine node"],
  [["--fail", "x"], "--fail x: expected reload, closed, open"],
  [["--what"], 'unknown option "--what"; see --help'],
  [["--confg", "a"], 'unknown option "--confg"; did you mean "--config"?'],
  [["plugin.wasm"], 'unexpected argument "plugin.wasm"'],
])("%j is rejected", (args, message) => {
  expect(() => readOptions(parseCommandLine(args, OPTIONS))).toThrow(message);
});

function describeOnCommandEngines(tests: (engine: string) => void): void {
  describe("--engine node", () => tests("node"));
  describeWithEnvoy("--engine envoy", () => tests("envoy"));
}

/** A server that accepts a websocket and echoes the bytes it receives. */
async function websocketServer(): Promise<{ port: number; head(): string; stop(): Promise<void> }> {
  let head = "";
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      head = bytes.toString("latin1");
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
      socket.pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, head: () => head, stop };
}
