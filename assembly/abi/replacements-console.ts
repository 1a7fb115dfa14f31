// `console` for plugins: writes to the host's log.

import { LogLevel } from "./enums";
import { performanceNow } from "./replacements";
import { writeLog } from "./log";

/** For `console.assert`: logs an error if the condition is false, as in a browser, and does not trap. */
export function assert(condition: bool, message: string): void {
  if (!condition) writeLog(LogLevel.Error, "Assertion failed: " + message);
}

/** For `console.log`. */
export function log(message: string): void {
  writeLog(LogLevel.Info, message);
}

/** For `console.debug`. */
export function debug(message: string): void {
  writeLog(LogLevel.Debug, message);
}

/** For `console.info`. */
export function info(message: string): void {
  writeLog(LogLevel.Info, message);
}

/** For `console.warn`. */
export function warn(message: string): void {
  writeLog(LogLevel.Warn, message);
}

/** For `console.error`. */
export function error(message: string): void {
  writeLog(LogLevel.Error, message);
}

// @ts-ignore: decorator
@lazy const timers = new Map<string, f64>();

/** For `console.time`: starts a timer. */
export function time(label: string): void {
  timers.set(label, performanceNow());
}

/** For `console.timeLog`: logs the time since `console.time`. */
export function timeLog(label: string): void {
  if (!timers.has(label)) return writeLog(LogLevel.Warn, "Timer " + label + " does not exist");
  const elapsed = performanceNow() - timers.get(label);
  writeLog(LogLevel.Info, label + ": " + elapsed.toString() + "ms");
}

/** For `console.timeEnd`: logs the time since `console.time`, and removes the timer. */
export function timeEnd(label: string): void {
  timeLog(label);
  timers.delete(label);
}
