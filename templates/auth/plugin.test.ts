import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = {
  consumers: [
    { name: "mia", key: "key-of-mia" },
    { name: "tom", key: "key-of-tom" },
  ],
};

test("lets a request with a known key pass, and names the consumer to the upstream", async () => {
  const plugin = await startPlugin({ config });
  const { request } = await plugin.fetch("/orders", { headers: { "x-api-key": "key-of-tom" } });
  expect(request.upstream).toHaveHeader("x-consumer", "tom");
  expect(request.upstream).not.toHaveHeader("x-api-key");
});

test.each([
  ["no key", {}],
  ["an empty key", { "x-api-key": "" }],
  ["an unknown key", { "x-api-key": "key-of-joe" }],
  ["the beginning of a key", { "x-api-key": "key-of-mi" }],
  ["the key of mia in capital letters", { "x-api-key": "KEY-OF-MIA" }],
  ["a name instead of a key", { "x-consumer": "mia" }],
])("rejects a request with %s", async (_name, headers) => {
  const plugin = await startPlugin({ config });
  const response = await plugin.fetch("/orders", { headers });
  expect(response).toBeLocalReply({ status: 401, body: "unknown API key\n" });
  expect(response).not.toHaveReachedUpstream();
});

test("replaces the name that a client claims", async () => {
  const plugin = await startPlugin({ config });
  const { request } = await plugin.fetch("/", { headers: { "x-api-key": "key-of-mia", "x-consumer": "root" } });
  expect(request.upstream?.headers.getAll("x-consumer")).toEqual(["mia"]);
});

test("uses the consumers of the rule for the route", async () => {
  const rule = { _match_route_: ["default/foo"], consumers: [{ name: "joe", key: "key-of-joe" }] };
  const plugin = await startPlugin({ config: { ...config, _rules_: [rule] } });
  const send = (route: string, key: string) => plugin.fetch("/", { route, headers: { "x-api-key": key } });
  expect(await send("default/foo", "key-of-joe")).toHaveReachedUpstream();
  expect(await send("default/foo", "key-of-mia")).toBeLocalReply(401);
  expect(await send("default/bar", "key-of-joe")).toBeLocalReply(401);
});

test.each([
  [{}, "consumers: required, but absent"],
  [{ consumers: [] }, "consumers: expected array of at least 1 element, got 0"],
  [{ consumers: [{ name: "mia" }] }, "consumers[0].key: required, but absent"],
  [{ consumers: [{ name: "mia", key: "" }] }, 'consumers[0].key: expected string of at least 1 character, got ""'],
  [{ consumers: [{ name: "mia", key: 1 }] }, "consumers[0].key: expected string of at least 1 character, got 1"],
  [{ consumers: [{ name: "a\r\nb", key: "k" }] }, "consumers[0]: name: expected no control characters"],
])("rejects the configuration %j", async (wrong, message) => {
  await expect(startPlugin({ config: wrong })).rejects.toThrow(message);
});
