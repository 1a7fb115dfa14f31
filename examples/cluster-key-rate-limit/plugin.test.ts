import { startPlugin, type RedisFunction, type TestPlugin } from "as-proxy-wasm-sdk/testing";
import { describe, expect, test } from "vitest";

const redis = { service_name: "redis.static" };
const CLUSTER = "outbound|80||redis.static";

/** A Redis that knows the plugin's script: it counts the requests of each key. */
function counter(): { counts: Map<string, number>; reply: RedisFunction } {
  const counts = new Map<string, number>();
  const reply: RedisFunction = ([name, , , key = "", limit, seconds]) => {
    expect(name).toBe("eval");
    const count = counts.get(key) ?? 0;
    if (count <= Number(limit)) counts.set(key, count + 1);
    return [Number(limit), counts.get(key)!, Number(seconds)];
  };
  return { counts, reply };
}

const start = (config: object, reply: RedisFunction = counter().reply): Promise<TestPlugin> =>
  startPlugin({ host: "higress", config: { rule_name: "r", redis, ...config }, redis: { [CLUSTER]: reply } });

test("limits all requests together", async () => {
  const { counts, reply } = counter();
  const plugin = await start({ global_threshold: { query_per_minute: 2 } }, reply);
  const responses = [await plugin.fetch("/"), await plugin.fetch("/"), await plugin.fetch("/")];
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(responses[2]).toMatchObject({ body: "Too many requests" });
  expect(responses[2]).toHaveHeader("x-ratelimit-reset", "60");
  expect(responses[2]).not.toHaveHeader("x-ratelimit-limit");
  expect([...counts.keys()]).toEqual(["higress-cluster-key-rate-limit:r:global_threshold:60"]);
});

test("shows the quota when the configuration says so", async () => {
  const plugin = await start({ global_threshold: { query_per_second: 1 }, show_limit_quota_header: true });
  const passed = await plugin.fetch("/");
  expect(passed).toHaveHeader("x-ratelimit-limit", "1");
  expect(passed).toHaveHeader("x-ratelimit-remaining", "0");
  const rejected = await plugin.fetch("/");
  expect(rejected).toHaveStatus(429);
  expect([...rejected.headers].filter(([name]) => name.startsWith("x-ratelimit"))).toEqual([
    ["x-ratelimit-limit", "1"],
    ["x-ratelimit-remaining", "0"],
    ["x-ratelimit-reset", "1"],
  ]);
});

test("an empty rule_name, and 0 as the port and the timeout, are valid", async () => {
  const { counts, reply } = counter();
  const zeros = { ...redis, service_port: 0, timeout: 0 };
  const plugin = await start({ rule_name: "", redis: zeros, global_threshold: { query_per_minute: 1 } }, reply);
  expect(await plugin.fetch("/")).toHaveStatus(200);
  expect(plugin.redisCalls.map(({ cluster, timeoutMs }) => [cluster, timeoutMs])).toEqual([[CLUSTER, 1000]]);
  expect([...counts.keys()]).toEqual(["higress-cluster-key-rate-limit::global_threshold:60"]);
});

test("rejects with the status code and the body of the configuration", async () => {
  const plugin = await start({ global_threshold: { query_per_day: 1 }, rejected_code: 503, rejected_msg: "later" });
  await plugin.fetch("/");
  expect(await plugin.fetch("/")).toMatchObject({ status: 503, body: "later" });
});

test("sends the headers of a rejection in the order of the Go plugin", async () => {
  const plugin = await start({ global_threshold: { query_per_second: 1 }, show_limit_quota_header: true });
  await plugin.fetch("/");
  const names = [...(await plugin.fetch("/")).headers].map(([name]) => name);
  expect(names.filter((name) => name.startsWith("x-ratelimit"))).toEqual([
    ...["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"],
  ]);
});

test("converts values as the Go plugin does", async () => {
  const plugin = await startPlugin({
    host: "higress",
    config: {
      rule_name: "",
      global_threshold: { query_per_second: "1" },
      show_limit_quota_header: "true",
      rejected_code: "403",
      rejected_msg: 5,
      redis: { service_name: "redis.dns", service_port: "6380", timeout: 0, database: "2" },
    },
    redis: () => [1, 2, 1],
  });
  const request = plugin.request({});
  const response = await request.done();
  expect(response).toMatchObject({ status: 403, body: "5" });
  expect(response).toHaveHeader("x-ratelimit-limit", "1");
  expect(request.redisCalls[0]).toMatchObject({ cluster: "outbound|6380||redis.dns", timeoutMs: 1000, database: 2 });
});

describe("rule items", () => {
  const limit = (key: string) => [{ key, query_per_minute: 10 }];
  test.each<[item: object, request: object, key: string | undefined]>([
    [
      { limit_by_header: "x-ca-key", limit_keys: limit("a") },
      { headers: { "x-ca-key": "a" } },
      "limit_by_header:60:x-ca-key:a",
    ],
    [
      { limit_by_header: "X-Ca-Key", limit_keys: limit("a") },
      { headers: { "x-ca-key": "a" } },
      "limit_by_header:60:X-Ca-Key:a",
    ],
    [{ limit_by_header: "x-ca-key", limit_keys: limit("a") }, { headers: { "x-ca-key": "b" } }, undefined],
    [{ limit_by_header: "x-ca-key", limit_keys: limit("a") }, {}, undefined],
    [
      { limit_by_param: "apikey", limit_keys: limit("a b") },
      { path: "/?x=1&apikey=a%20b" },
      "limit_by_param:60:apikey:a b",
    ],
    [{ limit_by_param: "apikey", limit_keys: limit("a") }, { path: "/?apikey=%zz" }, undefined],
    [
      { limit_by_cookie: "key1", limit_keys: limit("v") },
      { headers: { cookie: "a=b; key1=v" } },
      "limit_by_cookie:60:key1:v",
    ],
    [
      { limit_by_consumer: "", limit_keys: limit("mia") },
      { headers: { "x-mse-consumer": "mia" } },
      "limit_by_consumer:60:x-mse-consumer:mia",
    ],
    [
      { limit_by_per_consumer: "", limit_keys: limit("*") },
      { headers: { "x-mse-consumer": "mia" } },
      "limit_by_per_consumer:60:x-mse-consumer:mia",
    ],
    [{ limit_by_per_param: "k", limit_keys: limit("regexp:^a.*") }, { path: "/?k=abc" }, "limit_by_per_param:60:k:abc"],
    [{ limit_by_per_param: "k", limit_keys: limit("regexp:^a.*") }, { path: "/?k=bc" }, undefined],
    [{ limit_by_per_param: "k", limit_keys: limit("*") }, { path: "/?k=" }, "limit_by_per_param:60:k:"],
    [{ limit_by_per_param: "k", limit_keys: limit("*") }, { path: "/?x=1" }, undefined],
    [{ limit_by_per_param: "k", limit_keys: limit("*") }, { path: "/%zz?a=%zz&k=1" }, "limit_by_per_param:60:k:1"],
    [{ limit_by_per_header: "x", limit_keys: limit("*") }, { headers: { x: "" } }, "limit_by_per_header:60:x:"],
    [{ limit_by_per_header: "x", limit_keys: limit("*") }, {}, undefined],
    [{ limit_by_cookie: "k", limit_keys: limit("a=") }, { headers: { cookie: "k=a=" } }, "limit_by_cookie:60:k:a="],
    [{ limit_by_per_cookie: "k", limit_keys: limit("*") }, { headers: { cookie: "k" } }, undefined],
    [{ limit_by_per_header: "x", limit_keys: limit("*") }, { headers: { x: "1" } }, "limit_by_per_header:60:x:1"],
    [
      { limit_by_per_ip: "from-remote-addr", limit_keys: limit("10.0.0.0/8") },
      { source: "10.0.0.7:1000" },
      "limit_by_per_ip:60:from-remote-addr:10.0.0.7",
    ],
    [{ limit_by_per_header: "x", limit_keys: limit("*") }, { headers: { x: "" } }, "limit_by_per_header:60:x:"],
    [{ limit_by_per_param: "k", limit_keys: limit("*") }, { path: "/?k=" }, "limit_by_per_param:60:k:"],
    [{ limit_by_per_cookie: "k", limit_keys: limit("*") }, { headers: { cookie: "k=" } }, undefined],
    [
      { limit_by_per_header: "x", limit_by_header: "y", limit_keys: limit("*") },
      { headers: { x: "1", y: "*" } },
      "limit_by_per_header:60:x:1",
    ],
    [
      { limit_by_header: "x", limit_by_param: "", limit_keys: limit("1") },
      { headers: { x: "1" } },
      "limit_by_header:60:x:1",
    ],
    [{ limit_by_per_ip: "from-remote-addr", limit_keys: limit("10.0.0.7") }, { source: "10.0.0.8:1000" }, undefined],
    [{ limit_by_per_ip: "from-remote-addr", limit_keys: limit("0.0.0.0/0") }, { source: "[::1]:1000" }, undefined],
    [
      { limit_by_per_ip: "from-remote-addr", limit_keys: limit("0.0.0.0/0") },
      { source: "[::ffff:10.0.0.7]:1000" },
      "limit_by_per_ip:60:from-remote-addr:10.0.0.7",
    ],
    [
      { limit_by_per_ip: "from-header-x-forwarded-for", limit_keys: limit("1.1.1.0/24") },
      { headers: { "x-forwarded-for": "1.1.1.9, 10.0.0.1" } },
      "limit_by_per_ip:60:from-header-x-forwarded-for:1.1.1.9",
    ],
    [
      { limit_by_per_ip: "from-header-x-forwarded-for", limit_keys: limit("1.1.1.0/24") },
      { headers: { "x-forwarded-for": " 1.1.1.9:x , 10.0.0.1" } },
      "limit_by_per_ip:60:from-header-x-forwarded-for:1.1.1.9",
    ],
    [
      { limit_by_per_ip: "from-header-x-forwarded-for", limit_keys: limit("::/0") },
      { headers: { "x-forwarded-for": "1.1.1" } },
      undefined,
    ],
    // Of several fields the last one counts, and an empty name does not count.
    [
      {
        limit_by_per_header: "a",
        limit_by_param: "b",
        limit_by_header: "c",
        limit_by_per_param: "",
        limit_keys: limit("*"),
      },
      { path: "/?b=1", headers: { a: "2", c: "3" } },
      "limit_by_per_header:60:a:2",
    ],
    [
      { limit_by_per_consumer: "", limit_by_per_header: "a", limit_keys: limit("*") },
      { headers: { a: "2", "x-mse-consumer": "mia" } },
      "limit_by_per_consumer:60:x-mse-consumer:mia",
    ],
  ])("%j, %j → %s", async (item, request, key) => {
    const { counts, reply } = counter();
    const plugin = await start({ rule_items: [item] }, reply);
    const { path = "/", ...options } = request as { path?: string };
    expect(await plugin.fetch(path, options)).toHaveStatus(200);
    expect([...counts.keys()]).toEqual(key === undefined ? [] : [`higress-cluster-key-rate-limit:r:${key}`]);
  });

  test("count in the order of the configuration", async () => {
    const { counts, reply } = counter();
    const keys = [
      { key: "regexp:^a", query_per_second: 1 },
      { key: "*", query_per_hour: 5 },
    ];
    const items = [
      { limit_by_header: "x-first", limit_keys: limit("1") },
      { limit_by_per_header: "x-second", limit_keys: keys },
    ];
    const plugin = await start({ rule_items: items }, reply);
    await plugin.fetch("/", { headers: { "x-first": "1", "x-second": "a" } });
    await plugin.fetch("/", { headers: { "x-second": "a" } });
    await plugin.fetch("/", { headers: { "x-second": "b" } });
    expect([...counts.keys()].map((key) => key.replace(/^.*?:r:/, ""))).toEqual([
      "limit_by_header:60:x-first:1",
      "limit_by_per_header:1:x-second:a",
      "limit_by_per_header:3600:x-second:b",
    ]);
  });
});

describe("when Redis makes no decision", () => {
  const failures: [string, RedisFunction][] = [
    ["Redis does not respond", () => ({ fails: "timeout" })],
    ["Redis reports an error", () => new Error("ERR unknown command")],
    ["the reply has another form", () => [1, 2]],
  ];
  test.each(failures)(
    "%s: a request passes by default, and is rejected with on_redis_failure: reject",
    async (_, reply) => {
      const config = { global_threshold: { query_per_minute: 1 } };
      const passes = await start(config, reply);
      expect(await passes.fetch("/")).toHaveStatus(200);
      expect(passes).toHaveLogged("redis made no decision");
      const rejects = await start({ ...config, on_redis_failure: "reject" }, reply);
      expect(await rejects.fetch("/")).toHaveStatus(429);
    },
  );

  test("an unknown service: a request passes by default, and is rejected with on_redis_failure: reject", async () => {
    for (const [more, status] of [[{}, 200] as const, [{ on_redis_failure: "reject" }, 429] as const]) {
      const config = { rule_name: "r", redis, global_threshold: { query_per_minute: 1 }, ...more };
      const plugin = await startPlugin({ host: "higress", config, clusters: [] });
      expect(await plugin.fetch("/")).toHaveStatus(status);
    }
  });
});

test.each<[config: object, error: string]>([
  [{}, "missing redis in config"],
  [{ redis: {} }, "redis service name must not be empty"],
  [{ redis }, "missing rule_name in config"],
  [{ redis, rule_name: "r" }, "at least one of 'global_threshold' or 'rule_items' must be set"],
  [
    { redis, rule_name: "r", global_threshold: {}, rule_items: [] },
    "'global_threshold' and 'rule_items' cannot be set at the same time",
  ],
  [{ redis, rule_name: "r", rule_items: [] }, "config rule_items cannot be empty"],
  [
    { redis, rule_name: "r", global_threshold: { query_per_second: -100 } },
    "failed to parse global_threshold: 'query_per_second' must be a positive integer, got -100",
  ],
  [
    { redis, rule_name: "r", global_threshold: {} },
    "one of 'query_per_second', 'query_per_minute', 'query_per_hour', 'query_per_day' must be set for global_threshold",
  ],
  [{ redis, rule_name: "r", rule_items: [{}] }, "one of 'limit_by_*' or 'limit_by_per_*' must be set"],
  [{ redis, rule_name: "r", rule_items: [{ limit_by_header: "x" }] }, "missing limit_keys in config"],
  [
    { redis, rule_name: "r", rule_items: [{ limit_by_header: "x", limit_keys: [] }] },
    "config limit_keys cannot be empty",
  ],
  [{ redis, rule_name: "r", rule_items: [{ limit_by_header: "x", limit_keys: [{}] }] }, "limit_keys key is required"],
  [
    { redis, rule_name: "r", rule_items: [{ limit_by_header: "x", limit_keys: [{ key: "a", query_per_day: -100 }] }] },
    "'query_per_day' must be a positive integer for key 'a', got -100",
  ],
  [
    { redis, rule_name: "r", rule_items: [{ limit_by_per_header: "x", limit_keys: [{ key: "a", query_per_day: 1 }] }] },
    "the 'limit_by_per_header' restriction must start with 'regexp:' or be exactly '*'",
  ],
  [
    {
      redis,
      rule_name: "r",
      rule_items: [{ limit_by_per_header: "x", limit_keys: [{ key: "regexp:(", query_per_day: 1 }] }],
    },
    "failed to compile regex for key 'regexp:('",
  ],
  [
    {
      redis,
      rule_name: "r",
      rule_items: [{ limit_by_per_ip: "from-remote-addr", limit_keys: [{ key: "10.0.0.0/33", query_per_day: 1 }] }],
    },
    "failed to parse IPNet for key '10.0.0.0/33'",
  ],
  [
    { redis, rule_name: "r", rule_items: [{ limit_by_per_ip: "from-header-", limit_keys: [] }] },
    "empty after 'from-header-'",
  ],
  [
    { redis, rule_name: "r", rule_items: [{ limit_by_per_ip: "x", limit_keys: [] }] },
    "expected 'from-header-<name>' or 'from-remote-addr'",
  ],
  [{ redis, rule_name: "r", global_threshold: { query_per_day: 1 }, rejected_code: 700 }, "rejected_code: expected"],
  ...[{ service_port: 65536 }, { service_port: -1 }, { timeout: -1 }, { timeout: 2147483648 }, { database: -1 }].map(
    (more): [object, string] => [
      { redis: { ...redis, ...more }, rule_name: "r", global_threshold: { query_per_day: 1 } },
      `redis.${Object.keys(more)[0]}: expected integer`,
    ],
  ),
])("rejects %j", async (config, error) => {
  await expect(startPlugin({ host: "higress", config })).rejects.toThrow(error);
});
