import { expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { ADDRESS, Guest, MARK, NUMBER, SIZE } from "./support/guest.js";
import { pairs } from "./support/text.js";
import { get, playing, remove, REPEATED, REQUEST_LINE, write } from "./header-calls.js";
import { Played } from "./play.js";

test("[54] adding, replacing, reading and removing headers ignores case, and names are sent in lower case", () => {
  const { logged, headers } = playing(
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
  expect(logged).toEqual(["1", "2", "3"]);
  expect(headers.entries().slice(4)).toEqual([
    ["x-came", "1"],
    ["x-added", "2"],
    ["x-old", "3"],
  ]);
});

test("[55] reading a missing header returns NotFound, an empty header returns Ok and no bytes", () => {
  const { statuses, played } = playing([["x-empty", ""]], (guest) => [
    ...[MARK, guest.do("proxy_get_header_map_value", 0, ...guest.text("x-none"), ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    ...[guest.do("proxy_get_header_map_value", 0, ...guest.text("x-empty"), ADDRESS, SIZE), guest.log(ADDRESS, 8)],
  ]);
  expect(statuses).toEqual([1, 0]);
  expect(played.logged).toEqual(["M\0\0\0M\0\0\0", "\0".repeat(8)]);
});

test("[56] in ABI 0.1.0, reading a missing header returns Ok and no bytes", () => {
  const guest = Guest.bare({ marker: "proxy_abi_version_0_1_0" });
  const read = guest.do("proxy_get_header_map_value", 0, ...guest.text("x-none"), ADDRESS, SIZE);
  const played = new Played(guest.on("proxy_on_request_headers", [MARK, read], 0, "ii>i"));
  played.open();
  expect([played.statuses(), played.memory.u32(ADDRESS), played.memory.u32(SIZE)]).toEqual([[0], 0, 0]);
});

test("[57] reading a repeated header returns the first value; the pairs contain all values in order", () => {
  const { logged } = playing(REPEATED, (guest) => [get(guest, "x-a"), guest.read("proxy_get_header_map_pairs", 0)]);
  expect(logged).toEqual(["1", pairs([...REQUEST_LINE, ...REPEATED])]);
});

test("[58] add makes a second entry, replace leaves one, remove leaves none and returns Ok for a missing header", () => {
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

test("[59] adding to a header that Envoy stores once, or to a pseudo-header, appends the value after a comma", () => {
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

test("[60] host and :authority are one header in a request, and two in a response", () => {
  const guest = Guest.bare();
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
  played.request();
  expect(played.logged.at(-1)).toBe("r");
  expect(played.statuses("proxy_get_header_map_value").slice(-2)).toEqual([0, 1]);
});

test("[61] a request has :method, :path, :scheme and :authority, a response has :status", () => {
  const guest = Guest.bare();
  const names = [":method", ":path", ":scheme", ":authority"];
  guest.on(
    "proxy_on_request_headers",
    names.map((name) => get(guest, name)),
  );
  guest.on("proxy_on_response_headers", get(guest, ":status", 2));
  const played = new Played(guest);
  played.request();
  expect(played.logged).toEqual(["GET", "/foo", "http", "h", "200"]);
});

test("[62] the number of headers or trailers that a callback gets is the number of pairs", () => {
  const guest = Guest.bare();
  const parts = { request_headers: 0, request_trailers: 1, response_headers: 2, response_trailers: 3 };
  for (const [part, map] of Object.entries(parts)) {
    const count = "(i32.load (i32.load (i32.const 64)))";
    const pairs = guest.do("proxy_get_header_map_pairs", map, ADDRESS, SIZE);
    guest.on(`proxy_on_${part}`, [guest.digit("(local.get 1)"), pairs, guest.digit(count)]);
  }
  const played = new Played(guest);
  const { stream } = played.open(REPEATED, false);
  stream.requestTrailers(new HeaderMap("trailers", [["a", "1"]]));
  stream.responseHeaders(new HeaderMap("response", [[":status", "200"], ...REPEATED]), false);
  stream.responseTrailers(new HeaderMap("trailers", REPEATED));
  expect(played.logged).toEqual(["7", "7", "1", "1", "4", "4", "3", "3"]);
});

test("[70] the size of a writable map is the total size of its names and values; other maps return BadArgument", () => {
  const { statuses, played } = playing([["x-a", "123"]], (guest) => [
    guest.do("proxy_get_header_map_size", 0, NUMBER),
    ...[6, 7, 4, 5, 2].map((map) => guest.do("proxy_get_header_map_size", map, SIZE)),
  ]);
  expect(statuses).toEqual([0, 2, 2, 2, 2, 2]);
  const sum = [...REQUEST_LINE, ["x-a", "123"]].flat().join("").length;
  expect(played.memory.u32(NUMBER)).toBe(sum);
});
