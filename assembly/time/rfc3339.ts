import { Clock, DAY_SECONDS, isInYears } from "./calendar";
import { padded } from "./digits";
import { ParsedTime } from "./parsed-time";
import { Scanner } from "./scanner";

/**
 * Reads a time in the format of RFC 3339: `2026-11-28T07:12:10.5+01:00`. `T` and `Z` may be in lower case. Digits of the
 * second after the third are ignored. The second 60 is accepted where a leap second can be, and means the second after it.
 *
 * @returns The time, or an error: `time: expected a time such as 2026-11-28T07:12:10Z, got month out of range`. Years before 1 and after
 * 9999 are errors.
 * @example
 * ```ts
 * const until = parseRfc3339(json.get("until").string());
 * if (until.error === null && unixMs() > until.unixMs) ctx.sendResponse(410, [], "gone");
 * ```
 */
export function parseRfc3339(text: string): ParsedTime {
  const scan = new Scanner(text);
  const clock = new Clock();
  clock.year = scan.digits(4);
  scan.literal("-");
  clock.month = scan.digits(2);
  scan.literal("-");
  clock.day = scan.digits(2);
  letter(scan, 0x74);
  clock.hour = scan.digits(2);
  scan.literal(":");
  clock.minute = scan.digits(2);
  scan.literal(":");
  clock.second = scan.digits(2);
  const fraction = scan.next == 0x2e ? milliseconds(scan) : 0;
  const offset = offsetSeconds(scan);
  if (!scan.isDone) return invalid("another form");
  const problem = clock.problem();
  if (problem != "") return invalid(problem + " out of range");
  const seconds = clock.unixSeconds() - <i64>offset;
  if (clock.second == 60 && seconds % DAY_SECONDS != 0) return invalid("second out of range");
  if (!isInYears(seconds)) return invalid("year out of range");
  return new ParsedTime(seconds * 1000 + <i64>fraction);
}

/** Reads a letter, given in lower case, in any case. */
function letter(scan: Scanner, lower: i32): void {
  if ((scan.next | 0x20) == lower) scan.at++;
  else scan.fail();
}

/** Reads the fraction of a second. */
function milliseconds(scan: Scanner): i32 {
  scan.at++;
  let value = scan.digits(1) * 100;
  let scale = 10;
  for (; <u32>(scan.next - 0x30) < 10; scan.at++) {
    value += (scan.next - 0x30) * scale;
    scale /= 10;
  }
  return value;
}

/** Reads `Z` or the difference from UTC. */
function offsetSeconds(scan: Scanner): i32 {
  const sign = scan.next;
  if (sign != 0x2b && sign != 0x2d) {
    letter(scan, 0x7a);
    return 0;
  }
  scan.at++;
  const hours = scan.digits(2);
  scan.literal(":");
  const minutes = scan.digits(2);
  if (hours > 23 || minutes > 59) scan.fail();
  const seconds = hours * 3600 + minutes * 60;
  return sign == 0x2d ? -seconds : seconds;
}

function invalid(found: string): ParsedTime {
  return new ParsedTime(0, new Error("time: expected a time such as 2026-11-28T07:12:10Z, got " + found));
}

/**
 * Writes a time in the format of RFC 3339, in UTC: `2026-11-28T07:12:10Z`. Milliseconds are written unless they are 0:
 * `2026-11-28T07:12:10.500Z`.
 *
 * @param unixMs The milliseconds since 1970.
 * @returns The text; "" outside the years 1 to 9999.
 * @example
 * ```ts
 * ctx.requestHeaders.set("x-received", formatRfc3339(unixMs()));
 * ```
 */
export function formatRfc3339(unixMs: i64): string {
  // Rounded down, also before 1970.
  const seconds = (unixMs - (unixMs < 0 ? 999 : 0)) / 1000;
  if (!isInYears(seconds)) return "";
  const ms = <i32>(unixMs - seconds * 1000);
  const clock = Clock.at(seconds);
  const date = padded(clock.year, 4) + "-" + padded(clock.month, 2) + "-" + padded(clock.day, 2);
  const time = padded(clock.hour, 2) + ":" + padded(clock.minute, 2) + ":" + padded(clock.second, 2);
  return date + "T" + time + (ms == 0 ? "" : "." + padded(ms, 3)) + "Z";
}
