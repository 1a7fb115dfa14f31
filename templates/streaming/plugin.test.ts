import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = { find: "colour", replace: "color" };
const text = { "content-type": "text/plain; charset=utf-8" };

test("changes each chunk as it arrives", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.request("/");
  const answer = request.beginAnswer({ headers: { ...text, "content-length": "30" } });
  answer.send("one colour, ");
  expect(request.response).toHaveBody("one color, ");
  answer.send("two colours, ");
  expect(request.response).toHaveBody("one color, two colors, ");
  answer.end("three");
  expect(request.response).toHaveBody("one color, two colors, three");
  expect(request.response).not.toHaveHeader("content-length");
});

test("finds the word in every division into chunks", async () => {
  const plugin = await startPlugin({ config: { find: "aab é", replace: "[$1]" } });
  const bytes = new TextEncoder().encode("aaab é aab éaab aab");
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      const request = plugin.request("/");
      const answer = request.beginAnswer({ headers: text });
      for (const chunk of chunks) answer.send(chunk);
      answer.end();
      expect(request.response?.body).toBe("a[$1] [$1]aab aab");
    }
  }
});

test("keeps nothing back that cannot be the beginning of the word", async () => {
  const plugin = await startPlugin({ config });
  const request = plugin.request("/");
  const answer = request.beginAnswer({ headers: text });
  answer.send("red colo");
  expect(request.response).toHaveBody("red ");
  answer.send("n");
  expect(request.response).toHaveBody("red colon");
  answer.end();
});

test.each([
  ["another content type", { "content-type": "image/png" }],
  ["a compressed body", { ...text, "content-encoding": "gzip" }],
])("does not change %s", async (_name, headers) => {
  const plugin = await startPlugin({ config, upstream: { headers, body: "colour" } });
  expect(await plugin.fetch("/")).toHaveBody("colour");
});

test("asks for bodies without compression", async () => {
  const plugin = await startPlugin({ config });
  const { request } = await plugin.fetch("/", { headers: { "accept-encoding": "gzip" } });
  expect(request.upstream).not.toHaveHeader("accept-encoding");
});

test.each([
  [{}, "find: required, but absent"],
  [{ find: "" }, 'find: expected string of 1 to 256 characters, got ""'],
  [{ find: "a", replace: 1 }, "replace: expected string, got 1"],
])("rejects the configuration %j", async (wrong, message) => {
  await expect(startPlugin({ config: wrong })).rejects.toThrow(message);
});
