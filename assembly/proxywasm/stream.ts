import { select, settle } from "../abi/entry";
import { Status, StreamType } from "../abi/enums";
import { proxy_close_stream, proxy_continue_stream } from "../abi/imports";
import { statusName } from "./status";

/**
 * Makes the host continue a paused request or response. The host continues it when the current callback has returned.
 *
 * @returns null, or an error if the stream has ended
 */
export function continueStream(context: u32, stream: StreamType): Error | null {
  if (!select(context)) return new Error("the stream is over");
  settle();
  const status = proxy_continue_stream(stream);
  return status == Status.Ok ? null : new Error(statusName(status));
}

/** Closes the current connection. The host closes it when the current callback has returned. */
export function closeStream(stream: StreamType): Status {
  settle();
  return proxy_close_stream(stream);
}
