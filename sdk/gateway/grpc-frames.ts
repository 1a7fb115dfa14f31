/** Bytes that are no messages of gRPC. */
export class GrpcFrameError extends Error {}

const HEADER = 5;

/** A message as gRPC sends it: a flag, its length, its bytes. */
export function grpcFrame(message: Buffer): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Finds the messages in what comes. */
export class GrpcFrames {
  private rest = Buffer.alloc(0);

  /** @throws GrpcFrameError where a message is compressed, which nobody asked for */
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
