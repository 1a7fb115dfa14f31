import { expect, test } from "vitest";
import { startPlugin } from "../../sdk/testing/index.js";
const wasm = "examples/ext-auth/build/debug.wasm";
test("plain fails", async () => {
  const plugin = await startPlugin({ wasm, config: { cluster: "auth" }, upstreams: { auth: () => ({ status: 200 }) } });
  const response = await plugin.fetch("/foo", { headers: { authorization: "t" } });
  expect(response.status).toBe(201);
});
test("traps", async () => {
  const plugin = await startPlugin({ wasm: "tests/plugins/traps/build/debug.wasm", config: {} });
  await plugin.fetch("/foo", { headers: { "x-trap": "index" } });
});
test("refused", async () => {
  await startPlugin({ wasm, config: { cluster: 1 } });
});
