import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = { request: true, response: true };

test("all log entries of a request have the same id, and each request has its own", async () => {
  const plugin = await startPlugin({ config });
  for (let i = 0; i < 2; i++) await plugin.fetch("/", { method: "POST", body: "hello" });
  const ids = plugin.logs.flatMap(({ text }) => /requestId:(\S+)/.exec(text)?.[1] ?? []);
  expect(ids).toHaveLength(8);
  expect(new Set(ids.slice(0, 4)).size).toBe(1);
  expect(new Set(ids).size).toBe(2);
});

test("hides the headers of a list", async () => {
  const plugin = await startPlugin({ config: { ...config, hiddenHeaders: ["X-Api-Key"] } });
  await plugin.fetch("/", { headers: { "x-api-key": "secret", authorization: "shown" } });
  expect(plugin).toHaveLogged("x-api-key:***");
  expect(plugin).toHaveLogged("authorization:shown");
  expect(plugin).not.toHaveLogged("secret");
});

test("passes chunks on at once", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.begin("/", { method: "POST" });
  request.send("first");
  expect(request.upstream).toHaveBody("first");
  request.end("second");
  expect(plugin).toHaveLogged("body:firstsecond");
});

test("keeps no more of a body than maxBodySize", async () => {
  const plugin = await startPlugin({ config: { ...config, maxBodySize: 10 } });
  await plugin.fetch("/", { method: "POST", body: "0123456789abc" });
  expect(plugin).toHaveLogged("body:0123456789 (the first 10 of 13 bytes)");
});

test("builds no text for a log level that the gateway does not write", async () => {
  const plugin = await startPlugin({ config, logLevel: "warn" });
  expect(await plugin.fetch("/", { method: "POST", body: "hello" })).toHaveHeader("x-easy-logger", "1.0.0");
  expect(plugin.logs).toEqual([]);
});

test("does not leak memory", async () => {
  const plugin = await startPlugin({ config });
  await plugin.assertNoLeaks((i) => plugin.fetch("/", { method: "POST", body: "x".repeat(i % 1000) }));
});
