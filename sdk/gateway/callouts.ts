import {
  gatewayReply,
  HeaderMap,
  type CallRequest,
  type CallResult,
  type Pair,
  type Upstreams,
} from "../host/index.js";
import { prepareReply } from "../host/local-reply.js";
import { addServiceTime, responseMap } from "./router.js";
import type { Outgoing } from "./outgoing.js";
import type { Upstream } from "./upstream.js";
import { resetText, TIMEOUT_TEXT } from "./upstream-failures.js";

const MAX_BODY = 32 * 1024 * 1024;

/** What becomes of a call whose upstream gives no answer: one of the gateway's own, or word that there is none. */
export type CallFailures = "response" | "reset";

/** The calls of plugins to the gateway's clusters. */
export class Callouts implements Upstreams {
  constructor(
    private readonly clusters: ReadonlyMap<string, Upstream>,
    private readonly failures: CallFailures = "response",
  ) {}

  has(cluster: string): boolean {
    return this.clusters.has(cluster);
  }

  hosts(cluster: string): Pair[] {
    const upstream = this.clusters.get(cluster);
    return upstream ? [[`${upstream.address}:${upstream.port}`, JSON.stringify({ health_status: "HEALTHY" })]] : [];
  }

  call(call: CallRequest, done: (result: CallResult) => void): () => void {
    let headers: HeaderMap | undefined;
    let size = 0;
    let isOver = false;
    const chunks: Buffer[] = [];
    const finish = (result: CallResult) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      done(result);
    };
    const answer = (status: number, text: string) => {
      if (this.failures === "reset") return finish({ kind: "reset" });
      const { headers, body } = prepareReply(gatewayReply(status, text), false);
      finish({ kind: "response", headers, body });
    };
    const upstream = this.clusters.get(call.cluster)!;
    const began = performance.now();
    const request: Outgoing = upstream.open({
      response: (head, end) => {
        headers = responseMap(head);
        addServiceTime(headers, began);
        if (end) finish({ kind: "response", headers, body: Buffer.alloc(0) });
      },
      data: (bytes) => {
        chunks.push(bytes);
        size += bytes.length;
        if (size <= MAX_BODY) return;
        request.abort();
        finish({ kind: "reset" });
      },
      end: (trailers, last) => {
        if (last) chunks.push(last);
        const tail = trailers ? { trailers: new HeaderMap("trailers", trailers) } : {};
        finish({ kind: "response", headers: headers!, body: Buffer.concat(chunks), ...tail });
      },
      reset: (reason) => {
        if (headers) finish({ kind: "reset" });
        else answer(reason === "protocol error" ? 502 : 503, resetText(reason));
      },
      drained: () => {},
    });
    const timer =
      call.timeoutMs === 0
        ? undefined
        : setTimeout(() => {
            request.abort();
            if (headers) finish({ kind: "reset" });
            else answer(504, TIMEOUT_TEXT);
          }, call.timeoutMs);
    call.headers.set("x-envoy-internal", "true");
    if (call.timeoutMs > 0) call.headers.set("x-envoy-expected-rq-timeout-ms", String(call.timeoutMs));
    const hasBody = call.body.length > 0;
    request.headers(call.headers, !hasBody, false);
    if (hasBody) request.data(call.body, true);
    return () => {
      isOver = true;
      clearTimeout(timer);
      request.abort();
    };
  }
}
