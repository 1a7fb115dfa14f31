import type { LogLine } from "../../host/index.js";
import type { LevelName } from "./host-calls.js";

/** A line of the gateway's log. */
export interface LogEntry {
  level: LevelName;
  /** The plugin's text, without the SDK's prefix `[name] [id] [request id]`. */
  text: string;
  /** The whole line, with the prefix. */
  message: string;
  /**
   * The writer: the plugin, or the host, for a trap ("fault"), a rejected configuration ("refusal") or another event
   * ("host").
   */
  kind: LogLine["kind"];
}
