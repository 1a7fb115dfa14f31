import { LogLevelValues, log } from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { setLogLevel } from "@gcoredev/proxy-wasm-sdk-as/assembly/fastedge";

/** The level is the SDK's own: it asks no host for one. */
export function logAll(): void {
  setLogLevel(LogLevelValues.debug);
  log(LogLevelValues.trace, "say trace");
  log(LogLevelValues.debug, "say debug");
  log(LogLevelValues.info, "say info");
  log(LogLevelValues.warn, "say warn");
  log(LogLevelValues.error, "say error");
  log(LogLevelValues.critical, "say critical");
  setLogLevel(LogLevelValues.info);
}
