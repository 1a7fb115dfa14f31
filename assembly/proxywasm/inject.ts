import { select } from "../abi/entry";
import { Status } from "../abi/enums";
import { proxy_inject_encoded_data_to_filter_chain } from "../abi/imports-higress";

/**
 * Sends bytes of a response body to the filters nearer to the client. Higress only.
 *
 * @returns false if the stream is over
 */
export function injectIntoResponse(context: u32, bytes: ArrayBuffer, endOfStream: bool): bool {
  if (!select(context)) return false;
  return (
    proxy_inject_encoded_data_to_filter_chain(changetype<usize>(bytes), bytes.byteLength, endOfStream ? 1 : 0) ==
    Status.Ok
  );
}
