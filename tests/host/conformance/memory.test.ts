import { expect, test } from "vitest";
import * as abi from "./abi-table.js";
import { ADDRESS, Guest, MARK, NUMBER, OUTSIDE, SIZE } from "./support/guest.js";
import { pairs } from "./support/text.js";
import { Played, statusesOf } from "./play.js";

const INVALID = 6;

test("[48] every host call that reads a name, a value or a path from outside of memory fails", () => {
  const guest = Guest.bare();
  const end = OUTSIDE - 4;
  const good = guest.text("x-a");
  const calls = [
    guest.do("proxy_get_header_map_value", 0, end, 5, ADDRESS, SIZE),
    guest.do("proxy_get_header_map_value", 0, -1, 1, ADDRESS, SIZE),
    guest.do("proxy_get_header_map_value", 0, 0, -1, ADDRESS, SIZE),
    ...["proxy_add_header_map_value", "proxy_replace_header_map_value"].flatMap((name) => [
      guest.do(name, 0, end, 5, ...good),
      guest.do(name, 0, ...good, end, 5),
    ]),
    guest.do("proxy_remove_header_map_value", 0, end, 5),
    guest.do("proxy_set_header_map_pairs", 0, end, 5),
    guest.do("proxy_set_buffer_bytes", 0, 0, 0, end, 5),
    guest.do("proxy_get_property", end, 5, ADDRESS, SIZE),
    guest.do("proxy_set_property", end, 5, ...good),
    guest.do("proxy_set_property", ...good, end, 5),
    guest.do("proxy_send_local_response", 200, end, 5, 0, 0, 0, 0, -1),
    guest.do("proxy_send_local_response", 200, 0, 0, end, 5, 0, 0, -1),
    guest.do("proxy_send_local_response", 200, 0, 0, 0, 0, end, 5, -1),
    guest.do("proxy_get_shared_data", end, 5, ADDRESS, SIZE, NUMBER),
    guest.do("proxy_set_shared_data", end, 5, ...good, 0),
    guest.do("proxy_set_shared_data", ...good, end, 5, 0),
    guest.do("proxy_define_metric", 0, end, 5, NUMBER),
    guest.do("proxy_call_foreign_function", end, 5, 0, 0, 0, 0),
    guest.do("proxy_call_foreign_function", ...good, end, 5, 0, 0),
  ];
  const played = new Played(guest.on("proxy_on_request_headers", calls));
  const { upstream, response } = played.open([["x-b", "1"]]);
  expect(played.statuses()).toEqual(calls.map(() => INVALID));
  // None of the calls has had an effect.
  expect([played.plugin.failure, response]).toEqual([undefined, undefined]);
  expect(upstream!.headers.entries().map(([name]) => name)).toEqual([
    ...[":authority", ":path", ":method", ":scheme"],
    "x-b",
  ]);
});

test("[49] every host call that writes its result outside of memory fails", () => {
  const guest = Guest.bare();
  const bad = OUTSIDE - 3;
  const name = guest.text("plugin_name");
  const value = [guest.text("key"), guest.text("value")].flat();
  const reads: [string, (number | bigint)[]][] = [
    ["proxy_get_property", name.slice()],
    ["proxy_get_header_map_value", [0, ...guest.text("x-b")]],
    ["proxy_get_header_map_pairs", [0]],
    ["proxy_get_header_map_pairs", [2]],
    ["proxy_get_buffer_bytes", [6, 0, 10]],
    ["proxy_get_buffer_bytes", [0, 0, 10]],
    ["proxy_get_buffer_status", [0]],
  ];
  const calls = [
    ...reads.flatMap(([call, args]) => [guest.do(call, ...args, bad, SIZE), guest.do(call, ...args, ADDRESS, bad)]),
    guest.do("proxy_get_status", bad, ADDRESS, SIZE),
    guest.do("proxy_get_status", NUMBER, bad, SIZE),
    guest.do("proxy_get_status", NUMBER, ADDRESS, bad),
    guest.do("proxy_get_header_map_size", 0, bad),
    guest.do("proxy_get_current_time_nanoseconds", OUTSIDE - 7),
    guest.do("proxy_get_log_level", bad),
    guest.do("proxy_define_metric", 0, ...name, bad),
  ];
  const shared = [
    guest.do("proxy_set_shared_data", ...value, 0),
    guest.do("proxy_get_shared_data", ...value.slice(0, 2), bad, SIZE, NUMBER),
    guest.do("proxy_get_shared_data", ...value.slice(0, 2), ADDRESS, bad, NUMBER),
    guest.do("proxy_get_shared_data", ...value.slice(0, 2), ADDRESS, SIZE, bad),
  ];
  const metric = [guest.do("proxy_define_metric", 0, ...name, NUMBER), guest.do("proxy_get_metric", 4, OUTSIDE - 7)];
  guest.on("proxy_on_request_headers", [...calls, ...shared, ...metric, guest.logText("continues")]);
  const played = new Played(guest, { plugin: { vm: { configuration: Buffer.from("vm") } } });
  const { upstream } = played.open([["x-b", "1"]]);
  const invalid = (count: number) => Array.from({ length: count }, () => INVALID);
  expect(played.statuses()).toEqual([...invalid(calls.length), 0, ...invalid(3), 0, INVALID]);
  expect([played.logged, upstream!.headers.get("x-b")]).toEqual([["continues"], "1"]);
});

test("[50] an empty value may have any address in memory, and the host passes it without an allocation", () => {
  const guest = Guest.bare({ allocator: "" });
  guest.on("malloc", guest.logText("malloc"), 1024);
  const empty = guest.text("x-empty");
  const slots = [guest.log(ADDRESS, 8)];
  guest.on("proxy_on_request_headers", [
    ...[MARK, guest.do("proxy_get_header_map_value", 0, ...empty, ADDRESS, SIZE), ...slots],
    ...[MARK, guest.do("proxy_get_header_map_pairs", 2, ADDRESS, SIZE), ...slots],
    ...[MARK, guest.do("proxy_get_buffer_bytes", 0, 0, 10, ADDRESS, SIZE), ...slots],
    ...[MARK, guest.do("proxy_get_buffer_bytes", 6, 0, 0, ADDRESS, SIZE), ...slots],
    guest.do("proxy_add_header_map_value", 0, ...guest.text("x-new"), OUTSIDE, 0),
    guest.do("proxy_add_header_map_value", 0, ...guest.text("x-null"), 0, 0),
    guest.do("proxy_add_header_map_value", 0, ...guest.text("x-bad"), OUTSIDE + 1, 0),
  ]);
  const played = new Played(guest, { plugin: { vm: { configuration: Buffer.from("vm") } } });
  const { upstream } = played.open([["x-empty", ""]]);
  expect(played.statuses()).toEqual([0, 0, 0, 0, 0, 0, INVALID]);
  expect(played.logged).toEqual(Array.from({ length: 4 }, () => "\0".repeat(8)));
  expect(["x-new", "x-null", "x-bad"].map((name) => upstream!.headers.get(name))).toEqual(["", "", undefined]);
});

const MAP_CALLS = ["get", "add", "replace", "remove"].map((verb) => `proxy_${verb}_header_map_value`);
const OTHER_MAP_CALLS = ["proxy_get_header_map_pairs", "proxy_set_header_map_pairs", "proxy_get_header_map_size"];
const BUFFER_CALLS = ["bytes", "status"].map((part) => `proxy_get_buffer_${part}`).concat("proxy_set_buffer_bytes");

/** A host call with a map or buffer type as its first argument, and 0 as all others. */
function ofType(guest: Guest, name: string, type: number): string {
  const rest = [...abi.ALWAYS[name]!.split(">")[0]!].slice(1);
  return guest.do(name, type, ...rest.map(() => 0));
}

test("[51] map types above 7 are BadArgument, and buffer types above 8, on Higress above 9", () => {
  const guest = Guest.bare();
  const maps = [...MAP_CALLS, ...OTHER_MAP_CALLS].flatMap((name) => [8, -1].map((type) => ofType(guest, name, type)));
  expect(statusesOf(guest, maps)).toEqual(maps.map(() => 2));
  const statuses = (type: number, host: "envoy" | "higress") => {
    const guest = Guest.bare();
    const calls = BUFFER_CALLS.map((name) => ofType(guest, name, type));
    return statusesOf(guest, calls, { host });
  };
  expect(statuses(9, "envoy")).toEqual([2, 2, 2]);
  expect(statuses(9, "higress").slice(0, 2)).not.toContain(2);
  expect(statuses(10, "higress")).toEqual([2, 2, 2]);
});

test("[52] stream types 0 to 3 can be closed and continued, except that continuing upstream (3) is Unimplemented", () => {
  const guest = Guest.bare();
  const close = [4, 9999, -1].map((type) => guest.do("proxy_close_stream", type));
  const resume = [4, 9999, -1, 3, 2].map((type) => guest.do("proxy_continue_stream", type));
  expect(statusesOf(guest, [...close, ...resume])).toEqual([2, 2, 2, 2, 2, 2, 12, 0]);
  const good = Guest.bare();
  expect(statusesOf(good, [good.do("proxy_close_stream", 2), good.do("proxy_close_stream", 3)])).toEqual([0, 0]);
});

test("[53] a call is not sent if the address for its token is outside of memory", () => {
  const guest = Guest.bare();
  const headers = guest.text(
    pairs([
      [":method", "GET"],
      [":path", "/"],
      [":authority", "h"],
    ]),
  );
  const call = (tokenAt: number) =>
    guest.do("proxy_http_call", ...guest.text("auth"), ...headers, 0, 0, 0, 0, 1000, tokenAt);
  guest.on("proxy_on_request_headers", [call(OUTSIDE - 3), call(OUTSIDE), call(NUMBER)]);
  const sent: string[] = [];
  const upstreams = {
    has: () => true,
    call: ({ cluster }: { cluster: string }) => (sent.push(cluster), () => {}),
  };
  const played = new Played(guest, { services: { upstreams } });
  played.open();
  expect(played.statuses()).toEqual([INVALID, INVALID, 0]);
  expect(sent).toEqual(["auth"]);
});

test("on Higress, proxy_set_buffer_bytes checks the address before the buffer type", () => {
  const guest = Guest.bare();
  const write = () => guest.do("proxy_set_buffer_bytes", 7, 0, 0, OUTSIDE, 1);
  expect(statusesOf(guest, [write()])).toEqual([1]);
  const other = Guest.bare();
  const onHigress = other.do("proxy_set_buffer_bytes", 7, 0, 0, OUTSIDE, 1);
  expect(statusesOf(other, [onHigress], { host: "higress" })).toEqual([INVALID]);
});

test("[102] the host writes into the current memory after an allocation has grown it", () => {
  const guest = Guest.bare({ allocator: "", memory: '(memory (export "memory") 1 10)' });
  // Each allocation returns the start of a new page.
  guest.on("malloc", "", "(i32.mul (memory.grow (i32.const 1)) (i32.const 65536))");
  guest.on("proxy_on_request_headers", [
    guest.read("proxy_get_header_map_value", 0, ...guest.text("x-a")),
    guest.read("proxy_get_header_map_value", 0, ...guest.text("x-b")),
    guest.do("proxy_get_current_time_nanoseconds", 2 * OUTSIDE + 100),
  ]);
  const played = new Played(guest);
  played.open([
    ["x-a", "one"],
    ["x-b", "two"],
  ]);
  expect([played.logged, played.statuses()]).toEqual([
    ["one", "two"],
    [0, 0, 0],
  ]);
  expect(played.memory.text(2 * OUTSIDE, 3)).toBe("two");
});
