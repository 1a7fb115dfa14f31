import { LogLevel, Status } from "../abi/enums";
import { proxy_get_log_level } from "../abi/imports";
import { writeLog } from "../abi/log";
import { numberSlot } from "../abi/memory";

/** The log of a plugin, for messages of the SDK itself. Remembers which one-time messages were logged. */
export abstract class Reporter {
  private logged: u32 = 0;

  /** Writes a line, if the host writes messages of this level. */
  abstract write(level: LogLevel, message: string): void;

  /** Returns true on the first call with this bit, false afterwards. */
  firstTime(bit: u32): bool {
    if ((this.logged & bit) != 0) return false;
    this.logged |= bit;
    return true;
  }
}

let current: Reporter | null = null;

/** Sets the log for the SDK's own messages; null: lines have no prefix. */
export function setReporter(reporter: Reporter | null): void {
  current = reporter;
}

/** The log for the SDK's own messages. */
export function reporter(): Reporter | null {
  return current;
}

/** Whether the host writes messages of this level. Calls the host each time, because its level can change at any time. */
export function logEnabled(level: LogLevel): bool {
  return proxy_get_log_level(numberSlot()) != Status.Ok || load<i32>(numberSlot()) <= <i32>level;
}

/** Logs a message of the SDK itself, to the log that `setReporter` set. */
export function report(level: LogLevel, message: string): void {
  const by = current;
  if (by !== null) by.write(level, message);
  else if (logEnabled(level)) writeLog(level, message);
}

/** Logs a message at error level, and returns it as an Error. */
export function reported(message: string): Error {
  report(LogLevel.Error, message);
  return new Error(message);
}
