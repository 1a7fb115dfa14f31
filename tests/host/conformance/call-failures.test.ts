import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GatewaySpec } from "../../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../../sdk/gateway/index.js";
import { request } from "../../support/http.js";
import { describeOnEngines, type TestGateway } from "../engines.js";
import { guestFile, pluginLog } from "./support/guest-file.js";
import { Guest } from "./support/guest.js";
import { arg, call, note, out, pairs, show, slot } from "./support/steps.js";

const LINE = [
  [":method", "POST"],
  [":path", "/"],
  [":authority", "h"],
] as const;
const httpCall = (cluster: string, timeout: number, body = "", trailers: Uint8Array | string = "") =>
  call("proxy_http_call", cluster, pairs(...LINE), body, trailers, timeout, slot("token"));

/** Logs each call result: token, number of headers, status code, content type, body, and the status with its message. */
const guest = new Guest({
  proxy_on_request_headers: [
    ...[httpCall("up", 0, "hello world", pairs(["x-trailer", "t"])), httpCall("gone", 0), httpCall("slow", 50)],
  ],
  proxy_on_http_call_response: [
    ...[note("token", arg(1)), note("headers", arg(2))],
    ...[call("proxy_get_header_map_value", 6, ":status", out("status")), show("status")],
    ...[call("proxy_get_header_map_value", 6, "content-type", out("type")), show("type")],
    ...[call("proxy_get_buffer_bytes", 4, 0, 1000, out("body")), show("body")],
    ...[
      call("proxy_get_status", slot("code"), out("why")),
      note("code", (layout) => `(i32.load (i32.const ${layout.slot("code")}))`),
    ],
    show("why"),
  ],
});

/** An upstream that responds, an upstream that never does, and the spec of a gateway in front of both. */
class Setup {
  readonly seen: { headers: IncomingMessage["headers"]; trailers: IncomingMessage["trailers"]; body: string }[] = [];
  private readonly servers: Server[] = [];
  spec!: GatewaySpec;

  async start(): Promise<void> {
    const up = await this.serve((incoming, end) => {
      let body = "";
      incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
      incoming.on("end", () => {
        this.seen.push({ headers: incoming.headers, trailers: incoming.trailers, body });
        end();
      });
    });
    const slow = await this.serve(() => {});
    this.spec = {
      listeners: [
        {
          name: "gateway",
          plugins: [{ name: "guest", wasm: guestFile(guest) }],
          routes: [{ prefix: "/", directResponse: { status: 200 } }],
        },
      ],
      clusters: [
        { name: "up", port: up },
        { name: "slow", port: slow },
        { name: "gone", port: 1 },
      ],
    };
  }

  async stop(): Promise<void> {
    for (const server of this.servers) server.closeAllConnections();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private async serve(handle: (incoming: IncomingMessage, end: () => void) => void): Promise<number> {
    const server = createServer((incoming, response) => handle(incoming, () => response.end("fine")));
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }
}

/** The log lines about one call. */
const about = (logged: readonly string[], token: number) => {
  const at = logged.findIndex((line) => new RegExp(`^token +${token}$`).test(line));
  return logged.slice(at + 1, at + 7);
};

describeOnEngines("calls without a response", (start) => {
  const setup = new Setup();
  let engine: TestGateway;

  beforeAll(async () => {
    await setup.start();
    engine = await start(setup.spec);
    await request(engine.port("gateway"), {});
    for (const token of [4, 8, 12]) await engine.waitForLog(new RegExp(`token +${token}\\n`));
    await engine.waitForLog(/(why|code[^]*){3}/);
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    await setup.stop();
  });

  test("[138] a call to an upstream that refuses connections ends with 503, a call that times out with 504", () => {
    const logged = pluginLog(engine.log);
    const [, status, type, body, code, why] = about(logged, 8);
    expect([status, type, code, why]).toEqual(["503", "text/plain", "code  0", ""]);
    expect(body).toMatch(/^upstream connect error or disconnect\/reset before headers/);
    expect(about(logged, 12)).toEqual(["headers  3", "504", "text/plain", "upstream request timeout", "code  0", ""]);
  });

  test("[144] of a call with a body and trailers, the upstream gets the body with its length, and no trailers", () => {
    expect(about(pluginLog(engine.log), 4).slice(1, 4)).toEqual(["200", expect.any(String), "fine"]);
    expect(setup.seen).toHaveLength(1);
    const [{ headers, trailers, body }] = setup.seen as [(typeof setup.seen)[0]];
    expect([headers["content-length"], headers["x-envoy-internal"], body]).toEqual(["11", "true", "hello world"]);
    expect(headers["x-forwarded-for"]).toBeUndefined();
    expect([trailers, headers["transfer-encoding"]]).toEqual([{}, undefined]);
  });
});

describe('a gateway with callFailures: "reset"', () => {
  const setup = new Setup();
  let gateway: RunningGateway;
  const logged: string[] = [];

  beforeAll(async () => {
    await setup.start();
    gateway = await startGateway(setup.spec, {
      callFailures: "reset",
      log: ({ message }) => void logged.push(message),
    });
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await setup.stop();
  });

  test("[138] with callFailures: reset, a failed call has no headers, and proxy_get_status returns BrokenConnection", async () => {
    await request(gateway.port("gateway"), {});
    await expect.poll(() => logged.filter((line) => line.startsWith("token")).length).toBe(3);
    for (const token of [8, 12])
      expect(about(logged, token).filter((line) => /^(headers|code|reset)/.test(line))).toEqual([
        "headers  0",
        "code 11",
        "reset",
      ]);
    expect(about(logged, 4)[1]).toBe("200");
  });
});
