// The SDK's Redis client: commands, replies, logins and failures.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { startPlugin, type RedisAnswer, type RedisOption, type TestPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { PluginProject } from "../support/plugin-project.js";
import { describeWithRedis, startRedis, type RedisServer } from "../support/redis.js";

const CLUSTER = "outbound|80||cache";

let wasm: string;
beforeAll(async () => {
  wasm = await buildPlugin("tests/plugins/redis");
});

function start(redis: RedisOption = {}, config: object = {}): Promise<TestPlugin> {
  return startPlugin({ wasm, host: "higress", config: { cluster: "cache", ...config }, redis });
}

const command = (name: string, args: object) => ({ headers: { "x-redis": JSON.stringify({ do: name, ...args }) } });

/** Every command with arguments, and the words that Redis gets. */
const COMMANDS: [name: string, args: object, words: string[]][] = [
  ["del", { key: "the key" }, ["del", "the key"]],
  ["exists", { key: "the key" }, ["exists", "the key"]],
  ["expire", { key: "the key", ttl: 60 }, ["expire", "the key", "60"]],
  ["persist", { key: "the key" }, ["persist", "the key"]],
  ["get", { key: "the key" }, ["get", "the key"]],
  ["set", { key: "the key", value: "the value" }, ["set", "the key", "the value"]],
  ["setEx", { key: "the key", value: "the value", ttl: 60 }, ["set", "the key", "the value", "ex", "60"]],
  ["setNX", { key: "the key", value: "the value", ttl: 60 }, ["set", "the key", "the value", "nx", "ex", "60"]],
  ["mGet", { keys: ["a", "b"] }, ["mget", "a", "b"]],
  ["mSet", { values: { x: "1", y: "2" } }, ["mset", "x", "1", "y", "2"]],
  ["incr", { key: "the key" }, ["incr", "the key"]],
  ["decr", { key: "the key" }, ["decr", "the key"]],
  ["incrBy", { key: "the key", delta: 3 }, ["incrby", "the key", "3"]],
  ["decrBy", { key: "the key", delta: 3 }, ["decrby", "the key", "3"]],
  ["lLen", { key: "the key" }, ["llen", "the key"]],
  ["rPush", { key: "the key", values: ["a", "b"] }, ["rpush", "the key", "a", "b"]],
  ["rPop", { key: "the key" }, ["rpop", "the key"]],
  ["lPush", { key: "the key", values: ["a", "b"] }, ["lpush", "the key", "a", "b"]],
  ["lPop", { key: "the key" }, ["lpop", "the key"]],
  ["lIndex", { key: "the key", index: -1 }, ["lindex", "the key", "-1"]],
  ["lRange", { key: "the key", start: 0, stop: -1 }, ["lrange", "the key", "0", "-1"]],
  ["lRem", { key: "the key", count: 2, value: "the value" }, ["lrem", "the key", "2", "the value"]],
  [
    "lInsertBefore",
    { key: "the key", pivot: "the pivot", value: "the value" },
    ["linsert", "the key", "before", "the pivot", "the value"],
  ],
  [
    "lInsertAfter",
    { key: "the key", pivot: "the pivot", value: "the value" },
    ["linsert", "the key", "after", "the pivot", "the value"],
  ],
  ["hExists", { key: "the key", field: "the field" }, ["hexists", "the key", "the field"]],
  ["hDel", { key: "the key", fields: ["a", "b"] }, ["hdel", "the key", "a", "b"]],
  ["hLen", { key: "the key" }, ["hlen", "the key"]],
  ["hGet", { key: "the key", field: "the field" }, ["hget", "the key", "the field"]],
  ["hSet", { key: "the key", field: "the field", value: "the value" }, ["hset", "the key", "the field", "the value"]],
  ["hMGet", { key: "the key", fields: ["a", "b"] }, ["hmget", "the key", "a", "b"]],
  ["hMSet", { key: "the key", values: { x: "1", y: "2" } }, ["hmset", "the key", "x", "1", "y", "2"]],
  ["hKeys", { key: "the key" }, ["hkeys", "the key"]],
  ["hVals", { key: "the key" }, ["hvals", "the key"]],
  ["hGetAll", { key: "the key" }, ["hgetall", "the key"]],
  ["hIncrBy", { key: "the key", field: "the field", delta: 3 }, ["hincrby", "the key", "the field", "3"]],
  ["hIncrByFloat", { key: "the key", field: "the field", delta: 1.5 }, ["hincrbyfloat", "the key", "the field", "1.5"]],
  ["sCard", { key: "the key" }, ["scard", "the key"]],
  ["sAdd", { key: "the key", members: ["a", "b"] }, ["sadd", "the key", "a", "b"]],
  ["sRem", { key: "the key", members: ["a", "b"] }, ["srem", "the key", "a", "b"]],
  ["sIsMember", { key: "the key", member: "the member" }, ["sismember", "the key", "the member"]],
  ["sMembers", { key: "the key" }, ["smembers", "the key"]],
  ["sDiff", { key: "the key", other: "the other" }, ["sdiff", "the key", "the other"]],
  [
    "sDiffStore",
    { target: "the target", key: "the key", other: "the other" },
    ["sdiffstore", "the target", "the key", "the other"],
  ],
  ["sInter", { key: "the key", other: "the other" }, ["sinter", "the key", "the other"]],
  [
    "sInterStore",
    { target: "the target", key: "the key", other: "the other" },
    ["sinterstore", "the target", "the key", "the other"],
  ],
  ["sUnion", { key: "the key", other: "the other" }, ["sunion", "the key", "the other"]],
  [
    "sUnionStore",
    { target: "the target", key: "the key", other: "the other" },
    ["sunionstore", "the target", "the key", "the other"],
  ],
  ["zCard", { key: "the key" }, ["zcard", "the key"]],
  ["zAdd", { key: "the key", scores: { m: 1, n: 2.5 } }, ["zadd", "the key", "1", "m", "2.5", "n"]],
  ["zCount", { key: "the key", min: 0.5, max: 10 }, ["zcount", "the key", "0.5", "10"]],
  ["zIncrBy", { key: "the key", member: "the member", delta: 1.5 }, ["zincrby", "the key", "1.5", "the member"]],
  ["zScore", { key: "the key", member: "the member" }, ["zscore", "the key", "the member"]],
  ["zRank", { key: "the key", member: "the member" }, ["zrank", "the key", "the member"]],
  ["zRevRank", { key: "the key", member: "the member" }, ["zrevrank", "the key", "the member"]],
  ["zRem", { key: "the key", members: ["a", "b"] }, ["zrem", "the key", "a", "b"]],
  ["zRange", { key: "the key", start: 0, stop: -1 }, ["zrange", "the key", "0", "-1"]],
  ["zRevRange", { key: "the key", start: 0, stop: -1 }, ["zrevrange", "the key", "0", "-1"]],
  ["setNX", { key: "k", value: "v", ttl: 0 }, ["set", "k", "v", "nx"]],
  ["eval", { script: "return 1", keys: ["a", "b"], args: ["1"] }, ["eval", "return 1", "2", "a", "b", "1"]],
  ["command", { args: ["PING"] }, ["PING"]],
  ["command", { args: ["set", "é\u{1F600}", "a\r\nb", ""] }, ["set", "é\u{1F600}", "a\r\nb", ""]],
];

describe("commands", () => {
  let plugin: TestPlugin;
  beforeAll(async () => {
    plugin = await start({ [CLUSTER]: { status: "OK" } });
  });

  test.each(COMMANDS)("%s %j", async (name, args, words) => {
    const response = await plugin.fetch("/", command(name, args));
    expect(plugin.redisCalls.at(-1)!.command).toEqual(words);
    expect(response).toMatchObject({ status: 200, body: "status|OK|0|0.0|false|0" });
  });
});

test.each<[reply: RedisAnswer, text: string]>([
  ["12", "bulk|12|12|12.0|true|0"],
  ["1.5", "bulk|1.5|0|1.5|false|0"],
  ["", "bulk||0|0.0|false|0"],
  ["a\r\nb é", "bulk|a\r\nb é|0|0.0|false|0"],
  [-3, "integer|-3|-3|-3.0|true|0"],
  [0, "integer|0|0|0.0|false|0"],
  [null, "null||0|0.0|false|0"],
  [[], "array|[]|0|0.0|false|0"],
  [["a", 1, null, ["b"]], "array|[a 1  [b]]|0|0.0|false|4"],
  [{ status: "PONG" }, "status|PONG|0|0.0|false|0"],
  [new Error("WRONGTYPE no list"), "error|WRONGTYPE no list|0|0.0|false|0"],
  [{ fails: "reset" }, "error|cannot connect to redis cluster|0|0.0|false|0"],
  [{ fails: "timeout" }, "error|cannot connect to redis cluster|0|0.0|false|0"],
])("a call handler gets the reply %j", async (reply, text) => {
  const plugin = await start({ [CLUSTER]: reply });
  const response = await plugin.fetch("/", command("get", { key: "a" }));
  expect(response).toMatchObject({ status: text.startsWith("error") ? 502 : 200, body: text });
  expect(response).toHaveHeader("x-null", String(reply === null)); // isNull
  if (typeof reply === "string") expect(response).toHaveHeader("x-bytes", String(Buffer.byteLength(reply)));
});

describe("a connection", () => {
  test("has the user, the password, the database and the time limit of init", async () => {
    const plugin = await start({ [CLUSTER]: 1 }, { user: "mia", password: "secret", database: 3 });
    await plugin.fetch("/", command("incr", { key: "a" }));
    expect(plugin.redisCalls).toMatchObject([{ cluster: CLUSTER, database: 3, password: "secret", timeoutMs: 1000 }]);
    expect(plugin.timeline).toContain(
      `redis_init("${CLUSTER}?db=3&buffer_flush_timeout=3&max_buffer_size_before_flush=1024", "mia", 1000 ms) → Ok`,
    );
    expect(plugin).toHaveLogged("ready: true");
  });

  test("buffers no commands if the options say so", async () => {
    const plugin = await start({ [CLUSTER]: 1 }, { noBuffer: true });
    await plugin.fetch("/", command("incr", { key: "a" }));
    expect(plugin.timeline).toContain(
      `redis_init("${CLUSTER}?buffer_flush_timeout=0&max_buffer_size_before_flush=0", "", 1000 ms) → Ok`,
    );
  });

  test("without init, sends nothing", async () => {
    const plugin = await start({ [CLUSTER]: 1 }, { noInit: true });
    expect(await plugin.fetch("/", command("incr", { key: "a" }))).toMatchObject({
      status: 500,
      body: "redis client is not ready, please call init() first",
    });
    expect(plugin.redisCalls).toEqual([]);
  });

  test("to an unknown cluster logs a warning at the start, and each command tries again", async () => {
    const plugin = await startPlugin({ wasm, host: "higress", config: { cluster: "cache" }, clusters: ["other"] });
    expect(plugin).toHaveLogged(
      `failed to init redis: "${CLUSTER}": the gateway has no such cluster, will retry later`,
    );
    expect(plugin).toHaveLogged("ready: false");
    for (let i = 0; i < 2; i++) {
      expect(await plugin.fetch("/", command("incr", { key: "a" }))).toMatchObject({
        status: 500,
        body: `failed to init redis: "${CLUSTER}": the gateway has no such cluster`,
      });
    }
    expect(plugin.timeline.match(/redis_init/g)).toHaveLength(3);
  });

  test("sends a command without a call handler, and does not wait", async () => {
    const plugin = await start({ [CLUSTER]: 1 }, { ignoresReply: true });
    const request = plugin.request("/", command("", { args: ["incr", "a"] }));
    expect(request.upstream).toBeDefined();
    request.answer();
    await plugin.settled();
    expect(plugin.redisCalls).toMatchObject([{ command: ["incr", "a"], state: "answered" }]);
    expect(plugin).toHaveNothingOpen();
  });

  test("ignores the reply to a request that is over", async () => {
    const plugin = await start();
    const request = plugin.request("/", command("get", { key: "a" }));
    request.cancel();
    plugin.redisCalls[0]!.answer("late");
    expect(plugin).toHaveNothingOpen();
  });

  test("takes commands of a tick, and drops the reply to a configuration that is gone", async () => {
    const plugin = await start({}, { ticks: true });
    plugin.clock.advance(1000);
    expect(plugin.redisCalls).toMatchObject([{ cluster: CLUSTER, command: ["incr", "ticks"] }]);
    plugin.redisCalls[0]!.answer(7);
    expect(plugin).toHaveLogged("tick 7");
    plugin.clock.advance(1000);
    plugin.reload({ cluster: "cache" });
    expect(plugin.redisCalls.at(-1)!.state).toBe("cancelled");
    expect(plugin).toHaveNothingOpen();
  });

  test("gives each reply to its own request", async () => {
    const plugin = await start();
    const requests = Array.from({ length: 20 }, (_, i) => plugin.request("/", command("get", { key: `${i}` })));
    for (const call of [...plugin.redisCalls].reverse()) call.answer(`reply to ${call.command[1]}`);
    expect(requests.map(({ response }) => response!.body.split("|")[1])).toEqual(
      requests.map((_, i) => `reply to ${i}`),
    );
  });
});

describe("a server that asks for a password", () => {
  const NOAUTH = new Error("NOAUTH Authentication required.");

  test("gets the command once more after a new login", async () => {
    let replies = 0;
    const plugin = await start({ [CLUSTER]: () => (replies++ === 0 ? NOAUTH : "value") });
    expect(await plugin.fetch("/", command("get", { key: "a" }))).toMatchObject({ status: 200 });
    expect(plugin.redisCalls.map((call) => call.command)).toEqual([
      ["get", "a"],
      ["get", "a"],
    ]);
    expect(plugin.timeline.match(/redis_init/g)).toHaveLength(2);
  });

  test("gets the command no third time", async () => {
    const plugin = await start({ [CLUSTER]: NOAUTH });
    const response = await plugin.fetch("/", command("get", { key: "a" }));
    expect(response).toMatchObject({ status: 502, body: "error|NOAUTH Authentication required.|0|0.0|false|0" });
    expect(plugin.redisCalls).toHaveLength(2);
    expect(plugin).toHaveNothingOpen();
  });
});

describe("a build without Higress's calls", () => {
  const project = new PluginProject({
    "assembly/index.ts": readFileSync(join(packageRoot(), "tests/plugins/redis/assembly/index.ts"), "utf8"),
    "asconfig.json": JSON.stringify({
      ...{ extends: "as-proxy-wasm-sdk/asconfig.json", entries: ["assembly/index.ts"] },
      options: { use: ["HIGRESS_CALLS=0"], outFile: "plugin.wasm" },
    }),
  });
  afterAll(() => project.remove());
  let plugin: TestPlugin;
  beforeAll(async () => {
    plugin = await startPlugin({
      ...{ wasm: await buildPlugin(project.folder), host: "envoy", config: { cluster: "cache" } },
    });
  });

  test("loads on Envoy, and init and commands return an error", async () => {
    expect(plugin).toHaveLogged("init: failed to init redis: not available on this gateway");
    expect(await plugin.fetch("/", command("get", { key: "a" }))).toMatchObject({
      status: 500,
      body: "failed to init redis: not available on this gateway",
    });
    expect(await plugin.fetch("/")).toHaveStatus(200);
  });
});

describeWithRedis("a real Redis", () => {
  let server: RedisServer;
  let plugin: TestPlugin;
  beforeAll(async () => {
    server = await startRedis("--requirepass", "secret");
    plugin = await start(
      { [CLUSTER]: new URL(`redis://127.0.0.1:${server.port}`) },
      { password: "secret", database: 1 },
    );
  });
  afterAll(() => server.stop());

  const reply = async (name: string, args: object) => {
    const { body } = await plugin.fetch("/", command(name, args));
    return body.split("|").slice(0, 2).join(" ");
  };

  test("takes every command", async () => {
    for (const [name, args] of COMMANDS.slice(0, -1)) {
      const text = await reply(name, args);
      // The keys are texts, so commands on lists, hashes and sets are refused for their type only.
      expect(text, name).not.toMatch(/syntax|wrong number|unknown command|not an integer|NOAUTH|WRONGPASS/);
      await reply("del", { key: "the key" });
    }
  });

  test("keeps values", async () => {
    expect(await reply("set", { key: "a", value: "é\r\n" })).toBe("status OK");
    expect(await reply("get", { key: "a" })).toBe("bulk é\r\n");
    expect(await reply("get", { key: "none" })).toBe("null ");
    expect(await reply("incrBy", { key: "n", delta: 41 })).toBe("integer 41");
    expect(await reply("incr", { key: "n" })).toBe("integer 42");
    expect(await reply("incr", { key: "a" })).toMatch(/^error ERR value is not an integer/);
    expect(await reply("setNX", { key: "a", value: "b", ttl: 1 })).toBe("null ");
    expect(await reply("rPush", { key: "l", values: ["1", "2", "3"] })).toBe("integer 3");
    expect(await reply("lRange", { key: "l", start: 0, stop: -1 })).toBe("array [1 2 3]");
    expect(await reply("zAdd", { key: "z", scores: { m: 1.5, n: 2 } })).toBe("integer 2");
    expect(await reply("zScore", { key: "z", member: "m" })).toBe("bulk 1.5");
    expect(await reply("hMSet", { key: "h", values: { x: "1" } })).toBe("status OK");
    expect(await reply("hGetAll", { key: "h" })).toBe("array [x 1]");
  });

  test("runs scripts", async () => {
    const script = "return {KEYS[1], ARGV[1], tonumber(ARGV[2]) + 1}";
    expect(await reply("eval", { script, keys: ["k"], args: ["a", "1"] })).toBe("array [k a 2]");
  });
});
