import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

test("responds with the request as JSON", async () => {
  const plugin = await startPlugin({ config: { headers: ["x-user"] } });
  const response = await plugin.fetch("/whoami", { authority: "a.com", headers: { "x-user": ["mia", "tom"] } });
  expect(response).toBeLocalReply({ status: 200 });
  expect(JSON.parse(String(response.body))).toEqual({
    ...{ method: "GET", host: "a.com", path: "/whoami" },
    headers: { "x-user": ["mia", "tom"] },
  });
});

test("lets other requests pass", async () => {
  const plugin = await startPlugin({ config: { path: "/who" } });
  expect((await plugin.fetch("/whoami")).request.upstream).toMatchObject({ path: "/whoami" });
});

test("rejects a path without a slash", async () => {
  await expect(startPlugin({ config: { path: "who" } })).rejects.toThrow(
    'path: expected string that matches ^/, got "who"',
  );
});

test("does not leak memory", async () => {
  const plugin = await startPlugin();
  await plugin.assertNoLeaks((i) => plugin.fetch(i % 2 === 0 ? "/" : "/whoami"));
});
