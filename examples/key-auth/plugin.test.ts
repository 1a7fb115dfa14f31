import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const consumers = [
  { name: "mia", credential: "token of mia" },
  { name: "tom", credential: "token of tom" },
];
const config = { consumers, keys: ["x-api-key"], in_header: true };

test("sends the name of the consumer to the upstream", async () => {
  const plugin = await startPlugin({ config });
  const headers = { "x-api-key": "token of tom", "x-mse-consumer": "mia" };
  const { request } = await plugin.fetch("/orders", { headers });
  expect(request.upstream!.headers.getAll("x-mse-consumer")).toEqual(["tom"]);
});

test.each([
  [{}, 401, "key-auth.no_key"],
  [{ "x-api-key": "" }, 401, "key-auth.no_key"],
  [{ "x-api-key": ["token of mia", "token of tom"] }, 401, "key-auth.multi_key"],
  [{ "x-api-key": "token" }, 403, "key-auth.unauthorized"],
])("denies a request with %j: %d %s", async (headers, status, details) => {
  const plugin = await startPlugin({ config });
  const response = await plugin.fetch("/", { headers });
  expect(response).toBeLocalReply({ status, details, body: /^Request denied by Key Auth check\. / });
  expect(response).toHaveHeader("www-authenticate", "Key realm=MSE Gateway");
});

test("allows the consumers of a rule on its routes only", async () => {
  const plugin = await startPlugin({
    config: { ...config, _rules_: [{ _match_domain_: ["admin.example.com"], allow: ["mia"] }] },
  });
  const status = async (authority: string, name?: string) => {
    const headers = name === undefined ? {} : { "x-api-key": `token of ${name}` };
    return (await plugin.fetch("/", { authority, headers })).status;
  };
  expect(await status("admin.example.com", "mia")).toBe(200);
  expect(await status("admin.example.com", "tom")).toBe(403);
  expect(await status("admin.example.com")).toBe(401);
  expect(await status("www.example.com")).toBe(200);
});

test("names the wrong field of a configuration, and shows no credential", async () => {
  const twice = [...consumers, { name: "eve", credential: "token of mia" }];
  const plugin = await startPlugin({ config });
  expect(() => plugin.reload({ ...config, consumers: twice })).toThrow(/duplicate consumer credential: that of eve/);
  expect(() => plugin.reload({ ...config, keys: [] })).toThrow(/keys cannot be empty/);
  await plugin.fetch("/", { headers: { "x-api-key": "secret of eve" } });
  expect(plugin).not.toHaveLogged("token of mia");
  expect(plugin).not.toHaveLogged("secret of eve");
});

test("does not leak memory", async () => {
  const plugin = await startPlugin({ config });
  const keys = ["token of mia", "token", ""];
  await plugin.assertNoLeaks((i) => plugin.fetch("/", { headers: { "x-api-key": keys[i % 3]! } }));
});
