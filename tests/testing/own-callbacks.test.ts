import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { startPlugin, type RedisFunction } from "../../sdk/testing/index.js";
import { listings, write } from "../packaging/project.js";
import { buildPlugin } from "../support/build.js";

// A plugin that exports `proxy_on_tick` itself, so the SDK has no hook for it.
let wasm: string;
beforeAll(async () => void (wasm = await buildPlugin("tests/plugins/own-callbacks")));

test("objects that only the plugin's own callback uses are collected", async () => {
  const plugin = await startPlugin({ wasm });
  plugin.tick(100);
  const before = plugin.memorySize;
  plugin.tick(100_000);
  expect(plugin.memorySize).toBe(before);
});

test("logs no warning for a paused request that the plugin's own callback resumes", async () => {
  const plugin = await startPlugin({ wasm });
  const request = plugin.request("/a");
  expect(request).toBeHeld();
  plugin.tick();
  expect(request.upstream).toHaveHeader("x-last", "tick 99");
  request.answer();
  expect(request.response).toHaveStatus(200);
  expect(plugin).not.toHaveLogged(/./, "warn");
});

test("a request that one callback resumes can get a local reply in the next callback", async () => {
  const plugin = await startPlugin({ wasm });
  const request = plugin.request("/a");
  plugin.tick();
  expect(request).toHaveReachedUpstream();
  plugin.tick();
  expect(request.response).toBeLocalReply({ status: 504, body: "too slow" });
  expect(plugin).not.toHaveLogged(/./, "error");
});

test("the plugin of docs/semantics.md calls Redis without leaking memory", async () => {
  const [source] = listings("docs/semantics.md", "Host calls of your own", "ts");
  // In this folder the package name resolves to the repository.
  const folder = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-listings", "redis");
  const path = join(write(folder, { "index.ts": source! }), "index.ts");
  const redis: RedisFunction = ([name, key]) => (name === "GET" && key === "role:mia" ? "admin" : null);
  const plugin = await startPlugin({ wasm: await buildPlugin(path), host: "higress", redis });
  expect(await plugin.fetch("/", { headers: { "x-user": "mia" } })).toHaveReachedUpstream();
  expect(await plugin.fetch("/", { headers: { "x-user": "tom" } })).toBeLocalReply({ status: 403, body: "no admin" });
  expect(await plugin.fetch("/")).toBeLocalReply(403);
  expect(plugin).not.toHaveLogged(/./, "warn");
  await plugin.assertNoLeaks((i) => plugin.fetch("/", { headers: { "x-user": i % 2 ? "mia" : `tom ${i}` } }));

  const late = await startPlugin({ wasm: await buildPlugin(path), host: "higress" });
  const request = late.request("/");
  request.cancel();
  request.redisCalls[0]!.answer("admin");
  expect(late).toHaveNothingOpen();
});
