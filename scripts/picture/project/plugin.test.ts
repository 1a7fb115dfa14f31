import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

test("replies with the content", async () => {
  const plugin = await startPlugin({ config: { content: "hello" } });
  const response = await plugin.fetch("/foo");
  expect(response).toBeLocalReply({ status: 200, body: "hello" });
});

test("can be switched off", async () => {
  const plugin = await startPlugin({ config: { mockEnabled: false } });
  const response = await plugin.fetch("/foo");
  expect(response).toHaveReachedUpstream();
});
