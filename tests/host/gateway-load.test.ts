import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { buildPlugin } from "../support/build.js";
import { HttpConnection, request } from "../support/http.js";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";

const CONNECTIONS = 100;
const REQUESTS = NIGHTLY ? 10_000 : 2000;
/** With 100 requests at once each waits for the others. */
const PATIENCE_MS = 60_000;

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
          { prefix: "/dying", cluster: "dying" },
          { prefix: "/", cluster: "echo" },
        ],
      },
    ],
    clusters: [
      { name: "echo", port: upstream.port },
      { name: "dying", port: (await dying()).port },
    ],
  });
  return upstream;
}

/** An upstream that breaks off every second request. */
async function dying(): Promise<Upstream> {
  let count = 0;
  const upstream = await echoUpstream(() => (count++ % 2 === 0 ? { reset: true } : { body: "ok" }));
  upstreams.push(upstream);
  return upstream;
}

/** What `body-stream` makes of a request's body, and the echo of it, of a response. */
const answerTo = (body: string) => JSON.stringify({ body }).slice(1, -1);

test("requests with bodies on 100 connections, with clients that leave and an upstream that dies", async () => {
  const upstream = await start({});
  const port = gateway!.port("gateway");
  const vms = gateway!.plugin("gateway", "body-stream").vms;
  const random = new Random();
  let next = 0;
  const wrong: string[] = [];
  let left = 0;
  let died = 0;
  const client = async () => {
    let connection = await HttpConnection.open(port);
    while (next < REQUESTS) {
      const id = next++;
      const kind = random.below(50);
      const body = `${id}-`.repeat(1 + random.below(200));
      if (kind === 0) {
        // Leaves in the middle of its request.
        connection.write(`POST /${id} HTTP/1.1\r\nhost: h\r\ncontent-length: 1000\r\n\r\nonly a part`);
        connection.close();
        connection = await HttpConnection.open(port);
        left++;
        continue;
      }
      if (kind === 1) {
        const { status, text } = await connection.send({ target: "/dying", body }, PATIENCE_MS);
        if (status === 503) died++;
        else if (status !== 200 || text !== "OK!") wrong.push(`${id}: ${status} ${text}`);
        continue;
      }
      const pieces = kind < 10 ? { chunks: [body.slice(0, 3), body.slice(3)] } : { body };
      const { status, text } = await connection.send({ target: `/${id}`, ...pieces }, PATIENCE_MS);
      const got = answerTo(`${body.toUpperCase()}!`).toUpperCase();
      if (status !== 200 || !text.includes(got) || !text.includes(`"/${id}"`)) wrong.push(`${id}: ${status} ${text}`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  expect(wrong.slice(0, 3)).toEqual([]);
  expect([left > REQUESTS / 200, died > REQUESTS / 500]).toEqual([true, true]);
  await poll(5000, "requests are left", () => gateway!.active("gateway") === 0 || undefined);
  // Only the plugin's own context is left.
  expect(vms.map((vm) => [vm.failure, vm.contexts.size])).toEqual([[undefined, 1]]);
  upstream.requests.length = 0;
  expect((await request(port, { body: "last" })).status).toBe(200);
}, 120_000);

test("a new configuration leaves requests in flight alone, and the old root goes with the last of them", async () => {
  const upstream = await start({});
  const [vm] = gateway!.plugin("gateway", "body-stream").vms;
  const slow = request(gateway!.port("gateway"), { headers: [["x-answer", '{"body":"slow","delayMs":200}']] });
  await poll(2000, "not begun", () => upstream.requests.length > 0 || undefined);
  expect(gateway!.updatePlugin("gateway", "body-stream", {})).toBe(true);
  // Both roots and the request's context.
  expect(vm!.contexts.size).toBe(3);
  expect((await slow).text).toBe("SLOW!");
  await poll(2000, "the old root is left", () => vm!.contexts.size === 1 || undefined);
});

test("stop lets requests in flight end, and takes no more", async () => {
  const upstream = await start({});
  const port = gateway!.port("gateway");
  const idle = await HttpConnection.open(port);
  const slow = request(port, { headers: [["x-answer", '{"body":"slow","delayMs":200}']] });
  await poll(2000, "not begun", () => upstream.requests.length > 0 || undefined);
  const stopped = gateway!.stop(3000);
  await expect(request(port, {})).rejects.toThrow("ECONNREFUSED");
  const answer = await slow;
  expect([answer.text, answer.header("connection")]).toEqual(["SLOW!", "close"]);
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
  upstreams[0]!.answer = { chunks: Array.from({ length: size / chunk.length }, () => chunk) };
  socket.write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 500));
  // The upstream of the test buffers in this process too: what must not be here is a second copy.
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
