import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type RunningGateway } from "../../../sdk/gateway/index.js";
import { command, replyEnd } from "../../../sdk/gateway/redis-framing.js";
import { lengthField, varintField } from "../../../sdk/host/properties/protobuf.js";
import { request } from "../../support/http.js";
import { describeWithRedis, startRedis, type RedisServer } from "../../support/redis.js";
import { textUpstream, type Upstream } from "../../support/upstream.js";
import { guestFile } from "./support/guest-file.js";
import { Guest, type GuestOptions } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import {
  arg,
  call,
  equal,
  load,
  note,
  nth,
  out,
  returns,
  show,
  slot,
  store,
  logStatus,
  when,
} from "./support/steps.js";

const HIGRESS = { abi: "0.2.100", host: "higress" } satisfies GuestOptions;
const guestOf = (steps: ConstructorParameters<typeof Guest>[0]) => new Guest(steps, HIGRESS);
const REQUEST = 0;

test("a plugin can inject bytes into a response body, at once or from a tick", () => {
  const rig = new Rig();
  const inject = (text: string, end: number) => call("proxy_inject_encoded_data_to_filter_chain", text, end);
  const plugin = rig.plugin(
    guestOf({
      proxy_on_response_headers: [store("stream", arg(0)), call("proxy_set_tick_period_milliseconds", 5)],
      // Drops the upstream's own bytes.
      proxy_on_response_body: [nth(1, inject("one ", 0)), returns(3)],
      proxy_on_tick: [
        ...[call("proxy_set_effective_context", load("stream")), inject("two", 1)],
        call("proxy_set_tick_period_milliseconds", 0),
      ],
    }),
  );
  const opened = rig.open([plugin]);
  opened.respond(200, "dropped");
  expect(opened.response).toMatchObject({ body: "one ", ended: false });
  rig.timers.advance(5);
  expect(opened.response).toMatchObject({ body: "one two", ended: true });
  expect(opened.events).toEqual(["finished"]);
  expect(rig.statuses("proxy_inject_encoded_data_to_filter_chain")).toEqual([0, 0]);
});

test("the foreign function also injects bytes, also into a response without a body whose headers are paused", () => {
  const rig = new Rig();
  const argument = Buffer.concat([lengthField(1, "made up"), varintField(2, 1)]);
  const plugin = rig.plugin(
    guestOf({
      proxy_on_response_headers: [
        call("proxy_call_foreign_function", "inject_encoded_data_to_filter_chain_on_header", argument, 0, 0),
        returns(4),
      ],
      proxy_on_request_headers: [
        call("proxy_call_foreign_function", "inject_encoded_data_to_filter_chain", "\xff", 0, 0),
        call("proxy_call_foreign_function", "set_global_max_requests_per_io_cycle", "\x01\0\0\0\0\0\0\0", 0, 0),
        call("proxy_call_foreign_function", "get_log_level", "", out("level")),
      ],
    }),
  );
  const opened = rig.open([plugin]);
  opened.respond(200, "");
  expect(opened.response).toMatchObject({ body: "made up", ended: true });
  expect(rig.statuses("proxy_call_foreign_function")).toEqual([2, 0, 0, 0]);
  expect(rig.bytes(plugin, "level").readUInt32LE()).toBe(1);
  // Envoy has none of these foreign functions.
  const envoy = rig.plugin(
    new Guest({ proxy_on_request_headers: [call("proxy_call_foreign_function", "get_log_level", "", out("x"))] }),
  );
  rig.open([envoy]);
  expect(rig.statuses("proxy_call_foreign_function").at(-1)).toBe(1);
});

test("properties of Higress set buffer limits and request a new VM, which starts when no stream is active", () => {
  const rig = new Rig();
  const set = (name: string, value: string) => call("proxy_set_property", name, value);
  const plugin = rig.plugin(
    guestOf({
      proxy_on_request_headers: [
        ...[set("set_decoder_buffer_limit", "4"), nth(1, set("wasm_need_rebuild", "true"))],
        call("proxy_get_property", "plugin_vm_memory", out("memory")),
        returns(3),
      ],
    }),
    { reloadIntervalMs: 0 },
  );
  const before = plugin.vms[0];
  const opened = rig.open([plugin], { end: false });
  opened.stream.requestData(Buffer.from("12345"), false);
  expect(opened.response!.headers.get(":status")).toBe("413");
  expect(rig.bytes(plugin, "memory").readBigUInt64LE()).toBe(BigInt(before!.memory.size));
  rig.open([plugin]).stream.destroy();
  expect(plugin.vms[0]).toBe(before);
  opened.stream.destroy();
  rig.open([plugin]);
  expect(plugin.vms[0]).not.toBe(before);
});

test.each([true, false])(
  "the route of a changed request is looked up again, unless clear_route_cache is off (%s)",
  (off) => {
    const rig = new Rig();
    let lookups = 0;
    const plugin = rig.plugin(
      new Guest(
        {
          proxy_on_request_headers: [
            ...(off ? [call("proxy_set_property", "clear_route_cache", "off")] : []),
            ...[call("proxy_get_property", "route_name", out("before"))],
            ...[
              call("proxy_add_header_map_value", REQUEST, "x-a", "1"),
              call("proxy_get_property", "route_name", out("after")),
            ],
          ],
          proxy_on_response_headers: [call("proxy_get_property", "route_name", out("routed"))],
        },
        { host: "higress" },
      ),
    );
    rig.open([plugin], { route: () => ({ name: `route ${++lookups}` }) }).respond();
    expect(rig.bytes(plugin, "before").toString()).toBe("route 1");
    expect(rig.bytes(plugin, "after").toString()).toBe("route 1");
    expect(rig.bytes(plugin, "routed").toString()).toBe(off ? "route 1" : "route 2");
  },
);

test.each<[string, string, number | undefined]>([
  ["a line", "+OK\r\n:1\r\n", 5],
  ["bytes with a line end inside", "$4\r\na\r\nb\r\n", 10],
  ["no bytes", "$-1\r\n", 5],
  ["nested arrays", "*2\r\n*1\r\n:1\r\n$1\r\na\r\n", 19],
  ["an empty array", "*0\r\n", 4],
  ["a map", "%1\r\n+k\r\n+v\r\n", 12],
  ["half a line", "+O", undefined],
  ["half of the bytes", "$4\r\nab", undefined],
  ["half an array", "*2\r\n:1\r\n", undefined],
])("finds the end of a Redis reply: %s", (_, text, end) => {
  expect(replyEnd(Buffer.from(text), 0)).toBe(end);
});

test("bytes that are not a Redis reply are an error", () => {
  expect(() => replyEnd(Buffer.from("HTTP/1.1 200\r\n"), 0)).toThrow("not a");
  expect(() => replyEnd(Buffer.from("$x\r\n"), 0)).toThrow("not a size");
});

describeWithRedis("Redis", () => {
  let redis: RedisServer;
  let upstreams: Upstream[];
  let gateway: RunningGateway;
  const logged: string[] = [];

  beforeAll(async () => {
    redis = await startRedis("--requirepass", "secret");
    upstreams = [await textUpstream("one"), await textUpstream("other")];
    const init = (word: string, service: string, password: string, timeout = 1000) =>
      logStatus(word, "proxy_redis_init", service, "", password, timeout);
    const query = (service: string, ...words: string[]) =>
      call("proxy_redis_call", service, command(...words), slot("token"));
    const guest = guestOf({
      proxy_on_configure: [
        ...[init("init none", "none", "x"), init("init redis", "redis?db=3&buffer_flush_timeout=3", "secret")],
        ...[
          init("init wrong", "wrong", "no secret"),
          init("init gone", "gone", ""),
          init("init slow", "slow", "secret", 50),
        ],
      ],
      proxy_on_request_headers: [
        logStatus("call none", "proxy_redis_call", "none", "x", slot("token")),
        logStatus("call uninitialised", "proxy_redis_call", "upstream", "x", slot("token")),
        ...[query("redis", "SET", "k", "a\r\nb"), query("redis", "GET", "k"), query("redis", "GET", "none")],
        ...[query("redis", "EVAL", "return {1,{2,'x'}}", "0"), query("wrong", "PING"), query("gone", "PING")],
        ...[query("slow", "BLPOP", "nothing", "0"), query("redis", "CLIENT", "INFO"), store("stream", arg(0))],
        call("proxy_get_upstream_hosts", out("hosts")),
        show("hosts"),
        returns(4),
      ],
      proxy_on_redis_call_response: [
        ...[note("token", arg(1)), note("status", arg(2)), call("proxy_get_buffer_bytes", 9, 0, 10_000, out("reply"))],
        ...[
          show("reply"),
          store(
            "count",
            (layout) => `(i32.add (i32.const 1) ${(load("count") as (of: typeof layout) => string)(layout)})`,
          ),
        ],
        when(
          equal(load("count"), 8),
          call("proxy_set_effective_context", load("stream")),
          call("proxy_continue_stream", 0),
        ),
      ],
    });
    gateway = await startGateway(
      {
        listeners: [
          {
            name: "gateway",
            plugins: [{ name: "guest", wasm: guestFile(guest) }],
            routes: [{ prefix: "/", cluster: "upstream" }],
          },
        ],
        clusters: [
          ...["redis", "wrong", "slow"].map((name) => ({ name, port: redis.port })),
          { name: "gone", port: 1 },
          { name: "upstream", port: upstreams[0]!.port },
        ],
      },
      { host: "higress", log: ({ message }) => void logged.push(message) },
    );
    await request(gateway.port("gateway"), {});
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await redis?.stop();
    await Promise.all((upstreams ?? []).map((one) => one.stop()));
  });

  /** Status and reply of a call. The tokens are 11, 15, … in the order of the calls; token 7 is the call that failed. */
  const reply = (number: number) => {
    const at = logged.findIndex((line) => new RegExp(`^token +${number * 4 + 7}$`).test(line));
    return [logged[at + 1]!.replace(/ +/, " "), logged[at + 2]];
  };

  test("a Redis call fails for an unknown cluster, and for a cluster without proxy_redis_init", () => {
    for (const line of ["init none  2", "init redis  0", "init wrong  0", "init gone  0", "call none  2"]) {
      expect(logged).toContain(line);
    }
    expect(logged).toContain("call uninitialised 10");
  });

  test("replies arrive unchanged, in RESP, in the order of the queries", () => {
    expect(reply(1)).toEqual(["status 0", "+OK\r\n"]);
    expect(reply(2)).toEqual(["status 0", "$4\r\na\r\nb\r\n"]);
    expect(reply(3)).toEqual(["status 0", "$-1\r\n"]);
    expect(reply(4)).toEqual(["status 0", "*2\r\n:1\r\n*2\r\n:2\r\n$1\r\nx\r\n"]);
  });

  test("proxy_redis_init sets password and database; a wrong password gives the server's error", () => {
    expect(reply(5)).toEqual(["status 0", expect.stringMatching(/^-NOAUTH/)]);
    expect(reply(8)).toEqual(["status 0", expect.stringContaining(" db=3 ")]);
  });

  test("a server that is unreachable or too slow gives a network error without a reply", () => {
    expect(reply(6)[0]).toBe("status 1");
    expect(reply(7)[0]).toBe("status 1");
  });

  test("proxy_get_upstream_hosts lists the hosts of the request's cluster with their addresses", () => {
    const { port } = upstreams[0]!;
    expect(logged.some((line) => line.includes(`127.0.0.1:${port}\0{"health_status":"HEALTHY"}\0`))).toBe(true);
  });
});

describe("proxy_set_upstream_override_host", () => {
  test.each([true, false])(
    "chooses the upstream host before the headers continue, and not afterwards (%s)",
    async (inTime) => {
      const [one, other] = [await textUpstream("one"), await textUpstream("other")];
      const choose = call("proxy_set_upstream_override_host", `127.0.0.1:${other.port}`);
      const guest = guestOf(inTime ? { proxy_on_request_headers: [choose] } : { proxy_on_request_body: [choose] });
      const gateway = await startGateway(
        {
          listeners: [
            {
              name: "gateway",
              plugins: [{ name: "guest", wasm: guestFile(guest) }],
              routes: [{ prefix: "/", cluster: "one" }],
            },
          ],
          clusters: [
            { name: "one", port: one.port },
            { name: "other", port: other.port },
          ],
        },
        { host: "higress" },
      );
      try {
        const { text } = await request(gateway.port("gateway"), { method: "POST", body: "x" });
        expect(text).toBe(inTime ? "other" : "one");
      } finally {
        await gateway.stop();
        await Promise.all([one.stop(), other.stop()]);
      }
    },
  );
});
