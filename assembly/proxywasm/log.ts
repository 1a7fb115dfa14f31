import { LogLevel, Status } from "../abi/enums";
import { proxy_get_log_level } from "../abi/imports";
import { writeLog } from "../abi/log";
import { numberSlot } from "../abi/memory";

/** On whose behalf the SDK itself logs: what it puts before a message, and what it has said already. */
export abstract class Reporter {
  private said: u32 = 0;

  /** What stands before every message, its space included. */
  abstract prefix(): string;

  /** True the first time that it is asked for this bit. */
  firstTime(bit: u32): bool {
    if ((this.said & bit) != 0) return false;
    this.said |= bit;
    return true;
  }
}

let current: Reporter | null = null;

/** Says on whose behalf the SDK logs from here on; null: nobody's. */
export function setReporter(reporter: Reporter | null): void {
  current = reporter;
}

/** On whose behalf the SDK logs now. */
export function reporter(): Reporter | null {
  return current;
}

/** Whether the host would write a message of this level. Its level can change at any time, so it is asked each time. */
export function logEnabled(level: LogLevel): bool {
  return proxy_get_log_level(numberSlot()) != Status.Ok || load<i32>(numberSlot()) <= <i32>level;
}

/** Logs a message of the SDK itself, on behalf of whoever `setReporter` named. */
export function report(level: LogLevel, message: string): void {
  if (!logEnabled(level)) return;
  const by = current;
  writeLog(level, by === null ? message : by.prefix() + message);
}

/** An error that has been logged as such, for a call to hand back. */
export function reported(message: string): Error {
  report(LogLevel.Error, message);
  return new Error(message);
}
