import { Status } from "../abi.js";
import { CallKind, kindOf } from "./call-tokens.js";
import type { GrpcEvents, GrpcStream } from "./grpc.js";
import { grpcTarget } from "./grpc-service.js";
import type { Pair } from "../message/pairs.js";
import type { Begun } from "./pending-calls.js";
import type { Root } from "../vm/root-context.js";

/** gRPC's own word for a failure without another. */
const INTERNAL = 13;

export interface GrpcCallArguments {
  target: Buffer;
  service: string;
  method: string;
  metadata: readonly Pair[];
  timeoutMs: number;
}

interface Entry {
  stream: GrpcStream;
  localClosed: boolean;
  remoteClosed: boolean;
}

/** The gRPC calls and streams of a plugin that are on their way. They belong to the plugin, as its HTTP calls. */
export class GrpcCalls {
  private readonly entries = new Map<number, Entry>();

  constructor(private readonly root: Root) {}

  /** How many are open. */
  get size(): number {
    return this.entries.size;
  }

  /** Sends one message; the answer's message is received, or a failure closes the call. */
  call(args: GrpcCallArguments, request: Buffer): Begun {
    let answer: Buffer | undefined;
    const begun = this.begin(CallKind.GrpcCall, args, (token) => ({
      initialMetadata: () => {},
      message: (bytes) => (answer = bytes),
      trailingMetadata: () => {},
      closed: (status, message) => {
        if (status !== 0) this.fail(token, status, message);
        else if (!answer) this.fail(token, INTERNAL, "");
        else this.receive(token, answer);
        this.entries.delete(token);
      },
    }));
    if ("token" in begun) this.entries.get(begun.token)!.stream.send(request, true);
    return begun;
  }

  /** Opens a stream, whose messages go and come one by one. */
  stream(args: GrpcCallArguments): Begun {
    const { root } = this;
    return this.begin(CallKind.GrpcStream, args, (token) => ({
      initialMetadata: (map) =>
        root.receive("proxy_on_grpc_receive_initial_metadata", [token, map.size], { grpcInitial: map }),
      message: (bytes) => this.receive(token, bytes),
      trailingMetadata: (map) =>
        root.receive("proxy_on_grpc_receive_trailing_metadata", [token, map.size], { grpcTrailing: map }),
      closed: (status, message) => {
        this.fail(token, status, message);
        const entry = this.entries.get(token);
        // The plugin's half stays open until it closes it.
        if (entry?.localClosed) this.entries.delete(token);
        else if (entry) entry.remoteClosed = true;
      },
    }));
  }

  send(token: number, message: Buffer, end: boolean): Status {
    if (kindOf(token) !== CallKind.GrpcStream) return Status.BadArgument;
    const entry = this.entries.get(token);
    if (!entry) return Status.NotFound;
    if (!entry.remoteClosed) entry.stream.send(message, end);
    return Status.Ok;
  }

  /** Ends the plugin's half of a stream; a call is taken back. */
  close(token: number): Status {
    if (kindOf(token) !== CallKind.GrpcStream) return this.cancel(token);
    const entry = this.entries.get(token);
    if (!entry) return Status.NotFound;
    if (entry.remoteClosed) this.entries.delete(token);
    else {
      entry.stream.close();
      entry.localClosed = true;
    }
    return Status.Ok;
  }

  /** Takes a call or a stream back. */
  cancel(token: number): Status {
    const kind = kindOf(token);
    if (kind !== CallKind.GrpcStream && kind !== CallKind.GrpcCall) return Status.BadArgument;
    const entry = this.entries.get(token);
    if (!entry) return Status.NotFound;
    this.entries.delete(token);
    entry.stream.reset();
    return Status.Ok;
  }

  cancelAll(): void {
    for (const token of [...this.entries.keys()]) this.cancel(token);
  }

  private begin(kind: CallKind, args: GrpcCallArguments, handlers: (token: number) => GrpcEvents): Begun {
    const { vm } = this.root;
    const { upstreams, grpc } = vm.services;
    const target = grpcTarget(args.target, (name) => upstreams.has(name));
    if (typeof target === "number") return { status: target };
    const token = vm.callTokens.next(kind);
    const { service, method, timeoutMs } = args;
    const metadata = [...target.metadata, ...args.metadata];
    const request = { cluster: target.cluster, service, method, metadata, timeoutMs };
    const stream = grpc?.open(request, this.later(token, handlers(token)));
    if (!stream) return { status: Status.InternalFailure };
    this.entries.set(token, { stream, localClosed: false, remoteClosed: false });
    return { token };
  }

  /** The same events, but not while the plugin is being called, nor for a call that was taken back. */
  private later(token: number, events: GrpcEvents): GrpcEvents {
    const when = (run: () => void) =>
      this.root.vm.whenIdle(() => {
        if (this.entries.has(token)) run();
      });
    return {
      initialMetadata: (map) => when(() => events.initialMetadata(map)),
      message: (bytes) => when(() => events.message(bytes)),
      trailingMetadata: (map) => when(() => events.trailingMetadata(map)),
      closed: (status, message) => when(() => events.closed(status, message)),
    };
  }

  private receive(token: number, message: Buffer): void {
    this.root.receive("proxy_on_grpc_receive", [token, message.length], { grpcMessage: message });
  }

  private fail(token: number, status: number, message: string): void {
    this.root.inbox.status = { code: status, message };
    this.root.receive("proxy_on_grpc_close", [token, status]);
  }
}
