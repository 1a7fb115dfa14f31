import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { packageRoot, startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";

/** The part of the bootstrap configuration that this test changes. */
interface Bootstrap {
  static_resources: {
    listeners: { filter_chains: { filters: { typed_config: Record<string, unknown> }[] }[] }[];
  };
}

const helpers = readFileSync(join(packageRoot(), "docs", "helpers.md"), "utf8");

describeWithEnvoy("what docs/helpers.md says about Envoy's configuration", ({ path }) => {
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    const plugins = await Promise.all(
      ["metrics", "attributes"].map(async (name) => ({
        ...{ name, wasm: await buildPlugin(`tests/plugins/${name}`), vmId: name },
        configuration: JSON.stringify({ set: { model: "qwen-turbo", tokens: 42 } }),
      })),
    );
    const routes = [{ prefix: "/", directResponse: { status: 200 } }];
    const listeners = plugins.map((plugin) => ({ name: plugin.name, plugins: [plugin], routes }));
    const stats = parse(/^```yaml\n(stats_config:\n.*?)```/ms.exec(helpers)![1]!) as object;
    const format = `${/"%FILTER_STATE\(.*?\)%"/.exec(helpers)![0]}\n`;
    const change = (bootstrap: object) => {
      const changed = { ...structuredClone(bootstrap), ...stats } as Bootstrap;
      // Envoy writes the first line of an access log at once, and the next lines 10 seconds later.
      const connections = changed.static_resources.listeners[1]!.filter_chains[0]!.filters[0]!;
      connections.typed_config["access_log"] = [
        {
          name: "stderr",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StderrAccessLog",
            log_format: { text_format_source: { inline_string: `access ${format}` } },
          },
        },
      ];
      return changed;
    };
    envoy = await startEnvoy({ listeners }, { envoy: path, change });
  }, 60_000);
  afterAll(() => envoy?.stop());

  test("stats_tags make labels of the tags in a metric's name", async () => {
    const headers = [["x-do", "tags"], ["x-arg", "default"]] as const; // prettier-ignore
    await request(envoy.port("metrics"), { headers });
    const text = await envoy.admin("/stats/prometheus");
    expect(text).toContain('route_model_wrong_none_metric_input_token{ai_route="default",ai_model="none"} 1');
  });

  test("an access log has the attributes of a request", async () => {
    await request(envoy.port("attributes"), {});
    await envoy.waitForLog(/^access /m);
    expect(envoy.log).toContain(String.raw`access "{\"model\":\"qwen-turbo\",\"tokens\":42}"`);
  });
});
