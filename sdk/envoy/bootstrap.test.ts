import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPlugin } from "../../tests/support/build.js";
import { describeWithEnvoy } from "../../tests/support/envoy.js";
import { request } from "../../tests/support/http.js";
import { respondWith, echoUpstream, type Upstream } from "../../tests/support/upstream.js";
import { bootstrap } from "./bootstrap.js";
import type { RunningEnvoy } from "./running.js";
import { startEnvoy } from "./run.js";
import type { GatewaySpec } from "../spec/gateway-spec.js";

describe("rejects a spec with", () => {
  const route = { prefix: "/", cluster: "foo" };
  test.each<[string, GatewaySpec, string]>([
    [
      "two listeners",
      { listeners: ["a", "a"].map((name) => ({ name, routes: [route] })) },
      'two listeners have the name "a"',
    ],
    [
      "two plugins",
      { listeners: [{ name: "a", routes: [], plugins: ["p", "p"].map((name) => ({ name, wasm: "x" })) }] },
      'two plugins of listener "a"',
    ],
    [
      "no match",
      { listeners: [{ name: "a", routes: [{ name: "r", cluster: "c" }] }] },
      'route "r" needs one of prefix',
    ],
    [
      "two matches",
      { listeners: [{ name: "a", routes: [{ prefix: "/x", connect: true, cluster: "c" }] }] },
      'route "/x" needs one of prefix',
    ],
    [
      "a CONNECT without a cluster",
      { listeners: [{ name: "a", routes: [{ connect: true, directResponse: { status: 200 } }] }] },
      'route "" has connect without a cluster',
    ],
    ["no action", { listeners: [{ name: "a", routes: [{ prefix: "/x" }] }] }, 'route "/x" needs one of cluster'],
    [
      "a retry without a cluster",
      {
        listeners: [{ name: "a", routes: [{ prefix: "/", retry: { on: ["5xx"] }, directResponse: { status: 200 } }] }],
      },
      'route "/" has retry without a cluster',
    ],
  ])("%s", (_, spec, message) => {
    expect(() => bootstrap(spec)).toThrow(message);
  });
});

test("passes a configuration as text, bytes or JSON", () => {
  const configuration = (value: string | Uint8Array | object) => {
    const plugins = [{ name: "p", wasm: "x", configuration: value }];
    const { config } = bootstrap({ listeners: [{ name: "a", routes: [], plugins }] });
    return /"configuration":(\{[^}]*\})/.exec(JSON.stringify(config))?.[1];
  };
  const type = "type.googleapis.com/google.protobuf";
  expect(configuration("n")).toBe(`{"@type":"${type}.StringValue","value":"n"}`);
  expect(configuration({ a: 1 })).toBe(configuration('{"a":1}'));
  expect(configuration(Buffer.from([0xff]))).toBe(`{"@type":"${type}.BytesValue","value":"/w=="}`);
});

describeWithEnvoy("on Envoy", ({ path }) => {
  let upstream: Upstream;
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    upstream = await echoUpstream();
    const wasm = await buildPlugin("tests/support/raw-plugin");
    const spec: GatewaySpec = {
      listeners: [
        {
          name: "routes",
          routes: [
            { name: "exact", path: "/foo", directResponse: { status: 201, body: "exact" } },
            { name: "host", prefix: "/", domains: ["b.test"], directResponse: { status: 202 } },
            {
              ...{ name: "prefix", prefix: "/foo" },
              directResponse: {
                status: 203,
                body: "é",
                headers: [
                  ["x-a", "1"],
                  ["x-a", "2"],
                ],
              },
            },
            { name: "rest", prefix: "/", cluster: "echo" },
          ],
        },
        {
          name: "plugin",
          plugins: [{ name: "raw", wasm, vmId: "a", configuration: Buffer.from([0x61, 0xff, 0x80]) }],
          routes: [{ prefix: "/", cluster: "echo" }],
        },
        {
          name: "object",
          plugins: [{ name: "raw", wasm, vmId: "b", configuration: { é: 1 }, environment: { A: "1" }, rootId: "r" }],
          routes: [{ prefix: "/", cluster: "echo" }],
        },
        {
          name: "open",
          plugins: [
            {
              ...{ name: "raw", wasm, vmId: "c", vmConfiguration: "vm", configuration: "x" },
              ...{ failurePolicy: "FAIL_OPEN", allowOnHeadersStopIteration: true },
            },
          ],
          routes: [{ prefix: "/", cluster: "echo" }],
        },
      ],
      clusters: [{ name: "echo", port: upstream.port }],
    };
    envoy = await startEnvoy(spec, { envoy: path });
  });
  afterAll(async () => {
    await envoy?.stop();
    await upstream?.stop();
  });

  test("routes by path, prefix and host", async () => {
    const get = (target: string, host = "a.test") =>
      request(envoy.port("routes"), { target, headers: [["host", host]] });
    expect(await get("/foo")).toMatchObject({ status: 201, text: "exact" });
    expect(await get("/foo", "b.test")).toMatchObject({ status: 202, text: "" });
    const prefixed = await get("/foo/bar");
    expect(prefixed).toMatchObject({ status: 203, text: "é" });
    expect(prefixed.all("x-a")).toEqual(["1", "2"]);
    expect(await get("/other")).toMatchObject({ status: 200 });
    expect(upstream.requests.at(-1)).toMatchObject({ method: "GET", target: "/other" });
  });

  test("a configuration that is not UTF-8 reaches the plugin and the client unchanged", async () => {
    const denied = await request(envoy.port("plugin"), { headers: [["x-reply", "403"]] });
    expect(denied).toMatchObject({ status: 403, body: Buffer.from([0x61, 0xff, 0x80]) });
    expect(denied.header("x-config")).toBe("a\xff\x80");
  });

  test("header bytes beyond ASCII pass in both directions", async () => {
    const headers = [
      ["x-bytes", Buffer.from([0x61, 0xff, 0xfe])],
      respondWith({ headers: [["x-back", "\xff\xc3\xa9"]] }),
    ] as const;
    const response = await request(envoy.port("plugin"), { headers });
    expect(response.header("x-back")).toBe("\xff\xc3\xa9");
    const seen = new Map(upstream.requests.at(-1)!.headers);
    expect(seen.get("x-bytes")).toBe("a\xff\xfe");
    expect(seen.get("x-config")).toBe("a\xff\x80");
  });

  test("an object reaches the plugin as JSON", async () => {
    await request(envoy.port("object"), {});
    expect(new Map(upstream.requests.at(-1)!.headers).get("x-config")).toBe('{"\xc3\xa9":1}');
  });

  test("trailers pass in both directions", async () => {
    const headers = [respondWith({ body: "b", trailers: [["x-t", "out"]] })];
    const response = await request(envoy.port("routes"), { body: "a", trailers: [["x-t", "in"]], headers });
    expect(response.trailers).toEqual([["x-t", "out"]]);
    expect(upstream.requests.at(-1)).toMatchObject({ body: "a", trailers: [["x-t", "in"]] });
  });

  test("FAIL_OPEN lets requests pass after a trap", async () => {
    await request(envoy.port("open"), { headers: [["x-trap", "1"]] });
    expect(await request(envoy.port("open"), {})).toMatchObject({ status: 200 });
  });
});
