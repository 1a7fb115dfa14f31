import { Status } from "../abi.js";
import type { Pair } from "../message/pairs.js";
import type { GrpcEvents, GrpcStream } from "../services/grpc-upstreams.js";
import type { CallOwner } from "./call-owner.js";
import { CallKind, kindOf } from "./call-tokens.js";
import { grpcTarget } from "./grpc-service.js";
import type { DispatchResult } from "./pending-calls.js";

/** gRPC's status INTERNAL. */
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

/** The gRPC calls and streams that a plugin has in flight. They belong to its root context, as its HTTP calls do. */
export class GrpcCalls {
  private readonly entries = new Map<number, Entry>();

  constructor(private readonly owner: CallOwner) {}

  /** The number of open calls and streams. */
  get size(): number {
    return this.entries.size;
  }

  /** Sends one message. The plugin receives the response's message; a failure closes the call. */
  call(args: GrpcCallArguments, request: Buffer): DispatchResult {
    let response: Buffer | undefined;
    const dispatched = this.begin(CallKind.GrpcCall, args, (token) => ({
      initialMetadata: () => {},
      message: (bytes) => {
        response = bytes;
      },
      trailingMetadata: () => {},
      closed: (status, message) => {
        if (status !== 0) this.fail(token, status, message);
        else if (!response) this.fail(token, INTERNAL, "");
        else this.receive(token, response);
        this.entries.delete(token);
      },
    }));
    if ("token" in dispatched) this.entries.get(dispatched.token)!.stream.send(request, true);
    return dispatched;
  }

  /** Opens a stream of messages in both directions. */
  stream(args: GrpcCallArguments): DispatchResult {
    const { owner } = this;
    return this.begin(CallKind.GrpcStream, args, (token) => ({
      initialMetadata: (map) =>
        owner.receive("proxy_on_grpc_receive_initial_metadata", [token, map.size], { grpcInitial: map }),
      message: (bytes) => this.receive(token, bytes),
      trailingMetadata: (map) =>
        owner.receive("proxy_on_grpc_receive_trailing_metadata", [token, map.size], { grpcTrailing: map }),
      closed: (status, message) => {
        this.fail(token, status, message);
        const entry = this.entries.get(token);
        // The plugin's half stays open until the plugin closes it.
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

  /** Ends the plugin's half of a stream; cancels a call. */
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

  /** Cancels a call or a stream. */
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

  private begin(kind: CallKind, args: GrpcCallArguments, handlers: (token: number) => GrpcEvents): DispatchResult {
    const { vm } = this.owner;
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

  /** Delays events until the plugin is idle, and drops those of a cancelled call. */
  private later(token: number, events: GrpcEvents): GrpcEvents {
    const when = (run: () => void) =>
      this.owner.vm.whenIdle(() => {
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
    this.owner.receive("proxy_on_grpc_receive", [token, message.length], { grpcMessage: message });
  }

  private fail(token: number, status: number, message: string): void {
    this.owner.callbackData.status = { code: status, message };
    this.owner.receive("proxy_on_grpc_close", [token, status]);
  }
}
