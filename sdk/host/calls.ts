import { Status } from "./abi.js";
import { CallKind } from "./call-tokens.js";
import { HeaderMap } from "./header-map.js";
import type { Pair } from "./pairs.js";
import type { Root } from "./root.js";
import type { CallResult } from "./services.js";

/** The HTTP calls of a plugin that are on their way. They belong to the plugin, not to the stream that asked. */
export class Calls {
  private readonly pending = new Map<number, () => void>();

  constructor(private readonly root: Root) {}

  get size(): number {
    return this.pending.size;
  }

  /** Sends a call, or says why it is not sent; then no answer comes. */
  send(
    cluster: string,
    pairs: readonly Pair[],
    body: Buffer,
    trailers: readonly Pair[],
    timeoutMs: number,
  ): { token: number } | { status: Status } {
    const { vm } = this.root;
    const { upstreams } = vm.services;
    if (timeoutMs < 0 || !upstreams.has(cluster)) return { status: Status.BadArgument };
    const headers = new HeaderMap("request", pairs);
    if ([":path", ":method", ":authority"].some((name) => !headers.has(name))) return { status: Status.BadArgument };
    if (body.length > 0) headers.set("content-length", String(body.length));
    const token = vm.callTokens.next(CallKind.Http);
    let sending = true;
    let settled = false;
    const done = (result: CallResult) => {
      if (settled) return;
      settled = true;
      if (!sending) this.answer(token, result);
    };
    const cancel = upstreams.call({ cluster, headers, body, trailers, timeoutMs }, done);
    sending = false;
    // Done before it was sent: Envoy's client has refused it.
    if (settled) return { status: Status.InternalFailure };
    this.pending.set(token, cancel);
    return { token };
  }

  /** Takes all calls back. */
  cancelAll(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
  }

  private answer(token: number, result: CallResult): void {
    const { root } = this;
    root.vm.whenIdle(() => {
      if (!this.pending.has(token)) return;
      const name = "proxy_on_http_call_response";
      if (result.kind === "response") {
        const { headers, body, trailers } = result;
        const parcel = { callHeaders: headers, callBody: body, callTrailers: trailers };
        root.receive(name, [token, headers.size, body.length, trailers?.size ?? 0], parcel);
      } else {
        root.inbox.status = { code: Status.BrokenConnection, message: "reset" };
        root.receive(name, [token, 0, 0, 0]);
      }
      this.pending.delete(token);
    });
  }
}
