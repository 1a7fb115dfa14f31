import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

test("sends the request to the upstream, and adds the greeting to the response", async () => {
  const plugin = await startPlugin({ config: { greeting: "good day" } });
  const response = await plugin.fetch("/orders");
  expect(response).toHaveReachedUpstream();
  expect(response).toHaveHeader("x-greeting", "good day");
});

test("says hello by default", async () => {
  const plugin = await startPlugin({ config: {} });
  expect(await plugin.fetch("/")).toHaveHeader("x-greeting", "hello");
});

test("logs each request", async () => {
  const plugin = await startPlugin({ config: {} });
  const response = await plugin.fetch("/orders", { method: "POST" });
  expect(response).toHaveLogged("a POST request for /orders", "info");
});

test("rejects a greeting that is not a string", async () => {
  await expect(startPlugin({ config: { greeting: 1 } })).rejects.toThrow("greeting: expected string, got 1");
});
