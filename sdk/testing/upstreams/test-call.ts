import { HeaderMap, type CallRequest, type CallResult } from "../../host/index.js";
import { prepareReply, replyForm, type ReplyForm } from "../../host/message/local-reply.js";
import { checkAnswer, partsOf, type Answer } from "./answer.js";
import { failureReply } from "./failures.js";
import { UpstreamRequest } from "../message/message.js";
import type { TestHost } from "./test-host.js";
import { withTimeline } from "../timeline/test-error.js";
import { fromLatin1 } from "../message/text.js";

/**
 * An HTTP call that the plugin has made: the request that it sent. `answer` sets the response.
 *
 * @example
 * const call = request.calls[0]!;
 * expect(call).toMatchObject({ cluster: "auth", method: "GET", path: "/check" });
 * call.answer({ status: 200, headers: { "x-user": "mia" } });
 */
export class TestCall extends UpstreamRequest {
  /** The cluster that the plugin calls. */
  readonly cluster: string;
  /** The time limit in milliseconds on the plugin's clock; 0 for no limit. */
  readonly timeoutMs: number;
  /** "cancelled": the plugin ended before the response. */
  state: "waiting" | "answered" | "cancelled" = "waiting";
  readonly #host: TestHost;
  readonly #done: (result: CallResult) => void;
  readonly #form: ReplyForm;
  #stopTimer = () => {};

  /** @internal */
  constructor(request: CallRequest, host: TestHost, done: (result: CallResult) => void) {
    super(request.headers, true);
    this.cluster = fromLatin1(request.cluster);
    this.timeoutMs = request.timeoutMs;
    this.#host = host;
    this.#done = done;
    this.#form = replyForm(request.headers);
    this.add(request.body, true);
    if (request.trailers.length > 0) this.end(new HeaderMap("trailers", request.trailers));
    if (this.timeoutMs > 0) {
      this.#stopTimer = host.clock.start(this.timeoutMs, () => this.settle({ fails: "timeout" }), false);
    }
  }

  /**
   * Responds as the upstream. The plugin's hook for the HTTP call response runs at once.
   *
   * @param answer the response; status 200 and an empty body by default. `{ fails: "timeout" }` is a failed upstream
   * @throws TestKitError when the call has its response, or was cancelled; PluginTrap when the plugin traps
   */
  answer(answer: Answer = {}): void {
    const checked = checkAnswer(answer, "call.answer");
    if (this.state !== "waiting") {
      const why = this.state === "answered" ? "has its response already" : "was cancelled";
      throw withTimeline(`the call to ${this.cluster} ${why}`, this.#host.timeline, this.answer);
    }
    this.#host.run(() => this.settle(checked));
  }

  /** @internal Delivers the response, unless the call has one. */
  settle(answer: Answer): void {
    if (this.state !== "waiting") return;
    const result = resultOf(answer, this.#form);
    this.state = "answered";
    this.#stopTimer();
    const text = result.kind === "reset" ? "resets the connection" : `responds with ${result.headers.get(":status")}`;
    this.#host.note("message", `${this.cluster} ${"fails" in answer ? `(${answer.fails}) ` : ""}${text}`);
    this.#done(result);
  }

  /** @internal */
  cancel(): void {
    if (this.state === "waiting") this.state = "cancelled";
    this.#stopTimer();
  }
}

/** The call result for the host. For a failed upstream, a gateway makes the response itself. */
function resultOf(answer: Answer, form: ReplyForm): CallResult {
  if ("fails" in answer) {
    if (answer.fails === "reset") return { kind: "reset" };
    return { kind: "response", ...prepareReply(failureReply(answer.fails), form) };
  }
  const { pairs, chunks, trailers } = partsOf(answer, "the response to a call");
  const headers = new HeaderMap("response", [[":status", String(answer.status ?? 200)], ...pairs]);
  return { kind: "response", headers, body: Buffer.concat(chunks), ...(trailers ? { trailers } : {}) };
}
