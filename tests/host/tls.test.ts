import { execFile } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { Agent, request as httpsRequest } from "node:https";
import { connect as connectTcp } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import type { GatewaySpec } from "../../sdk/spec/gateway-spec.js";
import type { RequestLine } from "../../sdk/spec/request-line.js";
import { buildPlugin } from "../support/build.js";
import { grpcServer, type GrpcServer } from "../support/grpc-server.js";
import { headerValue } from "../support/http-message.js";
import { receive } from "../support/http2.js";
import { echoUpstream, respondWith, type Upstream } from "../support/upstream.js";
import { CERTIFICATE, OTHER_CERTIFICATE } from "./certificates.js";

let gateway: RunningGateway;
let echo: Upstream;
let grpc: GrpcServer;
let spec: GatewaySpec;
let logged: string[] = [];
const lines: RequestLine[] = [];

const PROPERTIES = [
  "tls_version",
  "subject_local_certificate",
  "dns_san_local_certificate",
  "uri_san_local_certificate",
];

beforeAll(async () => {
  [echo, grpc] = await Promise.all([echoUpstream(), grpcServer()]);
  const wasm = await buildPlugin("tests/plugins/body-write");
  const steps = PROPERTIES.map((name) => ["property", ["connection", name], "string"]);
  const configuration = { request: [...steps, ["line"]] };
  spec = {
    listeners: [
      {
        name: "tls",
        tls: CERTIFICATE,
        routes: [
          { prefix: "/echo.Echo", cluster: "grpc" },
          { prefix: "/", cluster: "echo" },
        ],
        upgrades: ["websocket"],
      },
      {
        name: "plugin",
        tls: CERTIFICATE,
        plugins: [{ name: "plugin", wasm, configuration }],
        routes: [{ prefix: "/", cluster: "echo" }],
      },
    ],
    clusters: [
      { name: "echo", port: echo.port },
      { name: "grpc", port: grpc.port, http2: true },
    ],
  };
  gateway = await startGateway(spec, {
    log: ({ message }) => void logged.push(message),
    onRequest: (line) => lines.push(line),
  });
});
afterAll(async () => {
  await gateway.stop(0);
  await Promise.all([echo.stop(), grpc.stop()]);
});
beforeEach(() => {
  logged = [];
  lines.splice(0);
  echo.requests.length = 0;
});

const options = (listener = "tls") => ({
  host: "127.0.0.1",
  port: gateway.port(listener),
  ca: CERTIFICATE.certificate,
  servername: "localhost",
});
/** The number of open connections, as the gateway counts them. */
async function open(): Promise<number> {
  const counts = (await gateway.prometheus()).matchAll(/downstream_cx_active\{[^}]*\} (\d+)/g);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
const idle = () => poll(5000, "connections are left", async () => (await open()) === 0 || undefined);

function session(listener: string): ClientHttp2Session {
  const { ca, servername, port } = options(listener);
  const client = connectHttp2(`https://127.0.0.1:${port}`, { ca, servername });
  client.on("error", () => {});
  return client;
}

async function secured(more: ConnectionOptions = options()): Promise<TLSSocket> {
  const socket = connect(more);
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  return socket;
}

/** Sends requests with node:https, one after the other on one connection. */
async function get(agent: Agent, path: string, body = "", headers = {}): Promise<{ status: number; text: string }> {
  const method = body === "" ? "GET" : "POST";
  const call = httpsRequest({ ...options("plugin"), agent, path, method, headers: { host: "h", ...headers } });
  call.end(body);
  const [response] = (await once(call, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode!, text: Buffer.concat(chunks).toString() };
}

test("HTTP/1.1: bodies on a kept connection, with the scheme, the headers and the properties of TLS", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = "x".repeat(300_000);
  for (let i = 0; i < 3; i++) {
    const { status, text } = await get(agent, `/${i}`, body);
    expect([status, text.includes(body)]).toEqual([200, true]);
  }
  expect(headerValue(echo.requests[0]!.headers, "x-forwarded-proto")).toBe("https");
  expect(new Set(logged.filter((one) => one.includes("did [")).map((one) => one.replace(/^.*?did /, "")))).toEqual(
    new Set([
      '["property",["connection","tls_version"],"string","TLSv1.3"]',
      '["property",["connection","subject_local_certificate"],"string","CN=localhost"]',
      '["property",["connection","dns_san_local_certificate"],"string","localhost"]',
      '["property",["connection","uri_san_local_certificate"],"string",null]',
      ...[0, 1, 2].map((i) => `["line","POST","https","h","/${i}"]`),
    ]),
  );
  expect(lines.map(({ status }) => status)).toEqual([200, 200, 200]);
  agent.destroy();
  await idle();
});

test("HTTP/2 by ALPN: several requests at once", async () => {
  const client = session("plugin");
  await once(client, "connect");
  expect(client.alpnProtocol).toBe("h2");
  const responses = Array.from({ length: 20 }, (_, i) => {
    const stream = client.request({ ":path": `/${i}`, ":method": "POST" });
    stream.end("y".repeat(100_000));
    return receive(stream, 20_000);
  });
  expect((await Promise.all(responses)).map(({ status }) => status)).toEqual(responses.map(() => 200));
  expect(headerValue(echo.requests[0]!.headers, "x-forwarded-proto")).toBe("https");
  expect(logged.join("\n")).toContain('["line","POST","https"');
  client.close();
  await idle();
});

test("a client without ALPN speaks HTTP/1.1, or HTTP/2 after its preface", async () => {
  const socket = await secured();
  expect(socket.alpnProtocol).toBe(false);
  socket.write("GET /a HTTP/1.1\r\nhost: h\r\n\r\n");
  expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
  const second = await secured();
  const client = connectHttp2("https://localhost", { createConnection: () => second });
  const response = await receive(client.request({ ":path": "/b", ":authority": "h" }));
  expect(response.status).toBe(200);
  client.destroy();
  await idle();
});

test("gRPC passes, with its trailers", async () => {
  const client = session("tls");
  const message = Buffer.from([0, 0, 0, 0, 2, 0x68, 0x69]);
  const stream = client.request({
    ...{ ":path": "/echo.Echo/Unary", ":method": "POST", "content-type": "application/grpc", te: "trailers" },
  });
  stream.end(message);
  const response = await receive(stream);
  expect([response.status, response.body, headerValue(response.trailers, "grpc-status")]).toEqual([200, message, "0"]);
  client.close();
});

test.each(["--http1.1", "--http2", "--no-alpn"])("curl %s", async (flag) => {
  const url = `https://localhost:${gateway.port("tls")}/curl`;
  const args = ["-sSk", flag, "-o", "/dev/null", "-w", "%{http_code}", "-d", "body", url];
  const output = await new Promise<string>((resolve) =>
    execFile("curl", args, (error, stdout, stderr) =>
      resolve((error as NodeJS.ErrnoException | null)?.code === "ENOENT" ? "no curl" : `${stdout}${stderr}`),
    ),
  );
  expect(["200", "no curl"]).toContain(output);
});

test("a half-closed connection is a closed one, and the plugins see the end", async () => {
  const socket = await secured();
  const [name, value] = respondWith({ hang: true });
  socket.write(`GET /half HTTP/1.1\r\nhost: h\r\n${name}: ${String(value)}\r\n\r\n`);
  await poll(2000, "the request did not arrive", () => echo.requests.length > 0 || undefined);
  socket.end();
  await poll(2000, "the request did not end", () => lines.length > 0 || undefined);
  expect(lines[0]).toMatchObject({ path: "/half", status: 0, details: "downstream_remote_disconnect" });
  await idle();
});

test("a client that does not read slows its upstream down, and gets all bytes in the end", async () => {
  const size = 32 * 1024 * 1024;
  const chunk = "z".repeat(1024 * 1024);
  echo.response = { chunks: Array.from({ length: size / chunk.length }, () => chunk) };
  const socket = await secured();
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  await poll(5000, "the request did not arrive", () => echo.requests.length > 0 || undefined);
  // The response waits: the request is still in flight.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(gateway.active("tls")).toBe(1);
  let received = 0;
  socket.on("data", (bytes: Buffer) => (received += bytes.length));
  socket.resume();
  await poll(20_000, "bytes are missing", () => received > size || undefined);
  echo.response = {};
  socket.destroy();
  await idle();
});

test("a websocket passes through", async () => {
  const socket = await secured();
  const [name, value] = respondWith({ status: 101, headers: [["connection", "upgrade"], ["upgrade", "websocket"]], body: "frames" }); // prettier-ignore
  socket.write(`GET /ws HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n${name}: ${String(value)}\r\n\r\n`); // prettier-ignore
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
  await poll(2000, "no frames", () => text.endsWith("frames") || undefined);
  expect(text).toMatch(/^HTTP\/1\.1 101 /);
  socket.destroy();
  await idle();
});

test.each([
  ["sends something else", "GET / HTTP/1.1\r\nhost: h\r\n\r\n"],
  ["sends a wrong record", Buffer.from("16030100050100000100", "hex")],
  ["disconnects at once", ""],
])("a client that %s in place of the handshake is disconnected", async (_, bytes) => {
  const socket = connectTcp(gateway.port("tls"), "127.0.0.1");
  socket.on("error", () => {});
  if (bytes === "") socket.end();
  else socket.write(bytes);
  socket.resume();
  await once(socket, "close");
  await idle();
  expect(lines).toEqual([]);
});

test("a client that wants another protocol or an old version is disconnected", async () => {
  for (const more of [{ ALPNProtocols: ["acme"] }, { maxVersion: "TLSv1.1" as const, ciphers: "ALL:@SECLEVEL=0" }]) {
    const socket = connect({ ...options(), ...more });
    await once(socket, "error");
  }
  await idle();
});

test("new connections get another certificate after an update; open ones go on; stop ends a handshake", async () => {
  const plain = options("plugin");
  const socket = await secured(plain);
  const [, listener] = spec.listeners;
  await gateway.update({ ...spec, listeners: [{ ...listener!, tls: OTHER_CERTIFICATE }] as GatewaySpec["listeners"] });
  const other = await secured({ ...plain, ca: OTHER_CERTIFICATE.certificate, servername: "other" });
  expect(other.getPeerCertificate().subject.CN).toBe("other");
  for (const one of [socket, other]) {
    one.write("GET /a HTTP/1.1\r\nhost: h\r\n\r\n");
    expect(String((await once(one, "data"))[0])).toMatch(/^HTTP\/1\.1 200 /);
    one.destroy();
  }
  expect(logged.join("\n")).toContain('"subject_local_certificate"],"string","CN=other,O=Other\\\\, Inc."');
  const dump = JSON.stringify(await gateway.configDump());
  expect(dump).not.toContain("PRIVATE KEY");
  const bad = { ...listener!, tls: { certificate: "none", key: "none" } };
  await expect(gateway.update({ ...spec, listeners: [bad] as GatewaySpec["listeners"] })).rejects.toThrow(
    'listener "plugin": the certificate or the key is not valid',
  );
  await idle();
  const silent = connectTcp(gateway.port("plugin"), "127.0.0.1");
  const disconnected = new Promise((resolve) =>
    silent
      .on("error", () => {})
      .resume()
      .once("close", resolve),
  );
  await poll(2000, "the connection did not arrive", async () => (await open()) === 1 || undefined);
  await gateway.stop(0);
  await disconnected;
});
