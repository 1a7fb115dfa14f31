import { Arguments, Out, SLOTS } from "./arguments";
import { call } from "./call";
import * as host from "./imports";

const INFO: i32 = 2;

/** Numbers that a script can use: `$id`, `$root`, `$stream`, and results of host calls that `keep` has stored. */
export const variables = new Map<string, i32>();

/** Runs the script's lines for a callback. Gives the value that the callback shall return, or `fallback`. */
export function play(script: string, phase: string, detail: string, fallback: i32): i32 {
  const counter = "#" + phase;
  const turn = variables.has(counter) ? variables.get(counter) + 1 : 1;
  variables.set(counter, turn);
  let result = fallback;
  const lines = script.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const words = lines[i].split(" ");
    if (words.length < 2 || !isFor(words[0], phase, detail, turn)) continue;
    const verb = words[1];
    if (verb == "return") result = <i32>I32.parseInt(words[2]);
    else if (verb == "trap") unreachable();
    else if (verb == "spin") spin(I64.parseInt(words[2]));
    else if (verb == "say") say(phase + ": " + words.slice(2).join(" "));
    else if (verb == "keep") variables.set(words[2], load<i32>(SLOTS));
    else perform(phase, words);
  }
  return result;
}

let random: u32 = 1;

/** Computes for some milliseconds. It reads the time rarely, since each host call is traced. */
function spin(ms: i64): void {
  host.getTime(<i32>SLOTS);
  const end = load<u64>(SLOTS) + <u64>ms * 1_000_000;
  while (load<u64>(SLOTS) < end) {
    for (let i = 0; i < 2_000_000; i++) random = random * 1664525 + 1013904223;
    host.getTime(<i32>SLOTS);
  }
}

/**
 * Whether a line's first word names the callback. The word lists callbacks, with `*` for all, and after ":" a
 * condition: how often the callback has run, or a detail such as in `request_body:end`.
 */
function isFor(word: string, phase: string, detail: string, turn: i32): bool {
  const colon = word.indexOf(":");
  const names = (colon < 0 ? word : word.substring(0, colon)).split("|");
  let named = false;
  for (let i = 0; i < names.length; i++) if (names[i] == phase || names[i] == "*") named = true;
  if (!named || colon < 0) return named;
  const condition = word.substring(colon + 1);
  return condition == detail || condition == turn.toString();
}

/** Makes a host call and logs its result. */
function perform(phase: string, words: string[]): void {
  const given = new Arguments(words, 2, variables);
  const status = call(words[1], given.values);
  let text = phase + ": " + words.slice(1).join(" ") + " = " + status.toString();
  const isPairs = words[1] == "get_header_map_pairs" && status == 0 && given.outs.length > 0;
  if (isPairs) text += shownPairs(load<u32>(given.places[0]), load<u32>(given.places[0], 4));
  else for (let i = 0; i < given.outs.length; i++) text += shown(given.outs[i], given.places[i], status);
  say(text);
}

function shown(kind: Out, place: usize, status: i32): string {
  if (kind == Out.Hidden) return "";
  if (kind == Out.Number) return " " + load<u32>(place).toString();
  if (kind == Out.Long) return " " + load<u64>(place).toString();
  if (status != 0) return " " + load<u32>(place).toString() + " " + load<u32>(place, 4).toString();
  const size = load<u32>(place, 4);
  return " " + size.toString() + " '" + printable(load<u32>(place), size) + "'";
}

/** Header pairs as `name=value`. */
function shownPairs(address: u32, size: u32): string {
  if (size == 0) return " none";
  const count = load<u32>(address);
  let at = address + 4 + 8 * count;
  let text = " " + count.toString() + ":";
  for (let i: u32 = 0; i < count; i++) {
    const name = load<u32>(address + 4 + 8 * i);
    const value = load<u32>(address + 8 + 8 * i);
    text += " " + printable(at, name) + "=" + printable(at + name + 1, value);
    at += name + value + 2;
  }
  return text;
}

function printable(address: u32, size: u32): string {
  let text = "";
  for (let i: u32 = 0; i < min<u32>(size, 600); i++) {
    const byte = load<u8>(address + i);
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "\\" + byte.toString(16);
  }
  return text;
}

export function say(text: string): void {
  const bytes = String.UTF8.encode(text);
  host.log(INFO, <i32>changetype<usize>(bytes), bytes.byteLength);
}
