import { expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { ADDRESS, Guest, MARK, NUMBER, SIZE } from "./support/guest.js";
import { Played } from "./play.js";

const MAX = 0xffffffff;

/** Plays a plugin that makes calls when a piece of a body comes, in both directions. */
function onBody(body: string, calls: (guest: Guest, type: number) => string[]) {
  const outcomes = (["request", "response"] as const).map((side, type) => {
    const guest = Guest.bare();
    const played = new Played(guest.on(`proxy_on_${side}_body`, calls(guest, type)));
    const opened = played.open([], false);
    if (side === "response") opened.stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
    if (side === "request") opened.stream.requestData(Buffer.from(body), true);
    else opened.stream.responseData(Buffer.from(body), true);
    const sent = opened[side === "request" ? "upstream" : "response"]!;
    return { statuses: played.statuses(), said: played.said, sent: sent.body, number: played.memory.u32(NUMBER) };
  });
  // Both directions are the same.
  expect(outcomes[0]).toEqual(outcomes[1]);
  return outcomes[0]!;
}

const read = (guest: Guest, type: number, start: number, length: number) =>
  guest.read("proxy_get_buffer_bytes", type, start, length);
const write = (guest: Guest, type: number, start: number, length: number, data: string) =>
  guest.do("proxy_set_buffer_bytes", type, start, length, ...guest.text(data));

test("[81] a part of a body is read, as much as there is; behind its end there is nothing", () => {
  const { statuses, said } = onBody("hello", (guest, type) => [
    ...[read(guest, type, 0, 5), read(guest, type, 2, 3), read(guest, type, 3, 100), read(guest, type, 0, MAX)],
    ...[read(guest, type, 5, 1), read(guest, type, 6, 1), read(guest, type, 1, 0)],
  ]);
  expect(said).toEqual(["hello", "llo", "lo", "hello", "", "", ""]);
  expect(statuses).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test("[82] a start and a length whose sum is more than 32 bits hold are no mistake", () => {
  const { statuses, said } = onBody("hello", (guest, type) => [
    ...[read(guest, type, MAX, MAX), read(guest, type, 1, MAX), read(guest, type, MAX, 1)],
  ]);
  expect([statuses, said]).toEqual([
    [0, 0, 0],
    ["", "ello", ""],
  ]);
});

test("[83] where no body has come, a body is read as empty and has size 0", () => {
  const guest = Guest.bare();
  const calls = [0, 1].flatMap((type) => [
    ...[MARK, guest.do("proxy_get_buffer_bytes", type, 0, 10, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
    ...[MARK, guest.do("proxy_get_buffer_status", type, ADDRESS, SIZE), guest.log(ADDRESS, 8)],
  ]);
  for (const name of ["request_headers", "response_headers", "log"]) guest.on(`proxy_on_${name}`, calls);
  const played = new Played(guest);
  played.request();
  expect(played.statuses()).toEqual(Array.from({ length: 12 }, () => 0));
  expect(played.said).toEqual(Array.from({ length: 12 }, () => "\0".repeat(8)));
});

test("[84] the answer to a call and the plugin's configuration are not there outside of their callbacks", () => {
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
  ["[85] start 0 and length 0 put it before", 0, 0, "ab", "abhello"],
  ["[85] the size as start puts it behind", 5, 0, "ab", "helloab"],
  ["[85] any start behind the end puts it behind, whatever the length", 100, 3, "ab", "helloab"],
  ["[85] the greatest start puts it behind", MAX, 0, "ab", "helloab"],
  ["[85] start 0 and the size replace all", 0, 5, "ab", "ab"],
  ["[85] start 0 and the greatest length replace all", 0, MAX, "ab", "ab"],
  ["[86] start 0 and a shorter length replace the beginning", 0, 1, "x", "xello"],
  ["[86] what replaces the beginning may be longer", 0, 2, "wxyz", "wxyzllo"],
  ["[87] nothing in the place of all empties it", 0, 5, "", ""],
  ["[87] nothing in the place of one byte drops it", 0, 1, "", "ello"],
])("%s", (_, start, length, data, expected) => {
  const { statuses, said, sent } = onBody("hello", (guest, type) => [
    ...[write(guest, type, start, length, data), read(guest, type, 0, 100)],
  ]);
  expect([statuses, said, sent]).toEqual([[0, 0], [expected], expected]);
});

test("[85] an empty body takes all of it, wherever it is put", () => {
  const { sent, statuses } = onBody("", (guest, type) => [
    ...[write(guest, type, 0, 0, "b"), write(guest, type, 0, 0, "a"), write(guest, type, 2, 0, "c")],
  ]);
  expect([statuses, sent]).toEqual([[0, 0, 0], "abc"]);
});

test("[88] a write in the middle is a bad argument and changes nothing", () => {
  const { statuses, sent } = onBody("hello", (guest, type) => [
    ...[write(guest, type, 1, 1, "x"), write(guest, type, 4, 0, "x"), write(guest, type, 4, 100, "x")],
  ]);
  expect([statuses, sent]).toEqual([[2, 2, 2], "hello"]);
});

test("[89] configurations, the answer to a call and a body that has not come cannot be written", () => {
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

test("[100] the state of a buffer is its size and no flags", () => {
  const guest = Guest.bare();
  guest.on("proxy_on_request_body", [MARK, guest.do("proxy_get_buffer_status", 0, ADDRESS, SIZE)]);
  const played = new Played(guest);
  played.open([], false).stream.requestData(Buffer.from("hello"), true);
  expect([played.statuses(), played.memory.u32(ADDRESS), played.memory.u32(SIZE)]).toEqual([[0], 5, 0]);
});
