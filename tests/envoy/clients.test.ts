import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { buildPlugin } from "../support/build.js";
import { describeOnEngines, type LikeEnvoy } from "../host/like-envoy.js";
import { faults } from "../support/faults.js";
import { HttpConnection, request } from "../support/http.js";
import { respondWith, echoUpstream, type ReceivedRequest, type Upstream } from "../support/upstream.js";

const PAUSE_MS = 30;
const STEPS = [["body.length"], ["body.text"]];
const HEAD = "POST /x HTTP/1.1\r\nhost: h\r\n";
/** Each body in pieces, as a client writes them after the head. */
const BODIES = [
  ["with content-length", "content-length: 9\r\n\r\n", ["abc", "def", "ghi"]],
  ["chunked", "transfer-encoding: chunked\r\n\r\n", ["3\r\nabc\r\n", "3\r\ndef\r\n3\r\ng", "hi\r\n", "0\r\n\r\n"]],
  [
    "chunked with trailers",
    "transfer-encoding: chunked\r\n\r\n",
    ["3\r\nabc\r\n", "6\r\ndef", "ghi\r\n", "0\r\n", "x-t: 1\r\n\r\n"],
  ],
] as const;

describeOnEngines("clients that are slow or go away", (start) => {
  let upstream: Upstream;
  let envoy: LikeEnvoy;

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
    const answer = respondWith({ body: "ok" }).join(": ") + "\r\n";
    /** A request whose hooks run once each, and the trace that all before it must have left: none. */
    const isFine = async () => {
      const mark = envoy.mark();
      expect(await request(envoy.port(listener), { body: "next" })).toMatchObject({ status: 200 });
      expect(hooks(mark).slice(0, 2)).toEqual(['["body.length",4]', '["body.text","next"]']);
      expect(hooks(mark)).toHaveLength(4);
      await active(0);
      expect(faults(envoy.log)).toEqual([]);
    };

    test.each(BODIES)("a slow client, %s: the hook gets the whole body once", async (_, framing, pieces) => {
      const mark = envoy.mark();
      const client = await HttpConnection.open(envoy.port(listener));
      client.write(HEAD + answer + framing);
      for (const piece of pieces) {
        await sleep(PAUSE_MS);
        expect(hooks(mark)).toEqual([]);
        client.write(piece);
      }
      expect(await client.receive()).toMatchObject({ status: 200, text: "ok" });
      client.close();
      expect(hooks(mark)).toEqual([
        ...['["body.length",9]', '["body.text","abcdefghi"]'],
        ...['["body.length",2]', '["body.text","ok"]'],
      ]);
      expect(upstream.requests.at(-1)).toMatchObject({ target: "/x", body: "abcdefghi" });
      await isFine();
    });

    test.each(BODIES)("a client that goes away in mid-body, %s: no hook", async (_, framing, pieces) => {
      const received = upstream.requests.length;
      const mark = envoy.mark();
      const before = await stat("downstream_cx_destroy_remote_active_rq");
      for (let sent = 0; sent < pieces.length; sent++) {
        const client = await HttpConnection.open(envoy.port(listener));
        client.write(HEAD + answer + framing);
        for (const piece of pieces.slice(0, sent)) {
          await sleep(PAUSE_MS);
          client.write(piece);
        }
        await active(1);
        client.close();
        await active(0);
      }
      expect(hooks(mark)).toEqual([]);
      expect(await stat("downstream_cx_destroy_remote_active_rq")).toBe(before! + pieces.length);
      expect(upstream.requests.length).toBe(received);
      await isFine();
    });

    test("a client that goes away while the response's body is gathered: no hook on it", async () => {
      const mark = envoy.mark();
      const client = await HttpConnection.open(envoy.port(listener));
      const slow = respondWith({ chunks: ["a", "b", "c"], chunkDelayMs: 100 }).join(": ");
      const came = new Promise<ReceivedRequest>((resolve) => (upstream.onRequest = resolve));
      client.write(`${HEAD}${slow}\r\ncontent-length: 2\r\n\r\nab`);
      expect(await came).toMatchObject({ body: "ab" });
      await sleep(PAUSE_MS);
      await active(1);
      client.close();
      await active(0);
      await sleep(400);
      expect(hooks(mark)).toEqual(['["body.length",2]', '["body.text","ab"]']);
      await isFine();
    });
  });
});
