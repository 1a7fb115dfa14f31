import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { describe, expect, test } from "vitest";

const json = (body: unknown) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
test("changes headers, query and body of a request", async () => {
  const plugin = await startPlugin({
    config: {
      reqRules: [
        { operate: "rename", headers: [{ oldKey: "X-Old", newKey: "X-New" }] },
        { operate: "append", querys: [{ key: "tag", appendValue: "new" }] },
        { operate: "replace", body: [{ key: "user.age", newValue: 7, value_type: "number" }] },
      ],
    },
  });
  const request = json({ user: { name: "mia" } });
  const response = await plugin.fetch("/list?tag=old", { ...request, headers: { ...request.headers, "x-old": "1" } });
  const { upstream } = response.request;
  expect(upstream!.headers.getAll("x-new")).toEqual(["1"]);
  expect(upstream!.headers.has("x-old")).toBe(false);
  expect(upstream!.path).toBe("/list?tag=old&tag=new");
  expect(upstream!.text()).toBe('{\n  "user": {\n    "name": "mia",\n    "age": 7\n  }\n}\n');
});

test("sends headers in the order of their names", async () => {
  const plugin = await startPlugin({
    config: { reqRules: [{ operate: "add", headers: [{ key: "X-B", value: "1" }] }] },
  });
  const { request } = await plugin.fetch("/", { headers: { "x-g": "1", "x-a": ["2", "1"] } });
  const names = request.upstream!.headers.entries().map(([name]) => name);
  expect(names).toEqual(["x-a", "x-a", "x-b", "x-forwarded-proto", "x-g", "x-request-id"]);
  expect(request.upstream!.headers.getAll("x-a")).toEqual(["2", "1"]);
});

describe("on Higress", () => {
  test("reroute: false keeps the route", async () => {
    const reqRules = [{ operate: "add", headers: [{ key: "x-a", value: "1" }] }];
    for (const [reroute, keeps] of [
      [undefined, false],
      [true, false],
      [false, true],
    ] as const) {
      const plugin = await startPlugin({ host: "higress", config: { reqRules, reroute } });
      await plugin.fetch("/");
      expect(plugin.timeline.includes("clear_route_cache")).toBe(keeps);
    }
  });

  test("asks for a new VM after 1000 requests", async () => {
    const plugin = await startPlugin({ host: "higress", config: { reqRules: [] } });
    for (let i = 0; i < 999; i++) await plugin.fetch("/");
    expect(plugin.timeline).not.toContain("wasm_need_rebuild");
    await plugin.fetch("/");
    expect(plugin.timeline).toContain("wasm_need_rebuild");
  });

  test("holds headers that get values of the body", async () => {
    const config = { reqRules: [{ operate: "map", mapSource: "body", headers: [{ fromKey: "id", toKey: "x-id" }] }] };
    const plugin = await startPlugin({ host: "higress", config });
    const { request } = await plugin.fetch("/", json({ id: 12 }));
    expect(request.upstream!.headers.get("x-id")).toBe("12");
  });
});

test("changes the headers of a request that asks for a tunnel, whose body no hook sees", async () => {
  const reqRules = [
    { operate: "remove", headers: [{ key: "x-admin" }] },
    { operate: "map", mapSource: "body", headers: [{ fromKey: "id", toKey: "x-id" }] },
  ];
  const plugin = await startPlugin({ host: "higress", config: { reqRules } });
  const upgrade = { connection: "upgrade", upgrade: "websocket", "content-type": "application/json" };
  const request = plugin.begin("/", { headers: { ...upgrade, "x-admin": "1" } });
  expect(request.upstream!.headers.has("x-admin")).toBe(false);
});

test("does not pass a request whose headers have left without their values", async () => {
  const config = { reqRules: [{ operate: "map", mapSource: "body", headers: [{ fromKey: "id", toKey: "x-id" }] }] };
  const plugin = await startPlugin({ config });
  expect(await plugin.fetch("/", json({ id: 12 }))).toBeLocalReply({
    status: 500,
    details: "transformer.headers_gone",
  });
});

test.each([
  [{}, "transformer rule not exist in yaml"],
  [
    { reqRules: [{ operate: "remove" }, { operate: "add" }, { operate: "x" }] },
    'reqRules[2].operate: expected remove, rename, replace, add, append, map or dedupe, got "x"',
  ],
  [
    { respRules: [{ operate: "map", mapSource: "query" }] },
    'respRules[0].mapSource: expected headers, querys, body or self, got "query"',
  ],
  [
    { reqRules: [{ operate: "add", body: [{ key: "a" }, { key: "b", value_type: "int" }] }] },
    'reqRules[0].body[1].value_type: expected object, boolean, number or string, got "int"',
  ],
  [
    { reqRules: [{ operate: "dedupe", querys: [{ key: "a", strategy: "FIRST" }] }] },
    "reqRules[0].querys[0].strategy: expected RETAIN_FIRST, RETAIN_LAST, RETAIN_UNIQUE, SPLIT_AND_RETAIN_FIRST or " +
      'SPLIT_AND_RETAIN_LAST, got "FIRST"',
  ],
  [
    { reqRules: [{ operate: "replace", body: [{ key: "a", newValue: "yes", value_type: "boolean" }] }] },
    'reqRules[0].body[0].newValue: expected boolean, got "yes"',
  ],
  [
    { reqRules: [{ operate: "add", headers: [{ key: "a", value: "b", host_pattern: "(" }] }] },
    'reqRules[0].headers[0].host_pattern: invalid regular expression "("',
  ],
  [
    { reqRules: [{ operate: "rename", headers: [{ oldKey: "a", newKey: "b c" }] }] },
    'reqRules[0].headers[0].newKey: expected a header, got "b c"',
  ],
  [
    { reqRules: [{ operate: "remove", headers: [{ key: ":path" }] }] },
    'reqRules[0].headers[0].key: expected no pseudo-header, of which a message has one, got ":path"',
  ],
])("names the wrong field of %j", async (config, message) => {
  const plugin = await startPlugin({ config: { reqRules: [] } });
  expect(() => plugin.reload(config)).toThrow(message);
});

test("warns of rules for the query of a response", async () => {
  const plugin = await startPlugin({ config: { respRules: [{ operate: "remove", querys: [{ key: "a" }] }] } });
  expect(plugin).toHaveLogged(/respRules\[0\]\.querys has no effect: a response has no query/);
});

test("changes a megabyte with 10 rules in 32 MiB of memory", async () => {
  const reqRules = Array.from({ length: 10 }, (_, i) => ({
    operate: "append",
    body: [{ key: `list.${String(i)}.tag`, appendValue: "x" }],
  }));
  const plugin = await startPlugin({ config: { reqRules }, bufferLimit: 4_000_000, logLevel: "error" });
  const list = Array.from({ length: 10_000 }, (_, id) => ({ id, text: "x".repeat(80) }));
  const { request } = await plugin.fetch("/", json({ list }));
  expect((JSON.parse(request.upstream!.text()) as { list: unknown[] }).list[9]).toMatchObject({ id: 9, tag: "x" });
  expect(plugin.memorySize).toBeLessThan(32 * 1024 * 1024);
});

test("does not leak memory", async () => {
  const rules = ["headers", "querys", "body"].map((kind) => ({
    operate: "append",
    [kind]: [{ key: "x-a", appendValue: "$0", path_pattern: ".*" }],
  }));
  const plugin = await startPlugin({ config: { reqRules: rules, respRules: rules } });
  const bodies = ["{}", "{", '{"x-a":[1]}'];
  await plugin.assertNoLeaks((i) =>
    plugin.fetch("/?x-a=1", { ...json({}), body: bodies[i % 3]!, upstream: { body: bodies[i % 3]! } }),
  );
});
