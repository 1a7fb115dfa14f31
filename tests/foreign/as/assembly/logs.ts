import { LogLevelValues, log, stream_context } from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { setLogLevel } from "@gcoredev/proxy-wasm-sdk-as/assembly/fastedge";
import { responseCode, text } from "./properties";

/** Logs at each level. The SDK keeps its own log level and does not read the host's. */
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

/** Logs what a finished stream still has: its headers, and the path. */
export function logDone(): void {
  const one = stream_context.headers.request.get("x-one");
  const up = stream_context.headers.response.get("x-up");
  log(LogLevelValues.info, ["done", text("request\0path"), responseCode(), one, up].join(" "));
}
