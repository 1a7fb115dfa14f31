import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

test("sends a local reply instead of calling the upstream", async () => {
  const plugin = await startPlugin({ config: { content: "hello higress" } });
  const response = await plugin.fetch("/foo");
  expect(response).toBeLocalReply({ status: 200, body: "hello higress" });
  expect(response).not.toHaveReachedUpstream();
});

test("does nothing if mockEnable is false", async () => {
  const plugin = await startPlugin({ config: { mockEnable: false, content: "hello higress" } });
  expect(await plugin.fetch("/foo")).toHaveReachedUpstream();
});

test("uses the content of the rule for the route or the domain", async () => {
  const plugin = await startPlugin({
    config: {
      content: "hello",
      _rules_: [
        { _match_route_: ["default/foo"], content: "hello foo" },
        { _match_domain_: ["*.example.com"], content: "hello world" },
      ],
    },
  });
  expect(await plugin.fetch("/", { route: "default/foo" })).toHaveBody("hello foo");
  expect(await plugin.fetch("http://www.example.com/")).toHaveBody("hello world");
  expect(await plugin.fetch("http://www.test.com/")).toHaveBody("hello");
});

test("rejects a content that is not a string, and keeps the previous configuration", async () => {
  const plugin = await startPlugin({ config: { content: "one" } });
  expect(() => plugin.reload({ content: 1 })).toThrow("content: expected string, got 1");
  expect(await plugin.fetch("/")).toHaveBody("one");
  plugin.reload({ content: "two" });
  expect(await plugin.fetch("/")).toHaveBody("two");
});
