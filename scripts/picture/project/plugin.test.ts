import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

test("can be switched off", async () => {
  const plugin = await startPlugin({ config: { mockEnabled: false } });
  const response = await plugin.fetch("/foo");
  expect(response).toHaveReachedUpstream();
});
