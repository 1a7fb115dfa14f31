import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request, type HeaderToSend } from "../support/http.js";

// Envoy's trace of a VM: `[host->vm] proxy_on_request_headers(2, 5, 1)`, `[vm->host] env.proxy_log(2, 1024, 20)`.
const HOST_CALL = /\[vm->host\] (?:env\.)?(proxy_\w+|\w+)\(/g;
const CALLBACK = /\[host->vm\] (proxy_\w+)\(/g;

describeWithEnvoy("host calls per request, in Envoy's own trace", ({ path }) => {
  let envoy: RunningEnvoy;
  const names = ["noop", "reads"];

  beforeAll(async () => {
    const listeners = await Promise.all(
      names.map(async (name) => ({
        name,
        plugins: [{ name, wasm: await buildPlugin(`tests/plugins/${name}`), vmId: name }],
        routes: [{ prefix: "/", directResponse: { status: 200 } }],
      })),
    );
    envoy = await startEnvoy({ listeners }, { envoy: path, componentLogLevel: "wasm:trace" });
  }, 60_000);
  afterAll(() => envoy?.stop());

  /** The host calls and callbacks of one request; the first request to the plugin is not counted. */
  async function traced(plugin: string, last: string, headers: HeaderToSend[]) {
    await request(envoy.port(plugin), { headers });
    const mark = envoy.mark();
    const { status } = await request(envoy.port(plugin), { headers });
    expect(status).toBe(200);
    // The last line of the request in the trace.
    await envoy.waitForLog(last, 5000, mark);
    const text = envoy.logSince(mark);
    const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name);
    return { hostCalls: all(HOST_CALL), callbacks: all(CALLBACK) };
  }

  test("a hook that does nothing makes no host calls", async () => {
    const { hostCalls, callbacks } = await traced("noop", "proxy_on_request_headers", []);
    expect(hostCalls).toEqual([]);
    expect(callbacks).toEqual(["proxy_on_request_headers"]);
  });

  test("eight header reads make one host call", async () => {
    const { hostCalls } = await traced(
      "reads",
      "proxy_get_header_map_pairs",
      [0, 2, 4, 6].map((i) => [`x-${i}`, "v"] as const),
    );
    expect(hostCalls).toEqual(["proxy_get_header_map_pairs"]);
  });
});
