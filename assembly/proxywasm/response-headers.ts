import { MapType } from "../abi/enums";
import { quoted } from "../text/quoted";
import { HeaderKey, STATUS } from "./header-key";
import { Headers } from "./headers";
import { hasNoBody, isFinalStatusText } from "./syntax";

/** The headers of a response. */
export class ResponseHeaders extends Headers {
  /** Whether the response has a body. */
  bodyFollows: bool = true;

  constructor(context: u32) {
    super(context, MapType.ResponseHeaders);
  }

  protected override get title(): string {
    return "response headers";
  }

  protected override get pseudoHeader(): string {
    return ":status";
  }

  protected override pseudoFault(key: HeaderKey, value: string): string | null {
    if ((key.kind & STATUS) == 0) return "responses have no such pseudo-header";
    if (!isFinalStatusText(value)) return "the value " + quoted(value) + " is not allowed";
    // Envoy would still send the body, and the client would take it for the next response.
    if (this.bodyFollows && hasNoBody(value)) return "the response has a body, which this status cannot have";
    return null;
  }
}
