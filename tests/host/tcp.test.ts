import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { LogLevel } from "../../sdk/host/index.js";
import { buildPlugin } from "../support/build.js";

let gateway: RunningGateway;
let server: Server;
let logged: string[];

beforeEach(async () => {
  logged = [];
  server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const plugin = {
    ...{ name: "plugin", wasm: await buildPlugin("tests/support/raw-calls") },
    configuration: "* say before",
  };
  gateway = await startGateway(
    {
      listeners: [{ name: "tcp", plugins: [plugin], tcp: "echo" }],
      clusters: [{ name: "echo", port: (server.address() as AddressInfo).port }],
    },
    { log: ({ message }) => void logged.push(message), logLevel: LogLevel.Info },
  );
});
afterEach(async () => {
  await gateway.stop(0);
  server.close();
});

async function exchange(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [bytes] = (await once(socket, "data")) as [Buffer];
  return bytes.toString();
}

const open = () => connect(gateway.port("tcp"), "127.0.0.1");

test("a connection keeps the configuration that it began with, the next connection has the new one", async () => {
  const old = open();
  expect(await exchange(old, "a")).toBe("a");
  expect(gateway.updatePlugin("tcp", "plugin", "* say after")).toBe(true);
  logged = [];
  expect(await exchange(old, "b")).toBe("b");
  expect(logged).toEqual(["downstream_data: before", "upstream_data: before"]);
  logged = [];
  const fresh = open();
  expect(await exchange(fresh, "c")).toBe("c");
  expect(logged.filter((line) => /_data/.test(line))).toEqual(["downstream_data: after", "upstream_data: after"]);
  for (const socket of [old, fresh]) socket.destroy();
});

test("open connections are counted, and closed when the gateway's grace period is over", async () => {
  const socket = open();
  expect(await exchange(socket, "a")).toBe("a");
  expect([gateway.active("tcp"), gateway.plugin("tcp", "plugin").streams]).toEqual([1, 1]);
  const closed = once(socket, "close");
  const plugin = gateway.plugin("tcp", "plugin");
  const began = performance.now();
  await gateway.stop(200);
  expect(performance.now() - began).toBeGreaterThan(190);
  await closed;
  expect([gateway.active("tcp"), plugin.streams]).toEqual([0, 0]);
  expect(logged.slice(-6)).toEqual([
    ...["downstream_close: before", "done: before", "log: before", "delete: before"],
    ...["root_done: before", "root_delete: before"],
  ]);
});

test("a client that disconnects before the gateway accepts it leaves no connection behind", async () => {
  const socket = open();
  await once(socket, "connect");
  socket.resetAndDestroy();
  await poll(2000, "the connection is still active", () => gateway.active("tcp") === 0 || undefined);
  expect(gateway.plugin("tcp", "plugin").streams).toBe(0);
});
