// The example cluster-key-rate-limit with a real Redis, which runs the plugin's script.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPlugin, type TestPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithRedis, startRedis, type RedisServer } from "../support/redis.js";

describeWithRedis("cluster-key-rate-limit with a real Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  async function start(rule: string): Promise<TestPlugin> {
    return startPlugin({
      ...{ wasm: await buildPlugin("examples/cluster-key-rate-limit"), host: "higress" },
      config: {
        ...{ rule_name: rule, global_threshold: { query_per_minute: 3 }, show_limit_quota_header: true },
        redis: { service_name: "redis.static" },
      },
      redis: { "outbound|80||redis.static": new URL(`redis://127.0.0.1:${server.port}`) },
    });
  }

  test("counts the requests of all gateways together, and says when the window ends", async () => {
    const gateways = [await start("a"), await start("a")];
    const remaining: unknown[] = [];
    for (const i of [0, 1, 0]) {
      const response = await gateways[i]!.fetch("/");
      expect(response).toHaveStatus(200);
      remaining.push(response.headers.get("x-ratelimit-remaining"));
    }
    expect(remaining).toEqual(["2", "1", "0"]);
    for (const i of [0, 1, 0]) {
      const response = await gateways[i]!.fetch("/");
      expect(response).toHaveStatus(429);
      expect(Number(response.headers.get("x-ratelimit-reset"))).toBeGreaterThan(50);
      expect(Number(response.headers.get("x-ratelimit-reset"))).toBeLessThanOrEqual(60);
    }
  });

  test("counts the requests of another rule apart", async () => {
    expect(await (await start("b")).fetch("/")).toHaveStatus(200);
  });
});
