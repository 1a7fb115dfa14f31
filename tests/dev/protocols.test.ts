// HTTPS by the generated certificate, websockets, and TCP listeners.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { connect, type AddressInfo } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { buildPlugin } from "../support/build.js";
import { HttpConnection } from "../support/http.js";
import { receive } from "../support/http2.js";
import { describeDev } from "./dev.js";

let echoConfig: string;
let rawCalls: string;
let traps: string;
beforeAll(async () => {
  [echoConfig, rawCalls, traps] = await Promise.all([
    buildPlugin("tests/plugins/echo-config"),
    buildPlugin("tests/support/raw-calls"),
    buildPlugin("tests/plugins/traps"),
  ]);
});

const ROUTE = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  ingressClassName: higress
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: shop, port: { number: 80 } } } }] }
`;
const HTTP_PLUGIN = `---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: http, namespace: istio-system }
spec:
  url: oci://registry.example.com/http:1.0.0
  pluginConfig: { a: 1 }
`;
// The plugin takes the JSON of this configuration for a line of its script, whose first word names two callbacks.
const NETWORK_PLUGIN = `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: network, namespace: istio-system }
spec:
  url: oci://registry.example.com/network:1.0.0
  type: NETWORK
  pluginConfig: { "|new_connection|downstream_data say seen": true }
`;

describeDev("protocols", (start) => {
  test("serves HTTPS with HTTP/1.1 and HTTP/2, by a certificate that clients can trust", async () => {
    await using dev = await start(
      { "a.yaml": `${ROUTE}${HTTP_PLUGIN}` },
      { https: true, plugins: { http: echoConfig } },
    );
    const ca = readFileSync(dev.gateway.certificateFile!);
    const { port } = dev.gateway;
    for (const servername of ["localhost", "shop.example.com"]) {
      const options = { ...{ host: "127.0.0.1", port, ca, servername, agent: false as const }, method: "POST" };
      const call = httpsRequest({ ...options, path: "/one", headers: { host: "shop.example.com" } });
      call.end("x".repeat(100_000));
      const [response] = (await once(call, "response")) as [IncomingMessage];
      response.resume();
      await once(response, "end");
      expect([response.statusCode, response.httpVersion]).toEqual([200, "1.1"]);
    }
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca, servername: "shop.example.com" });
    session.on("error", () => {});
    const stream = session.request({ ":path": "/two", ":method": "POST", ":authority": "shop.example.com" });
    stream.end("y".repeat(100_000));
    const response = await receive(stream, 20_000);
    expect([response.status, session.alpnProtocol]).toEqual([200, "h2"]);
    session.destroy();
    await poll(10_000, "request lines are missing", () => dev.requests.length === 3 || undefined);
    expect(dev.requests.map(({ path, status }) => [path, status])).toEqual([
      ["/one", 200],
      ["/one", 200],
      ["/two", 200],
    ]);
  });

  test("passes a websocket to the Service, also while a change of a plugin comes into force", async () => {
    const server = createServer().on("upgrade", ({ headers }: IncomingMessage, socket) => {
      const key = String(headers["sec-websocket-key"]);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nx-key: ${key}\r\n\r\n`,
      );
      socket.pipe(socket);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const target = { host: "127.0.0.1", port, http2: false };
    await using dev = await start(
      { "a.yaml": `${ROUTE}${HTTP_PLUGIN}` },
      { plugins: { http: traps }, services: [{ namespace: "default", service: "shop", target }] },
    );
    const client = await HttpConnection.open(dev.gateway.port);
    client.write(
      "GET /chat HTTP/1.1\r\nhost: shop.example.com\r\nconnection: Upgrade\r\nupgrade: websocket\r\n" +
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIGtleQ==\r\n\r\n",
    );
    const response = await client.receive();
    expect([response.status, response.header("x-key")]).toEqual([101, "dGhlIGtleQ=="]);
    const echoes = async (text: string, all: string) => {
      client.write(text);
      await poll(10_000, `"${text}" did not come back`, () => client.unread.length >= all.length || undefined);
      expect(client.unread.toString()).toBe(all);
    };
    await echoes("one", "one");
    dev.write("a.yaml", `${ROUTE}${HTTP_PLUGIN.replace("a: 1", "a: 2")}`);
    await poll(30_000, "the change is not in force", () => dev.lives === 2 || undefined);
    await echoes("two", "onetwo");
    client.close();
    await poll(10_000, "the request line is missing", () => dev.requests.length === 1 || undefined);
    expect(dev.requests[0]).toMatchObject({ path: "/chat", status: 101, route: "default/shop" });
    server.closeAllConnections();
    server.close();
  });

  test("passes TCP connections through the plugins with type: NETWORK, also after a change", async () => {
    await using dev = await start({ "a.yaml": NETWORK_PLUGIN }, { plugins: { network: rawCalls } });
    const exchange = async (text: string) => {
      const socket = connect(dev.gateway.tcp[0]!.port, "127.0.0.1");
      socket.write(text);
      const [data] = (await once(socket, "data")) as [Buffer];
      socket.destroy();
      return data.toString();
    };
    const seen = (text: string) =>
      poll(
        10_000,
        `no log line with ${text}`,
        () => dev.logs.some(({ message }) => message.includes(text)) || undefined,
      );
    expect(await exchange("hello")).toBe("hello");
    await seen('new_connection: seen":true');
    await seen('downstream_data: seen":true');
    dev.write("a.yaml", NETWORK_PLUGIN.replace("seen", "changed"));
    await poll(30_000, "the change is not in force", () => dev.lives === 2 || undefined);
    expect(await exchange("again")).toBe("again");
    await seen('downstream_data: changed":true');
    expect(dev.failures).toEqual([]);
  });
});
