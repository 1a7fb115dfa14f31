import { select, settle } from "../abi/entry";
import { Status } from "../abi/enums";
import { HIGRESS_CALLS } from "../abi/features";
import { proxy_inject_encoded_data_to_filter_chain } from "../abi/imports-higress";
import { statusName } from "./status";

/**
 * Sends bytes of a response body to the filters nearer to the client. Higress only.
 *
 * @returns null, or the reason why nothing was sent: the stream is over, or the module has no calls of Higress
 */
export function injectIntoResponse(context: u32, bytes: ArrayBuffer, endOfStream: bool): string | null {
  if (!HIGRESS_CALLS) return "not available on this gateway";
  if (!select(context)) return "the stream is over";
  const end = endOfStream ? 1 : 0;
  settle();
  const status = proxy_inject_encoded_data_to_filter_chain(changetype<usize>(bytes), bytes.byteLength, end);
  return status == Status.Ok ? null : statusName(status);
}
