import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = { service: { fqdn: "auth.default.svc.cluster.local", port: 8080 }, timeoutMs: 200 };
/** The gateway's name of the service. */
const AUTH = "outbound|8080||auth.default.svc.cluster.local";
const headers = { authorization: "token of mia" };

test("holds the request until the auth service allows it, and names the user to the upstream", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.request("/orders?id=1", { headers });
  expect(request).toBeHeld();
  expect(request).toHaveCalledOut(AUTH, {
    path: "/check",
    headers: { ...headers, "x-original-method": "GET", "x-original-path": "/orders?id=1" },
  });
  request.calls[0]!.answer({ status: 200, headers: { "x-user": "mia" } });
  expect(request.upstream).toHaveHeader("x-user", "mia");
});

test("removes an x-user header that the client sent", async () => {
  const plugin = await startPlugin({ config, upstreams: { [AUTH]: { status: 200 } } });
  const { request } = await plugin.fetch("/", { headers: { "x-user": "root" } });
  expect(request).toHaveReachedUpstream();
  expect(request.upstream).not.toHaveHeader("x-user");
});

test.each([401, 403, 404, 302, 204])("does not let a request pass after a %i", async (status) => {
  const plugin = await startPlugin({ config, upstreams: { [AUTH]: { status } } });
  const response = await plugin.fetch("/", { headers });
  expect(response).toBeLocalReply({ status: 401, body: "not allowed\n" });
  expect(response).not.toHaveReachedUpstream();
});

test.each(["unreachable", "timeout", "reset"] as const)(
  "does not let a request pass if the auth service fails: %s",
  async (fails) => {
    const plugin = await startPlugin({ config, upstreams: { [AUTH]: { fails } } });
    const response = await plugin.fetch("/", { headers });
    expect(response).toBeLocalReply({ status: 503, body: /not available/ });
    expect(response).toHaveLogged("the auth service responded with 50", "warn");
  },
);

test("does not let a request pass if the gateway does not know the auth service", async () => {
  const plugin = await startPlugin({ config, clusters: [] });
  expect(await plugin.fetch("/", { headers })).toBeLocalReply({ status: 503, body: /not available/ });
});

test("waits for timeoutMs", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.request("/", { headers });
  plugin.clock.advance(199);
  expect(request).toBeHeld();
  plugin.clock.advance(1);
  expect(request).toBeLocalReply(503);
});

test.each([
  [{}, "service: required, but absent"],
  [{ service: { fqdn: "auth.dns" } }, "service.port: required, but absent"],
  [{ service: { fqdn: "", port: 80 } }, 'service.fqdn: expected string of at least 1 character, got ""'],
  [{ ...config, path: "check" }, 'path: expected string that matches ^/, got "check"'],
  [{ ...config, timeoutMs: "1s" }, 'timeoutMs: expected integer from 1 to 60000, got "1s"'],
])("rejects the configuration %j", async (wrong, message) => {
  await expect(startPlugin({ config: wrong })).rejects.toThrow(message);
});
