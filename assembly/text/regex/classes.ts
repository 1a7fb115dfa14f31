import { addFolded } from "./unicode";
import { addAll, addOthers, normalize, rangeOf } from "./ranges";

/** Pairs of first and last characters; "" for another letter. `\s` has no vertical tab. */
export function perlClass(letter: i32): string {
  if (letter == 0x64) return "09"; // d
  if (letter == 0x73) return "\t\n\f\r  "; // s
  return letter == 0x77 ? "09AZ__az" : ""; // w
}

/** Pairs of first and last characters; "" for a name that POSIX does not have. */
export function posixClass(name: string): string {
  if (name == "alnum") return "09AZaz";
  if (name == "alpha") return "AZaz";
  if (name == "ascii") return "\0\x7f";
  if (name == "blank") return "\t\t  ";
  if (name == "cntrl") return "\0\x1f\x7f\x7f";
  if (name == "digit") return "09";
  if (name == "graph") return "!~";
  if (name == "lower") return "az";
  if (name == "print") return " ~";
  if (name == "punct") return "!/:@[`{~";
  if (name == "space") return "\t\r  ";
  if (name == "upper") return "AZ";
  if (name == "word") return "09AZ__az";
  return name == "xdigit" ? "09AFaf" : "";
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
