import {
  gatewayReply,
  HeaderMap,
  type CallRequest,
  type CallResult,
  type Pair,
  type Upstreams,
} from "../host/index.js";
import { prepareReply, replyForm } from "../host/message/local-reply.js";
import { UnsupportedHeaders } from "./unsupported-headers.js";
import { replace } from "./replace.js";
import { RetryPolicy } from "./retry-policy.js";
import { takeTimeouts } from "./router-headers.js";
import { Tries } from "./tries.js";
import { addServiceTime, responseMap } from "./router.js";
import { setScheme } from "./scheme.js";
import type { Upstream } from "./upstream.js";
import { resetText, TIMEOUT_TEXT } from "../host/message/upstream-failures.js";

const MAX_BODY = 32 * 1024 * 1024;

/** The call result when an upstream fails: a response of the gateway (503 or 504), or a reset without a response. */
export type CallFailures = "response" | "reset";

/** The HTTP calls of plugins to the gateway's clusters. */
export class PluginCalls implements Upstreams {
  constructor(
    private readonly clusters: Pick<ReadonlyMap<string, Upstream>, "get" | "has">,
    private readonly failures: CallFailures = "response",
    private readonly unsupportedHeaders = new UnsupportedHeaders(() => {}),
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
      done(result);
    };
    const respond = (status: number, text: string | Buffer) => {
      if (this.failures === "reset") return finish({ kind: "reset" });
      finish({ kind: "response", ...prepareReply(gatewayReply(status, text), replyForm(call.headers)) });
    };
    const upstream = this.clusters.get(call.cluster)!;
    const began = performance.now();
    const timeouts = takeTimeouts(call.headers, { timeoutMs: call.timeoutMs }, (name) =>
      this.unsupportedHeaders.warn(name),
    );
    const policy = RetryPolicy.take(call.headers, undefined);
    const request: Tries = new Tries((events) => upstream.open(events), policy, timeouts, call.body.length, {
      began: () => {},
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
        else respond(reason === "protocol error" ? 502 : 503, resetText(reason, request.count > 1));
      },
      timedOut: () => {
        if (headers) finish({ kind: "reset" });
        else if (timeouts.isEmpty) respond(204, "");
        else respond(504, TIMEOUT_TEXT);
      },
      refused: (problem) => respond(503, Buffer.from(problem, "latin1")),
      tooLarge: () => {},
      drained: () => {},
    });
    setScheme(call.headers);
    replace(call.headers, "x-envoy-internal", "true");
    const hasBody = call.body.length > 0;
    request.headers(call.headers, !hasBody, false);
    if (hasBody) request.data(call.body, true);
    return () => {
      isOver = true;
      request.abort();
    };
  }
}
