import type { LogLine } from "../../host/index.js";
import type { LevelName } from "./host-calls.js";

/** A line of the gateway's log. */
export interface LogEntry {
  level: LevelName;
  /** As the plugin wrote it, without the `[name] [id] [request id]` that the SDK puts in front. */
  text: string;
  /** With all that is in front. */
  message: string;
  /** Written by the plugin, or by the host: a VM's end ("fault"), a configuration that was not taken ("refusal"). */
  kind: LogLine["kind"];
}
