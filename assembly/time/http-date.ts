import { dateNow } from "../abi/replacements";
import { Clock, DAY_SECONDS, isInYears, weekday } from "./calendar";
import { padded } from "./digits";
import { ParsedTime } from "./parsed-time";
import { Scanner } from "./scanner";

// Constants would be part of every module, also of those that do not use dates.

function months(): string {
  return "JanFebMarAprMayJunJulAugSepOctNovDec";
}

function weekdays(): string {
  return "SunMonTueWedThuFriSat";
}

/**
 * Reads a date of an HTTP header in any of the three formats that RFC 9110, section 5.6.7, demands:
 * `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. The name of the day is not
 * compared with the date. The second 60 is accepted where a leap second can be, and means the second after it.
 *
 * @param nowMs The current time, in milliseconds since 1970. A year of two digits that would be more than 50 years later is
 * in the past.
 * @returns The time, or an error.
 * @example
 * ```ts
 * const since = parseHttpDate(ctx.requestHeaders.getOr("if-modified-since", ""));
 * if (since.error === null) log.info("cached " + since.unixMs.toString());
 * ```
 */
export function parseHttpDate(text: string, nowMs: i64 = <i64>dateNow()): ParsedTime {
  const scan = new Scanner(text);
  const clock = new Clock();
  const day = scan.name(weekdays());
  if (scan.next == 0x2c) {
    scan.literal(", ");
    clock.day = scan.digits(2);
    scan.literal(" ");
    clock.month = scan.name(months()) + 1;
    scan.literal(" ");
    clock.year = scan.digits(4);
    scan.literal(" ");
    timeOfDay(scan, clock);
    scan.literal(" GMT");
  } else if (scan.next == 0x20) {
    scan.literal(" ");
    clock.month = scan.name(months()) + 1;
    scan.literal(" ");
    if (scan.next == 0x20) {
      scan.at++;
      clock.day = scan.digits(1);
    } else clock.day = scan.digits(2);
    scan.literal(" ");
    timeOfDay(scan, clock);
    scan.literal(" ");
    clock.year = scan.digits(4);
  } else if (day >= 0) {
    scan.literal(endOfName(day));
    scan.literal(", ");
    clock.day = scan.digits(2);
    scan.literal("-");
    clock.month = scan.name(months()) + 1;
    scan.literal("-");
    clock.year = scan.digits(2);
    scan.literal(" ");
    timeOfDay(scan, clock);
    scan.literal(" GMT");
    completeYear(clock, nowMs);
  }
  if (!scan.isDone) return invalid("another form");
  const problem = clock.problem();
  if (problem != "") return invalid(problem + " out of range");
  const seconds = clock.unixSeconds();
  if ((clock.second == 60 && seconds % DAY_SECONDS != 0) || !isInYears(seconds)) return invalid("second out of range");
  return new ParsedTime(seconds * 1000);
}

function timeOfDay(scan: Scanner, clock: Clock): void {
  clock.hour = scan.digits(2);
  scan.literal(":");
  clock.minute = scan.digits(2);
  scan.literal(":");
  clock.second = scan.digits(2);
}

/** What follows the first three letters of a day's name. */
function endOfName(day: i32): string {
  if (day == 2) return "sday";
  if (day == 3) return "nesday";
  if (day == 4) return "rsday";
  return day == 6 ? "urday" : "day";
}

/** Completes a year of two digits: the latest year with which the date is at most 50 years after now. */
function completeYear(clock: Clock, nowMs: i64): void {
  const seconds = nowMs / 1000;
  if (!isInYears(seconds)) return;
  const limit = Clock.at(seconds);
  limit.year += 50;
  clock.year += limit.year - (limit.year % 100);
  if (clock.unixSeconds() > limit.unixSeconds()) clock.year -= 100;
}

function invalid(found: string): ParsedTime {
  return new ParsedTime(0, new Error("date: expected a date such as Sun, 06 Nov 1994 08:49:37 GMT, got " + found));
}

/**
 * Writes a time as a date of an HTTP header: `Sun, 06 Nov 1994 08:49:37 GMT`. Milliseconds are dropped. Source: RFC 9110,
 * section 5.6.7, IMF-fixdate.
 *
 * @param unixMs The milliseconds since 1970.
 * @returns The text; "" outside the years 1 to 9999.
 * @example
 * ```ts
 * ctx.responseHeaders.set("expires", formatHttpDate(unixMs() + 3600 * 1000));
 * ```
 */
export function formatHttpDate(unixMs: i64): string {
  // Rounded down, also before 1970.
  const seconds = (unixMs - (unixMs < 0 ? 999 : 0)) / 1000;
  if (!isInYears(seconds)) return "";
  const clock = Clock.at(seconds);
  const day = weekday(seconds) * 3;
  const month = (clock.month - 1) * 3;
  const date = padded(clock.day, 2) + " " + months().substring(month, month + 3) + " " + padded(clock.year, 4);
  const time = padded(clock.hour, 2) + ":" + padded(clock.minute, 2) + ":" + padded(clock.second, 2);
  return weekdays().substring(day, day + 3) + ", " + date + " " + time + " GMT";
}
