import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GatewaySpec, PluginSpec } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { HttpConnection, request } from "../support/http.js";
import { request2 } from "../support/http2.js";
import { respondWith, echoUpstream, type UpstreamResponse, type Upstream } from "../support/upstream.js";
import { startEnvoy } from "../../sdk/envoy/index.js";
import { describeOnEngines, type TestGateway, type StartGateway } from "./engines.js";

// Hooks on whole bodies before a filter that pauses for a call, with clients and routes that scenarios cannot describe.

const HELD = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };
const WAIT_MS = 60;
/** The first chunk arrives before the filter resumes, the second chunk afterwards. */
const PAUSE_MS = 40;
const HOSTS = { "passes on": {}, holds: HELD };

class Rig {
  upstream!: Upstream;
  later!: Upstream;
  gateway!: TestGateway;

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

  private async spec(): Promise<GatewaySpec> {
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
      ["a forbidden word across two chunks", ["please att", "ack now"]],
      ["a forbidden word in the first chunk", ["attack", " now"]],
      ["a forbidden word in the last chunk", ["please ", "attack"]],
    ])("HTTP/2: %s is denied", async (_, chunks) => {
      rig.upstream.requests = [];
      for (const trailers of [undefined, [["x-t", "1"]] as const]) {
        const body = { method: "POST", chunks, chunkDelayMs: PAUSE_MS, ...(trailers ? { trailers } : {}) };
        expect(await request2(port(), body)).toMatchObject({ status: 403, text: "denied" });
      }
      expect(rig.bodies).toEqual([]);
    });

    test("HTTP/2: a body and a response arrive whole", async () => {
      rig.upstream.requests = [];
      const responseHeader = respondWith({
        chunks: ["a sec", "ret"],
        chunkDelayMs: PAUSE_MS,
        trailers: [["x-t", "1"]],
      });
      const body = {
        method: "POST",
        chunks: ["a ", "fine ", "body"],
        chunkDelayMs: PAUSE_MS,
        headers: [responseHeader],
      };
      expect(await request2(port(), body)).toMatchObject({ status: 200, text: "a ******" });
      expect(rig.bodies).toEqual(["a fine body"]);
    });

    test("a body that a client sends byte by byte is denied, and the connection serves both requests", async () => {
      rig.upstream.requests = [];
      const connection = await HttpConnection.open(port());
      const sendSlowly = async (body: string) => {
        connection.write("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n");
        for (const byte of body) {
          await sleep(15);
          connection.write(`1\r\n${byte}\r\n`);
        }
        connection.write("0\r\n\r\n");
        return connection.receive(5000);
      };
      expect((await sendSlowly("a fine one")).status).toBe(200);
      expect((await sendSlowly("an attack!")).status).toBe(403);
      connection.close();
      expect(rig.bodies).toEqual(["a fine one"]);
    });

    test("a body with a content-length that arrives in two parts is denied", async () => {
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

// Only on Envoy: the Node host does not send a request again.
describeWithEnvoy("hooks on whole bodies, with retries and internal redirects", ({ path }) => {
  const rig = new Rig();
  beforeAll(() => rig.start((spec) => startEnvoy(spec, { envoy: path })), 60_000);
  afterAll(() => rig.stop());

  const redirect: UpstreamResponse = { status: 302, headers: [["location", "http://h/redirect/second"]] };
  const send = (name: string, target: string, chunks: string[], responses: UpstreamResponse[]) => {
    rig.upstream.requests = [];
    rig.upstream.response = () => responses[rig.upstream.requests.length - 1] ?? { body: "a secret" };
    return request(rig.gateway.port(name), { target, chunks, chunkDelayMs: PAUSE_MS });
  };

  describe.each(Object.keys(HOSTS))("where the gateway %s headers", (name) => {
    test.each([
      ["a retry", "/retry", [{ status: 500 }, { reset: true }]],
      ["an internal redirect", "/redirect", [redirect]],
    ])("%s has the whole body, and the hook masks its response", async (_, target, responses) => {
      expect(await send(name, target, ["a ", "fine ", "body"], responses)).toMatchObject({
        status: 200,
        text: "a ******",
      });
      expect(rig.bodies).toEqual(Array(responses.length + 1).fill("a fine body"));
    });

    test.each(["/retry", "/redirect"])("a denied body to %s does not reach the upstream", async (target) => {
      expect(await send(name, target, ["please att", "ack"], [])).toMatchObject({ status: 403 });
      expect(rig.bodies).toEqual([]);
    });
  });
});
