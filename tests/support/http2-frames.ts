import { createServer, type AddressInfo, type Socket } from "node:net";

export enum FrameType {
  Data = 0,
  Headers = 1,
  RstStream = 3,
  Settings = 4,
  Ping = 6,
}

const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const PREFACE_LENGTH = 24;

/** A frame of HTTP/2. */
export interface Frame {
  type: FrameType;
  flags: number;
  stream: number;
  payload: Buffer;
}

/** What an upstream has received of one request. */
export interface ReceivedStream {
  body: string;
  /** Whether a frame with END_STREAM has arrived. */
  ended: boolean;
  /** The error code of the RST_STREAM frame; undefined without this frame. */
  reset: number | undefined;
}

/** Writes the frames of one response. */
export class FrameWriter {
  constructor(
    private readonly socket: Socket,
    private readonly stream: number,
  ) {}

  headers(pairs: readonly (readonly [string, string])[], end = false): this {
    return this.write(FrameType.Headers, END_HEADERS | (end ? END_STREAM : 0), Buffer.concat(pairs.map(headerField)));
  }

  data(text: string, end = false): this {
    return this.write(FrameType.Data, end ? END_STREAM : 0, Buffer.from(text));
  }

  reset(code: number): this {
    return this.write(FrameType.RstStream, 0, Buffer.from([0, 0, 0, code]));
  }

  private write(type: FrameType, flags: number, payload: Buffer): this {
    this.socket.write(frame(type, flags, this.stream, payload));
    return this;
  }
}

/** An upstream that speaks HTTP/2 without TLS, and sends any frames. */
export interface FrameUpstream {
  port: number;
  /** The requests in the order of their arrival. */
  requests: ReceivedStream[];
  stop(): Promise<void>;
}

/**
 * Starts an upstream whose responses are frames that Node's own server would not send. The frames of one response leave in
 * one write.
 *
 * @param respond writes a response when the headers of a request have arrived
 * @example
 * const upstream = await frameUpstream((frames) => frames.headers([[":status", "200"]]).data("part").reset(0));
 */
export async function frameUpstream(respond: (frames: FrameWriter) => void): Promise<FrameUpstream> {
  const requests: ReceivedStream[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.write(frame(FrameType.Settings, 0, 0));
    const streams = new Map<number, ReceivedStream>();
    readFrames(socket, ({ type, flags, stream, payload }) => {
      if (type === FrameType.Settings && !(flags & ACK)) socket.write(frame(type, ACK, 0));
      if (type === FrameType.Ping && !(flags & ACK)) socket.write(frame(type, ACK, 0, payload));
      let request = streams.get(stream);
      if (type === FrameType.Headers && !request) {
        request = { body: "", ended: false, reset: undefined };
        streams.set(stream, request);
        requests.push(request);
        socket.cork();
        respond(new FrameWriter(socket, stream));
        socket.uncork();
      }
      if (!request) return;
      if (type === FrameType.Data) request.body += payload.toString("latin1");
      if (type === FrameType.RstStream) request.reset = payload.readUInt32BE(0);
      else if (flags & END_STREAM) request.ended = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readFrames(socket: Socket, onFrame: (frame: Frame) => void): void {
  let buffer = Buffer.alloc(0);
  let skip = PREFACE_LENGTH;
  socket.on("data", (bytes) => {
    buffer = Buffer.concat([buffer, bytes]);
    if (buffer.length < skip) return;
    buffer = buffer.subarray(skip);
    skip = 0;
    while (buffer.length >= 9 && buffer.length >= 9 + buffer.readUIntBE(0, 3)) {
      const end = 9 + buffer.readUIntBE(0, 3);
      const payload = buffer.subarray(9, end);
      onFrame({ type: buffer[3]!, flags: buffer[4]!, stream: buffer.readUInt32BE(5), payload });
      buffer = buffer.subarray(end);
    }
  });
}

function frame(type: FrameType, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header field of HPACK: a literal that is not indexed. Its name and value are shorter than 127 bytes. */
function headerField([name, value]: readonly [string, string]): Buffer {
  const texts = [name, value].flatMap((text) => [Buffer.from([text.length]), Buffer.from(text)]);
  return Buffer.concat([Buffer.from([0]), ...texts]);
}
