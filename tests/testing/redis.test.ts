import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../sdk/gateway/redis-framing.js";
import { startPlugin, type RedisAnswer, type RedisOption, type StartOptions } from "../../sdk/testing/index.js";
import { Guest } from "../host/conformance/support/guest.js";
import {
  arg,
  call,
  load,
  note,
  out,
  returns,
  show,
  slot,
  store,
  type Step,
} from "../host/conformance/support/steps.js";
import { describeWithRedis, startRedis, type RedisServer } from "../support/redis.js";

const query = (text: string, cluster = "cache") => call("proxy_redis_call", cluster, text, slot("token"));
const bytes = (text: string) => Buffer.from(text).toString("latin1");
const send = (...words: string[]) => query(command(...words.map(bytes)).toString("latin1"));
const init = (password = "", timeout = 0) => call("proxy_redis_init", "cache?db=2", "", password, timeout);

/**
 * A Higress plugin that makes these calls for each request and pauses the request until a reply comes. It logs the
 * reply.
 */
function pluginThat(steps: readonly Step[], first: readonly Step[] = [init()]): StartOptions {
  const guest = new Guest(
    {
      proxy_on_configure: first,
      proxy_on_request_headers: [store("stream", arg(0)), ...steps, returns(4)],
      proxy_on_redis_call_response: [
        ...[note("status", arg(2)), call("proxy_get_buffer_bytes", 9, 0, 10_000, out("reply")), show("reply")],
        ...[call("proxy_set_effective_context", load("stream")), call("proxy_continue_stream", 0)],
      ],
    },
    { abi: "0.2.100", host: "higress" },
  );
  return { wasm: guest.bytes, host: "higress" };
}

const GET = pluginThat([send("GET", "user:mia")]);
/** Starts a plugin that sends `GET user:mia` for each request. */
const start = (redis?: RedisOption) => startPlugin({ ...GET, ...(redis === undefined ? {} : { redis }) });

/** The reply that the plugin reads. */
async function replyTo(reply: RedisAnswer): Promise<string | undefined> {
  const plugin = await start({ cache: reply });
  await plugin.fetch();
  return plugin.logs.at(-1)?.text;
}

describe("replies by hand", () => {
  test("a test sees a command and gives its reply", async () => {
    const plugin = await start();
    const request = plugin.request("/foo");
    expect(request).toBeHeld();
    expect(request.state).toBe("the plugin holds the request and waits for the result of a call to cache");
    expect(request.redisCalls).toMatchObject([
      { cluster: "cache", command: ["GET", "user:mia"], database: 2, timeoutMs: 0, state: "waiting" },
    ]);
    expect(plugin.open).toEqual({ requests: 1, contexts: 1, calls: 1 });
    const [sent] = request.redisCalls;
    sent!.answer("admin");
    expect(sent!.state).toBe("answered");
    expect(plugin).toHaveLogged("$5\r\nadmin\r\n");
    expect(request.upstream).toMatchObject({ path: "/foo" });
    request.answer();
    expect(plugin).toHaveNothingOpen();
    expect(() => sent!.answer("again")).toThrow("the command GET to cache has its reply already");
  });

  test("the timeline shows command and reply, without the password", async () => {
    const plugin = await startPlugin(pluginThat([send("GET", "a b")], [init("secret", 500)]));
    plugin.request("/foo");
    plugin.redisCalls[0]!.answer(null);
    expect(plugin.timeline).toContain('redis_init("cache?db=2", "", 500 ms) → Ok');
    expect(plugin.timeline).toContain('to cache: "GET" "a b"');
    expect(plugin.timeline).toMatch(/redis_call\("cache", .*\) → \d+/);
    expect(plugin.timeline).toContain('cache replies "$-1\\r\\n"');
    expect(plugin.timeline).toMatch(/on_redis_call_response\(call \d+, status 0, 5 bytes\)/);
    expect(plugin.timeline).not.toContain("secret");
    expect(plugin.redisCalls[0]).toMatchObject({ password: "secret" });
  });

  test("a timeout follows the plugin's clock", async () => {
    const plugin = await startPlugin(pluginThat([send("GET", "a")], [init("", 500)]));
    plugin.request();
    plugin.clock.advance(499);
    expect(plugin.redisCalls[0]!.state).toBe("waiting");
    plugin.clock.advance(1);
    expect(plugin).toHaveLogged("status  1");
    expect(() => plugin.redisCalls[0]!.answer(1)).toThrow("has its reply already");
  });

  test("the commands of a plugin that ends are cancelled", async () => {
    const plugin = await start();
    plugin.request().cancel();
    plugin.stop();
    expect(plugin.redisCalls[0]!.state).toBe("cancelled");
    expect(() => plugin.redisCalls[0]!.answer(1)).toThrow("the command GET to cache was cancelled");
  });
});

describe("toHaveCalledRedis", () => {
  test("compares cluster and command", async () => {
    const plugin = await start();
    const request = plugin.request();
    expect(plugin).toHaveCalledRedis("cache");
    expect(request).toHaveCalledRedis("cache", ["GET", "user:mia"]);
    expect(request).toHaveCalledRedis("cache", [/^get$/i, /^user:/]);
    expect(request).not.toHaveCalledRedis("other");
    expect(request).not.toHaveCalledRedis("cache", ["GET", "user:tom"]);
    expect(request).not.toHaveCalledRedis("cache", ["GET"]);
    expect(request).not.toHaveCalledRedis("cache", ["GET", "user:mia", "EX"]);
  });

  test("lists the Redis commands that were sent if it fails", async () => {
    const plugin = await startPlugin(pluginThat([send("GET", "user:mia"), send("PING")]));
    expect(() => expect(plugin).toHaveCalledRedis("cache")).toThrow(
      "expected the plugin to have sent cache a Redis command\nit has sent no Redis command",
    );
    const request = plugin.request();
    const sent = 'its commands\n  cache: "GET" "user:mia", database 2\n  cache: "PING", database 2';
    expect(() => expect(request).toHaveCalledRedis("cache", ["GET", /tom/])).toThrow(
      `expected the plugin to have sent cache "GET" /tom/\n${sent}`,
    );
    expect(() => expect(request).not.toHaveCalledRedis("cache", ["PING"])).toThrow(
      `expected the plugin not to have sent cache "PING"\n${sent}`,
    );
  });

  test.each([["GET a"], [["INCRBY", "a", 1]]])("throws for %j, which is not a command", async (command) => {
    const plugin = await start();
    expect(() => expect(plugin).toHaveCalledRedis("cache", command as string[])).toThrow(
      'expected the words of a command as strings or patterns, such as ["GET", "key"], got ' + JSON.stringify(command),
    );
  });
});

describe("replies", () => {
  test.each<[name: string, reply: RedisAnswer, resp: string]>([
    ["a string, as UTF-8", "é", "$2\r\né\r\n"],
    ["bytes", new Uint8Array([65, 66]), "$2\r\nAB\r\n"],
    ["an integer", -3, ":-3\r\n"],
    ["null, for a missing key", null, "$-1\r\n"],
    ["a list in a list", [1, ["a", null]], "*2\r\n:1\r\n*2\r\n$1\r\na\r\n$-1\r\n"],
    ["an Error", new Error("WRONGTYPE no list"), "-WRONGTYPE no list\r\n"],
    ["a status", { status: "OK" }, "+OK\r\n"],
  ])("%s", async (_, reply, resp) => {
    expect(await replyTo(reply)).toBe(resp);
  });

  test.each(["unreachable", "timeout", "reset"] as const)("a failure: %s", async (fails) => {
    const plugin = await start({ cache: { fails } });
    await plugin.fetch();
    expect(plugin).toHaveLogged("status  1");
    expect(plugin.timeline).toContain(`cache fails: ${fails}`);
  });

  test.each<[reply: unknown, error: string]>([
    [1.5, "1.5 is not an integer"],
    [true, "expected a reply of Redis: a string, bytes, an integer"],
    [["a", undefined], "got undefined"],
    [{ status: "OK", more: 1 }, 'unknown option "more"'],
    [{ body: "x" }, "got an object with body"],
    [new Error("two\nlines"), "the message of the Error: expected one line"],
    [{ fails: "never" }, "fails: expected one of unreachable, timeout, reset, got never"],
  ])("answer(%j) throws", async (reply, error) => {
    const plugin = await start();
    plugin.request();
    expect(() => plugin.redisCalls[0]!.answer(reply as RedisAnswer)).toThrow(error);
    expect(() => plugin.redisCalls[0]!.answer(reply as RedisAnswer)).toThrow("call.answer");
    await expect(start({ cache: reply as RedisAnswer })).rejects.toThrow("startPlugin: redis: cache");
    const wrong = await start(() => reply as RedisAnswer);
    await expect(wrong.fetch()).rejects.toThrow("the reply to GET from cache");
  });
});

describe("functions", () => {
  test("get the command and return the reply, at once or later", async () => {
    const kept = new Map([["user:mia", "admin"]]);
    for (const redis of [
      ([name, key]: readonly string[]) => (name === "GET" ? kept.get(key!) : null),
      { cache: async ([, key]: readonly string[]) => Promise.resolve(kept.get(key!) ?? null) },
    ]) {
      const plugin = await start(redis);
      expect(await plugin.fetch()).toHaveStatus(200);
      expect(plugin).toHaveLogged("admin");
    }
  });

  test("can leave a command for a reply by hand", async () => {
    const plugin = await start((_, { cluster }) => (cluster === "cache" ? undefined : 1));
    await expect(plugin.fetch()).rejects.toThrow("waits for the result of a call to cache");
    plugin.redisCalls[0]!.answer(1);
    expect(plugin).toHaveLogged(":1");
  });

  test("pass their errors to the test", async () => {
    const plugin = await start(async () => {
      throw new Error("mine");
    });
    await expect(plugin.fetch()).rejects.toThrow("mine");
  });

  test("reply to commands outside of requests, for which settled waits", async () => {
    const options = pluginThat([], [init(), send("PING")]);
    const sent: string[] = [];
    const redis = async ([name]: readonly string[]) => (sent.push(name!), { status: "PONG" });
    const plugin = await startPlugin({ ...options, redis });
    await plugin.settled();
    expect(plugin).toHaveLogged("+PONG");
    expect(sent, "commands of the VM that tries the configuration are not listed").toEqual(["PING"]);
    expect(plugin.redisCalls).toHaveLength(1);
  });
});

describe("mistakes", () => {
  test.each<[name: string, options: object, error: string]>([
    ["another host", { host: "envoy", redis: {} }, 'only Higress provides Redis; add host: "higress"'],
    ["a string", { redis: "redis://127.0.0.1" }, 'startPlugin: redis: expected new URL("redis://…"), a function'],
    [
      "an HTTP address",
      { redis: new URL("http://127.0.0.1") },
      "expected an address such as redis://127.0.0.1:6379, got http:",
    ],
    [
      "an address with TLS",
      { redis: { cache: new URL("rediss://a") } },
      "redis: cache: expected an address such as redis://",
    ],
    ["an address with a password", { redis: new URL("redis://:x@127.0.0.1") }, "expected host and port only"],
    ["an address with a database", { redis: new URL("redis://127.0.0.1/2") }, "expected host and port only"],
  ])("startPlugin rejects %s", async (_, options, error) => {
    await expect(startPlugin({ ...GET, ...options })).rejects.toThrow(error);
  });

  test("an address that a function returns is checked too", async () => {
    const plugin = await start(() => new URL("http://127.0.0.1"));
    await expect(plugin.fetch()).rejects.toThrow("the reply to GET from cache: expected an address such as redis://");
  });

  test("a call to an unknown cluster, or before redis_init, returns an error", async () => {
    const options = pluginThat([query("x", "other")]);
    const plugin = await startPlugin({ ...options, clusters: [], redis: { cache: 1 } });
    plugin.request();
    expect(plugin.timeline).toMatch(/redis_call\("other".* → BadArgument/);
    const open = await startPlugin(options);
    open.request();
    expect(open.timeline).toMatch(/redis_call\("other".* → InternalFailure/);
    const none = await startPlugin({ ...GET, clusters: ["other"] });
    expect(none.timeline).toMatch(/redis_init\(.* → BadArgument/);
  });

  test.each([
    ["half a command", "*2\r\n$3\r\nGET\r\n"],
    ["a wrong length", "*1\r\n$3\r\nGETS\r\n"],
    ["two commands", "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n"],
    ["an empty command", "*0\r\n"],
    ["a blank line", " \r\n"],
    ["a line without an end", "PING"],
  ])("a call throws for %s", async (_, text) => {
    const plugin = await startPlugin(pluginThat([query(text)]));
    expect(() => plugin.request()).toThrow("the plugin sent cache bytes that are not one Redis command: ");
  });

  test("a call can send an inline command", async () => {
    const plugin = await startPlugin(pluginThat([query("GET  a\r\n")]));
    plugin.request();
    expect(plugin.redisCalls[0]!.command).toEqual(["GET", "a"]);
  });
});

describeWithRedis("a real server", () => {
  let server: RedisServer;
  let redis: URL;
  beforeAll(async () => {
    server = await startRedis("--requirepass", "secret");
    redis = new URL(`redis://127.0.0.1:${server.port}`);
  }, 60_000);
  afterAll(() => server?.stop());

  test("replies to commands in order, with the plugin's password and database", async () => {
    const steps = [send("SET", "k", "é\r\n"), send("GET", "k"), send("CLIENT", "INFO")];
    const plugin = await startPlugin({ ...pluginThat(steps, [init("secret")]), redis });
    expect(await plugin.fetch()).toHaveStatus(200);
    const replies = plugin.logs.filter(({ text }) => !text.startsWith("status")).map(({ text }) => text);
    expect(replies).toEqual(["+OK\r\n", "$4\r\né\r\n\r\n", expect.stringContaining(" db=2 ")]);
  });

  test("rejects a wrong password itself", async () => {
    const plugin = await startPlugin({ ...pluginThat([send("PING")], [init("wrong")]), redis: { cache: redis } });
    await plugin.fetch();
    expect(plugin).toHaveLogged("-NOAUTH");
  });

  test("gets the commands for which a function returns its address", async () => {
    const own = ([name]: readonly string[]) => (name === "GET" ? redis : undefined);
    const plugin = await startPlugin({ ...pluginThat([send("GET", "none")], [init("secret")]), redis: own });
    await plugin.fetch();
    expect(plugin).toHaveLogged("$-1");
  });
});

test("a server that accepts no connection is a network error", async () => {
  const plugin = await start(new URL("redis://127.0.0.1:1"));
  await plugin.fetch();
  expect(plugin).toHaveLogged("status  1");
});
