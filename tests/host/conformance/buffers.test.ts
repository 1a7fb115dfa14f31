import { expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { ADDRESS, Guest, MARK, NUMBER, SIZE } from "./support/guest.js";
import { Played } from "./play.js";

const MAX = 0xffffffff;

/** Runs a plugin that makes host calls in its body callback, in both directions. */
function onBody(body: string, calls: (guest: Guest, type: number) => string[]) {
  const outcomes = (["request", "response"] as const).map((side, type) => {
    const guest = Guest.bare();
    const played = new Played(guest.on(`proxy_on_${side}_body`, calls(guest, type)));
    const opened = played.open([], false);
    if (side === "response") opened.stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
    if (side === "request") opened.stream.requestData(Buffer.from(body), true);
    else opened.stream.responseData(Buffer.from(body), true);
    const sent = opened[side === "request" ? "upstream" : "response"]!;
    return { statuses: played.statuses(), logged: played.logged, sent: sent.body, number: played.memory.u32(NUMBER) };
  });
  // The results are the same in both directions.
  expect(outcomes[0]).toEqual(outcomes[1]);
  return outcomes[0]!;
}

const read = (guest: Guest, type: number, start: number, length: number) =>
  guest.read("proxy_get_buffer_bytes", type, start, length);
const write = (guest: Guest, type: number, start: number, length: number, data: string) =>
  guest.do("proxy_set_buffer_bytes", type, start, length, ...guest.text(data));

test("[81] a read returns the part of a body that exists, and nothing after its end", () => {
  const { statuses, logged } = onBody("hello", (guest, type) => [
    ...[read(guest, type, 0, 5), read(guest, type, 2, 3), read(guest, type, 3, 100), read(guest, type, 0, MAX)],
    ...[read(guest, type, 5, 1), read(guest, type, 6, 1), read(guest, type, 1, 0)],
  ]);
  expect(logged).toEqual(["hello", "llo", "lo", "hello", "", "", ""]);
  expect(statuses).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test("[82] a start and a length whose sum overflows 32 bits are valid", () => {
  const { statuses, logged } = onBody("hello", (guest, type) => [
    ...[read(guest, type, MAX, MAX), read(guest, type, 1, MAX), read(guest, type, MAX, 1)],
  ]);
  expect([statuses, logged]).toEqual([
    [0, 0, 0],
    ["", "ello", ""],
  ]);
});

test("[83] before a body arrives, it reads as empty and has size 0", () => {
  const guest = Guest.bare();
  const calls = [0, 1].flatMap((type) => [
    ...[MARK, guest.do("proxy_get_buffer_bytes", type, 0, 10, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    ...[MARK, guest.do("proxy_get_buffer_status", type, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
  ]);
  for (const name of ["request_headers", "response_headers", "log"]) guest.on(`proxy_on_${name}`, calls);
  const played = new Played(guest);
  played.request();
  expect(played.statuses()).toEqual(Array.from({ length: 12 }, () => 0));
  expect(played.logged).toEqual(Array.from({ length: 12 }, () => "\0".repeat(8)));
});

test("[84] the call response body and the plugin's configuration are NotFound outside of their callbacks", () => {
  const guest = Guest.bare();
  const calls = [4, 7].flatMap((type) => [
    guest.do("proxy_get_buffer_bytes", type, 0, 10, ADDRESS, SIZE),
    guest.do("proxy_get_buffer_status", type, ADDRESS, SIZE),
  ]);
  const played = new Played(guest.on("proxy_on_request_headers", calls), { configuration: "c" });
  played.open();
  expect(played.statuses()).toEqual([1, 1, 1, 1]);
});

test.each<[string, number, number, string, string]>([
  ["[85] a write at start 0 with length 0 prepends", 0, 0, "ab", "abhello"],
  ["[85] a write at the body's size appends", 5, 0, "ab", "helloab"],
  ["[85] a write at any start after the end appends, whatever the length", 100, 3, "ab", "helloab"],
  ["[85] a write at the greatest start appends", MAX, 0, "ab", "helloab"],
  ["[85] a write at start 0 with the body's size replaces the body", 0, 5, "ab", "ab"],
  ["[85] a write at start 0 with the greatest length replaces the body", 0, MAX, "ab", "ab"],
  ["[86] a write at start 0 with a shorter length replaces the beginning", 0, 1, "x", "xello"],
  ["[86] a write that replaces the beginning may be longer than the beginning", 0, 2, "wxyz", "wxyzllo"],
  ["[87] a write of nothing over the whole body empties it", 0, 5, "", ""],
  ["[87] a write of nothing over one byte drops this byte", 0, 1, "", "ello"],
])("%s", (_, start, length, data, expected) => {
  const { statuses, logged, sent } = onBody("hello", (guest, type) => [
    ...[write(guest, type, start, length, data), read(guest, type, 0, 100)],
  ]);
  expect([statuses, logged, sent]).toEqual([[0, 0], [expected], expected]);
});

test("[85] writes at the start and at the end of an empty body succeed", () => {
  const { sent, statuses } = onBody("", (guest, type) => [
    ...[write(guest, type, 0, 0, "b"), write(guest, type, 0, 0, "a"), write(guest, type, 2, 0, "c")],
  ]);
  expect([statuses, sent]).toEqual([[0, 0, 0], "abc"]);
});

test("[88] a write in the middle returns BadArgument and changes nothing", () => {
  const { statuses, sent } = onBody("hello", (guest, type) => [
    ...[write(guest, type, 1, 1, "x"), write(guest, type, 4, 0, "x"), write(guest, type, 4, 100, "x")],
  ]);
  expect([statuses, sent]).toEqual([[2, 2, 2], "hello"]);
});

test("[89] configurations, the call response body and a body that has not arrived cannot be written", () => {
  const guest = Guest.bare();
  guest.on("proxy_on_configure", [write(guest, 6, 0, 0, "x"), write(guest, 7, 0, 0, "x")]);
  guest.on(
    "proxy_on_request_headers",
    [0, 1, 6, 7, 4].map((type) => write(guest, type, 0, 0, "x")),
  );
  const played = new Played(guest, { configuration: "c", fromStart: true });
  expect(played.statuses()).toEqual([2, 2, 2, 2]);
  played.forget();
  const { upstream } = played.open([], false);
  expect(played.statuses()).toEqual([2, 2, 2, 1, 1]);
  expect(upstream!.body).toBe("");
});

test("[100] the status of a buffer is its size, and 0 as flags", () => {
  const guest = Guest.bare();
  guest.on("proxy_on_request_body", [MARK, guest.do("proxy_get_buffer_status", 0, ADDRESS, SIZE)]);
  const played = new Played(guest);
  played.open([], false).stream.requestData(Buffer.from("hello"), true);
  expect([played.statuses(), played.memory.u32(ADDRESS), played.memory.u32(SIZE)]).toEqual([[0], 5, 0]);
});
