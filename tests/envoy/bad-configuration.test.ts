import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type PluginConfiguration, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";
import { BAD_CONFIGURATIONS } from "./bad-configurations.js";

describeWithEnvoy(
  "a bad configuration is rejected with the reason, and the plugin keeps the previous one",
  ({ path }) => {
    let envoy: RunningEnvoy;
    let content = "start";
    const update = (configuration: PluginConfiguration) => envoy.updatePlugin("gateway", "strict", configuration);
    const body = async () => (await request(envoy.port("gateway"), {})).text;

    beforeAll(async () => {
      const wasm = await buildPlugin("tests/plugins/strict");
      const plugin = { name: "strict", wasm, ecds: true, configuration: { content } };
      const routes = [{ prefix: "/", directResponse: { status: 404 } }];
      envoy = await startEnvoy({ listeners: [{ name: "gateway", plugins: [plugin], routes }] }, { envoy: path });
    }, 60_000);
    afterAll(() => envoy?.stop());

    test.each(BAD_CONFIGURATIONS)("%s", async (_name, configuration, why) => {
      const mark = envoy.mark();
      expect(await update(configuration)).toBe(false);
      expect(envoy.logSince(mark)).toContain(`[strict] [nil] [nil] configuration rejected: ${why}\n`);
      expect(envoy.logSince(mark)).not.toMatch(/abort:|unreachable|RuntimeError/);
      expect(await body()).toBe(content);

      // The plugin accepts the next valid configuration.
      const next = `after ${configuration.length} bytes, ${Math.random()}`;
      expect(await update({ content: next })).toBe(true);
      content = next;
      expect(await body()).toBe(content);
    });
  },
);
