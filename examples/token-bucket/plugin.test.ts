import { startPlugin, type TestPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

/** Sends requests one after the other. Returns the status codes of their responses. */
async function statuses(plugin: TestPlugin, count: number, options = {}): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await plugin.fetch("/", options)).status);
  return all;
}

test("lets as many requests pass as the bucket has tokens, and more as it refills", async () => {
  const plugin = await startPlugin({ config: { capacity: 2, refillPerSecond: 4, status: 429 } });
  expect(await statuses(plugin, 3)).toEqual([200, 200, 429]);
  plugin.clock.advance(249);
  expect(await statuses(plugin, 1)).toEqual([429]);
  plugin.clock.advance(1);
  expect(await statuses(plugin, 2)).toEqual([200, 429]);
  plugin.clock.advance(3_600_000);
  expect(await statuses(plugin, 3)).toEqual([200, 200, 429]);
});

test("each client address has its own bucket", async () => {
  const plugin = await startPlugin({ config: { capacity: 1, keyBy: "address" } });
  expect(await statuses(plugin, 2, { source: "10.0.0.7:1000" })).toEqual([200, 403]);
  expect(await statuses(plugin, 1, { source: "10.0.0.7:2000" })).toEqual([403]);
  expect(await statuses(plugin, 1, { source: "[::1]:1000" })).toEqual([200]);
});

test("buckets of the process outlive an update of the configuration, buckets of a worker do not", async () => {
  for (const [scope, after] of [["process", 403] as const, ["worker", 200] as const]) {
    const plugin = await startPlugin({ config: { capacity: 1, refillPerSecond: 0, scope } });
    expect(await statuses(plugin, 2)).toEqual([200, 403]);
    plugin.reload({ capacity: 1, refillPerSecond: 0, scope, body: "later" });
    expect(await statuses(plugin, 1)).toEqual([after]);
  }
});

test("the memory stays constant with more keys than maxKeys", async () => {
  const plugin = await startPlugin({ config: { maxKeys: 100, keyBy: "header", keyHeader: "x-key" } });
  await plugin.assertNoLeaks((i) => plugin.fetch("/", { headers: { "x-key": `key ${i}` } }));
});
