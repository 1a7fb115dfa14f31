import { HeaderMap } from "./header-map.js";
import type { Pair } from "./pairs.js";

/** A local reply, before it is prepared: from a plugin (`proxy_send_local_response`) or from the gateway. */
export interface PluginReply {
  status: number;
  details: string;
  body: Buffer;
  headers: readonly Pair[];
  /** Undefined if none was given, or one that does not exist. */
  grpcStatus: number | undefined;
}

/** What gRPC's status is for one of HTTP, where the plugin names none. */
const GRPC: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};
const UNKNOWN = 2;

/** What an answer with a code of HTTP means to gRPC. */
export function grpcStatusOf(code: number): number {
  return GRPC[code] ?? UNKNOWN;
}

/** An answer of the gateway's own, ready to be sent. */
export interface PreparedReply {
  headers: HeaderMap;
  body: Buffer;
}

/** What a request says of the form of a local reply to it. */
export interface ReplyForm {
  /** The request is gRPC's, whose client wants its status in a header. */
  grpc: boolean;
  /** The request is HEAD: the reply has no body, and none of its text in another place. */
  toHead: boolean;
}

/** The form of a local reply: what the client asked for decides, whatever plugins then make of the request. */
export function replyForm(request: HeaderMap): ReplyForm {
  return {
    grpc: /^application\/grpc(\+|$)/.test(request.get("content-type") ?? ""),
    toHead: request.get(":method") === "HEAD",
  };
}

/**
 * The headers and the body of an answer that a plugin or the gateway gives, as Envoy makes them: the plugin's headers are
 * added, the length is set, a body is text unless the plugin says what it is.
 *
 * @example
 * prepareReply(gatewayReply(403, "no"), { grpc: false, toHead: false });
 */
export function prepareReply(reply: PluginReply, { grpc, toHead }: ReplyForm): PreparedReply {
  // A second status is none: Envoy leaves it out.
  const others = reply.headers.filter(([name]) => String(name).toLowerCase() !== ":status");
  const headers = new HeaderMap("response", [[":status", String(reply.status & 0xffff)], ...others]);
  if (grpc) {
    headers.set(":status", "200");
    put(headers, "content-type", "application/grpc");
    // One among the plugin's headers counts for more.
    if (!headers.get("grpc-status")) {
      put(headers, "grpc-status", String(reply.grpcStatus ?? grpcStatusOf(reply.status)));
    }
    if (reply.body.length > 0 && !toHead) put(headers, "grpc-message", percentEncoded(reply.body));
    headers.remove("content-length");
    return { headers, body: Buffer.alloc(0) };
  }
  if (reply.body.length > 0) {
    headers.set("content-length", String(reply.body.length));
    if (!headers.has("content-type")) headers.set("content-type", "text/plain");
  } else {
    headers.remove("content-length");
    headers.remove("content-type");
  }
  return { headers, body: toHead ? Buffer.alloc(0) : reply.body };
}

/** Sets a header that is kept once, where it is if it is there. */
function put(headers: HeaderMap, name: string, value: string): void {
  if (!headers.has(name)) return headers.add(name, value);
  headers.replaceAll(headers.entries().map(([one, before]) => [one, one === name ? value : before]));
}

/** All but printable ASCII, and the percent sign, as %XX. */
export function percentEncoded(bytes: Buffer): string {
  const encode = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return [...bytes]
    .map((byte) => (byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : encode(byte)))
    .join("");
}
