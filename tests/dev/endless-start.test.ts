// A plugin whose parser never ends. Such a plugin would block the main thread of an Envoy.
import { beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { describeDev, TestDev } from "./dev.js";

const manifest = (config: string) => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: traps, namespace: istio-system }
spec: { url: "file://plugin.wasm", pluginConfig: ${config} }
`;

let plugins: Record<string, string>;
beforeAll(async () => {
  plugins = { traps: await buildPlugin("tests/plugins/traps") };
});

describeDev("a plugin that never ends its start", (start) => {
  test("is rejected, and later updates apply", async () => {
    await using dev = await start({ "a.yaml": manifest("{}") }, { plugins, callLimitMs: 1000 });
    dev.write("a.yaml", manifest("{ loop: true }"));
    await expect.poll(() => dev.failures.map(String), { timeout: 20_000 }).toHaveLength(1);
    expect(String(dev.failures[0])).toMatch(/traps.*ran longer than 1000 ms/s);
    expect((await dev.fetch("a.org", "/")).status).toBe(200);
    dev.write("a.yaml", manifest("{ other: true }"));
    await expect.poll(() => dev.lives, { timeout: 20_000 }).toBe(2);
    expect((await dev.fetch("a.org", "/")).status).toBe(200);
  });

  test("ends the command at the start", async () => {
    const starting = start({ "a.yaml": manifest("{ loop: true }") }, { plugins, callLimitMs: 1000 });
    await expect(starting).rejects.toThrow(/traps.*ran longer than 1000 ms/s);
  });
});

describeWithEnvoy("a plugin that never ends its start, on Envoy", ({ path: envoyPath }) => {
  // The time is over before the limit of calls, which would end the start too.
  test("does not keep a signal from ending the start", { timeout: 45_000 }, async () => {
    const controller = new AbortController();
    const options = { engine: "envoy" as const, envoyPath, plugins, callLimitMs: 60_000, signal: controller.signal };
    const starting = TestDev.start({ "a.yaml": manifest("{ loop: true }") }, options);
    const ended = expect(starting).rejects.toThrow("interrupted");
    // The trial goes on in another thread.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    controller.abort(new Error("interrupted"));
    await ended;
  });

  test("takes the limit from the options, also when the limit is longer than a moment", async () => {
    const options = { engine: "envoy" as const, envoyPath, plugins, callLimitMs: 2000 };
    const starting = TestDev.start({ "a.yaml": manifest("{ loop: true }") }, options);
    await expect(starting).rejects.toThrow(/traps.*ran longer than 2000 ms/s);
  });
});
