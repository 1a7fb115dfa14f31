import { beforeAll, expect, test } from "vitest";
import { startPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";

// A plugin that exports `proxy_on_tick` itself: the SDK knows of no hook for it.
let wasm: string;
beforeAll(async () => void (wasm = await buildPlugin("tests/plugins/own-callbacks")));

test("what only a callback of its own uses is collected", async () => {
  const plugin = await startPlugin({ wasm });
  plugin.tick(100);
  const before = plugin.memorySize;
  plugin.tick(20_000);
  expect(plugin.memorySize).toBe(before);
});

test("a request that waits for a callback of its own is not said to hang, and goes on in it", async () => {
  const plugin = await startPlugin({ wasm });
  const request = plugin.request("/a");
  expect(request).toBeHeld();
  plugin.tick();
  expect(request.upstream).toHaveHeader("x-last", "tick 99");
  request.answer();
  expect(request.response).toHaveStatus(200);
  expect(plugin).not.toHaveLogged(/./, "warn");
});

test("each of its callbacks is an entry of its own: what went on in one can be answered in the next", async () => {
  const plugin = await startPlugin({ wasm });
  const request = plugin.request("/a");
  plugin.tick();
  expect(request).toHaveReachedUpstream();
  plugin.tick();
  expect(request.response).toBeLocalReply({ status: 504, body: "too slow" });
  expect(plugin).not.toHaveLogged(/./, "error");
});
