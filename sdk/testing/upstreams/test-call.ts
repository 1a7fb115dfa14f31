import { HeaderMap, type CallRequest, type CallResult } from "../../host/index.js";
import { prepareReply, replyForm, type ReplyForm } from "../../host/message/local-reply.js";
import { checkAnswer, partsOf, type Answer } from "./answer.js";
import { failureReply } from "./failures.js";
import { UpstreamRequest } from "../message/message.js";
import type { TestHost } from "./test-host.js";
import { withTimeline } from "../timeline/test-error.js";
import { fromLatin1 } from "../message/text.js";

/**
 * A call that the plugin has made to an upstream: what was sent, and the means to answer it.
 *
 * @example
 * const call = request.calls[0]!;
 * expect(call).toMatchObject({ cluster: "auth", method: "GET", path: "/check" });
 * call.answer({ status: 200, headers: { "x-user": "mia" } });
 */
export class TestCall extends UpstreamRequest {
  /** The cluster that is asked. */
  readonly cluster: string;
  /** How long the answer may take, by the plugin's clock; 0 for ever. */
  readonly timeoutMs: number;
  /** "cancelled": the plugin ended first. */
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
   * Answers, as the upstream. The plugin's hook for the answer runs at once.
   *
   * @param answer a message, 200 and empty unless it says otherwise, or `{ fails: "timeout" }`
   * @throws TestKitError when it has been answered, or taken back; PluginTrap when the plugin traps
   */
  answer(answer: Answer = {}): void {
    const checked = checkAnswer(answer, "call.answer");
    if (this.state !== "waiting") {
      const why = this.state === "answered" ? "has been answered" : "was taken back";
      throw withTimeline(`the call to ${this.cluster} ${why}`, this.#host.timeline, this.answer);
    }
    this.#host.run(() => this.settle(checked));
  }

  /** @internal Answers, unless somebody has. */
  settle(answer: Answer): void {
    if (this.state !== "waiting") return;
    const result = resultOf(answer, this.#form);
    this.state = "answered";
    this.#stopTimer();
    const text = result.kind === "reset" ? "breaks off" : `answers ${result.headers.get(":status")}`;
    this.#host.note("message", `${this.cluster} ${"fails" in answer ? `(${answer.fails}) ` : ""}${text}`);
    this.#done(result);
  }

  /** @internal */
  cancel(): void {
    if (this.state === "waiting") this.state = "cancelled";
    this.#stopTimer();
  }
}

/** What the host tells the plugin. Where nobody answers, a gateway makes an answer up. */
function resultOf(answer: Answer, form: ReplyForm): CallResult {
  if ("fails" in answer) {
    if (answer.fails === "reset") return { kind: "reset" };
    return { kind: "response", ...prepareReply(failureReply(answer.fails), form) };
  }
  const { pairs, chunks, trailers } = partsOf(answer, "the answer to a call");
  const headers = new HeaderMap("response", [[":status", String(answer.status ?? 200)], ...pairs]);
  return { kind: "response", headers, body: Buffer.concat(chunks), ...(trailers ? { trailers } : {}) };
}
