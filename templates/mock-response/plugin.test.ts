import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

test("sends the body instead of calling the upstream", async () => {
  const plugin = await startPlugin({ config: { body: "hello" } });
  const response = await plugin.fetch("/orders");
  expect(response).toBeLocalReply({ status: 200, body: "hello" });
  expect(response).toHaveHeader("content-type", "text/plain; charset=utf-8");
  expect(response).not.toHaveReachedUpstream();
});

test("sends JSON with another status code", async () => {
  const body = JSON.stringify({ error: "no such order" });
  const plugin = await startPlugin({ config: { status: 404, contentType: "application/json", body } });
  const response = await plugin.fetch("/orders/7");
  expect(response).toHaveStatus(404);
  expect(response).toHaveHeader("content-type", "application/json");
  expect(response).toHaveBody({ error: "no such order" });
});

test("lets requests pass if it is not enabled", async () => {
  const plugin = await startPlugin({ config: { enabled: false, body: "hello" } });
  expect(await plugin.fetch("/orders")).toHaveReachedUpstream();
});

test("sends the body of the rule for the route", async () => {
  // Higress sends the matchRules of wasmplugin.yaml to the plugin in this form.
  const config = { body: "hello", _rules_: [{ _match_route_: ["default/foo"], body: "hello foo" }] };
  const plugin = await startPlugin({ config });
  expect(await plugin.fetch("/", { route: "default/foo" })).toHaveBody("hello foo");
  expect(await plugin.fetch("/", { route: "default/bar" })).toHaveBody("hello");
});

test.each([
  [{ status: 99 }, "status: expected integer from 200 to 599, got 99"],
  [{ body: 1 }, "body: expected string, got 1"],
  [{ contentType: "text/plain\r\nx-more: 1" }, "contentType: expected no control characters"],
])("rejects the configuration %j", async (config, message) => {
  await expect(startPlugin({ config })).rejects.toThrow(message);
});

test("keeps the previous configuration if a new one is wrong", async () => {
  const plugin = await startPlugin({ config: { body: "one" } });
  expect(() => plugin.reload({ body: 2 })).toThrow("body: expected string, got 2");
  expect(await plugin.fetch("/")).toHaveBody("one");
});
