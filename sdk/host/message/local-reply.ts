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
  /** The name of the plugin that sends the reply, or that has failed; undefined for the gateway's own replies. */
  plugin?: string;
}

/** The gRPC status for an HTTP status code, if the plugin gives no gRPC status. */
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

/** The gRPC status that corresponds to an HTTP status code. */
export function grpcStatusOf(code: number): number {
  return GRPC[code] ?? UNKNOWN;
}

/** A local reply that is ready to be sent. */
export interface PreparedReply {
  headers: HeaderMap;
  body: Buffer;
}

/** What a request determines about the form of its local reply. */
export interface ReplyForm {
  /** The request is gRPC: the client wants the status in a header. */
  grpc: boolean;
  /** The request is HEAD: the reply contains no body, and no `grpc-message` either. */
  toHead: boolean;
}

/** The form of a local reply. It depends on the client's request, before plugins change it. */
export function replyForm(request: HeaderMap): ReplyForm {
  return {
    grpc: /^application\/grpc(\+|$)/.test(request.get("content-type") ?? ""),
    toHead: request.get(":method") === "HEAD",
  };
}

/**
 * Makes headers and body of a local reply, as Envoy does: it adds the plugin's headers, sets the length, and sets the
 * content type to text unless the plugin has set one.
 *
 * @param change changes the headers before the plugin's headers are added
 * @example
 * prepareReply(gatewayReply(403, "no"), { grpc: false, toHead: false });
 */
export function prepareReply(
  reply: PluginReply,
  { grpc, toHead }: ReplyForm,
  change?: (headers: HeaderMap) => void,
): PreparedReply {
  // Envoy ignores a status among the plugin's headers.
  const others = reply.headers.filter(([name]) => String(name).toLowerCase() !== ":status");
  const headers = new HeaderMap("response", [[":status", String(reply.status & 0xffff)]]);
  change?.(headers);
  for (const [name, value] of others) headers.add(name, value);
  if (grpc) {
    headers.set(":status", "200");
    put(headers, "content-type", "application/grpc");
    // A status among the plugin's headers has priority.
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

/** Sets a header that a map keeps once. An existing header keeps its position. */
function put(headers: HeaderMap, name: string, value: string): void {
  if (!headers.has(name)) return headers.add(name, value);
  headers.replaceAll(headers.entries().map(([one, before]) => [one, one === name ? value : before]));
}

/** Encodes the percent sign and everything except printable ASCII as %XX. */
export function percentEncoded(bytes: Buffer): string {
  const encode = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return [...bytes]
    .map((byte) => (byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : encode(byte)))
    .join("");
}
