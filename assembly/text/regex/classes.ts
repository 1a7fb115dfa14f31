import { addFolded } from "./unicode";
import { addAll, addOthers, normalize, rangeOf } from "./ranges";

/** Pairs of first and last characters; "" for another letter. `\s` has no vertical tab. */
export function perlClass(letter: i32): string {
  if (letter == 0x64) return "09"; // d
  if (letter == 0x73) return "\t\n\f\r  "; // s
  return letter == 0x77 ? "09AZ__az" : ""; // w
}

/** Each class of POSIX: its name, and pairs of first and last characters behind a colon. */
// @ts-ignore: decorator
@lazy
const POSIX =
  ";alnum:09AZaz;alpha:AZaz;ascii:\0\x7f;blank:\t\t  ;cntrl:\0\x1f\x7f\x7f;digit:09;graph:!~;lower:az;print: ~" +
  ";punct:!/:@[`{~;space:\t\r  ;upper:AZ;word:09AZ__az;xdigit:09AFaf;";

/** Pairs of first and last characters; "" for a name that POSIX does not have. */
export function posixClass(name: string): string {
  const at = POSIX.indexOf(";" + name + ":");
  if (at < 0 || name.includes(";") || name.includes(":")) return "";
  const start = at + name.length + 2;
  return POSIX.substring(start, POSIX.indexOf(";", start));
}

/** Adds the characters of a class to a set, or all others. */
export function addClass(to: Array<u64>, pairs: string, isNegated: bool, isFolded: bool): void {
  const set = new Array<u64>();
  for (let i = 0; i < pairs.length; i += 2) set.push(rangeOf(pairs.charCodeAt(i), pairs.charCodeAt(i + 1)));
  addSet(to, set, isNegated, isFolded);
}

/** Adds the characters of a set to another set, or all others. */
export function addSet(to: Array<u64>, set: Array<u64>, isNegated: bool, isFolded: bool): void {
  if (isFolded) addFolded(set);
  else normalize(set);
  if (isNegated) addOthers(to, set);
  else addAll(to, set);
}
