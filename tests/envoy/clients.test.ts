import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { buildPlugin } from "../support/build.js";
import { describeOnEngines, type TestGateway } from "../host/engines.js";
import { faults } from "../support/faults.js";
import { HttpConnection, request } from "../support/http.js";
import { respondWith, echoUpstream, type ReceivedRequest, type Upstream } from "../support/upstream.js";

const PAUSE_MS = 30;
const STEPS = [["body.length"], ["body.text"]];
const HEAD = "POST /x HTTP/1.1\r\nhost: h\r\n";
/** The framing header of a body, and what a client writes to its socket after the head, write by write. */
const BODIES = [
  ["with content-length", "content-length: 9\r\n\r\n", ["abc", "def", "ghi"]],
  ["chunked", "transfer-encoding: chunked\r\n\r\n", ["3\r\nabc\r\n", "3\r\ndef\r\n3\r\ng", "hi\r\n", "0\r\n\r\n"]],
  [
    "chunked with trailers",
    "transfer-encoding: chunked\r\n\r\n",
    ["3\r\nabc\r\n", "6\r\ndef", "ghi\r\n", "0\r\n", "x-t: 1\r\n\r\n"],
  ],
] as const;

describeOnEngines("clients that are slow or disconnect", (start) => {
  let upstream: Upstream;
  let envoy: TestGateway;

  beforeAll(async () => {
    upstream = await echoUpstream();
    const listeners = await Promise.all(
      ["body-write", "body-read"].map(async (name) => ({
        name,
        plugins: [
          {
            ...{ name, wasm: await buildPlugin(`tests/plugins/${name}`) },
            configuration: { requestBody: STEPS, responseBody: STEPS },
          },
        ],
        routes: [{ prefix: "/", cluster: "echo" }],
      })),
    );
    envoy = await start({ listeners, clusters: [{ name: "echo", port: upstream.port }] });
  }, 60_000);
  afterAll(async () => {
    await envoy?.stop();
    await upstream?.stop();
  });

  describe.each(["body-write", "body-read"])("%s", (listener) => {
    const stat = async (name: string) => (await envoy.stats(`^http\\.${listener}\\.`)).get(`http.${listener}.${name}`);
    const active = (count: number) =>
      poll(
        5000,
        `downstream_rq_active did not become ${count}`,
        async () => (await stat("downstream_rq_active")) === count || undefined,
      );
    const hooks = (mark: number) => [...envoy.logSince(mark).matchAll(/did (\["body\..*\])$/gm)].map(([, did]) => did);
    const responseHeader = respondWith({ body: "ok" }).join(": ") + "\r\n";
    /** Checks that hooks run once each on the next request, and that no earlier request left a stream or a fault behind. */
    const expectCleanState = async () => {
      const mark = envoy.mark();
      expect(await request(envoy.port(listener), { body: "next" })).toMatchObject({ status: 200 });
      expect(hooks(mark).slice(0, 2)).toEqual(['["body.length",4]', '["body.text","next"]']);
      expect(hooks(mark)).toHaveLength(4);
      await active(0);
      expect(faults(envoy.log)).toEqual([]);
    };

    test.each(BODIES)("calls the hook once with the whole body of a slow client, %s", async (_, framing, writes) => {
      const mark = envoy.mark();
      const client = await HttpConnection.open(envoy.port(listener));
      client.write(HEAD + responseHeader + framing);
      for (const write of writes) {
        await sleep(PAUSE_MS);
        expect(hooks(mark)).toEqual([]);
        client.write(write);
      }
      expect(await client.receive()).toMatchObject({ status: 200, text: "ok" });
      client.close();
      expect(hooks(mark)).toEqual([
        ...['["body.length",9]', '["body.text","abcdefghi"]'],
        ...['["body.length",2]', '["body.text","ok"]'],
      ]);
      expect(upstream.requests.at(-1)).toMatchObject({ target: "/x", body: "abcdefghi" });
      await expectCleanState();
    });

    test.each(BODIES)("calls no hook when the client disconnects in mid-body, %s", async (_, framing, writes) => {
      const received = upstream.requests.length;
      const mark = envoy.mark();
      const before = await stat("downstream_cx_destroy_remote_active_rq");
      for (let sent = 0; sent < writes.length; sent++) {
        const client = await HttpConnection.open(envoy.port(listener));
        client.write(HEAD + responseHeader + framing);
        for (const write of writes.slice(0, sent)) {
          await sleep(PAUSE_MS);
          client.write(write);
        }
        await active(1);
        client.close();
        await active(0);
      }
      expect(hooks(mark)).toEqual([]);
      expect(await stat("downstream_cx_destroy_remote_active_rq")).toBe(before! + writes.length);
      expect(upstream.requests.length).toBe(received);
      await expectCleanState();
    });

    test("calls no hook on a response whose client disconnects while the body is buffered", async () => {
      const mark = envoy.mark();
      const client = await HttpConnection.open(envoy.port(listener));
      const slow = respondWith({ chunks: ["a", "b", "c"], chunkDelayMs: 100 }).join(": ");
      const received = new Promise<ReceivedRequest>((resolve) => (upstream.onRequest = resolve));
      client.write(`${HEAD}${slow}\r\ncontent-length: 2\r\n\r\nab`);
      expect(await received).toMatchObject({ body: "ab" });
      await sleep(PAUSE_MS);
      await active(1);
      client.close();
      await active(0);
      await sleep(400);
      expect(hooks(mark)).toEqual(['["body.length",2]', '["body.text","ab"]']);
      await expectCleanState();
    });
  });
});
