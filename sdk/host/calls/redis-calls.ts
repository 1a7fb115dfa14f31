import { Status } from "../abi.js";
import type { CallOwner } from "./call-owner.js";
import { CallKind } from "./call-tokens.js";
import { PendingCalls, type DispatchResult } from "./pending-calls.js";

enum RedisStatus {
  Ok = 0,
  NetworkError = 1,
}

/** The Redis queries that a plugin has in flight. Higress only. */
export class RedisCalls extends PendingCalls<Buffer | undefined> {
  constructor(owner: CallOwner) {
    super(owner, CallKind.Redis);
  }

  /** `service` is a cluster, optionally followed by a question mark and options: "redis?db=1". */
  init(service: string, username: string, password: string, timeoutMs: number): Status {
    const { redis } = this.owner.vm.services;
    const [cluster = "", options = ""] = service.split("?");
    const database = Number(new URLSearchParams(options).get("db") ?? 0) || 0;
    return redis?.init(cluster, { username, password, timeoutMs, database }) ? Status.Ok : Status.BadArgument;
  }

  query(service: string, query: Buffer): DispatchResult {
    const { upstreams, redis } = this.owner.vm.services;
    const [cluster = ""] = service.split("?");
    if (!upstreams.has(cluster)) return { status: Status.BadArgument };
    return this.begin((done) => redis?.query(cluster, query, done));
  }

  protected deliver(token: number, reply: Buffer | undefined): void {
    const status = reply ? RedisStatus.Ok : RedisStatus.NetworkError;
    const name = "proxy_on_redis_call_response";
    this.owner.receive(name, [token, status, reply?.length ?? 0], { redis: reply ?? Buffer.alloc(0) });
  }
}
