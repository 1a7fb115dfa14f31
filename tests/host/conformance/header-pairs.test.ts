import { expect, test } from "vitest";
import { ADDRESS, Guest, MARK, SIZE } from "./support/guest.js";
import { pairs } from "./support/text.js";
import { get, playing, REPEATED, REQUEST_LINE, set, write, type List } from "./header-calls.js";
import { Played } from "./play.js";

const BYTES: List = [
  ["x-empty", ""],
  ["x-nul", "a\0b\0"],
  ["x-utf8", Buffer.from("grüße 😀").toString("latin1")],
  ["x-bytes", "\x80\xff\xfe"],
  ["", "nameless"],
];

test("[63] pairs are read and written unchanged: empty values, NULs in values, UTF-8, any bytes", () => {
  const { headers, logged } = playing([], (guest) => [
    set(guest, pairs([...REQUEST_LINE, ...BYTES])),
    guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE),
    // Writes the pairs back from the address to which the host wrote them, and reads some of them again.
    guest.do("proxy_set_header_map_pairs", 0, ...load()),
    ...BYTES.slice(1, 4).map(([name]) => get(guest, name)),
  ]);
  expect(headers.entries()).toEqual([...REQUEST_LINE, ...BYTES]);
  expect(logged).toEqual(["a\0b\0", "grüße 😀", "���"]);
});

const load = () => [ADDRESS, SIZE].map((at) => `(i32.load (i32.const ${at}))`);

test("[63] [80] two hundred headers are read unchanged, in the ABI's encoding", () => {
  const many = Array.from({ length: 200 }, (_, index) => [`x-${index}`, `v${index}`.repeat(index % 7)] as const);
  const guest = Guest.bare();
  const read = guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE);
  const played = new Played(guest.on("proxy_on_request_headers", [read, set(guest, "")]));
  const { upstream } = played.open(many);
  const [address, size] = [ADDRESS, SIZE].map((at) => played.memory.u32(at)!) as [number, number];
  expect(played.memory.text(address, size)).toBe(pairs([...REQUEST_LINE, ...many]));
  expect(upstream!.headers.size).toBe(0);
});

test("[64] an empty map reads as address 0 and size 0; a write may use the same, or a count of 0", () => {
  const { logged, statuses, headers } = playing([["x-a", "1"]], (guest) => [
    set(guest, pairs([])),
    ...[MARK, guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    ...[write(guest, "add", "x-b", "2"), guest.do("proxy_set_header_map_pairs", 0, 0, 0)],
    ...[MARK, guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
  ]);
  expect(statuses).toEqual([0, 0, 0, 0, 0]);
  expect(logged).toEqual(["\0".repeat(8), "\0".repeat(8)]);
  expect(headers.size).toBe(0);
});

test.each([
  ["cut off", pairs(REPEATED).slice(0, -1)],
  ["too long", `${pairs(REPEATED)}\0`],
  ["without the NUL after a name", pairs([["a", "1"]]).replace("a\0", "ab")],
  ["with a count that is too high", `\x04${pairs(REPEATED).slice(1)}`],
  ["of three bytes", "\x01\0\0"],
])("[67] writing pairs that are %s removes all headers and returns Ok", (_, bytes) => {
  const { statuses, headers } = playing(REPEATED, (guest) => [set(guest, bytes)]);
  expect([statuses, headers.size]).toEqual([[0], 0]);
});

test("[68] up to 1024 pairs and 1 MiB can be written; more pairs or bytes count as an empty map", () => {
  const written = (list: List) => {
    const bytes = Buffer.from(pairs(list), "latin1");
    const guest = Guest.bare({ memory: '(memory (export "memory") 40)' });
    guest.on("proxy_on_request_headers", guest.do("proxy_set_header_map_pairs", 0, 65536, bytes.length));
    const played = new Played(guest);
    played.memory.write(65536, bytes);
    const { upstream } = played.open([["x-a", "1"]]);
    return [played.statuses(), upstream!.headers.size];
  };
  const many = (length: number) => Array.from({ length }, () => ["a", "1"] as const);
  // The encoding adds 15 bytes to the value.
  const large = (bytes: number) => [["a", "v".repeat(bytes - 15)] as const];
  expect(pairs(large(1024 * 1024))).toHaveLength(1024 * 1024);
  expect([written(many(1024)), written(large(1024 * 1024))]).toEqual([
    [[0], 1024],
    [[0], 1],
  ]);
  expect([written(many(1025)), written(large(1024 * 1024 + 1))]).toEqual([
    [[0], 0],
    [[0], 0],
  ]);
});
