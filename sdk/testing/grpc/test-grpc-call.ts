import { HeaderMap, type GrpcEvents, type GrpcRequest, type GrpcStream } from "../../host/index.js";
import type { Content } from "../upstreams/answer.js";
import type { AnswerFailure } from "../upstreams/failures.js";
import { checkGrpcAnswer, checkGrpcStatus, grpcMessage, type GrpcAnswer, type GrpcStatus } from "./grpc-answer.js";
import { GrpcEventSender } from "./grpc-events.js";
import { HeaderList, pairsOf, type HeadersInput } from "../message/headers.js";
import type { TestHost } from "../upstreams/test-host.js";
import { withTimeline } from "../timeline/test-error.js";
import { fromLatin1, shown } from "../message/text.js";

/**
 * A gRPC call or stream that the plugin has begun. `answer` sends the whole response; `begin`, `send` and `end` send
 * its parts.
 *
 * @example
 * const call = request.grpcCalls[0]!;
 * expect(call).toMatchObject({ cluster: "auth", service: "auth.v1.Auth", method: "Check" });
 * call.answer(AuthReply.encode({ user: "mia" }));
 */
export class TestGrpcCall {
  /** The cluster that the plugin calls. */
  readonly cluster: string;
  /** "package.Service" */
  readonly service: string;
  readonly method: string;
  readonly metadata: HeaderList;
  /** The time limit in milliseconds on the plugin's clock; 0 for no limit. */
  readonly timeoutMs: number;
  /** The messages that the plugin has sent so far. */
  readonly messages: Uint8Array[] = [];
  /** Whether the plugin has sent its last message. */
  ended = false;
  /** "answered": the response has ended; "cancelled": the plugin cancelled the call, or the plugin ended. */
  state: "waiting" | "answered" | "cancelled" = "waiting";
  readonly #host: TestHost;
  readonly #sender: GrpcEventSender;
  #stopTimer = () => {};
  /** The call to a real server that responds. */
  #server: GrpcStream | undefined;

  /** @internal */
  constructor(request: GrpcRequest, host: TestHost, events: GrpcEvents) {
    this.cluster = fromLatin1(request.cluster);
    this.service = fromLatin1(request.service);
    this.method = fromLatin1(request.method);
    this.metadata = new HeaderList(new HeaderMap("request", request.metadata));
    this.timeoutMs = request.timeoutMs;
    this.#host = host;
    this.#sender = new GrpcEventSender(events);
    if (this.timeoutMs > 0) {
      this.#stopTimer = host.clock.start(this.timeoutMs, () => this.settle({ fails: "timeout" }), false);
    }
  }

  /**
   * Sends the whole response: a message with status 0, another status, or `{ fails: "reset" }`.
   *
   * @throws TestKitError when the call has its response, or was cancelled; TypeError for a wrong response; PluginTrap
   *   when the plugin traps
   */
  answer(answer: GrpcAnswer): void {
    const checked = checkGrpcAnswer(answer, "call.answer");
    this.#checkOpen(this.answer);
    this.#host.run(() => this.settle(checked));
  }

  /**
   * Begins the response with initial metadata. `send` and `end` send the rest. Without `begin`, `send` begins with no
   * metadata.
   *
   * @throws as `answer`; TestKitError when the response has begun
   */
  begin(metadata: HeadersInput = {}): void {
    const pairs = pairsOf(metadata, "call.begin");
    this.#checkOpen(this.begin);
    if (this.#sender.hasBegun) throw this.#error("has a response that has begun", this.begin);
    this.#note("begins its response");
    this.#host.run(() => this.#sender.begin(pairs));
  }

  /**
   * Sends a message of the response.
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
   * Ends the response.
   *
   * @param status the gRPC status; 0 by default
   * @throws as `answer`
   */
  end(status: GrpcStatus = { status: 0 }): void {
    const checked = checkGrpcStatus(status, "call.end");
    this.#checkOpen(this.end);
    this.#host.run(() => this.#end(checked));
  }

  /** @internal Sends the whole response, unless the call is over. */
  settle(answer: GrpcAnswer): void {
    if (this.state !== "waiting") return;
    if (typeof answer === "object" && "fails" in answer) return this.#fail(answer.fails);
    if (typeof answer === "object" && "status" in answer) return this.#end(answer);
    this.#message(grpcMessage(answer, "call.answer"));
    this.#end({ status: 0 });
  }

  /**
   * @internal Forwards all messages of the plugin, sent or still to come, to a real server that responds.
   *
   * @param open begins the call to the server
   * @throws TestKitError when HTTP/2 cannot carry the call
   */
  async forward(open: (events: GrpcEvents) => Promise<GrpcStream | undefined>): Promise<void> {
    const server = await open(this.#fromServer());
    if (!server) throw this.#error("has metadata that HTTP/2 cannot carry", this.forward);
    if (this.state !== "waiting") return server.reset();
    this.#server = server;
    for (const message of this.messages) server.send(Buffer.from(message), false);
    if (this.ended) server.close();
  }

  /** @internal Whether a real server has not ended its response. */
  get isServed(): boolean {
    return this.#server !== undefined && this.state === "waiting";
  }

  /** @internal Whether a real server has the last message and has not ended its response. */
  get isAwaited(): boolean {
    return this.isServed && this.ended;
  }

  /** @internal Takes a message or the end from the plugin. */
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

  /** Passes the events of a real server to the plugin. */
  #fromServer(): GrpcEvents {
    const { events } = this.#sender;
    const deliver = (work: () => void) =>
      this.#host.responder.deliver(() => {
        if (this.state === "waiting") work();
      });
    return {
      initialMetadata: (map) =>
        deliver(() => {
          // The initial metadata is empty when the response consists of trailers only.
          if (map.size > 0) this.#note("begins its response");
          this.#sender.initialMetadata(map);
        }),
      message: (bytes) => deliver(() => this.#message(bytes)),
      trailingMetadata: (map) => deliver(() => events.trailingMetadata(map)),
      closed: (status, message) =>
        deliver(() => {
          const text = message.replace(/\{?via_upstream\}?$/, "");
          // The server has closed the call: no reset is needed.
          this.#server = undefined;
          this.#close("answered");
          this.#note(`ends with status ${status}${text === "" ? "" : ` ${shown(text)}`}`);
          events.closed(status, message);
        }),
    };
  }

  #message(bytes: Buffer): void {
    this.#note(`sends a gRPC message of ${bytes.length} bytes`);
    this.#sender.message(bytes);
  }

  #end(status: GrpcStatus): void {
    // The hook for the message may have cancelled the call.
    if (this.state !== "waiting") return;
    this.#close("answered");
    this.#note(`ends with status ${status.status}${status.message === undefined ? "" : ` ${shown(status.message)}`}`);
    this.#sender.end(status);
  }

  #fail(failure: AnswerFailure["fails"]): void {
    this.#close("answered");
    this.#note(`fails: ${failure}`);
    this.#sender.fail(failure);
  }

  #close(state: "answered"): void {
    this.state = state;
    this.#stop();
  }

  /** Stops the time limit and the real server. */
  #stop(): void {
    this.#stopTimer();
    this.#server?.reset();
  }

  #note(text: string): void {
    this.#host.note("message", `${this.cluster} ${text}`);
  }

  #checkOpen(caller: (...args: never[]) => unknown): void {
    if (this.state === "waiting") return;
    throw this.#error(this.state === "answered" ? "has its response already" : "was cancelled", caller);
  }

  #error(why: string, caller: (...args: never[]) => unknown): Error {
    const text = `the gRPC call ${this.service}/${this.method} to ${this.cluster} ${why}`;
    return withTimeline(text, this.#host.timeline, caller);
  }
}
