/** The error numbers of WASI that a host returns. */
export enum Errno {
  Success = 0,
  BadFile = 8,
  Fault = 21,
  NotDirectory = 20,
  Invalid = 28,
  NoEntry = 44,
  NoSystemCall = 52,
  NotSupported = 58,
}
