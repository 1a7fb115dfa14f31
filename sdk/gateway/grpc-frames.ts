/** The bytes are not gRPC messages. */
export class GrpcFrameError extends Error {}

const HEADER = 5;

/** A message in a gRPC frame: a flag, the length and the bytes. */
export function grpcFrame(message: Buffer): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Splits received bytes into gRPC messages. */
export class GrpcFrames {
  private rest = Buffer.alloc(0);

  /** @throws GrpcFrameError when a message is compressed, which the client does not support */
  push(bytes: Buffer): Buffer[] {
    const messages: Buffer[] = [];
    this.rest = Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= HEADER) {
      if (this.rest[0] !== 0) throw new GrpcFrameError("compressed");
      const end = HEADER + this.rest.readUInt32BE(1);
      if (this.rest.length < end) break;
      messages.push(this.rest.subarray(HEADER, end));
      this.rest = this.rest.subarray(end);
    }
    return messages;
  }
}
