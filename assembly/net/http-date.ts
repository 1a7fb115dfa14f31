import { integerText } from "../abi/decimal";

const MS_PER_DAY: i64 = 86_400_000;

/**
 * A point in time as a header has it: `Sun, 06 Nov 1994 08:49:37 GMT`. Source: RFC 9110, 5.6.7.
 *
 * @param ms milliseconds since 1970 in UTC
 */
export function httpDate(ms: i64): string {
  let days = ms / MS_PER_DAY;
  let rest = ms % MS_PER_DAY;
  if (rest < 0) {
    rest += MS_PER_DAY;
    days--;
  }
  const seconds = <i32>(rest / 1000);
  // 1970-01-01 was a Thursday.
  const weekday = <i32>(((days % 7) + 11) % 7);

  // Counted from 1 March of year 0, a leap day is the last day of its year, and 400 years have 146,097 days.
  const sinceMarch = days + 719_468;
  const era = (sinceMarch >= 0 ? sinceMarch : sinceMarch - 146_096) / 146_097;
  const dayOfEra = sinceMarch - era * 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = <i32>(dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100));
  // From March to January the lengths of the months repeat every five months, which have 153 days.
  const monthFromMarch = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
  const month = (monthFromMarch + 2) % 12;
  const year = era * 400 + yearOfEra + (month < 2 ? 1 : 0);

  const date = named("SunMonTueWedThuFriSat", weekday) + ", " + padded(day, 2) + " ";
  const monthAndYear = named("JanFebMarAprMayJunJulAugSepOctNovDec", month) + " " + padded(year, 4) + " ";
  const time = padded(seconds / 3600, 2) + ":" + padded((seconds / 60) % 60, 2) + ":" + padded(seconds % 60, 2);
  return date + monthAndYear + time + " GMT";
}

function named(names: string, index: i32): string {
  return names.substring(index * 3, index * 3 + 3);
}

function padded(value: i64, width: i32): string {
  let text = integerText(value);
  while (text.length < width) text = "0" + text;
  return text;
}
