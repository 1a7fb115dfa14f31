// Builds the plugin that docs/porting-a-plugin.md shows, and tests it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";
import * as kit from "../sdk/testing/index.js";
import { listings, write } from "./packaging/project.js";
import { buildPlugin } from "./support/build.js";

const PAGE = "docs/porting-a-plugin.md";
const STEPS = ["1. The entry point", "2. The configuration", "3. The hook on headers", "4. The call handler"];
const LAST_STEP = "5. The hook on the body";
const TENANTS = "outbound|80||tenants.static";
const CONFIG = {
  service: "tenants.static",
  timeout: 300,
  _rules_: [{ _match_route_: ["chat"], models: ["small", "large"] }],
};

let wasm: string;
beforeAll(async () => {
  const sources = [...STEPS, LAST_STEP].flatMap((heading) => listings(PAGE, heading, "ts"));
  expect(sources).toHaveLength(5);
  // Where the package is linked to itself.
  const folder = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-listings", "tenant-gate");
  wasm = await buildPlugin(join(write(folder, { "index.ts": sources.join("\n") }), "index.ts"));
});

const startPlugin = (options: kit.StartOptions) => kit.startPlugin({ wasm, ...options });
const headers = { "x-api-key": "k&1" };
const chat = { route: "chat", headers, json: { model: "small" } };

describe("the tests of the page", () => {
  test("adds the tenant to a request for an allowed model", async () => {
    const plugin = await startPlugin({
      config: CONFIG,
      upstreams: { "outbound|80||tenants.static": { json: { name: "acme" } } },
    });
    const request = { route: "chat", headers: { "x-api-key": "k&1" }, json: { model: "small" } };
    const response = await plugin.fetch("/v1/chat", request);
    expect(response.request.upstream).toHaveHeader("x-tenant", "acme");
    expect(response.request.upstream).toHaveBody('{"model":"small","user":"acme"}');
  });

  test("denies another model", async () => {
    const plugin = await startPlugin({
      config: CONFIG,
      upstreams: { "outbound|80||tenants.static": { json: { name: "acme" } } },
    });
    const request = { route: "chat", headers: { "x-api-key": "k&1" }, json: { model: "huge" } };
    expect(await plugin.fetch("/v1/chat", request)).toBeLocalReply({ status: 400, body: "model not allowed" });
  });
});

test("the page shows these tests, and this configuration", () => {
  const plain = (text: string) => text.replace(/\s+/g, " ");
  const own = plain(readFileSync(import.meta.filename, "utf8"));
  const [shown] = listings(PAGE, "6. The test", "ts");
  expect(own).toContain(plain(shown!).trim());
  const [json] = listings(PAGE, "A plugin from Go, step by step", "json");
  expect(JSON.parse(json!)).toEqual(CONFIG);
});

test("asks the service for the tenant, and holds the request meanwhile", async () => {
  const plugin = await startPlugin({ config: CONFIG });
  const request = plugin.request("/v1/chat", chat);
  expect(request).toBeHeld();
  expect(plugin.calls).toMatchObject([{ cluster: TENANTS, method: "GET", path: "/tenants?key=k%261", timeoutMs: 300 }]);
  plugin.calls[0]!.answer({ status: 404, json: { name: "acme" } });
  expect(request.response).toBeLocalReply({ status: 403, body: "unknown key" });
});

test.each([
  ["a name that is no header", { json: { name: "a\nb" } }],
  ["no name", { json: {} }],
  ["no JSON", { body: "acme" }],
])("denies a key if the service responds with %s", async (_, answer) => {
  const plugin = await startPlugin({ config: CONFIG, upstreams: { [TENANTS]: answer } });
  expect(await plugin.fetch("/v1/chat", chat)).toBeLocalReply({ status: 403 });
});

test.each([
  ["without a key", { ...chat, headers: {} }, 401],
  ["without a body", { route: "chat", headers }, 401],
  [
    "with a compressed body",
    { ...chat, json: undefined, headers: { ...headers, "content-encoding": "gzip" }, body: "\x1f\x8b" },
    400,
  ],
  ["with an array as body", { ...chat, json: [] }, 400],
])("denies a request %s", async (_, request, status) => {
  const plugin = await startPlugin({ config: CONFIG, upstreams: { [TENANTS]: { json: { name: "acme" } } } });
  expect(await plugin.fetch("/v1/chat", request)).toBeLocalReply({ status });
});

test("denies all requests if the gateway has no such cluster, or the configuration no global part", async () => {
  const plugin = await startPlugin({ config: CONFIG, clusters: ["other"] });
  expect(await plugin.fetch("/v1/chat", chat)).toBeLocalReply({ status: 503, body: "no tenants" });
  const rules = await startPlugin({ config: { _rules_: CONFIG._rules_ } });
  expect(await rules.fetch("/v1/chat", chat)).toBeLocalReply({ status: 401 });
});

test("names the wrong field of a configuration", async () => {
  const rejected = startPlugin({ config: { ...CONFIG, timeout: "1s", _rules_: undefined } });
  await expect(rejected).rejects.toThrow('timeout: expected integer from 1 to 60000, got "1s"');
});
