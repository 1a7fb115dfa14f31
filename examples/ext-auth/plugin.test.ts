import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const config = { cluster: "auth", path: "/check" };
const headers = { authorization: "token of mia" };

test("calls the auth service, and sends the user's name to the upstream", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.request("/orders?id=1", { headers });
  expect(request).toBeHeld();
  expect(request).toHaveCalledOut("auth", {
    path: "/check",
    headers: { ...headers, "x-original-path": "/orders?id=1" },
  });

  request.calls[0]!.answer({ status: 200, headers: { "x-user": "mia" } });
  expect(request.upstream).toHaveHeader("x-user", "mia");

  request.answer({ body: "orders of mia" });
  expect(request.response).toHaveBody("orders of mia");
});

test("removes an x-user header that the client sent", async () => {
  const plugin = await startPlugin({ config, upstreams: { auth: { status: 200 } } });
  const response = await plugin.fetch("/", { headers: { "x-user": "root" } });
  expect(response.request.upstream).not.toHaveHeader("x-user");
});

test("sends a 401 with the www-authenticate headers of the auth service", async () => {
  const denied = { status: 403, headers: { "www-authenticate": ["Basic", "Bearer"] } };
  const plugin = await startPlugin({ config, upstreams: { auth: denied } });
  const response = await plugin.fetch("/");
  expect(response).toBeLocalReply({ status: 401, body: "unauthorized\n" });
  expect(response.headers.getAll("www-authenticate")).toEqual(["Basic", "Bearer"]);
});

test.each(["unreachable", "timeout", "reset"] as const)(
  "lets no request pass if the auth service fails: %s",
  async (fails) => {
    const plugin = await startPlugin({ config, upstreams: { auth: { fails } } });
    const response = await plugin.fetch("/");
    expect(response).toBeLocalReply({ status: 503, body: /not available/ });
    expect(plugin).toHaveLogged("the auth service responded with 50", "warn");
  },
);

test("waits for timeoutMs", async () => {
  const plugin = await startPlugin({ config: { ...config, timeoutMs: 200 } });
  const request = plugin.request("/");
  plugin.clock.advance(199);
  expect(request).toBeHeld();
  plugin.clock.advance(1);
  expect(request).toBeLocalReply(503);
});

test("assigns each response of the auth service to its request", async () => {
  const plugin = await startPlugin({ config });
  const [mia, tom] = ["mia", "tom"].map((name) => plugin.request("/", { headers: { authorization: name } }));
  tom!.calls[0]!.answer({ headers: { "x-user": "tom" } });
  expect(mia).toBeHeld();
  mia!.calls[0]!.answer({ headers: { "x-user": "mia" } });
  expect(tom!.upstream).toHaveHeader("x-user", "tom");
  expect(mia!.upstream).toHaveHeader("x-user", "mia");
});

test("does not leak memory, whatever the auth service responds", async () => {
  const plugin = await startPlugin({
    config,
    upstreams: { auth: ({ headers }) => ({ status: Number(headers.get("cookie")) }) },
  });
  await plugin.assertNoLeaks((i) => plugin.fetch("/", { headers: { cookie: [200, 403, 503][i % 3]! } }));
});

test("forgets the call of a client that disconnects", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.request("/");
  request.cancel();
  request.calls[0]!.answer({ status: 200 });
  expect(plugin).toHaveNothingOpen();
});

const server = createServer((request, response) => {
  const isKnown = request.headers.authorization === headers.authorization;
  response.writeHead(isKnown ? 200 : 401, isKnown ? { "x-user": "mia" } : {}).end();
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => void server.close());

test("works with a real HTTP service", async () => {
  const auth = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const plugin = await startPlugin({ config, upstreams: { auth } });
  expect((await plugin.fetch("/", { headers })).request.upstream).toHaveHeader("x-user", "mia");
  expect(await plugin.fetch("/")).toBeLocalReply(401);
});
