// Replacements for imports that asc would add to a module and that no proxy-wasm host provides. The transform links
// each function here under the name of the import that it replaces.

import { clock_time_get, random_get } from "./imports";
import { integerText } from "./decimal";
import { sendNow } from "./entry";
import { LogLevel } from "./enums";
import { writeLog } from "./log";
import { numberSlot } from "./memory";

const REALTIME: i32 = 0;
const MONOTONIC: i32 = 1;

/**
 * For `abort`: sends the writes that wait, and logs the reason and the source position at critical level. The compiler adds a
 * trap after the call. A gateway that is told to fail open lets the message pass with the headers as they are then.
 */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  sendNow();
  const reason: string = message === null ? "" : message;
  const where: string = file === null ? "" : file;
  writeLog(
    LogLevel.Critical,
    "abort: " + reason + " at " + where + ":" + integerText(<i32>line) + ":" + integerText(<i32>column),
  );
}

/** For `Math.random`: 64 random bits, which asc's library uses as the first seed. */
export function seed(): f64 {
  random_get(numberSlot(), 8);
  return load<f64>(numberSlot());
}

/** For `trace`: logs a line at trace level. */
export function trace(
  message: string,
  count: i32 = 0,
  a0: f64 = 0,
  a1: f64 = 0,
  a2: f64 = 0,
  a3: f64 = 0,
  a4: f64 = 0,
): void {
  let text = message;
  if (count > 0) text += " " + a0.toString();
  if (count > 1) text += " " + a1.toString();
  if (count > 2) text += " " + a2.toString();
  if (count > 3) text += " " + a3.toString();
  if (count > 4) text += " " + a4.toString();
  writeLog(LogLevel.Trace, text);
}

/**
 * For `Date.now`: milliseconds since 1970. Uses WASI's clock, because a module cannot call
 * `proxy_get_current_time_nanoseconds` while it starts.
 */
export function dateNow(): f64 {
  return Math.floor(<f64>clock(REALTIME) / 1e6);
}

/** For `performance.now`: milliseconds of a clock that never goes back. */
export function performanceNow(): f64 {
  return <f64>clock(MONOTONIC) / 1e6;
}

/** Nanoseconds of a WASI clock. */
function clock(id: i32): u64 {
  // The result is 0 if the host does not have the clock.
  store<u64>(numberSlot(), 0);
  clock_time_get(id, 0, numberSlot());
  return load<u64>(numberSlot());
}

/** For `crypto.getRandomValues`: returns random bytes. Without randomness from the host they are 0, which is logged. */
export function randomBytes(size: i32): Uint8Array {
  const bytes = new Uint8Array(size);
  if (!fillRandom(bytes.buffer)) writeLog(LogLevel.Critical, "crypto.getRandomValues: the host has no random numbers");
  return bytes;
}

/** Fills a buffer with random bytes. Returns false, and clears the buffer, if the host has no random numbers. */
export function fillRandom(buffer: ArrayBuffer): bool {
  const size = buffer.byteLength;
  const start = changetype<usize>(buffer);
  // A host returns at most 65,536 bytes per call.
  for (let offset = 0; offset < size; offset += 65536) {
    if (random_get(start + offset, min(size - offset, 65536)) == 0) continue;
    memory.fill(start, 0, size);
    return false;
  }
  return true;
}
