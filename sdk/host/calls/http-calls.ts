import { Status } from "../abi.js";
import { CallKind } from "./call-tokens.js";
import { HeaderMap } from "../message/header-map.js";
import type { Pair } from "../message/pairs.js";
import { PendingCalls, type Begun } from "./pending-calls.js";
import type { Root } from "../vm/root-context.js";
import type { CallResult } from "../services.js";

/** The HTTP calls of a plugin that are on their way. */
export class Calls extends PendingCalls<CallResult> {
  constructor(root: Root) {
    super(root, CallKind.Http);
  }

  /** Sends a call, or says why it is not sent; then no answer comes. */
  send(cluster: string, pairs: readonly Pair[], body: Buffer, trailers: readonly Pair[], timeoutMs: number): Begun {
    const { upstreams } = this.root.vm.services;
    if (timeoutMs < 0 || !upstreams.has(cluster)) return { status: Status.BadArgument };
    const headers = new HeaderMap("request", pairs);
    if ([":path", ":method", ":authority"].some((name) => !headers.has(name))) return { status: Status.BadArgument };
    if (body.length > 0) headers.set("content-length", String(body.length));
    return this.begin((done) => upstreams.call({ cluster, headers, body, trailers, timeoutMs }, done));
  }

  protected answer(token: number, result: CallResult): void {
    const { root } = this;
    const name = "proxy_on_http_call_response";
    if (result.kind === "response") {
      const { headers, body, trailers } = result;
      const parcel = { callHeaders: headers, callBody: body, callTrailers: trailers };
      root.receive(name, [token, headers.size, body.length, trailers?.size ?? 0], parcel);
    } else {
      root.inbox.status = { code: Status.BrokenConnection, message: "reset" };
      root.receive(name, [token, 0, 0, 0]);
    }
  }
}
