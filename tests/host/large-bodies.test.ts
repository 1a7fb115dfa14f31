import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { HeaderMap } from "../../sdk/host/index.js";
import { buildPlugin } from "../support/build.js";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";
import { Bench, openExchange } from "./bench.js";

const SIZE = 64 * 1024;
const BYTES = 100_000_000;
/** Reading events takes longer. */
const EVENT_BYTES = NIGHTLY ? BYTES : 20_000_000;

/** A sink that hashes the body it gets. */
function hashing() {
  const hash = createHash("sha1");
  const data = (bytes: { take(): Buffer }) => void hash.update(bytes.take());
  return { hash, sink: { headers: () => {}, data, trailers: () => {} } };
}

test("a request body of 100 MB passes a hook on chunks in constant memory", async () => {
  const bench = new Bench(await buildPlugin("tests/plugins/sse"), "{}");
  const { hash, sink } = hashing();
  const { stream } = openExchange([bench.plugin], bench.services, { end: false, listeners: { upstream: sink } });
  const expected = createHash("sha1");
  const random = new Random();
  let before = 0;
  for (let sent = 0; sent < BYTES; sent += SIZE) {
    const chunk = Buffer.alloc(SIZE, random.below(256));
    expected.update(chunk);
    stream.requestData(chunk, false);
    if (sent < BYTES / 10) before = bench.plugin.vms[0]!.memory.size;
  }
  stream.requestData(Buffer.alloc(0), true);
  expect(bench.plugin.vms[0]!.memory.size).toBe(before);
  expect(hash.digest("hex")).toBe(expected.digest("hex"));
});

test("a long response passes as events, split anywhere, in constant memory and byte for byte", async () => {
  const bench = new Bench(await buildPlugin("tests/plugins/sse"), "{}");
  const { hash, sink } = hashing();
  const { stream } = openExchange([bench.plugin], bench.services, { listeners: { downstream: sink } });
  stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  const expected = createHash("sha1");
  const random = new Random();
  const event = (_: unknown, i: number) => `id: ${String(i)}\r\ndata: é${"x".repeat(random.below(6000))}\r\n\r\n`;
  const events = Buffer.from(Array.from({ length: 400 }, event).join(""));
  let before = 0;
  for (let sent = 0; sent < EVENT_BYTES; sent += events.length) {
    for (let at = 0; at < events.length;) {
      const end = Math.min(events.length, at + 1 + random.below(2 * SIZE));
      stream.responseData(events.subarray(at, end), false);
      at = end;
    }
    expected.update(events);
    if (sent < EVENT_BYTES / 3) before = bench.plugin.vms[0]!.memory.size;
  }
  stream.responseData(Buffer.alloc(0), true);
  expect(bench.plugin.vms[0]!.memory.size).toBe(before);
  expect(hash.digest("hex")).toBe(expected.digest("hex"));
});

test("a hook on the whole body changes JSON with at most four times the memory of the body", async () => {
  const bench = new Bench(await buildPlugin("tests/plugins/edit-json"), "{}");
  const chunks: Buffer[] = [];
  const data = (bytes: { take(): Buffer }) => void chunks.push(Buffer.from(bytes.take()));
  const downstream = { headers: () => {}, data, trailers: () => {} };
  const { stream } = openExchange([bench.plugin], bench.services, { listeners: { downstream } });
  const text = (last: string) => Buffer.from(JSON.stringify({ first: "é".repeat(450_000), last }));
  const body = text("x");
  const before = bench.plugin.vms[0]!.memory.size;
  stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  for (let at = 0; at < body.length; at += SIZE) stream.responseData(body.subarray(at, at + SIZE), false);
  stream.responseData(Buffer.alloc(0), true);
  expect(Buffer.concat(chunks).equals(text("changed"))).toBe(true);
  expect(bench.plugin.vms[0]!.memory.size - before).toBeLessThanOrEqual(4 * body.length);
});
