import { expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { DEFAULT_BUFFER_LIMIT } from "../../../sdk/host/stream/http-stream.js";
import { Guest } from "./support/guest.js";
import { Played } from "./play.js";

type Side = "request" | "response";
const SIDES = ["request", "response"] as const;
const TYPES = { request: 0, response: 1 };

/** Steps that log the size argument of a body callback as 4 bytes, and then the body. */
const logsBody = (guest: Guest, side: Side) => [
  `(i32.store (i32.const 128) (local.get 1)) ${guest.log(128, 4)}`,
  guest.read("proxy_get_buffer_bytes", TYPES[side], 0, -1),
];

/** A plugin whose body callback returns an expression over its arguments: 1 is the size, 2 the end. */
function returning(side: Side, returnValue: string, statements: (guest: Guest) => string[] = () => []): Guest {
  const guest = Guest.bare();
  return guest.on(`proxy_on_${side}_body`, [...logsBody(guest, side), ...statements(guest)], returnValue);
}

/** Opens a stream. Returns functions to send a body in one direction, and to read what arrives at the other end. */
function begin(played: Played, side: Side, limit?: number) {
  const opened = played.open([], false, limit === undefined ? {} : { limit });
  const { stream } = opened;
  if (side === "response") stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  const send = (text: string, end = false) =>
    side === "request" ? stream.requestData(Buffer.from(text), end) : stream.responseData(Buffer.from(text), end);
  const sent = () => opened[side === "request" ? "upstream" : "response"];
  return { opened, send, sent };
}

/** The plugin's log lines as pairs of size and body. */
function seenChunks(played: Played): [number, string][] {
  const { logged } = played;
  const sizes = logged.filter((_, index) => index % 2 === 0).map((text) => Buffer.from(text).readUInt32LE());
  return sizes.map((size, index) => [size, logged[2 * index + 1]!]);
}

const UNTIL_END = "(i32.eqz (local.get 2))";

test.each(SIDES)(
  "[90] a %s body that continues reaches the plugin chunk by chunk, and a change affects only its chunk",
  (side) => {
    const change = (guest: Guest) => [guest.do("proxy_set_buffer_bytes", TYPES[side], 0, 1, ...guest.text("-"))];
    const played = new Played(returning(side, "(i32.const 0)", change));
    const { send, sent } = begin(played, side);
    for (const chunk of ["abc", "de"]) send(chunk);
    send("f", true);
    expect(seenChunks(played)).toEqual([
      [3, "abc"],
      [2, "de"],
      [1, "f"],
    ]);
    expect(sent()).toMatchObject({ body: "-bc-e-", ended: true });
  },
);

test.each(SIDES)(
  "[91] a %s body that is buffered reaches the plugin whole at each new chunk, and nothing leaves",
  (side) => {
    const played = new Played(returning(side, UNTIL_END));
    const { send, sent } = begin(played, side);
    for (const chunk of ["abc", "de"]) send(chunk);
    // The headers have continued, the body has not.
    expect(sent()).toMatchObject({ body: "", ended: false });
    send("f", true);
    expect(seenChunks(played)).toEqual([
      [3, "abc"],
      [5, "abcde"],
      [6, "abcdef"],
    ]);
    expect(sent()).toMatchObject({ body: "abcdef", ended: true });
  },
);

test.each(SIDES)(
  "[92] a %s body that was buffered and then continues reaches the plugin chunk by chunk again",
  (side) => {
    // The plugin buffers only a body of 3 bytes.
    const played = new Played(returning(side, "(i32.eq (local.get 1) (i32.const 3))"));
    const { send, sent } = begin(played, side);
    for (const chunk of ["abc", "de"]) send(chunk);
    expect(sent()!.body).toBe("abcde");
    send("fg");
    send("h", true);
    expect(seenChunks(played)).toEqual([
      [3, "abc"],
      [5, "abcde"],
      [2, "fg"],
      [1, "h"],
    ]);
    expect(sent()).toMatchObject({ body: "abcdefgh", ended: true });
  },
);

test("[93] buffering the request body does not buffer the response body", () => {
  const guest = returning("request", "(i32.const 1)");
  guest.on("proxy_on_response_body", logsBody(guest, "response"));
  const played = new Played(guest);
  const { opened, send } = begin(played, "request");
  send("request", true);
  opened.stream.responseHeaders(new HeaderMap("response", [[":status", "200"]]), false);
  for (const chunk of ["ab", "c"]) opened.stream.responseData(Buffer.from(chunk), false);
  expect(seenChunks(played)).toEqual([
    [7, "request"],
    [2, "ab"],
    [1, "c"],
  ]);
  expect(opened.response!.body).toBe("abc");
});

test.each(SIDES)(
  "[96] a buffered %s body that is resumed continues with the plugin's changes; the next chunk reaches the plugin alone",
  (side) => {
    let tick: () => void = () => {};
    const timers = { start: (_: number, run: () => void) => ((tick = run), () => {}) };
    const guest = returning(side, "(i32.lt_u (local.get 1) (i32.const 9))");
    guest.on("proxy_on_configure", guest.do("proxy_set_tick_period_milliseconds", 1));
    guest.on("proxy_on_tick", [
      guest.do("proxy_set_effective_context", 2),
      guest.do("proxy_set_buffer_bytes", TYPES[side], 0, 1, ...guest.text("-")),
      guest.do("proxy_continue_stream", TYPES[side]),
    ]);
    const played = new Played(guest, { services: { timers } });
    const { send, sent } = begin(played, side);
    for (const chunk of ["abc", "de"]) send(chunk);
    played.forget();
    tick();
    expect([played.statuses(), sent()!.body]).toEqual([[0, 0, 0], "-bcde"]);
    expect(played.logged).toEqual([]);
    send("more than that", true);
    expect([seenChunks(played), sent()!.body]).toEqual([[[14, "more than that"]], "-bcdemore than that"]);
  },
);

test.each(SIDES)("[97] a chunk of a %s body is dropped when the callback returns 3", (side) => {
  const played = new Played(returning(side, "(i32.mul (i32.eq (local.get 1) (i32.const 3)) (i32.const 3))"));
  const { send, sent } = begin(played, side);
  for (const chunk of ["abc", "de"]) send(chunk);
  send("", true);
  expect(seenChunks(played)).toEqual([
    [3, "abc"],
    [2, "de"],
    [0, ""],
  ]);
  expect(sent()).toMatchObject({ body: "de", ended: true });
});

/** A plugin that buffers a body and logs a line for each chunk. */
function buffering(side: Side): Played {
  const guest = Guest.bare();
  return new Played(guest.on(`proxy_on_${side}_body`, guest.logText("chunk"), 1));
}

test.each(SIDES)("a %s body may become longer than the limit when the callback returns 2", (side) => {
  const played = new Played(returning(side, "(i32.mul (i32.eqz (local.get 2)) (i32.const 2))"));
  const { opened, send, sent } = begin(played, side, 10);
  for (const chunk of ["x".repeat(8), "y".repeat(8)]) send(chunk);
  expect([opened.broken, sent()!.body]).toEqual([false, ""]);
  send("z", true);
  expect(sent()).toMatchObject({ body: "xxxxxxxxyyyyyyyyz", ended: true });
});

test("[98] a buffered request body above the limit gets 413, and the plugin gets no further callbacks for it", () => {
  for (const limit of [undefined, 10]) {
    const played = buffering("request");
    const { opened, send } = begin(played, "request", limit);
    send("x".repeat(limit ?? DEFAULT_BUFFER_LIMIT));
    expect([played.logged, opened.response]).toEqual([["chunk"], undefined]);
    send("y");
    send("z", true);
    expect(opened.response).toMatchObject({ body: "Payload Too Large", ended: true });
    expect(opened.response!.headers.entries()).toEqual([
      [":status", "413"],
      ["content-length", "17"],
      ["content-type", "text/plain"],
    ]);
    expect([played.logged, opened.upstream!.body]).toEqual([["chunk"], ""]);
  }
});

test("[99] a buffered response body above the limit becomes a 500, or the stream closes if the headers have been sent", () => {
  const guest = Guest.bare();
  guest.on("proxy_on_response_headers", [], 1).on("proxy_on_response_body", guest.logText("chunk"), 1);
  const played = new Played(guest, { plugin: { allowOnHeadersStopIteration: true } });
  const { opened, send } = begin(played, "response", 10);
  for (const chunk of ["x".repeat(10), "y", "z"]) send(chunk);
  expect(opened.response!.headers.get(":status")).toBe("500");
  expect([opened.response!.body, opened.broken, played.logged]).toEqual(["Internal Server Error", false, ["chunk"]]);

  const late = buffering("response");
  const cut = begin(late, "response", 10);
  for (const chunk of ["x".repeat(10), "y", "z"]) cut.send(chunk);
  expect(cut.opened.response).toMatchObject({ body: "", ended: false });
  expect([cut.opened.broken, late.logged]).toEqual([true, ["chunk"]]);
});
