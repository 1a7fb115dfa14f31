import type { PluginReply } from "../host/index.js";
import { fromLatin1 } from "./message/text.js";

/** A response that the plugin or the gateway made without the upstream. */
export interface LocalReply {
  status: number;
  /** The response code details for the access log, from the plugin or from the gateway. */
  details: string;
  body: string;
  /** The gRPC status; undefined unless the plugin has set one. */
  grpcStatus: number | undefined;
}

export function localReplyOf(reply: PluginReply | undefined): LocalReply | undefined {
  if (!reply) return undefined;
  const { status, details, body, grpcStatus } = reply;
  return { status, details: fromLatin1(details), body: body.toString("utf8"), grpcStatus };
}
