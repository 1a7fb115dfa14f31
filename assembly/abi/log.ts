import { LogLevel } from "./enums";
import { proxy_log } from "./imports";
import { encodeUtf8 } from "./utf8";

/** Writes a line to the host's log. */
export function writeLog(level: LogLevel, line: string): void {
  const bytes = encodeUtf8(line);
  proxy_log(level, changetype<usize>(bytes), bytes.byteLength);
}
