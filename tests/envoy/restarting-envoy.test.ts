// Plugins that never end their start, and so block the main thread of an Envoy.
import { afterEach, beforeAll, expect, test } from "vitest";
import { startRestartingEnvoy, type EnvoyLogLine, type RestartingOptions } from "../../sdk/envoy/index.js";
import type { Engine } from "../../sdk/spec/engine.js";
import type { GatewaySpec } from "../../sdk/spec/gateway-spec.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";

describeWithEnvoy("a plugin that never ends its start", ({ path }) => {
  let traps: string;
  let envoy: Engine | undefined;
  let log: EnvoyLogLine[];
  beforeAll(async () => {
    traps = await buildPlugin("tests/plugins/traps");
  });
  afterEach(async () => {
    await envoy?.stop(0);
    envoy = undefined;
  });

  const specOf = (status: number, ...plugins: [name: string, configuration: string][]): GatewaySpec => ({
    listeners: [
      {
        name: "gateway",
        plugins: plugins.map(([name, configuration]) => ({ name, wasm: traps, configuration })),
        routes: [{ prefix: "/", directResponse: { status } }],
      },
    ],
  });
  const LOOP = '{ "loop": true }';
  const start = async (spec: GatewaySpec, options: RestartingOptions = {}) => {
    log = [];
    const more = { envoy: path, log: (line: EnvoyLogLine) => void log.push(line) };
    return (envoy = await startRestartingEnvoy(spec, { ...more, busyLimitMs: 2000, ...options }));
  };
  const status = async () => (await request(envoy!.port("gateway"), {})).status;

  test("is named, the Envoy starts again with the previous spec on the same port, and takes later updates", async () => {
    await start(specOf(201, ["guard", "{}"]), { logLevel: "warn" });
    const port = envoy!.port("gateway");
    await envoy!.setLogLevel("info");
    await envoy!.update(specOf(202, ["guard", "{}"]));
    await expect(envoy!.update(specOf(203, ["guard", "{}"], ["slow", LOOP]))).rejects.toThrow(
      'the start of the plugin "slow" blocked Envoy for more than 2000 ms; Envoy was restarted with the previous ' +
        "configuration, and requests in flight were lost",
    );
    expect([envoy!.port("gateway"), await status()]).toEqual([port, 202]);
    await expect(envoy!.update(specOf(203, ["guard", LOOP]))).rejects.toThrow('the plugin "guard" blocked Envoy');
    await envoy!.update(specOf(204, ["guard", "{}"], ["slow", "{}"]));
    expect([envoy!.port("gateway"), await status()]).toEqual([port, 204]);
    // The log level stays.
    await expect.poll(() => log.filter(({ level }) => level === "info").length).toBeGreaterThan(0);
  });

  // The time is over before Envoy may be busy no longer, which would end it too.
  test("does not delay the end", { timeout: 45_000 }, async () => {
    await start(specOf(201, ["guard", "{}"]), { busyLimitMs: 60_000 });
    const update = expect(envoy!.update(specOf(202, ["guard", LOOP]))).rejects.toThrow(/./);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await envoy!.stop(1000);
    await update;
  });

  test("ends the start with a message, and after a signal without waiting for the limit", async () => {
    const looping = specOf(201, ["guard", "{}"], ["slow", LOOP]);
    await expect(start(looping, { startTimeoutMs: 2000 })).rejects.toThrow(
      'Envoy did not start within 2000 ms; the start of a plugin may never end: "guard", "slow"',
    );
    const controller = new AbortController();
    const starting = expect(start(looping, { signal: controller.signal })).rejects.toThrow("interrupted");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    controller.abort(new Error("interrupted"));
    await starting;
  });
});
