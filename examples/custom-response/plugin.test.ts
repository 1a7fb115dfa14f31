import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

test("responds instead of the upstream", async () => {
  const plugin = await startPlugin({ config: { headers: ["hello=world"], body: '{"hello":"world"}' } });
  const response = await plugin.fetch("/");
  expect(response).toBeLocalReply({ status: 200, details: "custom-response", body: '{"hello":"world"}' });
  expect(response).toHaveHeader("content-type", "application/json; charset=utf-8");
  expect(response).toHaveHeader("hello", "world");
});

test.each([
  [429, 302],
  [404, 200],
  [403, 403],
  [200, 200],
])("the client gets for a %d of the upstream a %d", async (status, expected) => {
  const rules = [
    { enable_on_status: ["429"], status_code: 302, headers: ["location=https://example.com"] },
    { enable_on_status: ["x04"], body: "nothing here" },
  ];
  const plugin = await startPlugin({ config: { rules }, upstream: { status } });
  expect(await plugin.fetch("/")).toHaveStatus(expected);
});

test("overlapping patterns: the first in the configuration wins, in every VM", async () => {
  const rules = ["4xx", "40x", "x0x"].map((pattern) => ({ enable_on_status: [pattern], body: pattern }));
  for (let i = 0; i < 20; i++) {
    const plugin = await startPlugin({ config: { rules }, upstream: { status: 404 } });
    expect(await plugin.fetch("/")).toHaveBody("4xx");
  }
});

test("names the wrong field of a configuration", async () => {
  const plugin = await startPlugin({ config: {} });
  expect(() => plugin.reload({ headers: ["hello"] })).toThrow(/invalid header pair format: hello/);
  expect(() => plugin.reload({ status_code: 99 })).toThrow(/invalid status code value: 99/);
  expect(() => plugin.reload({ enable_on_status: ["xYx"] })).toThrow(/"xYx": must contain only digits and x\/X/);
});

test("does not leak memory", async () => {
  const plugin = await startPlugin({
    config: { rules: [{ enable_on_status: ["4xx"], body: "custom" }] },
    upstream: ({ path }) => ({ status: Number(path.slice(1)) }),
  });
  await plugin.assertNoLeaks((i) => plugin.fetch(`/${[200, 404][i % 2]}`));
});
