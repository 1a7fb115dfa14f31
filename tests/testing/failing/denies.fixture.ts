import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const wasm = process.env["TEST_WASM"]!;
const config = { cluster: "auth", timeoutMs: 200 };

test("a failing assertion of vitest's own", async () => {
  const plugin = await startPlugin({ wasm, config, upstreams: { auth: { status: 403 } } });
  const response = await plugin.fetch("/orders", { headers: { authorization: "t" } });
  expect(response.status).toBe(200);
});

test("a failing assertion about a plugin with a name of its own", async () => {
  const plugin = await startPlugin({ wasm, config, name: "my-auth" });
  const request = plugin.request("/");
  plugin.clock.advance(200);
  expect(request).toHaveReachedUpstream();
});
