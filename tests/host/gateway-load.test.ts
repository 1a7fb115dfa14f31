import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { buildPlugin } from "../support/build.js";
import { HttpConnection, request } from "../support/http.js";
import { Random } from "../support/random.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";

const CONNECTIONS = 100;
const REQUESTS = 10_000;
/** Long, because each of 100 concurrent requests waits for the others. */
const TIMEOUT_MS = 60_000;

let gateway: RunningGateway | undefined;
let upstreams: Upstream[] = [];
afterEach(async () => {
  await gateway?.stop(0);
  await Promise.all(upstreams.map((upstream) => upstream.stop()));
  upstreams = [];
});

async function start(config: object): Promise<Upstream> {
  const upstream = await echoUpstream();
  upstreams.push(upstream);
  const plugin = { name: "body-stream", wasm: await buildPlugin("tests/plugins/body-stream"), configuration: config };
  gateway = await startGateway({
    listeners: [
      {
        name: "gateway",
        plugins: [plugin],
        routes: [
          { prefix: "/resetting", cluster: "resetting" },
          { prefix: "/", cluster: "echo" },
        ],
      },
    ],
    clusters: [
      { name: "echo", port: upstream.port },
      { name: "resetting", port: (await resettingUpstream()).port },
    ],
  });
  return upstream;
}

/** An upstream that resets the connection of every second request. */
async function resettingUpstream(): Promise<Upstream> {
  let count = 0;
  const upstream = await echoUpstream(() => (count++ % 2 === 0 ? { reset: true } : { body: "ok" }));
  upstreams.push(upstream);
  return upstream;
}

/** The body of a request, as the echo upstream's JSON contains it. */
const echoed = (body: string) => JSON.stringify({ body }).slice(1, -1);

test("10,000 requests with bodies on 100 connections, with clients that disconnect and an upstream that resets", async () => {
  const upstream = await start({});
  const port = gateway!.port("gateway");
  const vms = gateway!.plugin("gateway", "body-stream").vms;
  const random = new Random();
  let next = 0;
  const wrong: string[] = [];
  let disconnected = 0;
  let resets = 0;
  const client = async () => {
    let connection = await HttpConnection.open(port);
    while (next < REQUESTS) {
      const id = next++;
      const kind = random.below(50);
      const body = `${id}-`.repeat(1 + random.below(200));
      if (kind === 0) {
        // The client disconnects in the middle of its request.
        connection.write(`POST /${id} HTTP/1.1\r\nhost: h\r\ncontent-length: 1000\r\n\r\nonly a part`);
        connection.close();
        connection = await HttpConnection.open(port);
        disconnected++;
        continue;
      }
      if (kind === 1) {
        const { status, text } = await connection.send({ target: "/resetting", body }, TIMEOUT_MS);
        if (status === 503) resets++;
        else if (status !== 200 || text !== "OK!") wrong.push(`${id}: ${status} ${text}`);
        continue;
      }
      const content = kind < 10 ? { chunks: [body.slice(0, 3), body.slice(3)] } : { body };
      const { status, text } = await connection.send({ target: `/${id}`, ...content }, TIMEOUT_MS);
      const expected = echoed(`${body.toUpperCase()}!`).toUpperCase();
      if (status !== 200 || !text.includes(expected) || !text.includes(`"/${id}"`))
        wrong.push(`${id}: ${status} ${text}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  expect(wrong.slice(0, 3)).toEqual([]);
  expect([disconnected > 50, resets > 20]).toEqual([true, true]);
  await poll(5000, "requests are left", () => gateway!.active("gateway") === 0 || undefined);
  // Only the plugin's root context is left.
  expect(vms.map((vm) => [vm.failure, vm.contexts.size])).toEqual([[undefined, 1]]);
  upstream.requests.length = 0;
  expect((await request(port, { body: "last" })).status).toBe(200);
}, 120_000);

test("requests in flight keep the old configuration, and its root context ends with the last of them", async () => {
  const upstream = await start({});
  const [vm] = gateway!.plugin("gateway", "body-stream").vms;
  const slow = request(gateway!.port("gateway"), { headers: [["x-answer", '{"body":"slow","delayMs":200}']] });
  await poll(2000, "the request did not reach the upstream", () => upstream.requests.length > 0 || undefined);
  expect(gateway!.updatePlugin("gateway", "body-stream", {})).toBe(true);
  // Both root contexts and the stream context.
  expect(vm!.contexts.size).toBe(3);
  expect((await slow).text).toBe("SLOW!");
  await poll(2000, "the old root context is left", () => vm!.contexts.size === 1 || undefined);
});

test("stop lets requests in flight end, and accepts no new ones", async () => {
  const upstream = await start({});
  const port = gateway!.port("gateway");
  const idle = await HttpConnection.open(port);
  const slow = request(port, { headers: [["x-answer", '{"body":"slow","delayMs":200}']] });
  await poll(2000, "the request did not reach the upstream", () => upstream.requests.length > 0 || undefined);
  const stopped = gateway!.stop(3000);
  await expect(request(port, {})).rejects.toThrow("ECONNREFUSED");
  const response = await slow;
  expect([response.text, response.header("connection")]).toEqual(["SLOW!", "close"]);
  await stopped;
  await expect(idle.send({})).rejects.toThrow();
});

test("a client that does not read slows its upstream down", async () => {
  const size = 64 * 1024 * 1024;
  await start({});
  const before = process.memoryUsage().arrayBuffers;
  const socket = connect({ host: "127.0.0.1", port: gateway!.port("gateway") });
  socket.pause();
  const chunk = "x".repeat(1024 * 1024);
  upstreams[0]!.response = { chunks: Array.from({ length: size / chunk.length }, () => chunk) };
  socket.write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 500));
  // The test's upstream buffers the body in this process too. The gateway must not hold a second copy.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1.6 * size);
  let received = 0;
  const done = new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      received += bytes.length;
      if (received > size) resolve();
    });
  });
  socket.resume();
  await done;
  socket.destroy();
});
