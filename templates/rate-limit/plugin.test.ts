import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";

const config = { perSecond: 2, burst: 3 };

test("lets a burst of requests pass, and then as many as come back per second", async () => {
  const plugin = await startPlugin({ config });
  const statuses = async (count: number) => {
    const found: number[] = [];
    for (let i = 0; i < count; i++) found.push((await plugin.fetch("/")).status);
    return found;
  };
  expect(await statuses(4)).toEqual([200, 200, 200, 429]);
  plugin.clock.advance(1000);
  expect(await statuses(3)).toEqual([200, 200, 429]);
  // A bucket never holds more than the burst.
  plugin.clock.advance(60_000);
  expect(await statuses(4)).toEqual([200, 200, 200, 429]);
});

test("says when to try again", async () => {
  const plugin = await startPlugin({ config: { perSecond: 0.5, burst: 1 } });
  await plugin.fetch("/");
  const response = await plugin.fetch("/");
  expect(response).toBeLocalReply({ status: 429, body: "too many requests\n" });
  expect(response).toHaveHeader("retry-after", "2");
  plugin.clock.advance(2000);
  expect(await plugin.fetch("/")).toHaveReachedUpstream();
});

test("counts each address by itself, over all its connections", async () => {
  const plugin = await startPlugin({ config: { perSecond: 1, burst: 1 } });
  const send = (source: string) => plugin.fetch("/", { source });
  expect(await send("10.0.0.7:1000")).toHaveStatus(200);
  expect(await send("10.0.0.7:2000")).toHaveStatus(429);
  expect(await send("10.0.0.8:1000")).toHaveStatus(200);
  expect(await send("[::1]:1000")).toHaveStatus(200);
  expect(await send("[::1]:2000")).toHaveStatus(429);
});

test("counts each value of a header by itself; requests without the header count together", async () => {
  const plugin = await startPlugin({ config: { perSecond: 1, burst: 1, keyHeader: "x-user" } });
  const send = (headers: Record<string, string>) => plugin.fetch("/", { headers });
  expect(await send({ "x-user": "mia" })).toHaveStatus(200);
  expect(await send({ "x-user": "tom" })).toHaveStatus(200);
  expect(await send({ "x-user": "mia" })).toHaveStatus(429);
  expect(await send({})).toHaveStatus(200);
  expect(await send({})).toHaveStatus(429);
});

test("does not grow with the number of keys, and keeps the buckets in use", async () => {
  const plugin = await startPlugin({ config: { perSecond: 0.001, burst: 1, maxKeys: 10, keyHeader: "x-user" } });
  const send = (user: string) => plugin.fetch("/", { headers: { "x-user": user } });
  expect(await send("mia")).toHaveStatus(200);
  await plugin.assertNoLeaks(async (i) => {
    await send(`other ${i}`);
    expect(await send("mia")).toHaveStatus(429);
  });
});

test.each([
  [{}, "perSecond: required, but absent"],
  [{ perSecond: 0 }, "perSecond: expected number from 0.001 to 1000000, got 0"],
  [{ perSecond: 1, burst: "ten" }, 'burst: expected integer from 1 to 1000000, got "ten"'],
  [{ perSecond: 1, keyHeader: "x user" }, "keyHeader: expected the name of a header"],
])("rejects the configuration %j", async (wrong, message) => {
  await expect(startPlugin({ config: wrong })).rejects.toThrow(message);
});
