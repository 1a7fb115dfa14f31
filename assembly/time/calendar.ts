// The Gregorian calendar, also before its invention, in UTC. Source: ISO 8601; Hinnant, "chrono-Compatible Low-Level Date
// Algorithms".

export const DAY_SECONDS: i64 = 86400;

/** The first second of the year 1, and the first second after the year 9999. */
const FIRST_SECOND: i64 = -62135596800;
const END_SECOND: i64 = 253402300800;

/** Whether a second of Unix time is in the years 1 to 9999. */
export function isInYears(seconds: i64): bool {
  return seconds >= FIRST_SECOND && seconds < END_SECOND;
}

/** The number of days of a month. */
function daysOf(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** A date and a time of day, of which each part is in the range that a clock shows. The second may be 60. */
export class Clock {
  year: i32 = 0;
  month: i32 = 0;
  day: i32 = 0;
  hour: i32 = 0;
  minute: i32 = 0;
  second: i32 = 0;

  /** The name of the first part that is out of range; "" if there is none. */
  problem(): string {
    if (this.year < 1 || this.year > 9999) return "year";
    if (this.month < 1 || this.month > 12) return "month";
    if (this.day < 1 || this.day > daysOf(this.year, this.month)) return "day";
    if (this.hour < 0 || this.hour > 23) return "hour";
    if (this.minute < 0 || this.minute > 59) return "minute";
    return this.second < 0 || this.second > 60 ? "second" : "";
  }

  /** The seconds since 1970, if the parts are in range. */
  unixSeconds(): i64 {
    // Years that begin in March have their leap day at the end.
    const year = this.month > 2 ? this.year : this.year - 1;
    const month = this.month > 2 ? this.month - 3 : this.month + 9;
    const days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + this.day - 1;
    // 719,468 days from March of the year 0 to 1970.
    return (<i64>days - 719468) * DAY_SECONDS + <i64>(this.hour * 3600 + this.minute * 60 + this.second);
  }

  /** The date and the time of a second of Unix time in the years 1 to 9999. */
  static at(seconds: i64): Clock {
    const clock = new Clock();
    // Days since March of the year 0, so that no number is negative.
    const shifted = seconds + 719468 * DAY_SECONDS;
    const days = <i32>(shifted / DAY_SECONDS);
    const rest = <i32>(shifted % DAY_SECONDS);
    const era = days / 146097;
    const dayOfEra = days % 146097;
    const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100);
    const month = (5 * dayOfYear + 2) / 153;
    clock.day = dayOfYear - (153 * month + 2) / 5 + 1;
    clock.month = month < 10 ? month + 3 : month - 9;
    clock.year = yearOfEra + era * 400 + (month < 10 ? 0 : 1);
    clock.hour = rest / 3600;
    clock.minute = (rest / 60) % 60;
    clock.second = rest % 60;
    return clock;
  }
}

/** The day of the week: 0 is Sunday. */
export function weekday(seconds: i64): i32 {
  // The first day of March of the year 0 was a Wednesday.
  return <i32>(((seconds + 719468 * DAY_SECONDS) / DAY_SECONDS + 3) % 7);
}
