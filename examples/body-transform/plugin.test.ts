import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = {
  request: { field: "tenant", value: "a" },
  response: { field: "by", value: "the gateway" },
};

test("sets a field in both directions", async () => {
  const plugin = await startPlugin({ config });
  const response = await plugin.fetch("/", { json: { id: 1 }, upstream: { json: { by: "me", hello: "you" } } });
  expect(response.request.upstream).toHaveBody({ id: 1, tenant: "a" });
  expect(response).toHaveBody('{"by":"the gateway","hello":"you"}');
  expect(response).not.toHaveHeader("content-length");
});

test("gathers a body that comes in pieces, also one that trailers end", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.begin("/", { method: "PUT", headers: { "content-type": "application/json" } });
  request.send('{"id":');
  expect(request.upstream?.body).toBe("");
  request.send("1");
  request.end("}", { "x-checksum": "1" });
  expect(request.upstream).toHaveBody({ id: 1, tenant: "a" });
  expect(request.upstream?.trailers).toHaveHeader("x-checksum", "1");

  const answer = request.beginAnswer({ headers: { "content-type": "application/hal+json" } });
  answer.send("{");
  expect(request.response).toMatchObject({ status: 200, body: "", ended: false });
  answer.end("}");
  expect(request.response).toHaveBody({ by: "the gateway" });
});

test.each([
  { body: "{}", headers: { "content-type": "text/plain" } },
  { body: "{}", headers: { "content-type": "application/json", "content-encoding": "gzip" } },
  { body: "[]", headers: { "content-type": "application/json" } },
])("leaves other bodies as they are: $body $headers", async ({ body, headers }) => {
  const plugin = await startPlugin({ config });
  expect((await plugin.fetch("/", { body, headers })).request.upstream).toHaveBody(body);
});

test("warns of what is not JSON, and lets it pass", async () => {
  const plugin = await startPlugin({ config });
  const { request } = await plugin.fetch("/", { body: "{", headers: { "content-type": "application/json" } });
  expect(request.upstream).toHaveBody("{");
  expect(request).toHaveLogged("the request says that it is JSON", "warn");
});

test("a body that is too long is refused", async () => {
  const plugin = await startPlugin({ config, bufferLimit: 10 });
  expect(await plugin.fetch("/", { json: { name: "more than ten" } })).toBeLocalReply(413);
});
