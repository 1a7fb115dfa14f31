import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EnvoySpec, PluginSpec } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection, request } from "../support/http.js";
import { request2 } from "../support/http2.js";
import { respondWith, echoUpstream, type UpstreamResponse, type Upstream } from "../support/upstream.js";
import { startEnvoy } from "../../sdk/envoy/index.js";
import { describeOnEngines, type LikeEnvoy, type StartGateway } from "./like-envoy.js";

// Hooks on whole bodies before a filter that waits, with clients and routes that scenarios do not have.

const HELD = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };
const WAIT_MS = 60;
/** A first chunk comes before the filter resumes, a second one after. */
const PAUSE_MS = 40;
const HOSTS = { passes: {}, holds: HELD };

class Rig {
  upstream!: Upstream;
  later!: Upstream;
  gateway!: LikeEnvoy;

  async start(start: StartGateway): Promise<void> {
    [this.upstream, this.later] = await Promise.all([echoUpstream(), echoUpstream({ delayMs: WAIT_MS })]);
    this.gateway = await start(await this.spec());
  }

  async stop(): Promise<void> {
    await this.gateway?.stop();
    await Promise.all([this.upstream?.stop(), this.later?.stop()]);
  }

  get bodies(): string[] {
    return this.upstream.requests.map(({ body }) => body);
  }

  private async spec(): Promise<EnvoySpec> {
    const [guard, wait] = await Promise.all([
      buildPlugin("tests/plugins/body-write"),
      buildPlugin("tests/plugins/probe"),
    ]);
    const calls = (resume: string) => [["call", "later", "GET", "/", [], "", 5000, [[resume]]], ["pause"]];
    const listeners = Object.entries(HOSTS).map(([name, host]) => {
      const plugins: PluginSpec[] = [
        {
          ...{ name: "guard", wasm: guard, vmId: `${name}/guard`, ...host },
          configuration: { requestBody: [["denyIf", "attack"]], responseBody: [["body.mask", "secret"]] },
        },
        {
          ...{ name: "wait", wasm: wait, vmId: `${name}/wait`, ...host },
          configuration: { request: calls("resumeRequest"), response: calls("resumeResponse") },
        },
      ];
      const routes = [
        { prefix: "/retry", cluster: "upstream", retry: { on: ["5xx", "reset"], most: 2 } },
        { prefix: "/redirect", cluster: "upstream", internalRedirects: 1 },
        { prefix: "/", cluster: "upstream" },
      ];
      return { name, plugins, routes };
    });
    const clusters = [
      { name: "upstream", port: this.upstream.port },
      { name: "later", port: this.later.port },
    ];
    return { listeners, clusters };
  }
}

describeOnEngines("hooks on whole bodies", (start) => {
  const rig = new Rig();
  beforeAll(() => rig.start(start), 60_000);
  afterAll(() => rig.stop());

  describe.each(Object.keys(HOSTS))("where the gateway %s headers", (name) => {
    const port = () => rig.gateway.port(name);

    test.each([
      ["a word across two pieces", ["please att", "ack now"]],
      ["a word in the first piece", ["attack", " now"]],
      ["a word behind the last wait", ["please ", "attack"]],
    ])("HTTP/2: %s is denied", async (_, chunks) => {
      rig.upstream.requests = [];
      for (const trailers of [undefined, [["x-t", "1"]] as const]) {
        const what = { method: "POST", chunks, chunkDelayMs: PAUSE_MS, ...(trailers ? { trailers } : {}) };
        expect(await request2(port(), what)).toMatchObject({ status: 403, text: "denied" });
      }
      expect(rig.bodies).toEqual([]);
    });

    test("HTTP/2: a body and a response arrive whole", async () => {
      rig.upstream.requests = [];
      const answer = respondWith({ chunks: ["a sec", "ret"], chunkDelayMs: PAUSE_MS, trailers: [["x-t", "1"]] });
      const what = { method: "POST", chunks: ["a ", "fine ", "body"], chunkDelayMs: PAUSE_MS, headers: [answer] };
      expect(await request2(port(), what)).toMatchObject({ status: 200, text: "a ******" });
      expect(rig.bodies).toEqual(["a fine body"]);
    });

    test("a client that sends byte by byte is denied, and a connection stays in step", async () => {
      rig.upstream.requests = [];
      const connection = await HttpConnection.open(port());
      const slowly = async (body: string) => {
        connection.write("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
        for (const byte of body) {
          await sleep(15);
          connection.write(`1\r\n${byte}\r\n`);
        }
        connection.write("0\r\n\r\n");
        return connection.receive(5000);
      };
      expect((await slowly("a fine one")).status).toBe(200);
      expect((await slowly("an attack!")).status).toBe(403);
      connection.close();
      expect(rig.bodies).toEqual(["a fine one"]);
    });

    test("content-length and a body that comes in two parts", async () => {
      rig.upstream.requests = [];
      const connection = await HttpConnection.open(port());
      connection.write("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 17\r\n\r\n");
      await sleep(PAUSE_MS);
      connection.write("please att");
      await sleep(PAUSE_MS);
      connection.write("ack now");
      expect((await connection.receive(5000)).status).toBe(403);
      connection.close();
      expect(rig.bodies).toEqual([]);
    });
  });
});

// The Node host sends a request once.
describeWithEnvoy("hooks on whole bodies and requests that Envoy sends again", ({ path }) => {
  const rig = new Rig();
  beforeAll(() => rig.start((spec) => startEnvoy(spec, { envoy: path })), 60_000);
  afterAll(() => rig.stop());

  const redirect: UpstreamResponse = { status: 302, headers: [["location", "http://h/redirect/second"]] };
  const send = (name: string, target: string, chunks: string[], answers: UpstreamResponse[]) => {
    rig.upstream.requests = [];
    rig.upstream.response = () => answers[rig.upstream.requests.length - 1] ?? { body: "a secret" };
    return request(rig.gateway.port(name), { target, chunks, chunkDelayMs: PAUSE_MS });
  };

  describe.each(Object.keys(HOSTS))("where the gateway %s headers", (name) => {
    test.each([
      ["a retry", "/retry", [{ status: 500 }, { reset: true }]],
      ["an internal redirect", "/redirect", [redirect]],
    ])("%s has the whole body, and its response is masked", async (_, target, answers) => {
      expect(await send(name, target, ["a ", "fine ", "body"], answers)).toMatchObject({
        status: 200,
        text: "a ******",
      });
      expect(rig.bodies).toEqual(Array(answers.length + 1).fill("a fine body"));
    });

    test.each(["/retry", "/redirect"])("%s: a denied body is not sent", async (target) => {
      expect(await send(name, target, ["please att", "ack"], [])).toMatchObject({ status: 403 });
      expect(rig.bodies).toEqual([]);
    });
  });
});
