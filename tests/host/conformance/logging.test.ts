import { expect, test } from "vitest";
import { LogLevel } from "../../../sdk/host/index.js";
import { Guest, NUMBER, OUTSIDE } from "./support/guest.js";
import { Played, statusesOf } from "./play.js";

test("[42] proxy_log accepts the levels trace to critical, and no others", () => {
  const guest = Guest.bare();
  const [address, size] = guest.text("line");
  guest.on(
    "proxy_on_request_headers",
    [0, 1, 2, 3, 4, 5, 6, -1].map((level) => guest.do("proxy_log", level, address, size)),
  );
  const played = new Played(guest);
  played.open();
  expect(played.statuses("proxy_log")).toEqual([0, 0, 0, 0, 0, 0, 2, 2]);
  const { Trace, Debug, Info, Warn, Error: error, Critical } = LogLevel;
  expect(played.lines.map(({ level, message, plugin }) => [level, message, plugin])).toEqual(
    [Trace, Debug, Info, Warn, error, Critical].map((level) => [level, "line", "plugin"]),
  );
});

test("[43] a log line must lie completely in memory; an empty line may have any address in memory", () => {
  const guest = Guest.bare();
  const log = (address: number, size: number) => guest.do("proxy_log", 2, address, size);
  const all = [log(OUTSIDE, 1), log(OUTSIDE - 1, 2), log(-1, 1), log(0, -1), log(OUTSIDE - 1, 1), log(OUTSIDE, 0)];
  const played = new Played(guest.on("proxy_on_request_headers", all));
  played.open();
  expect(played.statuses("proxy_log")).toEqual([6, 6, 6, 6, 0, 0]);
  expect(played.logged).toEqual(["\0", ""]);
});

test("[44] proxy_get_log_level returns the host's level, or 6 if logging is off", () => {
  for (const logLevel of [LogLevel.Trace, LogLevel.Warn, LogLevel.Off]) {
    const guest = Guest.bare();
    guest.on("proxy_on_request_headers", [
      guest.do("proxy_get_log_level", NUMBER),
      guest.do("proxy_get_log_level", OUTSIDE - 3),
    ]);
    const played = new Played(guest, { services: { logLevel } });
    played.open();
    expect([...played.statuses(), played.memory.u32(NUMBER)]).toEqual([0, 6, logLevel]);
  }
});

test("[47] the time is 8 bytes of nanoseconds, and its address must lie in memory", () => {
  const guest = Guest.bare();
  const now = (at: number) => guest.do("proxy_get_current_time_nanoseconds", at);
  guest.on("proxy_on_request_headers", [now(NUMBER), now(OUTSIDE - 7), now(OUTSIDE - 8)]);
  const clock = { wall: () => 0x0102030405060708n, monotonic: () => 1n };
  const played = new Played(guest, { services: { clock } });
  played.open();
  expect(played.statuses()).toEqual([0, 6, 0]);
  expect(played.memory.bytes(NUMBER, 8)!.toString("hex")).toBe("0807060504030201");
});

test("pthread_equal compares its arguments, and emscripten_notify_memory_growth has no effect", () => {
  const guest = Guest.bare();
  const calls = [
    ...[guest.do("pthread_equal", 7, 7), guest.do("pthread_equal", 7, 8)],
    guest.do("emscripten_notify_memory_growth", 0),
  ];
  expect(statusesOf(guest, calls)).toEqual([1, 0, 0]);
});
