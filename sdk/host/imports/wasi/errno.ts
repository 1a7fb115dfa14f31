/** Error numbers of WASI, those that a host answers with. */
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
