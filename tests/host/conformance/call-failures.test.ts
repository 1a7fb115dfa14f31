import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EnvoySpec } from "../../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../../sdk/gateway/index.js";
import { request } from "../../support/http.js";
import { describeOnEngines, type TestGateway } from "../engines.js";
import { guestFile, toldIn } from "./support/guest-file.js";
import { Guest } from "./support/guest.js";
import { arg, call, note, out, pairs, show, slot } from "./support/steps.js";

const LINE = [
  [":method", "POST"],
  [":path", "/"],
  [":authority", "h"],
] as const;
const ask = (cluster: string, timeout: number, body = "", trailers: Uint8Array | string = "") =>
  call("proxy_http_call", cluster, pairs(...LINE), body, trailers, timeout, slot("token"));

/** Tells of each answer: its token, the number of its headers, its status, its type, its body. */
const guest = new Guest({
  proxy_on_request_headers: [
    ...[ask("up", 0, "hello world", pairs(["x-trailer", "t"])), ask("gone", 0), ask("slow", 50)],
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

/** An upstream that answers, one that never does, and the specification of a gateway that has them. */
class Setting {
  readonly seen: { headers: IncomingMessage["headers"]; trailers: IncomingMessage["trailers"]; body: string }[] = [];
  private readonly servers: Server[] = [];
  spec!: EnvoySpec;

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

  private async serve(answer: (incoming: IncomingMessage, end: () => void) => void): Promise<number> {
    const server = createServer((incoming, response) => answer(incoming, () => response.end("fine")));
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }
}

/** The lines about one call. */
const about = (told: readonly string[], token: number) => {
  const at = told.findIndex((line) => new RegExp(`^token +${token}$`).test(line));
  return told.slice(at + 1, at + 7);
};

describeOnEngines("calls without an answer", (start) => {
  const setting = new Setting();
  let engine: TestGateway;

  beforeAll(async () => {
    await setting.start();
    engine = await start(setting.spec);
    await request(engine.port("gateway"), {});
    for (const token of [4, 8, 12]) await engine.waitForLog(new RegExp(`token +${token}\\n`));
    await engine.waitForLog(/(why|code[^]*){3}/);
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    await setting.stop();
  });

  test("[138] given an upstream that refuses, a plugin has an answer of 503; given one that is too slow, of 504", () => {
    const told = toldIn(engine.log);
    const [, status, type, body, code, why] = about(told, 8);
    expect([status, type, code, why]).toEqual(["503", "text/plain", "code  0", ""]);
    expect(body).toMatch(/^upstream connect error or disconnect\/reset before headers/);
    expect(about(told, 12)).toEqual(["headers  3", "504", "text/plain", "upstream request timeout", "code  0", ""]);
  });

  test("[144] given a body and trailers, the upstream has the body with its length, and no trailers", () => {
    expect(about(toldIn(engine.log), 4).slice(1, 4)).toEqual(["200", expect.any(String), "fine"]);
    expect(setting.seen).toHaveLength(1);
    const [{ headers, trailers, body }] = setting.seen as [(typeof setting.seen)[0]];
    expect([headers["content-length"], headers["x-envoy-internal"], body]).toEqual(["11", "true", "hello world"]);
    expect(headers["x-forwarded-for"]).toBeUndefined();
    expect([trailers, headers["transfer-encoding"]]).toEqual([{}, undefined]);
  });
});

describe("a gateway that tells of failed calls as such", () => {
  const setting = new Setting();
  let gateway: RunningGateway;
  const told: string[] = [];

  beforeAll(async () => {
    await setting.start();
    gateway = await startGateway(setting.spec, {
      callFailures: "reset",
      log: ({ message }) => void told.push(message),
    });
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await setting.stop();
  });

  test("[138] given a host that is set to it, calls without an answer have no headers, and the status is BrokenConnection", async () => {
    await request(gateway.port("gateway"), {});
    await expect.poll(() => told.filter((line) => line.startsWith("token")).length).toBe(3);
    for (const token of [8, 12])
      expect(about(told, token).filter((line) => /^(headers|code|reset)/.test(line))).toEqual([
        "headers  0",
        "code 11",
        "reset",
      ]);
    expect(about(told, 4)[1]).toBe("200");
  });
});
