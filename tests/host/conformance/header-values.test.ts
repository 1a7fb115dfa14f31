import { expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { ADDRESS, Guest, MARK, NUMBER, SIZE, pairs } from "./guest.js";
import { Played } from "./play.js";

type List = readonly (readonly [string, string])[];
const REQUEST_LINE = [
  [":authority", "h"],
  [":path", "/foo"],
  [":method", "GET"],
  [":scheme", "http"],
] as const;

/** Plays a plugin that makes calls when request headers come. */
function playing(headers: List, calls: (guest: Guest) => string[], guest = new Guest()) {
  const played = new Played(guest.on("proxy_on_request_headers", calls(guest)));
  const { upstream } = played.bench.open(headers);
  return { played, statuses: played.statuses(), said: played.said, headers: upstream!.headers };
}

const get = (guest: Guest, name: string, map = 0) => guest.read("proxy_get_header_map_value", map, ...guest.text(name));
const write = (guest: Guest, how: "add" | "replace", name: string, value: string, map = 0) =>
  guest.do(`proxy_${how}_header_map_value`, map, ...guest.text(name), ...guest.text(value));
const remove = (guest: Guest, name: string) => guest.do("proxy_remove_header_map_value", 0, ...guest.text(name));
const set = (guest: Guest, bytes: string, map = 0) => guest.do("proxy_set_header_map_pairs", map, ...guest.text(bytes));

test("[54] names are lower case, however they are added, replaced, read or removed", () => {
  const { said, headers } = playing(
    [
      ["X-Came", "1"],
      ["x-gone", "1"],
      ["x-old", "1"],
    ],
    (guest) => [
      ...[get(guest, "X-CAME"), write(guest, "add", "X-Added", "2"), get(guest, "x-added")],
      ...[write(guest, "replace", "X-OLD", "3"), remove(guest, "X-Gone"), get(guest, "X-Old")],
    ],
  );
  expect(said).toEqual(["1", "2", "3"]);
  expect(headers.entries().slice(4)).toEqual([
    ["x-came", "1"],
    ["x-added", "2"],
    ["x-old", "3"],
  ]);
});

test("[55] a header that is missing is NotFound, one that is empty is Ok with no bytes", () => {
  const { statuses, played } = playing([["x-empty", ""]], (guest) => [
    ...[MARK, guest.do("proxy_get_header_map_value", 0, ...guest.text("x-none"), ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    ...[guest.do("proxy_get_header_map_value", 0, ...guest.text("x-empty"), ADDRESS, SIZE), guest.log(ADDRESS, 8)],
  ]);
  expect(statuses).toEqual([1, 0]);
  expect(played.said).toEqual(["M\0\0\0M\0\0\0", "\0".repeat(8)]);
});

test("[56] in version 0.1.0 a header that is missing is Ok with no bytes", () => {
  const guest = new Guest({ marker: "proxy_abi_version_0_1_0" });
  const read = guest.do("proxy_get_header_map_value", 0, ...guest.text("x-none"), ADDRESS, SIZE);
  const played = new Played(guest.on("proxy_on_request_headers", [MARK, read], 0, "ii>i"));
  played.bench.open();
  expect([played.statuses(), played.memory.u32(ADDRESS), played.memory.u32(SIZE)]).toEqual([[0], 0, 0]);
});

const REPEATED: List = [
  ["x-a", "1"],
  ["x-b", "2"],
  ["x-a", "3"],
];

test("[57] of a repeated header the first value is read; the pairs are all, in their order", () => {
  const { said } = playing(REPEATED, (guest) => [get(guest, "x-a"), guest.read("proxy_get_header_map_pairs", 0)]);
  expect(said).toEqual(["1", pairs([...REQUEST_LINE, ...REPEATED])]);
});

test("[58] add makes a second entry, replace leaves one, remove none, and removing what is not there is Ok", () => {
  const rest = (headers: HeaderMap) => headers.entries().slice(4);
  const added = playing(REPEATED, (guest) => [write(guest, "add", "x-b", "4")]);
  expect(rest(added.headers)).toEqual([...REPEATED, ["x-b", "4"]]);
  const replaced = playing(REPEATED, (guest) => [
    write(guest, "replace", "x-a", "5"),
    write(guest, "replace", "x-new", "6"),
  ]);
  expect(replaced.headers.getAll("x-a")).toEqual(["5"]);
  expect(replaced.headers.getAll("x-new")).toEqual(["6"]);
  const removed = playing(REPEATED, (guest) => [remove(guest, "x-a"), remove(guest, "x-none")]);
  expect(rest(removed.headers)).toEqual([["x-b", "2"]]);
  expect([...added.statuses, ...replaced.statuses, ...removed.statuses]).toEqual([0, 0, 0, 0, 0]);
});

test("[59] a header that is kept once takes a further value behind a comma, pseudo-headers too", () => {
  const { headers } = playing([["content-type", "a"]], (guest) => [
    write(guest, "add", "Content-Type", "b"),
    write(guest, "add", ":path", "/bar"),
    write(guest, "add", "accept", "c"),
    write(guest, "add", "accept", "d"),
  ]);
  expect(["content-type", ":path", "accept"].map((name) => headers.getAll(name))).toEqual([
    ["a,b"],
    ["/foo,/bar"],
    ["c,d"],
  ]);
});

test("[60] host and :authority are one header of a request, and two of a response", () => {
  const guest = new Guest();
  const both = guest.do("proxy_replace_header_map_value", 2, ...guest.text("host"), ...guest.text("r"));
  guest.on("proxy_on_response_headers", [both, get(guest, "host", 2), get(guest, ":authority", 2)]);
  const { headers, played } = playing(
    [],
    (guest) => [
      ...[get(guest, "host"), write(guest, "replace", "Host", "other"), get(guest, ":authority")],
      write(guest, "add", "host", "third"),
    ],
    guest,
  );
  expect(headers.getAll(":authority")).toEqual(["other,third"]);
  expect(headers.entries().filter(([name]) => name === "host")).toEqual([]);
  played.forget();
  played.bench.request();
  expect(played.said.at(-1)).toBe("r");
  expect(played.statuses("proxy_get_header_map_value").slice(-2)).toEqual([0, 1]);
});

test("[61] a request has :method, :path, :scheme and :authority, a response has :status", () => {
  const guest = new Guest();
  const names = [":method", ":path", ":scheme", ":authority"];
  guest.on(
    "proxy_on_request_headers",
    names.map((name) => get(guest, name)),
  );
  guest.on("proxy_on_response_headers", get(guest, ":status", 2));
  const played = new Played(guest);
  played.bench.request();
  expect(played.said).toEqual(["GET", "/foo", "http", "h", "200"]);
});

test("[62] the number of headers and of trailers that a callback is told is that of the pairs", () => {
  const guest = new Guest();
  const parts = { request_headers: 0, request_trailers: 1, response_headers: 2, response_trailers: 3 };
  for (const [part, map] of Object.entries(parts)) {
    const count = "(i32.load (i32.load (i32.const 64)))";
    const pairs = guest.do("proxy_get_header_map_pairs", map, ADDRESS, SIZE);
    guest.on(`proxy_on_${part}`, [guest.digit("(local.get 1)"), pairs, guest.digit(count)]);
  }
  const played = new Played(guest);
  const { stream } = played.bench.open(REPEATED, false);
  stream.requestTrailers(new HeaderMap("trailers", [["a", "1"]]));
  stream.responseHeaders(new HeaderMap("response", [[":status", "200"], ...REPEATED]), false);
  stream.responseTrailers(new HeaderMap("trailers", REPEATED));
  expect(played.said).toEqual(["7", "7", "1", "1", "4", "4", "3", "3"]);
});

const BYTES: List = [
  ["x-empty", ""],
  ["x-nul", "a\0b\0"],
  ["x-utf8", Buffer.from("grüße 😀").toString("latin1")],
  ["x-bytes", "\x80\xff\xfe"],
  ["", "nameless"],
];

test("[63] pairs come and go unchanged: empty values, NULs within them, UTF-8, any bytes", () => {
  const { headers, said } = playing([], (guest) => [
    set(guest, pairs([...REQUEST_LINE, ...BYTES])),
    guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE),
    // Written back from where the host has put them, and then read once more.
    guest.do("proxy_set_header_map_pairs", 0, ...load()),
    ...BYTES.slice(1, 4).map(([name]) => get(guest, name)),
  ]);
  expect(headers.entries()).toEqual([...REQUEST_LINE, ...BYTES]);
  expect(said).toEqual(["a\0b\0", "grüße 😀", "���"]);
});

const load = () => [ADDRESS, SIZE].map((at) => `(i32.load (i32.const ${at}))`);

test("[63] [80] two hundred headers come as they were, in the bytes that the ABI says", () => {
  const many = Array.from({ length: 200 }, (_, index) => [`x-${index}`, `v${index}`.repeat(index % 7)] as const);
  const guest = new Guest();
  const read = guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE);
  const played = new Played(guest.on("proxy_on_request_headers", [read, set(guest, "")]));
  const { upstream } = played.bench.open(many);
  const [address, size] = [ADDRESS, SIZE].map((at) => played.memory.u32(at)!) as [number, number];
  expect(played.memory.text(address, size)).toBe(pairs([...REQUEST_LINE, ...many]));
  expect(upstream!.headers.size).toBe(0);
});

test("[64] no pairs are address 0 and size 0, without a count; written, they may be that or a count of 0", () => {
  const { said, statuses, headers } = playing([["x-a", "1"]], (guest) => [
    set(guest, pairs([])),
    ...[MARK, guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    ...[write(guest, "add", "x-b", "2"), guest.do("proxy_set_header_map_pairs", 0, 0, 0)],
    ...[MARK, guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
  ]);
  expect(statuses).toEqual([0, 0, 0, 0, 0]);
  expect(said).toEqual(["\0".repeat(8), "\0".repeat(8)]);
  expect(headers.size).toBe(0);
});

test.each([
  ["cut off", pairs(REPEATED).slice(0, -1)],
  ["too long", `${pairs(REPEATED)}\0`],
  ["without the NUL behind a name", pairs([["a", "1"]]).replace("a\0", "ab")],
  ["with a count that is too high", `\x04${pairs(REPEATED).slice(1)}`],
  ["of three bytes", "\x01\0\0"],
])("[67] pairs that are %s remove all headers, and that is Ok", (_, bytes) => {
  const { statuses, headers } = playing(REPEATED, (guest) => [set(guest, bytes)]);
  expect([statuses, headers.size]).toEqual([[0], 0]);
});

test("[68] 1024 pairs of up to 1 MiB are read; more, or larger ones, are read as none", () => {
  const written = (list: List) => {
    const bytes = Buffer.from(pairs(list), "latin1");
    const guest = new Guest({ memory: '(memory (export "memory") 40)' });
    guest.on("proxy_on_request_headers", guest.do("proxy_set_header_map_pairs", 0, 65536, bytes.length));
    const played = new Played(guest);
    played.memory.write(65536, bytes);
    const { upstream } = played.bench.open([["x-a", "1"]]);
    return [played.statuses(), upstream!.headers.size];
  };
  const many = (length: number) => Array.from({ length }, () => ["a", "1"] as const);
  // 15 bytes are around the value.
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

test("[70] the size of a map is that of its names and values together, of maps that can be written", () => {
  const { statuses, played } = playing([["x-a", "123"]], (guest) => [
    guest.do("proxy_get_header_map_size", 0, NUMBER),
    ...[6, 7, 4, 5, 2].map((map) => guest.do("proxy_get_header_map_size", map, SIZE)),
  ]);
  expect(statuses).toEqual([0, 2, 2, 2, 2, 2]);
  const sum = [...REQUEST_LINE, ["x-a", "123"]].flat().join("").length;
  expect(played.memory.u32(NUMBER)).toBe(sum);
});
