import { Status } from "../abi.js";
import { CallKind } from "./call-tokens.js";
import { PendingCalls, type Begun } from "./pending-calls.js";
import type { Root } from "../vm/root-context.js";

enum RedisStatus {
  Ok = 0,
  NetworkError = 1,
}

/** The Redis queries of a plugin that are on their way. Higress only. */
export class RedisCalls extends PendingCalls<Buffer | undefined> {
  constructor(root: Root) {
    super(root, CallKind.Redis);
  }

  /** `service` is a cluster with options behind a question mark, such as "redis?db=1". */
  init(service: string, username: string, password: string, timeoutMs: number): Status {
    const { redis } = this.root.vm.services;
    const [cluster = "", options = ""] = service.split("?");
    const database = Number(new URLSearchParams(options).get("db") ?? 0) || 0;
    return redis?.init(cluster, { username, password, timeoutMs, database }) ? Status.Ok : Status.BadArgument;
  }

  query(service: string, query: Buffer): Begun {
    const { upstreams, redis } = this.root.vm.services;
    const [cluster = ""] = service.split("?");
    if (!upstreams.has(cluster)) return { status: Status.BadArgument };
    return this.begin((done) => redis?.query(cluster, query, done));
  }

  protected answer(token: number, reply: Buffer | undefined): void {
    const status = reply ? RedisStatus.Ok : RedisStatus.NetworkError;
    const name = "proxy_on_redis_call_response";
    this.root.receive(name, [token, status, reply?.length ?? 0], { redis: reply ?? Buffer.alloc(0) });
  }
}
