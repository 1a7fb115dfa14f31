import { expect, test } from "vitest";
import { startPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";

// A hook rejects a body whose headers have reached the upstream, and the hook on the response body holds the local reply until
// a call has ended.
const PAUSE = [["call", "later", "GET", "/", [], "", 5000, [["resumeResponse"]]], ["pause"]];

test("the upstream cannot respond to a request whose local reply a hook holds", async () => {
  const wasm = await buildPlugin("tests/plugins/body-write");
  const config = { requestBody: [["denyIf", "attack"]], responseBody: PAUSE };
  const plugin = await startPlugin({ wasm, config });
  const request = plugin.begin("/", { method: "POST" });
  expect(request.upstream).toBeDefined();
  request.send("attack");
  request.end();
  expect(request.response).toMatchObject({ status: 403, body: "", ended: false });
  expect(() => request.answer({ body: "secret" })).toThrow(
    "the upstream cannot respond to request 1: it has a local reply",
  );
  request.calls[0]!.answer({ body: "ok" });
  expect(request.response).toMatchObject({ status: 403, body: "denied", ended: true });
});
