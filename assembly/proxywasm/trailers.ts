import { MapType } from "../abi/enums";
import { HeaderKey } from "./header-key";
import { Headers } from "./headers";

/** The trailers of a request or of a response. They exist only in their own hook. */
export class Trailers extends Headers {
  constructor(context: u32, map: MapType) {
    super(context, map);
  }

  override get available(): bool {
    return this.view().all() !== null;
  }

  protected override get title(): string {
    return this.map == MapType.RequestTrailers ? "request trailers" : "response trailers";
  }

  protected override get pseudoHeader(): string {
    return "";
  }

  protected override pseudoFault(key: HeaderKey, value: string): string | null {
    return "trailers have no pseudo-headers";
  }
}
