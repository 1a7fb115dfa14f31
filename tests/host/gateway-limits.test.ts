import { createServer } from "node:http2";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { startGateway } from "../../sdk/gateway/index.js";
import { GrpcClient } from "../../sdk/gateway/grpc.js";
import { realServices } from "../../sdk/gateway/services.js";
import { Upstream } from "../../sdk/gateway/upstream.js";
import type { GrpcEvents, Pair } from "../../sdk/host/index.js";
import { HttpConnection } from "../support/http.js";
import { echoUpstream } from "../support/upstream.js";

const MOST = 2 ** 32 - 1;

test("a timer with the longest tick period does not run at once", async () => {
  const { timers } = realServices({ has: () => false, call: () => () => {} }, () => {});
  let runs = 0;
  const cancel = timers.start(MOST, () => void runs++);
  await wait(50);
  cancel();
  expect(runs).toBe(0);
});

test("a gRPC call with metadata that HTTP/2 cannot carry fails, and the longest timeout does not end a call at once", async () => {
  const server = createServer(() => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const upstream = new Upstream("127.0.0.1", (server.address() as AddressInfo).port);
  const client = new GrpcClient(new Map([["up", upstream]]));
  const closed: number[] = [];
  const events: GrpcEvents = {
    ...{ initialMetadata: () => {}, message: () => {}, trailingMetadata: () => {} },
    closed: (status) => void closed.push(status),
  };
  const open = (metadata: readonly Pair[]) =>
    client.open({ cluster: "up", service: "s", method: "m", metadata, timeoutMs: MOST }, events);
  expect(open([[":odd", "a"]])).toBeUndefined();
  expect(open([["connection", "close"]])).toBeUndefined();
  const valid = open([["__proto__", "a"]]);
  await wait(100);
  expect([valid === undefined, closed]).toEqual([false, []]);
  client.stop();
  server.close();
});

test("a waiting request uses a new connection when the upstream closes its connection after a response", async () => {
  const upstream = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc");
      socket.end();
    });
  });
  await new Promise<void>((done) => upstream.listen(0, "127.0.0.1", done));
  const { port } = upstream.address() as AddressInfo;
  const gateway = await startGateway(
    { listeners: [{ name: "in", routes: [{ prefix: "/", cluster: "up" }] }], clusters: [{ name: "up", port }] },
    { log: () => {} },
  );
  const client = connect(gateway.port("in"), "127.0.0.1");
  let received = "";
  client.on("data", (bytes) => (received += bytes.toString()));
  client.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(10));
  await expect.poll(() => received.match(/HTTP\/1.1 \d+/g)?.length).toBe(10);
  expect(received.match(/HTTP\/1.1 200 OK/g)).toHaveLength(10);
  client.destroy();
  await gateway.stop(0);
  upstream.close();
});

test.each([
  ["a connection that its upstream is about to close is not used again", 1, 3],
  ["a connection that its upstream keeps open is used again", 60, 1],
])("%s", async (_, timeout, expected) => {
  const headers = [["keep-alive", `timeout=${timeout}`]] as const;
  const upstream = await echoUpstream({ headers, body: "ok" });
  const gateway = await startGateway(
    {
      listeners: [{ name: "in", routes: [{ prefix: "/", cluster: "up" }] }],
      clusters: [{ name: "up", port: upstream.port }],
    },
    { log: () => {} },
  );
  const connection = await HttpConnection.open(gateway.port("in"));
  for (let i = 0; i < 3; i++) {
    await connection.send({});
    // The gateway gives a connection back in the next turn of its event loop.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(upstream.accepted).toBe(expected);
  connection.close();
  await gateway.stop(0);
  await upstream.stop();
});
