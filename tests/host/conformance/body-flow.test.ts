import { expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { DEFAULT_BUFFER_LIMIT } from "../../../sdk/host/stream/http-stream.js";
import { Guest } from "./support/guest.js";
import { Played } from "./play.js";

type Side = "request" | "response";
const SIDES = ["request", "response"] as const;
const TYPES = { request: 0, response: 1 };

/** The sizes that a body callback was told are logged as 4 bytes, then the body. */
const shows = (guest: Guest, side: Side) => [
  `(i32.store (i32.const 128) (local.get 1)) ${guest.log(128, 4)}`,
  guest.read("proxy_get_buffer_bytes", TYPES[side], 0, -1),
];

/** A plugin whose answer to a piece of a body is an expression over its arguments: 1 the size, 2 the end. */
function answering(side: Side, answer: string, statements: (guest: Guest) => string[] = () => []): Guest {
  const guest = Guest.bare();
  return guest.on(`proxy_on_${side}_body`, [...shows(guest, side), ...statements(guest)], answer);
}

/** A stream on its way in one direction, with what has come out at the other end. */
function begin(played: Played, side: Side, limit?: number) {
  const opened = played.open([], false, limit === undefined ? {} : { limit });
  const { stream } = opened;
  if (side === "response") stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  const send = (text: string, end = false) =>
    side === "request" ? stream.requestData(Buffer.from(text), end) : stream.responseData(Buffer.from(text), end);
  const sent = () => opened[side === "request" ? "upstream" : "response"];
  return { opened, send, sent };
}

/** What was said as pairs of size and body. */
function pieces(played: Played): [number, string][] {
  const { said } = played;
  const sizes = said.filter((_, index) => index % 2 === 0).map((text) => Buffer.from(text).readUInt32LE());
  return sizes.map((size, index) => [size, said[2 * index + 1]!]);
}

const UNTIL_END = "(i32.eqz (local.get 2))";

test.each(SIDES)("[90] a %s whose pieces go on is seen in pieces, and a change is of its piece only", (side) => {
  const change = (guest: Guest) => [guest.do("proxy_set_buffer_bytes", TYPES[side], 0, 1, ...guest.text("-"))];
  const played = new Played(answering(side, "(i32.const 0)", change));
  const { send, sent } = begin(played, side);
  for (const piece of ["abc", "de"]) send(piece);
  send("f", true);
  expect(pieces(played)).toEqual([
    [3, "abc"],
    [2, "de"],
    [1, "f"],
  ]);
  expect(sent()).toMatchObject({ body: "-bc-e-", ended: true });
});

test.each(SIDES)("[91] a %s that is held is seen whole, with the piece that has come, and nothing has left", (side) => {
  const played = new Played(answering(side, UNTIL_END));
  const { send, sent } = begin(played, side);
  for (const piece of ["abc", "de"]) send(piece);
  // The headers have gone on, the body has not.
  expect(sent()).toMatchObject({ body: "", ended: false });
  send("f", true);
  expect(pieces(played)).toEqual([
    [3, "abc"],
    [5, "abcde"],
    [6, "abcdef"],
  ]);
  expect(sent()).toMatchObject({ body: "abcdef", ended: true });
});

test.each(SIDES)("[92] a %s that was held and let go on is seen in pieces again", (side) => {
  // Held while it is shorter than 5 bytes, and what comes alone is shorter too.
  const played = new Played(answering(side, "(i32.eq (local.get 1) (i32.const 3))"));
  const { send, sent } = begin(played, side);
  for (const piece of ["abc", "de"]) send(piece);
  expect(sent()!.body).toBe("abcde");
  send("fg");
  send("h", true);
  expect(pieces(played)).toEqual([
    [3, "abc"],
    [5, "abcde"],
    [2, "fg"],
    [1, "h"],
  ]);
  expect(sent()).toMatchObject({ body: "abcdefgh", ended: true });
});

test("[93] holding the request's body does not hold the response's", () => {
  const guest = answering("request", "(i32.const 1)");
  guest.on("proxy_on_response_body", shows(guest, "response"));
  const played = new Played(guest);
  const { opened, send } = begin(played, "request");
  send("request", true);
  opened.stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  for (const piece of ["ab", "c"]) opened.stream.responseData(Buffer.from(piece), false);
  expect(pieces(played)).toEqual([
    [7, "request"],
    [2, "ab"],
    [1, "c"],
  ]);
  expect(opened.response!.body).toBe("abc");
});

test.each(SIDES)(
  "[96] a held %s that is resumed goes on as it was changed, unseen; what follows is seen alone",
  (side) => {
    let tick: () => void = () => {};
    const timers = { start: (_: number, run: () => void) => ((tick = run), () => {}) };
    const guest = answering(side, "(i32.lt_u (local.get 1) (i32.const 9))");
    guest.on("proxy_on_configure", guest.do("proxy_set_tick_period_milliseconds", 1));
    guest.on("proxy_on_tick", [
      guest.do("proxy_set_effective_context", 2),
      guest.do("proxy_set_buffer_bytes", TYPES[side], 0, 1, ...guest.text("-")),
      guest.do("proxy_continue_stream", TYPES[side]),
    ]);
    const played = new Played(guest, { services: { timers } });
    const { send, sent } = begin(played, side);
    for (const piece of ["abc", "de"]) send(piece);
    played.forget();
    tick();
    expect([played.statuses(), sent()!.body]).toEqual([[0, 0, 0], "-bcde"]);
    expect(played.said).toEqual([]);
    send("more than that", true);
    expect([pieces(played), sent()!.body]).toEqual([[[14, "more than that"]], "-bcdemore than that"]);
  },
);

test.each(SIDES)("[97] a piece of a %s that is answered with 3 is gone", (side) => {
  const played = new Played(answering(side, "(i32.mul (i32.eq (local.get 1) (i32.const 3)) (i32.const 3))"));
  const { send, sent } = begin(played, side);
  for (const piece of ["abc", "de"]) send(piece);
  send("", true);
  expect(pieces(played)).toEqual([
    [3, "abc"],
    [2, "de"],
    [0, ""],
  ]);
  expect(sent()).toMatchObject({ body: "de", ended: true });
});

/** A plugin that holds a body and counts the pieces. */
function holding(side: Side): Played {
  const guest = Guest.bare();
  return new Played(guest.on(`proxy_on_${side}_body`, guest.say("piece"), 1));
}

test.each(SIDES)("a %s whose pieces are answered with 2 may become longer than the limit", (side) => {
  const played = new Played(answering(side, "(i32.mul (i32.eqz (local.get 2)) (i32.const 2))"));
  const { opened, send, sent } = begin(played, side, 10);
  for (const piece of ["x".repeat(8), "y".repeat(8)]) send(piece);
  expect([opened.broken, sent()!.body]).toEqual([false, ""]);
  send("z", true);
  expect(sent()).toMatchObject({ body: "xxxxxxxxyyyyyyyyz", ended: true });
});

test("[98] a request that is held and longer than the limit is answered with 413, and not seen any more", () => {
  for (const limit of [undefined, 10]) {
    const played = holding("request");
    const { opened, send } = begin(played, "request", limit);
    send("x".repeat(limit ?? DEFAULT_BUFFER_LIMIT));
    expect([played.said, opened.response]).toEqual([["piece"], undefined]);
    send("y");
    send("z", true);
    expect(opened.response).toMatchObject({ body: "Payload Too Large", ended: true });
    expect(opened.response!.headers.entries()).toEqual([
      [":status", "413"],
      ["content-length", "17"],
      ["content-type", "text/plain"],
    ]);
    expect([played.said, opened.upstream!.body]).toEqual([["piece"], ""]);
  }
});

test("[99] a response that is held and longer than the limit is answered with 500, or cut off where its headers are out", () => {
  const held = Guest.bare();
  held.on("proxy_on_response_headers", [], 1).on("proxy_on_response_body", held.say("piece"), 1);
  const played = new Played(held, { plugin: { allowOnHeadersStopIteration: true } });
  const { opened, send } = begin(played, "response", 10);
  for (const piece of ["x".repeat(10), "y", "z"]) send(piece);
  expect(opened.response!.headers.get(":status")).toBe("500");
  expect([opened.response!.body, opened.broken, played.said]).toEqual(["Internal Server Error", false, ["piece"]]);

  const late = holding("response");
  const cut = begin(late, "response", 10);
  for (const piece of ["x".repeat(10), "y", "z"]) cut.send(piece);
  expect(cut.opened.response).toMatchObject({ body: "", ended: false });
  expect([cut.opened.broken, late.said]).toEqual([true, ["piece"]]);
});
