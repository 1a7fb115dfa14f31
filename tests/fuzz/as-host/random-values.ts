import { encodePairs } from "../../../sdk/host/message/pairs.js";
import type { Random } from "../../support/random.js";

const latin = (text: string) => Buffer.from(text, "latin1");

const TEXTS = [
  ...["", "a", "200", "403", "99", "-1", "GET", "POST", "CONNECT", "http", "/", "/a?b=c", "h", "*.example", "foo"],
  ...["application/json", "application/grpc", "text/event-stream", "gzip", "websocket", "100", "1e309", "true", "call"],
  ...["deny", "first", "default/foo", "outbound|80||up", "\xff\xfe", "\xed\xa0\x80", "\0", "a\r\nb: c", "{}", "[1,2]"],
  ...['{"a":{"b":[1,"\\ud800",null]}}', '{"a":', "x".repeat(3000), "[".repeat(300), "é".repeat(100), "1".repeat(400)],
].map(latin);

const NAMES = [":path", ":method", ":authority", ":status", ":scheme", "content-type", "content-length", "x-a", "", "\0", "X-A", "cookie", "allow", "x-user", "\xff"]; // prettier-ignore

/**
 * Bytes that a host passes to the plugin, also bytes that no correct host would pass.
 *
 * @param most the largest number of bytes
 */
export function randomBytes(random: Random, most: number): Uint8Array {
  const kind = random.below(40);
  if (kind === 0) return random.bytes(random.below(2000));
  if (kind === 1) return Buffer.alloc(random.below(most), random.below(256));
  if (kind < 6) return random.bytes(8);
  return random.pick(TEXTS);
}

/** Encoded header pairs. Now and then some bytes are changed or cut off. */
export function randomPairs(random: Random): Uint8Array {
  const text = () => random.pick(TEXTS).toString("latin1");
  const pairs = Array.from({ length: random.below(8) }, () => [random.pick(NAMES), text()] as const);
  const bytes = encodePairs(pairs);
  const kind = random.below(12);
  if (kind === 0) return random.bytes(random.below(200));
  if (kind === 1) return bytes.subarray(0, random.below(bytes.length + 1));
  if (kind !== 2) return bytes;
  for (let i = 0; i < 3 && bytes.length > 0; i++) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

/** A configuration as JSON; unless `exact` is set, often with bytes changed or cut off. */
export function randomConfiguration(random: Random, valid: readonly (() => unknown)[], exact: boolean): Uint8Array {
  const kind = exact ? 7 : random.below(8);
  if (kind === 0) return randomBytes(random, 1000);
  const bytes = Buffer.from(JSON.stringify(random.pick(valid)()));
  if (kind === 1) return bytes.subarray(0, random.below(bytes.length + 1));
  if (kind === 2 && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}
