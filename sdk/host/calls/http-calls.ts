import { Status } from "../abi.js";
import { HeaderMap } from "../message/header-map.js";
import type { Pair } from "../message/pairs.js";
import type { CallResult } from "../services/http-upstreams.js";
import type { CallOwner } from "./call-owner.js";
import { CallKind } from "./call-tokens.js";
import { PendingCalls, type DispatchResult } from "./pending-calls.js";

const CALLBACK = "proxy_on_http_call_response";

/** The HTTP calls that a plugin has in flight. */
export class HttpCalls extends PendingCalls<CallResult> {
  constructor(owner: CallOwner) {
    super(owner, CallKind.Http);
  }

  /** Sends a call. If the returned value is a status, the call was not sent and has no result. */
  send(
    cluster: string,
    pairs: readonly Pair[],
    body: Buffer,
    trailers: readonly Pair[],
    timeoutMs: number,
  ): DispatchResult {
    const { upstreams } = this.owner.vm.services;
    if (timeoutMs < 0 || !upstreams.has(cluster)) return { status: Status.BadArgument };
    const headers = new HeaderMap("request", pairs);
    if ([":path", ":method", ":authority"].some((name) => !headers.has(name))) return { status: Status.BadArgument };
    if (body.length > 0) headers.set("content-length", String(body.length));
    return this.begin((done) => upstreams.call({ cluster, headers, body, trailers, timeoutMs }, done));
  }

  protected deliver(token: number, result: CallResult): void {
    const { owner } = this;
    if (result.kind === "response") {
      const { headers, body, trailers } = result;
      const parts = { callHeaders: headers, callBody: body, callTrailers: trailers };
      owner.receive(CALLBACK, [token, headers.size, body.length, trailers?.size ?? 0], parts);
    } else {
      owner.callbackData.status = { code: Status.BrokenConnection, message: "reset" };
      owner.receive(CALLBACK, [token, 0, 0, 0]);
    }
  }
}
