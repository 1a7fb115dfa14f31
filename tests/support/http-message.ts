/** A header as received: the name keeps its case, the value is latin1, so that each byte is one character. */
export type Header = readonly [name: string, value: string];

/** An HTTP/1 message as received. */
export interface Message {
  /** The request line or status line. */
  startLine: string;
  headers: Header[];
  body: Buffer;
  trailers: Header[];
}

/** How the body of a message ends: not there, chunked, at the end of the connection, or after a number of bytes. */
export type Framing = "none" | "chunked" | "until-close" | number;

/** A stream of bytes, with functions that wait for the bytes they need. */
export interface ByteSource {
  /** Reads up to and including the delimiter; undefined if the connection ends before the first byte. */
  until(delimiter: string): Promise<Buffer | undefined>;
  /** Reads that many bytes. */
  exactly(length: number): Promise<Buffer>;
  /** Reads until the connection ends. */
  rest(): Promise<Buffer>;
}

/** Reads the next message; undefined if the connection ends before the first byte. */
export async function readMessage(
  source: ByteSource,
  framing: (startLine: string, headers: Header[]) => Framing,
): Promise<Message | undefined> {
  const first = await source.until("\r\n");
  if (!first) return undefined;
  const startLine = first.toString("latin1").trimEnd();
  const headers = await readHeaders(source);
  const kind = framing(startLine, headers);
  if (kind === "chunked") return { startLine, headers, ...(await readChunks(source)) };
  const body =
    kind === "none" ? Buffer.alloc(0) : kind === "until-close" ? await source.rest() : await source.exactly(kind);
  return { startLine, headers, body, trailers: [] };
}

/** The value of the first header of that name; names are compared without case. */
export function headerValue(headers: readonly Header[], name: string): string | undefined {
  return headerValues(headers, name)[0];
}

/** The values of all headers of that name, in order. */
export function headerValues(headers: readonly Header[], name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([one]) => one.toLowerCase() === wanted).map(([, value]) => value);
}

/** The framing that the headers of a request or response declare. */
export function declaredFraming(headers: readonly Header[]): Framing | undefined {
  if (/\bchunked\b/i.test(headerValues(headers, "transfer-encoding").join(","))) return "chunked";
  const length = headerValue(headers, "content-length");
  if (length === undefined) return undefined;
  if (!/^\d+$/.test(length)) throw new Error(`content-length is "${length}"`);
  return Number(length);
}

async function readHeaders(source: ByteSource): Promise<Header[]> {
  const headers: Header[] = [];
  for (;;) {
    const bytes = await source.until("\r\n");
    if (!bytes) throw new Error("the connection ended within the headers");
    const line = bytes.toString("latin1", 0, bytes.length - 2);
    if (line === "") return headers;
    const colon = line.indexOf(":");
    if (colon < 0) throw new Error(`a header line without a colon: ${JSON.stringify(line)}`);
    headers.push([line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")]);
  }
}

async function readChunks(source: ByteSource): Promise<{ body: Buffer; trailers: Header[] }> {
  const chunks: Buffer[] = [];
  for (;;) {
    const line = await source.until("\r\n");
    const size = Number.parseInt(line?.toString("latin1") ?? "", 16);
    if (Number.isNaN(size)) throw new Error(`a chunk does not start with its size: ${JSON.stringify(String(line))}`);
    if (size === 0) return { body: Buffer.concat(chunks), trailers: await readHeaders(source) };
    chunks.push(await source.exactly(size));
    const end = await source.exactly(2);
    if (end.toString("latin1") !== "\r\n") throw new Error("a chunk is longer than its size");
  }
}
