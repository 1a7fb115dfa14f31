import { startPlugin, type TestPlugin } from "as-proxy-wasm-sdk/testing";
import { beforeEach, expect, test } from "vitest";

const config = { allow_origin_patterns: ["https://*.example.com"], allow_headers: ["Content-Type"] };
let plugin: TestPlugin;
beforeEach(async () => void (plugin = await startPlugin({ config })));

test("adds the origin to the response of an allowed request", async () => {
  const response = await plugin.fetch("/", { headers: { origin: "https://app.example.com" } });
  expect(response).toHaveHeader("access-control-allow-origin", "https://app.example.com");
  expect(response).toHaveHeader("vary", "Origin");
  expect(response).not.toHaveHeader("access-control-allow-methods");
});

test("responds to a preflight request", async () => {
  const response = await plugin.fetch("/", {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example.com",
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type, Content-Type",
    },
  });
  expect(response).toBeLocalReply({ status: 200, details: "cores.preflight", body: "" });
  expect(response).toHaveHeader("access-control-allow-methods", "GET,PUT,POST,DELETE,PATCH,OPTIONS");
  expect(response).toHaveHeader("access-control-allow-headers", "Content-Type");
  expect(response).toHaveHeader("access-control-max-age", "86400");
});

test("sends the CORS headers in the order of the Go plugin", async () => {
  const other = await startPlugin({
    config: {
      ...{ allow_origin_patterns: ["*"], allow_methods: ["*"], allow_headers: ["*", "x-a"] },
      ...{ expose_headers: ["x-b", "*", "x-c"], allow_credentials: true },
    },
  });
  const headers = { origin: "https://example.org", "access-control-request-method": "PUT" };
  const response = await other.fetch("/", { method: "OPTIONS", headers });
  expect([...response.headers].filter(([name]) => name.startsWith("access-control-"))).toEqual([
    ["access-control-allow-origin", "https://example.org"],
    ["access-control-allow-methods", "GET, PUT, POST, DELETE, PATCH, OPTIONS, HEAD, TRACE, CONNECT"],
    ["access-control-allow-headers", "*,x-a"],
    ["access-control-expose-headers", "*,x-c"],
    ["access-control-allow-credentials", "true"],
    ["access-control-max-age", "86400"],
  ]);
});

test.each([
  "https://app.example.com.evil.org",
  "https://evil.org/.example.com",
  "http://app.example.com",
  "null",
  "%zz",
])("denies a request from %s", async (origin) => {
  const response = await plugin.fetch("/", { headers: { origin } });
  expect(response).toBeLocalReply({ status: 403, details: "cors.forbidden", body: "Invalid CORS request" });
  expect(response).not.toHaveHeader("access-control-allow-origin");
});

test("warns of parts of a configuration that have no effect", async () => {
  await startPlugin({ config: { allow_origins: ["*"], allow_credentials: true } }).then((other) =>
    expect(other).toHaveLogged("allow_credentials is ignored: allow_origins has *", "warn"),
  );
  plugin.reload({ allow_origin_patterns: ["https://*.example.com:[80x]"] });
  expect(plugin).toHaveLogged('"https://*.example.com:[80x]" matches no origin', "warn");
});

test("does not leak memory", async () => {
  const origins = ["https://app.example.com", "https://evil.org", "http://example.com"];
  await plugin.assertNoLeaks((i) => plugin.fetch("/", { headers: { origin: origins[i % 3]! } }));
});
