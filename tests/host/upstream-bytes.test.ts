import { createServer, type AddressInfo, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestGateway } from "./engines.js";
import { describeOnEngines } from "./engines.js";
import { buildPlugin } from "../support/build.js";
import { HttpConnection } from "../support/http.js";

// The bytes that an upstream receives: no plugin can turn one request into two.

/** Long enough for bytes that would arrive after the end. */
const QUIET_MS = 100;
const CHUNKS = { chunks: ["a", "b"], chunkDelayMs: 30 };
const SMUGGLED = "\\x0d\\nhost:\\x20x\\x0d\\n\\x0d\\nGET\\x20/smuggled\\x20HTTP/1.1\\x0d\\nhost:\\x20x";

/** Each would make an upstream see two requests if the gateway sent its bytes unchanged. */
const INJECTIONS: Readonly<Record<string, string>> = {
  "a value": `request_headers add_header_map_value 0 "x-a "a${SMUGGLED}`,
  "a name": `request_headers add_header_map_value 0 "x-a:\\x20${SMUGGLED} "a`,
  "a path": `request_headers replace_header_map_value 0 ":path "/\\x20HTTP/1.1${SMUGGLED}`,
  "a method": `request_headers replace_header_map_value 0 ":method "GET\\x20/\\x20HTTP/1.1${SMUGGLED}`,
  "a host": `request_headers replace_header_map_value 0 ":authority "a${SMUGGLED}`,
};
const RESUMES: Readonly<Record<string, readonly string[]>> = {
  "in the body's last callback": ["request_headers return 1", "request_body:end continue_stream 0"],
  "twice in one callback": [
    ...["request_headers return 1", "request_body return 1"],
    ...["request_body:end continue_stream 0", "request_body:end continue_stream 0"],
  ],
  "twice, later": [
    ...["request_headers set_tick_period_milliseconds 200", "request_body return 1"],
    ...["tick set_tick_period_milliseconds 0", "tick set_effective_context $stream"],
    ...["tick continue_stream 0", "tick continue_stream 0"],
  ],
};
const SCRIPTS = { ...INJECTIONS, ...Object.fromEntries(Object.entries(RESUMES).map(([k, v]) => [k, v.join("\n")])) };

describeOnEngines("the bytes that upstreams receive", (start) => {
  let gateway: TestGateway;
  let upstream: Server;
  let seen = "";

  beforeAll(async () => {
    upstream = createServer((socket) => {
      let text = "";
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        seen += bytes.toString("latin1");
        text += bytes.toString("latin1");
        if (!/^GET|\r\n0\r\n\r\n$/.test(text)) return;
        text = "";
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nup");
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const wasm = await buildPlugin("tests/support/raw-calls");
    gateway = await start({
      listeners: Object.entries(SCRIPTS).map(([name, configuration]) => ({
        ...{ name, routes: [{ prefix: "/", cluster: "upstream" }] },
        plugins: [{ name, vmId: name, wasm, configuration, allowOnHeadersStopIteration: true }],
      })),
      clusters: [{ name: "upstream", port: (upstream.address() as AddressInfo).port }],
    });
  }, 120_000);
  afterAll(async () => {
    await gateway?.stop();
    upstream?.close();
  });

  async function send(listener: string, request: Parameters<HttpConnection["send"]>[0]) {
    seen = "";
    const connection = await HttpConnection.open(gateway.port(listener));
    try {
      return await connection.send(request, 2000);
    } finally {
      connection.close();
      await sleep(QUIET_MS);
    }
  }

  test.each(Object.keys(INJECTIONS))("a request hidden in %s does not leave the gateway", async (name) => {
    const response = await send(name, {});
    expect(response.status).toBe(503);
    expect(response.text).toMatch(/^invalid header (name|value for): /);
    expect(seen).toBe("");
  });

  test.each(Object.keys(RESUMES))("a body that a plugin resumes %s ends once", async (name) => {
    for (const connection of ["new", "kept"]) {
      expect((await send(name, CHUNKS)).text).toBe("up");
      expect(seen.split("0\r\n\r\n").length - 1, `on a ${connection} connection`).toBe(1);
    }
  });
});
