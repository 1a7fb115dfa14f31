import { parseJson } from "./json.js";
import { HeaderMap, type Sink } from "../../host/index.js";
import { HeaderList } from "./headers.js";

/** A request or response behind the plugin. It grows as chunks arrive. */
export class Message {
  /** The headers without pseudo-headers, which have fields of their own. */
  readonly headers: HeaderList;
  /** The body so far, as text. */
  body = "";
  /** The chunks of the body so far, as text, without empty ones. */
  readonly chunks: string[] = [];
  trailers: HeaderList | undefined;
  /** The message is complete. */
  ended: boolean;
  #bytes: Uint8Array = new Uint8Array();

  /** @internal */
  constructor(map: HeaderMap, ended: boolean) {
    this.headers = new HeaderList(
      new HeaderMap(
        map.kind,
        map.entries().filter(([name]) => !name.startsWith(":")),
      ),
    );
    this.ended = ended;
  }

  /** The body so far, as bytes. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The body as text, as in `fetch`. */
  text(): string {
    return this.body;
  }

  /**
   * Parses the body as JSON.
   *
   * @throws SyntaxError that shows the body, when the body is not JSON
   */
  json<T = unknown>(): T {
    try {
      return parseJson(this.body) as T;
    } catch (error) {
      throw new SyntaxError(`the body is not JSON: ${(error as Error).message}\n${this.body}`, { cause: error });
    }
  }

  /** @internal */
  add(bytes: Buffer, ended: boolean): void {
    this.ended = ended;
    if (bytes.length === 0) return;
    this.chunks.push(bytes.toString("utf8"));
    const all = Buffer.concat([this.#bytes, bytes]);
    this.#bytes = all;
    this.body = all.toString("utf8");
  }

  /** @internal */
  end(trailers: HeaderMap): void {
    this.trailers = new HeaderList(trailers);
    this.ended = true;
  }
}

/** The request that an upstream received. */
export class UpstreamRequest extends Message {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly scheme: string;

  /** @internal */
  constructor(map: HeaderMap, ended: boolean) {
    super(map, ended);
    const all = new HeaderList(map);
    this.method = all.get(":method") ?? "";
    this.path = all.get(":path") ?? "";
    this.authority = all.get(":authority") ?? "";
    this.scheme = all.get(":scheme") ?? "";
  }
}

/** Collects the parts of a message, and calls `onPart` after each part. */
export function collector<T extends Message>(
  make: (map: HeaderMap, ended: boolean) => T,
  onPart: (message: T, part: "headers" | "data" | "trailers") => void,
): Sink {
  let message: T;
  return {
    headers: (map, ended) => onPart((message = make(map, ended)), "headers"),
    data: (bytes, ended) => {
      message.add(bytes.take(), ended);
      onPart(message, "data");
    },
    trailers: (map) => {
      message.end(map);
      onPart(message, "trailers");
    },
  };
}
