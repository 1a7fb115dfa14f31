import { startPlugin, type TestPlugin } from "as-proxy-wasm-sdk/testing";
import { beforeEach, expect, test } from "vitest";

let plugin: TestPlugin;
beforeEach(async () => void (plugin = await startPlugin()));

test("lets a request with allow: true pass unchanged", async () => {
  const response = await plugin.fetch("/foo?a=b", { headers: { allow: "true" } });
  expect(response).toHaveStatus(200);
  expect(response.request.upstream).toMatchObject({ method: "GET", path: "/foo?a=b" });
});

test.each([{}, { allow: "TRUE" }, { allow: ["false", "true"] }])(
  "sends a 403 for a request with %j",
  async (headers) => {
    const response = await plugin.fetch("/foo", { headers });
    expect(response).toBeLocalReply({ status: 403, body: "Forbidden by ASM Wasm Plugin" });
    expect(response).toHaveHeader("content-type", "text/plain");
  },
);

test("does not leak memory", async () => {
  await plugin.assertNoLeaks((i) => plugin.fetch("/", { headers: i % 2 === 0 ? {} : { allow: "true" } }));
});
