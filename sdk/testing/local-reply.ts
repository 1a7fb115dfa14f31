import type { PluginReply } from "../host/index.js";
import { fromLatin1 } from "./message/text.js";

/** An answer that was given in the place of the upstream's, by the plugin or by the gateway. */
export interface LocalReply {
  status: number;
  /** The word for the access log: what the plugin gave, or the gateway's. */
  details: string;
  body: string;
  /** Undefined unless the plugin has named one. */
  grpcStatus: number | undefined;
}

export function localReplyOf(reply: PluginReply | undefined): LocalReply | undefined {
  if (!reply) return undefined;
  const { status, details, body, grpcStatus } = reply;
  return { status, details: fromLatin1(details), body: body.toString("utf8"), grpcStatus };
}
