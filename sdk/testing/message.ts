import { HeaderMap, type Sink } from "../host/index.js";
import { HeaderList } from "./headers.js";
import { parseJson } from "./json.js";
import type { LocalReply } from "./local-reply.js";
import type { TestRequest } from "./test-request.js";

/** A message as it came out behind the plugin. It grows as the pieces come. */
export class Message {
  /** Without the pseudo-headers, which are fields of their own. */
  readonly headers: HeaderList;
  /** All that has come of the body, as text. */
  body = "";
  /** The pieces in which it came, as text; those of no bytes left out. */
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

  /** All that has come of the body. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The body, as in `fetch`. */
  text(): string {
    return this.body;
  }

  /**
   * The body, read as JSON.
   *
   * @throws SyntaxError that shows the body, when it is none
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

/** What a request's upstream got. */
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

/** What the client got. */
export class TestResponse extends Message {
  readonly status: number;
  readonly #request: TestRequest;

  /** @internal */
  constructor(map: HeaderMap, ended: boolean, request: TestRequest) {
    super(map, ended);
    this.status = Number(map.get(":status"));
    this.#request = request;
  }

  /** The request that this answers: with its calls, its log, and what its upstream got. */
  get request(): TestRequest {
    return this.#request;
  }

  /** The answer in the place of the upstream's, if this is one; as `request.localReply`. */
  get localReply(): LocalReply | undefined {
    return this.#request.localReply;
  }

  /** Whether the status is 200 to 299, as in `fetch`. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
}

/** Makes a message of what comes in, and tells of each part. */
export function collector<T extends Message>(
  make: (map: HeaderMap, ended: boolean) => T,
  heard: (message: T, part: "headers" | "data" | "trailers") => void,
): Sink {
  let message: T;
  return {
    headers: (map, ended) => heard((message = make(map, ended)), "headers"),
    data: (bytes, ended) => {
      message.add(bytes.take(), ended);
      heard(message, "data");
    },
    trailers: (map) => {
      message.end(map);
      heard(message, "trailers");
    },
  };
}
