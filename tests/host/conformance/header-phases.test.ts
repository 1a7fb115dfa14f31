import { expect, test } from "vitest";
import { HeaderMap, type CallResult } from "../../../sdk/host/index.js";
import { ADDRESS, Guest, MARK, NUMBER, SIZE } from "./support/guest.js";
import { pairs } from "./support/text.js";
import { Played } from "./play.js";

const MAPS = { request_headers: 0, request_trailers: 1, response_headers: 2, response_trailers: 3 };

/** Reads a header and the pairs of a map, and tries all host calls that write the map. */
function tryAll(guest: Guest, map: number): string[] {
  const name = guest.text("x-a");
  return [
    guest.do("proxy_get_header_map_value", map, ...name, ADDRESS, SIZE),
    ...[MARK, guest.do("proxy_get_header_map_pairs", map, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    guest.do("proxy_add_header_map_value", map, ...name, ...name),
    guest.do("proxy_replace_header_map_value", map, ...name, ...name),
    guest.do("proxy_remove_header_map_value", map, ...name),
    guest.do("proxy_set_header_map_pairs", map, 0, 0),
    guest.do("proxy_get_header_map_size", map, NUMBER),
  ];
}

/** The statuses of `tryAll` on an unavailable map. */
const UNAVAILABLE = [2, 0, 2, 2, 2, 2, 2];
const NO_PAIRS = "\0".repeat(8);
const response = () =>
  new HeaderMap("response", [
    [":status", "200"],
    ["x-a", "1"],
  ]);

/** Plays a whole exchange with bodies and trailers. */
function exchange(played: Played): void {
  const { stream } = played.open([["x-a", "1"]], false);
  stream.requestData(Buffer.from("body"), false);
  stream.requestTrailers(new HeaderMap("trailers", [["x-a", "1"]]));
  stream.responseHeaders(response(), false);
  stream.responseData(Buffer.from("body"), false);
  stream.responseTrailers(new HeaderMap("trailers", [["x-a", "1"]]));
  stream.destroy();
}

test.each([
  ["[74] in proxy_on_request_headers", "proxy_on_request_headers", ["response_headers", "response_trailers"]],
  ["[65] [71] in proxy_on_request_body", "proxy_on_request_body", ["request_headers", "response_headers"]],
  ["[65] in proxy_on_request_trailers", "proxy_on_request_trailers", ["request_headers", "response_headers"]],
  ["[65] in proxy_on_response_headers", "proxy_on_response_headers", ["request_headers", "request_trailers"]],
  ["[65] in proxy_on_response_body", "proxy_on_response_body", ["request_headers", "response_headers"]],
  ["[65] in proxy_on_response_trailers", "proxy_on_response_trailers", ["response_headers", "request_trailers"]],
] as const)(
  "%s, a map of another phase has no pairs, and all other calls on it return BadArgument",
  (_, callback, maps) => {
    for (const map of maps) {
      const guest = Guest.bare();
      const played = new Played(guest.on(callback, tryAll(guest, MAPS[map])));
      exchange(played);
      expect([map, played.statuses()]).toEqual([map, UNAVAILABLE]);
      expect(played.logged).toEqual([NO_PAIRS]);
    }
  },
);

test.each(["request_headers", "request_trailers", "response_headers", "response_trailers"] as const)(
  "[65] the map of %s is available in its own callback",
  (part) => {
    const guest = Guest.bare();
    const played = new Played(guest.on(`proxy_on_${part}`, tryAll(guest, MAPS[part])));
    exchange(played);
    expect(played.statuses()).toEqual([0, 0, 0, 0, 0, 0, 0]);
  },
);

/** A plugin that pauses the request, calls an upstream, and runs steps in the call response callback. */
function calling(onResponse: (guest: Guest) => string[]) {
  const guest = Guest.bare();
  const line = [
    [":method", "GET"],
    [":path", "/"],
    [":authority", "h"],
  ] as const;
  const headers = guest.text(pairs(line));
  const call = guest.do("proxy_http_call", ...guest.text("auth"), ...headers, 0, 0, 0, 0, 0, NUMBER);
  guest.on("proxy_on_request_headers", call, 1);
  guest.on("proxy_on_http_call_response", onResponse(guest));
  let finish: (result: CallResult) => void = () => {};
  const upstreams = {
    has: () => true,
    call: (_: unknown, done: typeof finish) => ((finish = done), () => {}),
  };
  const played = new Played(guest, { services: { upstreams } });
  const opened = played.open([["x-a", "1"]]);
  expect(opened.upstream).toBeUndefined();
  played.forget();
  const responseHeaders = new HeaderMap("response", [[":status", "200"]]);
  finish({ kind: "response", headers: responseHeaders, body: Buffer.alloc(0) });
  return { played, opened };
}

const stream = (guest: Guest) => guest.do("proxy_set_effective_context", 2);
const resume = (guest: Guest) => guest.do("proxy_continue_stream", 0);
const get = (guest: Guest, map: number, name: string) =>
  guest.read("proxy_get_header_map_value", map, ...guest.text(name));
const replace = (guest: Guest, map: number, name: string, value: string) =>
  guest.do("proxy_replace_header_map_value", map, ...guest.text(name), ...guest.text(value));

test("[72] a call response callback that chooses the context of a paused request can read and write its headers", () => {
  const { played, opened } = calling((guest) => [
    ...[guest.do("proxy_get_header_map_value", 0, ...guest.text("x-a"), ADDRESS, SIZE), stream(guest)],
    ...[get(guest, 0, "x-a"), replace(guest, 0, "x-b", "2"), resume(guest)],
  ]);
  expect(played.statuses()).toEqual([2, 0, 0, 0, 0]);
  expect(played.logged).toEqual(["1"]);
  expect(opened.upstream!.headers.get("x-b")).toBe("2");
});

test("[73] after a callback has resumed a request, it cannot read or write the request's headers", () => {
  const { played, opened } = calling((guest) => [
    ...[stream(guest), resume(guest), replace(guest, 0, "x-late", "2")],
    guest.do("proxy_get_header_map_value", 0, ...guest.text("x-a"), ADDRESS, SIZE),
  ]);
  expect(played.statuses()).toEqual([0, 0, 2, 2]);
  expect(opened.upstream!.headers.has("x-late")).toBe(false);
});

test("[75] proxy_on_log can read headers and response trailers, not request trailers, and write none of them", () => {
  const guest = Guest.bare();
  guest.on(
    "proxy_on_log",
    [0, 1, 2, 3].flatMap((map) => tryAll(guest, map)),
  );
  const played = new Played(guest);
  exchange(played);
  const written = [2, 2, 2, 2, 2];
  expect(played.statuses()).toEqual([0, 0, ...written, 1, 0, ...written, 0, 0, ...written, 0, 0, ...written]);
  const [, noTrailers] = played.logged;
  expect(noTrailers).toBe(NO_PAIRS);
  expect(played.logged.filter((slots) => slots === NO_PAIRS)).toHaveLength(1);
});

test("[75] proxy_on_log can write headers and trailers that are still paused, but not read request trailers", () => {
  const guest = Guest.bare().on("proxy_on_request_headers", [], "(local.get 2)").on("proxy_on_request_trailers", [], 1);
  const played = new Played(guest.on("proxy_on_log", [...tryAll(guest, 0), ...tryAll(guest, 1)]));
  const held = played.open([["x-a", "1"]]);
  held.stream.reset();
  held.stream.destroy();
  expect(played.statuses()).toEqual([...[0, 0, 0, 0, 0, 0, 0], ...[1, 0, 2, 2, 2, 2, 2]]);
  played.forget();
  const { stream } = played.open([["x-a", "1"]], false);
  stream.requestTrailers(new HeaderMap("trailers", [["x-a", "1"]]));
  stream.reset();
  stream.destroy();
  expect(played.statuses()).toEqual([...[0, 0, 2, 2, 2, 2, 2], ...[1, 0, 0, 0, 0, 0, 0]]);
  expect(played.logged[1]).toBe(NO_PAIRS);
});

test("[76] after a client has disconnected before the response, proxy_on_log finds no response headers", () => {
  const guest = Guest.bare();
  guest.on("proxy_on_log", [
    ...[guest.do("proxy_get_header_map_value", 2, ...guest.text(":status"), ADDRESS, SIZE)],
    ...[MARK, guest.do("proxy_get_header_map_pairs", 2, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    get(guest, 0, "x-a"),
  ]);
  const played = new Played(guest);
  const { stream } = played.open([["x-a", "1"]]);
  stream.reset();
  stream.destroy();
  expect([played.statuses(), played.logged]).toEqual([
    [1, 0, 0],
    [NO_PAIRS, "1"],
  ]);
});

test.each([
  ["request", 1],
  ["response", 3],
] as const)(
  "[77] a plugin can add trailers to a %s in the callback at the body's end, and not earlier",
  (side, map) => {
    const guest = Guest.bare();
    const add = guest.do("proxy_add_header_map_value", map, ...guest.text("x-t"), ...guest.text("1"));
    guest.on(`proxy_on_${side}_body`, add).on(`proxy_on_${side}_trailers`, guest.logText("trailers"));
    const played = new Played(guest);
    const opened = played.open([], false);
    const { stream } = opened;
    if (side === "response") stream.responseHeaders(response(), false);
    const send = (text: string, end: boolean) =>
      side === "request" ? stream.requestData(Buffer.from(text), end) : stream.responseData(Buffer.from(text), end);
    const sent = () => opened[side === "request" ? "upstream" : "response"]!;
    send("a", false);
    expect([played.statuses(), sent().trailers]).toEqual([[2], undefined]);
    send("b", true);
    expect([played.statuses(), sent().body, sent().ended]).toEqual([[2, 0], "ab", true]);
    expect(sent().trailers!.entries()).toEqual([["x-t", "1"]]);
    // The plugin gets no trailers callback for its own trailers.
    expect(played.logged).toEqual([]);
  },
);

test("[78] a replaced path, method and authority reach the upstream, a replaced status reaches the client", () => {
  const guest = Guest.bare();
  const line = { ":path": "/bar?q", ":method": "PUT", ":authority": "other" };
  guest.on(
    "proxy_on_request_headers",
    Object.entries(line).map(([name, value]) => replace(guest, 0, name, value)),
  );
  guest.on("proxy_on_response_headers", replace(guest, 2, ":status", "418"));
  const { upstream, response } = new Played(guest).request();
  expect(Object.keys(line).map((name) => upstream!.headers.get(name))).toEqual(Object.values(line));
  expect(response!.headers.get(":status")).toBe("418");
});

test.each<[how: string, args: (guest: Guest) => readonly number[], route: string]>([
  ["proxy_add_header_map_value", (guest) => ["x-b", "1"].flatMap((text) => guest.text(text)), "0,1"],
  ["proxy_replace_header_map_value", (guest) => ["x-b", "1"].flatMap((text) => guest.text(text)), "1"],
  ["proxy_remove_header_map_value", (guest) => guest.text("x-b"), ""],
  ["proxy_set_header_map_pairs", (guest) => guest.text(pairs([["x-b", "1"]])), "1"],
])(
  "[79] after %s on a request, the route is looked up again when the request leaves the filter chain",
  (how, args, route) => {
    /** The number of route lookups, and the routes that the plugin read before and after its change, and in the log. */
    const lookups = (version: string, part: "request" | "response") => {
      const guest = Guest.bare({ marker: `proxy_abi_version_${version}` });
      const read = () => guest.read("proxy_get_property", ...guest.text("xds\0route_name"));
      const change = guest.do(how, part === "request" ? 0 : 2, ...args(guest));
      guest.on(`proxy_on_${part}_headers`, [read(), change, read()]);
      guest.on("proxy_on_log", [read()]);
      const played = new Played(guest, { host: "higress" });
      let count = 0;
      const findRoute = (headers: HeaderMap) => (count++, { name: headers.getAll("x-b").join(",") });
      const { stream } = played.open([["x-b", "0"]], true, { findRoute });
      stream.responseHeaders(response(), true);
      stream.destroy();
      return [count, ...played.logged];
    };
    expect(lookups("0_2_1", "request")).toEqual([2, "0", "0", route]);
    // Source: onHeadersModified in the source/extensions/common/wasm/context.h of Higress's Envoy 1.36.
    expect(lookups("0_2_100", "request")).toEqual([2, "0", "0", route]);
    expect(lookups("0_2_1", "response")).toEqual([1, "0", "0", "0"]);
  },
);
