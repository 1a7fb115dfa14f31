import { createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bytesField,
  lengthField,
  numberField,
  readMessage,
  varintField,
} from "../../../sdk/host/properties/protobuf.js";
import { request } from "../../support/http.js";
import { describeOnEngines, type TestGateway } from "../engines.js";
import { guestFile, pluginLog } from "./support/guest-file.js";
import { Guest } from "./support/guest.js";
import { Rig } from "./support/rig.js";
import { call, got, nth, out, show, slot, logStatus, type Arg } from "./support/steps.js";

const foreign = (name: string, argument: Arg, result = "result") =>
  call("proxy_call_foreign_function", name, argument, out(result));

test("[159] an unknown foreign function returns NotFound, and the output slots keep their values", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({ proxy_on_request_headers: [foreign("compress", "abc"), foreign("nothing", "abc")] }),
  );
  rig.open([plugin]);
  expect(rig.statuses("proxy_call_foreign_function")).toEqual([0, 1]);
  expect(inflateSync(rig.bytes(plugin, "result")).toString()).toBe("abc");
});

test("[160] compress makes 2000 bytes small, uncompress restores them, and garbage returns SerializationFailure", () => {
  const rig = new Rig();
  const text = "a".repeat(2000);
  const plugin = rig.plugin(
    new Guest({
      proxy_on_request_headers: [
        foreign("compress", text, "small"),
        foreign("uncompress", got("small"), "large"),
        foreign("uncompress", "garbage", "none"),
      ],
    }),
  );
  rig.open([plugin]);
  expect(rig.statuses("proxy_call_foreign_function")).toEqual([0, 0, 3]);
  expect(rig.bytes(plugin, "small")).toEqual(deflateSync(Buffer.from(text)));
  expect(rig.bytes(plugin, "small")).toHaveLength(23);
  expect(rig.bytes(plugin, "large").toString()).toBe(text);
  expect(rig.bytes(plugin, "none")).toHaveLength(0);
});

test("[161] a foreign function works without an address for its result", () => {
  const rig = new Rig();
  const to = (name: string, argument: string) => call("proxy_call_foreign_function", name, argument, 0, 0);
  rig.open([rig.plugin(new Guest({ proxy_on_request_headers: [to("compress", "a"), to("clear_route_cache", "")] }))]);
  expect(rig.statuses("proxy_call_foreign_function")).toEqual([0, 0]);
});

/** `DeclarePropertyArguments`: name, read-only flag, type String, and life span. */
const declaration = (name: string, readOnly: boolean, span = 0) =>
  Buffer.concat([lengthField(1, name), varintField(2, readOnly ? 1 : 0), varintField(3, 1), varintField(5, span)]);

test("[162] declaring a property twice returns BadArgument; a read-only property can be set once", () => {
  const rig = new Rig();
  const plugin = rig.plugin(
    new Guest({
      proxy_on_configure: [
        foreign("declare_property", declaration("once", true)),
        foreign("declare_property", declaration("once", false)),
        foreign("declare_property", "\xff"),
        foreign("declare_property", declaration("often", false)),
      ],
      proxy_on_request_headers: [
        ...[call("proxy_set_property", "once", "1"), call("proxy_set_property", "once", "2")],
        ...[call("proxy_set_property", "often", "1"), call("proxy_set_property", "often", "2")],
        call("proxy_get_property", "once", out("once")),
      ],
    }),
  );
  rig.open([plugin]);
  expect(rig.statuses("proxy_call_foreign_function").slice(-4)).toEqual([0, 2, 2, 0]);
  expect(rig.statuses("proxy_set_property")).toEqual([0, 2, 0, 0]);
  expect(rig.bytes(plugin, "once").toString()).toBe("1");
});

test("[163] a foreign function callback reaches its context, with function, size and data", () => {
  const rig = new Rig();
  const read = call("proxy_get_buffer_bytes", 8, 0, 100, out("data"));
  const plugin = rig.plugin(new Guest({ proxy_on_foreign_function: [read], proxy_on_tick: [read] }));
  const { stream } = rig.open([plugin]);
  plugin.callForeign(7, Buffer.from("thirteen bytes".slice(0, 13)), 2);
  expect(rig.callbacks(plugin, "foreign")).toEqual(["foreign_function 2 7 13"]);
  expect(rig.bytes(plugin, "data").toString()).toBe("thirteen byte");
  plugin.callForeign(8, Buffer.alloc(0));
  expect(rig.callbacks(plugin, "foreign").at(-1)).toBe("foreign_function 1 8 0");
  expect(rig.bytes(plugin, "data")).toHaveLength(0);
  stream.destroy();
  plugin.callForeign(9, Buffer.from("late"), 2);
  expect(rig.callbacks(plugin, "foreign")).toHaveLength(2);
});

test("envoy_resolve_dns delivers addresses with TTLs and port 0 to the root context after the callback has returned", () => {
  const rig = new Rig({
    resolve: (name, done) =>
      done(
        name === "h"
          ? [
              { address: "10.0.0.1", ttl: 60 },
              { address: "::1", ttl: 5 },
            ]
          : [],
      ),
  });
  const lookUp = (name: string) => call("envoy_resolve_dns", name, slot("token"));
  const guest = new Guest({
    proxy_on_request_headers: [lookUp("h"), lookUp("none"), call("envoy_resolve_dns", "h", 0x7fffffff)],
    envoy_on_resolve_dns: [nth(1, call("proxy_get_buffer_bytes", 8, 0, 100, out("data")))],
  });
  const plugin = rig.plugin(guest);
  rig.open([plugin]);
  expect(rig.statuses("envoy_resolve_dns")).toEqual([0, 0, 6]);
  expect(rig.callbacks(plugin).slice(-2)).toEqual(["envoy_on_resolve_dns 1 1 31", "envoy_on_resolve_dns 1 2 4"]);
  expect(rig.bytes(plugin, "data").toString("latin1")).toBe("\x02\0\0\0\x3c\0\0\0\x05\0\0\x0010.0.0.1:0\0[::1]:0\0");
});

describe("signatures", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const text = Buffer.from("a text");
  const der = (pair: typeof rsa) => pair.publicKey.export({ type: "spki", format: "der" });
  const verifying = (hash: string, signature: Buffer, key: Buffer, pem = "") =>
    Buffer.concat([
      ...[lengthField(1, hash), lengthField(2, key), lengthField(3, signature), lengthField(4, text)],
      lengthField(5, pem),
    ]);

  /** Calls a foreign function. Returns its status, its boolean result, and a reader for the fields of its result. */
  function run(name: string, argument: Buffer) {
    const rig = new Rig();
    const plugin = rig.plugin(new Guest({ proxy_on_request_headers: [foreign(name, argument)] }));
    rig.open([plugin]);
    const fields = readMessage(rig.bytes(plugin, "result"))!;
    const field = (number: number) => bytesField(fields, number) ?? Buffer.alloc(0);
    return { status: rig.statuses("proxy_call_foreign_function")[0], result: numberField(fields, 1), field };
  }

  test.each([
    ["RSA", rsa],
    ["ECDSA", ec as unknown as typeof rsa],
  ])("verify_signature accepts %s keys as DER and as PEM, and rejects a wrong signature", (_, pair) => {
    const signature = createSign("sha256").update(text).sign(pair.privateKey);
    const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(run("verify_signature", verifying("sha256", signature, der(pair)))).toMatchObject({ status: 0, result: 1 });
    expect(run("verify_signature", verifying("sha256", signature, Buffer.alloc(0), pem))).toMatchObject({ result: 1 });
    const forged = run("verify_signature", verifying("sha256", Buffer.alloc(64, 1), der(pair)));
    expect([forged.status, forged.result, forged.field(2).length > 0]).toEqual([0, 0, true]);
    const unknown = run("verify_signature", verifying("sha3", signature, der(pair)));
    expect([unknown.result, unknown.field(2).toString()]).toEqual([0, "sha3 is not supported."]);
  });

  test("verify_signature with two keys or none, and invalid arguments, return BadArgument", () => {
    const pem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
    for (const argument of [
      verifying("sha256", text, der(rsa), pem),
      verifying("sha256", text, Buffer.alloc(0)),
      Buffer.from([0xff]),
    ]) {
      expect(run("verify_signature", argument).status).toBe(2);
    }
    expect(run("sign", lengthField(1, "sha256")).status).toBe(2);
  });

  test("sign makes a signature with a private key", () => {
    const key = rsa.privateKey.export({ type: "pkcs8", format: "der" });
    const signed = run("sign", Buffer.concat([lengthField(1, "sha512"), lengthField(2, key), lengthField(3, text)]));
    expect([signed.status, signed.result]).toEqual([0, 1]);
    expect(createVerify("sha512").update(text).verify(rsa.publicKey, signed.field(2))).toBe(true);
    const unknown = run("sign", Buffer.concat([lengthField(1, "md9"), lengthField(2, key), lengthField(3, text)]));
    expect([unknown.result, unknown.field(3).toString()]).toEqual([0, "md9 is not supported."]);
  });
});

/** Expressions with their value as text, or the status of a failure. Source: Envoy's own evaluation. */
const EXPRESSIONS: readonly (readonly [source: string, outcome: string])[] = [
  ["request.method == 'POST' ? 'yes' : 'no'", "no"],
  ["request.headers['x-a'] + \"z\"", "1z"],
  ["request.path.startsWith('/fo') && !request.path.contains('bar') ? 'y' : 'n'", "y"],
  ["request.path.matches('^/fo+$') ? 'y' : 'n'", "y"],
  ["request.path.endsWith('oo') ? 'y' : 'n'", "y"],
  ["has(request.headers) ? 'y' : 'n'", "y"],
  ["size(request.path) == 4 && size('ä') == 1 ? 'y' : 'n'", "y"],
  ["(1 + 2) * 3 == 9 && 7 / 2 == 3 && 7 % 4 == 3 && -1 < 0 ? 'y' : 'n'", "y"],
  ["1.5 + 1.5 == 3.0 ? 'y' : 'n'", "y"],
  ["'b' in ['a', 'b'] && 'k' in {'k': 1} ? 'y' : 'n'", "y"],
  ["['a', 'b'][1]", "b"],
  ["{'k': 'v'}.k", "v"],
  ["['a', 'b', 'c'].exists(x, x == 'c') && [1, 2].all(x, x > 0) ? 'y' : 'n'", "y"],
  ["[1, 2, 3].filter(x, x > 1).map(x, x * 2) == [4, 6] ? 'y' : 'n'", "y"],
  ["string(42) + string(int('7'))", "427"],
  ["'a\\n\\x41' == 'a\\nA' && r'\\n' == '\\\\n' ? 'y' : 'n'", "y"],
  ["b'ab' == b'a' + b'b' ? 'y' : 'n'", "y"],
  ["plugin_name + '/' + plugin_root_id", "guest/root"],
  ["true || nothing ? 'y' : 'n'", "y"],
  ["nothing && false ? 'y' : 'n'", "n"],
  ["request.time > timestamp('2020-01-01T00:00:00Z') ? 'y' : 'n'", "y"],
  ["timestamp('2020-01-01T00:00:01Z') - timestamp('2020-01-01T00:00:00Z') == duration('1s') ? 'y' : 'n'", "y"],
  ["timestamp('2020-01-01T00:00:00Z') + duration('90m') == timestamp('2020-01-01T02:30:00+01:00') ? 'y' : 'n'", "y"],
  ["string(int(timestamp('1970-01-01T00:00:05Z')))", "5"],
  ["duration('1s') < duration('1m') ? 'y' : 'n'", "y"],
  ["nothing", "status 10"],
  ["nothing.field", "status 10"],
  ["request.headers['x-none']", "status 10"],
  ["1 / 0", "status 10"],
  ["1 + 'a'", "status 10"],
  ["null", "status 3"],
  ["1 +", "no expression"],
  ["unknown(1)", "no expression"],
  ["'open", "no expression"],
];

describeOnEngines("expressions", (start) => {
  let engine: TestGateway;
  let logged: string[];

  beforeAll(async () => {
    const guest = new Guest({
      proxy_on_request_headers: [
        ...EXPRESSIONS.flatMap(([source], index) => [
          logStatus(`create ${index}`, "proxy_call_foreign_function", "expr_create", Buffer.from(source), out("token")),
          logStatus(`evaluate ${index}`, "proxy_call_foreign_function", "expr_evaluate", got("token"), out("value")),
          show("value"),
        ]),
        logStatus("short token", "proxy_call_foreign_function", "expr_evaluate", "abc", out("value")),
        logStatus("unknown token", "proxy_call_foreign_function", "expr_evaluate", "\x09\x09\0\0", out("value")),
        logStatus("short delete", "proxy_call_foreign_function", "expr_delete", "abc", out("value")),
        logStatus("delete", "proxy_call_foreign_function", "expr_delete", "\0\0\0\0", out("value")),
        logStatus("deleted token", "proxy_call_foreign_function", "expr_evaluate", "\0\0\0\0", out("value")),
        call("proxy_log", 2, "the end"),
      ],
    });
    engine = await start({
      listeners: [
        {
          name: "gateway",
          plugins: [{ name: "guest", wasm: guestFile(guest), rootId: "root" }],
          routes: [{ prefix: "/", directResponse: { status: 200 } }],
        },
      ],
    });
    await request(engine.port("gateway"), { target: "/foo", headers: [["x-a", "1"]] });
    await engine.waitForLog("the end");
    logged = pluginLog(engine.log);
  }, 60_000);
  afterAll(() => engine?.stop());

  test.each(EXPRESSIONS.map(([source, outcome], index) => [source, outcome, index] as const))(
    "the expression %s evaluates to %s",
    (_, outcome, index) => {
      const at = logged.indexOf(`evaluate ${index}  0`);
      const created = logged
        .find((line) => line.startsWith(`create ${index} `))!
        .slice(-2)
        .trim();
      const status = logged
        .find((line) => line.startsWith(`evaluate ${index} `))!
        .slice(-2)
        .trim();
      const value = status === "0" ? logged[at + 1] : `status ${status}`;
      expect(created === "0" ? value : created === "2" ? "no expression" : created).toBe(outcome);
    },
  );

  test("an expression token must have 4 bytes and be known", () => {
    const words = ["short token", "unknown token", "short delete", "delete", "deleted token"];
    const statuses = words.map((word) => logged.find((line) => line.startsWith(`${word}  `))!.slice(-1));
    expect(statuses).toEqual(["2", "1", "2", "0", "1"]);
  });
});
