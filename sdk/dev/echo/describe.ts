import type { IncomingHttpHeaders } from "node:http";

/** How many bytes of a body the echo shows. */
const BODY_LIMIT = 64 * 1024;

/** A request as it arrived at the echo. */
export interface EchoedRequest {
  /** The service that the gateway sent the request to. */
  service: string;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** Collects the beginning of a body, and the number of its bytes. */
export class EchoedBody {
  private readonly chunks: Buffer[] = [];
  private kept = 0;
  private size = 0;

  push(chunk: Buffer): void {
    this.size += chunk.length;
    const part = chunk.subarray(0, BODY_LIMIT - this.kept);
    if (part.length === 0) return;
    this.kept += part.length;
    this.chunks.push(part);
  }

  /**
   * The response of the echo: the request as JSON. A body that is not UTF-8 is shown in base64. Only the first 64 KiB of
   * a body are shown.
   */
  describe(request: EchoedRequest): string {
    const bytes = Buffer.concat(this.chunks);
    const body = isText(bytes, this.size > this.kept)
      ? { body: bytes.toString("utf8") }
      : { bodyBase64: bytes.toString("base64") };
    return `${JSON.stringify({ ...request, ...(this.size > 0 ? { bodyBytes: this.size, ...body } : {}) }, null, 2)}\n`;
  }
}

/** Whether bytes are UTF-8. The end of cut bytes may be a part of a character. */
function isText(bytes: Buffer, isCut: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
    return true;
  } catch {
    return false;
  }
}
