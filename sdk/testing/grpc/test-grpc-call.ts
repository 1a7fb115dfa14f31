import { HeaderMap, type GrpcEvents, type GrpcRequest, type GrpcStream } from "../../host/index.js";
import type { Content } from "../upstreams/answer.js";
import type { AnswerFailure } from "../upstreams/failures.js";
import { checkGrpcAnswer, checkGrpcStatus, grpcMessage, type GrpcAnswer, type GrpcStatus } from "./grpc-answer.js";
import { GrpcTelling } from "./grpc-events.js";
import { HeaderList, pairsOf, type HeadersInput } from "../message/headers.js";
import type { TestHost } from "../upstreams/test-host.js";
import { withTimeline } from "../timeline/test-error.js";
import { fromLatin1, shown } from "../message/text.js";

/**
 * A gRPC call or stream that the plugin has begun, and the means to answer it: at once, or step by step.
 *
 * @example
 * const call = request.grpcCalls[0]!;
 * expect(call).toMatchObject({ cluster: "auth", service: "auth.v1.Auth", method: "Check" });
 * call.answer(AuthReply.encode({ user: "mia" }));
 */
export class TestGrpcCall {
  /** The cluster that is asked. */
  readonly cluster: string;
  /** "package.Service" */
  readonly service: string;
  readonly method: string;
  readonly metadata: HeaderList;
  /** How long the answer may take, by the plugin's clock; 0 for ever. */
  readonly timeoutMs: number;
  /** The messages that the plugin has sent so far. */
  readonly messages: Uint8Array[] = [];
  /** The plugin has sent all. */
  ended = false;
  /** "answered": the answer has come to its end; "cancelled": the plugin broke the call off, or ended first. */
  state: "waiting" | "answered" | "cancelled" = "waiting";
  readonly #host: TestHost;
  readonly #telling: GrpcTelling;
  #stopTimer = () => {};
  /** Where a real server answers. */
  #server: GrpcStream | undefined;

  /** @internal */
  constructor(request: GrpcRequest, host: TestHost, events: GrpcEvents) {
    this.cluster = fromLatin1(request.cluster);
    this.service = fromLatin1(request.service);
    this.method = fromLatin1(request.method);
    this.metadata = new HeaderList(new HeaderMap("request", request.metadata));
    this.timeoutMs = request.timeoutMs;
    this.#host = host;
    this.#telling = new GrpcTelling(events);
    if (this.timeoutMs > 0) {
      this.#stopTimer = host.clock.start(this.timeoutMs, () => this.settle({ fails: "timeout" }), false);
    }
  }

  /**
   * Answers, and ends the call: with a message and status 0, with another status, or with `{ fails: "reset" }`.
   *
   * @throws TestKitError when it has been answered, or taken back; TypeError for what is no answer; PluginTrap when the
   *   plugin traps
   */
  answer(answer: GrpcAnswer): void {
    const checked = checkGrpcAnswer(answer, "call.answer");
    this.#checkOpen(this.answer);
    this.#host.run(() => this.settle(checked));
  }

  /**
   * Begins to answer, with metadata: `send` and `end` follow. `send` begins without any.
   *
   * @throws as `answer`; TestKitError when it has begun
   */
  begin(metadata: HeadersInput = {}): void {
    const pairs = pairsOf(metadata, "call.begin");
    this.#checkOpen(this.begin);
    if (this.#telling.hasBegun) throw this.#error("has begun to be answered", this.begin);
    this.#note("begins to answer");
    this.#host.run(() => this.#telling.begin(pairs));
  }

  /**
   * Sends a message of a stream.
   *
   * @throws as `answer`
   * @example
   * call.send("one");
   * call.send("two");
   * call.end();
   */
  send(message: Content): void {
    const bytes = grpcMessage(message, "call.send");
    this.#checkOpen(this.send);
    this.#host.run(() => this.#message(bytes));
  }

  /**
   * Ends the answer.
   *
   * @param status 0 unless given
   * @throws as `answer`
   */
  end(status: GrpcStatus = { status: 0 }): void {
    const checked = checkGrpcStatus(status, "call.end");
    this.#checkOpen(this.end);
    this.#host.run(() => this.#end(checked));
  }

  /** @internal Answers as a whole, unless it is too late. */
  settle(answer: GrpcAnswer): void {
    if (this.state !== "waiting") return;
    if (typeof answer === "object" && "fails" in answer) return this.#fail(answer.fails);
    if (typeof answer === "object" && "status" in answer) return this.#end(answer);
    this.#message(grpcMessage(answer, "call.answer"));
    this.#end({ status: 0 });
  }

  /**
   * @internal Has a real server answer: what the plugin has sent goes there, and what it will send.
   *
   * @param open begins a call to it
   * @throws TestKitError where the call cannot be sent
   */
  async forward(open: (events: GrpcEvents) => Promise<GrpcStream | undefined>): Promise<void> {
    const server = await open(this.#fromServer());
    if (!server) throw this.#error("has metadata that HTTP/2 cannot carry", this.forward);
    if (this.state !== "waiting") return server.reset();
    this.#server = server;
    for (const message of this.messages) server.send(Buffer.from(message), false);
    if (this.ended) server.close();
  }

  /** @internal Whether a real server is about to answer. */
  get isServed(): boolean {
    return this.#server !== undefined && this.state === "waiting";
  }

  /** @internal Whether the end of its answer is to be waited for: the plugin has sent all. */
  get isAwaited(): boolean {
    return this.isServed && this.ended;
  }

  /** @internal The plugin sends. */
  sent(message: Buffer | undefined, end: boolean): void {
    if (message) {
      this.messages.push(new Uint8Array(message));
      this.#host.note("message", `to ${this.cluster}: a gRPC message of ${message.length} bytes`);
    }
    const wasEnded = this.ended;
    this.ended ||= end;
    if (message) this.#server?.send(message, end);
    else if (end && !wasEnded) this.#server?.close();
  }

  /** @internal */
  cancel(): void {
    if (this.state === "waiting") this.state = "cancelled";
    this.#stop();
  }

  /** What a server says, as it comes. */
  #fromServer(): GrpcEvents {
    const { events } = this.#telling;
    const hear = (work: () => void) =>
      this.#host.answering.hear(() => {
        if (this.state === "waiting") work();
      });
    return {
      initialMetadata: (map) =>
        hear(() => {
          // Without any where trailers are the whole answer.
          if (map.size > 0) this.#note("begins to answer");
          this.#telling.initialMetadata(map);
        }),
      message: (bytes) => hear(() => this.#message(bytes)),
      trailingMetadata: (map) => hear(() => events.trailingMetadata(map)),
      closed: (status, message) =>
        hear(() => {
          const said = message.replace(/\{?via_upstream\}?$/, "");
          // It is over there, too: nothing is left to break off.
          this.#server = undefined;
          this.#close("answered");
          this.#note(`ends with status ${status}${said === "" ? "" : ` ${shown(said)}`}`);
          events.closed(status, message);
        }),
    };
  }

  #message(bytes: Buffer): void {
    this.#note(`sends a gRPC message of ${bytes.length} bytes`);
    this.#telling.message(bytes);
  }

  #end(status: GrpcStatus): void {
    // A hook that has heard of the message may have broken the call off.
    if (this.state !== "waiting") return;
    this.#close("answered");
    this.#note(`ends with status ${status.status}${status.message === undefined ? "" : ` ${shown(status.message)}`}`);
    this.#telling.end(status);
  }

  #fail(failure: AnswerFailure["fails"]): void {
    this.#close("answered");
    this.#note(`gives no answer (${failure})`);
    this.#telling.fail(failure);
  }

  #close(state: "answered"): void {
    this.state = state;
    this.#stop();
  }

  /** There is nothing more to wait for, nor to be heard. */
  #stop(): void {
    this.#stopTimer();
    this.#server?.reset();
  }

  #note(text: string): void {
    this.#host.note("message", `${this.cluster} ${text}`);
  }

  #checkOpen(caller: (...args: never[]) => unknown): void {
    if (this.state === "waiting") return;
    throw this.#error(this.state === "answered" ? "has been answered" : "was taken back", caller);
  }

  #error(why: string, caller: (...args: never[]) => unknown): Error {
    const text = `the gRPC call ${this.service}/${this.method} to ${this.cluster} ${why}`;
    return withTimeline(text, this.#host.timeline, caller);
  }
}
