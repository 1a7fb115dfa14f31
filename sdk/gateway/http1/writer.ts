import type { Socket } from "node:net";
import type { HeaderMap, Pair } from "../../host/index.js";
import { reasonPhrase } from "./reason.js";

/** Requests with these methods have no body unless their headers declare one. */
const BODILESS = new Set(["GET", "HEAD", "DELETE", "TRACE", "CONNECT"]);

/**
 * Writes one message to a socket: the head, then the chunks of the body, framed as the head declares. Like Envoy, the
 * writer does not check the headers of responses and the trailers, which plugins can change. Check requests with
 * `requestProblem` first.
 */
export class MessageWriter {
  private mode: "plain" | "chunked" | "none" = "plain";

  constructor(private readonly socket: Socket) {}

  /**
   * @param end the request has neither a body nor trailers
   * @param tunnel the bytes of another protocol follow
   */
  request(map: HeaderMap, end: boolean, tunnel: boolean): boolean {
    const method = map.get(":method") ?? "";
    const target = method === "CONNECT" ? map.get(":authority") : map.get(":path");
    const lines: Pair[] = [...host(map), ...named(map)];
    this.mode = "plain";
    if (!tunnel && !map.has("content-length")) {
      if (!end) {
        this.mode = "chunked";
        lines.push(["transfer-encoding", "chunked"]);
      } else if (!BODILESS.has(method)) lines.push(["content-length", "0"]);
    }
    return this.head(`${method} ${target ?? ""} HTTP/1.1`, lines);
  }

  response(map: HeaderMap, options: ResponseOptions): boolean {
    const status = Number(map.get(":status"));
    const lines: Pair[] = regular(map);
    const bodiless = status === 204 || status === 304;
    this.mode = (bodiless || options.toHead) && !options.tunnel ? "none" : "plain";
    if (!bodiless && status >= 200 && !options.tunnel && !map.has("content-length")) {
      if (options.end && !options.toHead) lines.push(["content-length", "0"]);
      else if (options.version === 1) {
        // The response to HEAD has the headers of the response to GET.
        lines.push(["transfer-encoding", "chunked"]);
        if (!options.toHead) this.mode = "chunked";
      }
    }
    return this.head(`HTTP/1.${options.version} ${status} ${reasonPhrase(status & 0xffff)}`, lines);
  }

  data(bytes: Buffer, end: boolean): boolean {
    if (this.mode === "none") return true;
    if (this.mode === "plain") return bytes.length === 0 || this.socket.write(bytes);
    const size = bytes.length === 0 ? "" : `${bytes.length.toString(16)}\r\n`;
    this.socket.cork();
    if (size !== "") {
      this.socket.write(size, "latin1");
      this.socket.write(bytes);
    }
    const ready = this.socket.write(`${size === "" ? "" : "\r\n"}${end ? "0\r\n\r\n" : ""}`, "latin1");
    this.socket.uncork();
    return ready;
  }

  /** Writes trailers after a chunked body. Without chunks, trailers are lost. */
  trailers(map: HeaderMap): boolean {
    if (this.mode !== "chunked") return true;
    const lines = map.entries().map(([name, value]) => `${name}: ${value}\r\n`);
    return this.socket.write(`0\r\n${lines.join("")}\r\n`, "latin1");
  }

  private head(first: string, lines: readonly Pair[]): boolean {
    let text = `${first}\r\n`;
    for (const [name, value] of lines) text += `${name}: ${value}\r\n`;
    return this.socket.write(`${text}\r\n`, "latin1");
  }
}

export interface ResponseOptions {
  end: boolean;
  /** The request has the method HEAD. */
  toHead: boolean;
  tunnel: boolean;
  /** The HTTP version of the request: 0 or 1, behind "HTTP/1.". */
  version: number;
}

/** The host header; none when a plugin has removed :authority. */
function host(map: HeaderMap): Pair[] {
  const authority = map.get(":authority");
  return authority === undefined ? [] : [["host", authority]];
}

function regular(map: HeaderMap): Pair[] {
  return map.entries().filter(([name]) => name.charCodeAt(0) !== 0x3a);
}

/** The headers of a request. Like Envoy, leaves out an empty name right behind the pseudo-headers. */
function named(map: HeaderMap): Pair[] {
  const pairs = regular(map);
  return pairs[0]?.[0] === "" && pairs.length < map.size ? pairs.slice(1) : pairs;
}
